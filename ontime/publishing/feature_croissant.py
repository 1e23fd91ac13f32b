"""The Croissant description of the published features, for programs."""

from __future__ import annotations

from typing import Any

from ontime.publishing.croissant import CONFORMS_TO, CONTEXT, data_type, file_object, file_set
from ontime.publishing.feature_table import (
    COLLECTION,
    LICENCE,
    LIMITS,
    PARQUET,
    TABLE,
    FeatureColumn,
    FeaturePublication,
)
from ontime.publishing.versions import Checksum

_FILE_SET = "months"


def feature_croissant(publication: FeaturePublication, months: list[Checksum]) -> dict[str, Any]:
    """Return the description of the months of a publication's feature table."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": TABLE,
        "description": publication.description,
        "url": "https://www.transtats.bts.gov/",
        "license": LICENCE,
        "citeAs": publication.citation,
        "creator": {"@type": "sc:Organization", "name": "ontime maintainers"},
        "datePublished": publication.built_at,
        "version": "1.0.0",
        "identifier": publication.name,
        "temporalCoverage": f"{publication.first_day}/{publication.last_day}",
        "keywords": ["flights", "delays", "punctuality", "aviation", "tabular classification"],
        "isLiveDataset": False,
        "rai:dataCollection": COLLECTION,
        "rai:dataBiases": LIMITS,
        "rai:personalSensitiveInformation": "None: the rows name and identify nobody.",
        "distribution": [
            *(file_object(month.path, month.bytes, month.sha256) for month in months),
            file_set(
                _FILE_SET,
                f"The rows of publication {publication.name}, a file for each month.",
                PARQUET,
            ),
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "features",
                "name": "features",
                "description": "One record per scheduled flight and prediction horizon.",
                "key": [
                    {"@id": column.name} for column in publication.columns if column.is_primary_key
                ],
                "field": [_field(column) for column in publication.columns],
            }
        ],
    }


def _field(column: FeatureColumn) -> dict[str, Any]:
    kind: str | list[str] = data_type(column.data_type)
    if column.name == "data_split":
        kind = [data_type(column.data_type), "cr:Split"]
    return {
        "@type": "cr:Field",
        "@id": column.name,
        "name": column.name,
        "description": column.description,
        "dataType": kind,
        "source": {"fileSet": {"@id": _FILE_SET}, "extract": {"column": column.name}},
    }
