"""The metrics of a release as a document of the Open Semantic Interchange, which dbt writes."""

from __future__ import annotations

import json
from typing import Any

from ontime.catalog.published import MARTS
from ontime.releases.comparison.publications import Publication
from ontime.releases.description import as_json
from ontime.storage.paths import published_file

FILE = "semantics.osi.json"


def semantics(document: str | None, publication: Publication) -> str | None:
    """Return the document about a publication, or None if it has other tables.

    dbt names the tables of the database in which it builds; here they are those of the released
    file.

    Arguments:
        document: what dbt wrote when it built the publication, if that is kept.
        publication: what is released.

    """
    if document is None:
        return None
    found: dict[str, Any] = json.loads(document)
    for model in found["semantic_model"]:
        for dataset in model["datasets"]:
            table = str(dataset["source"]).rpartition(".")[2].strip('"')
            if table not in publication.tables:
                return None
            dataset["source"] = f"{published_file().stem}.{MARTS}.{table}"
    return as_json(found)
