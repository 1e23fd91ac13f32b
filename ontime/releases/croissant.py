"""Describe the Parquet files of a release in Croissant.

No field refers to a table that has a file per month: the reference library joins the tables that
fields refer to, and cannot join such a table.
"""

from __future__ import annotations

from typing import Any

from ontime.catalog.published import Column
from ontime.publishing.croissant import CONFORMS_TO, CONTEXT, data_type, file_object, file_set
from ontime.releases.description import Release, as_json, one_line
from ontime.releases.files import Written


def croissant(release: Release) -> str:
    """Return the text of `croissant.json`."""
    licences = dict.fromkeys(source.licence_address for source in release.sources)
    joined = {written.table.name for written in release.tables if not written.is_partitioned}
    return as_json(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": CONFORMS_TO,
            "name": release.name,
            "description": release.summary,
            "version": release.version,
            "datePublished": release.date,
            "license": list(licences),
            "url": release.citation.get("repository-code", f"urn:ontime:{release.name}"),
            "keywords": release.citation["keywords"],
            "creator": [
                {"@type": "sc:Organization", "name": author["name"]}
                for author in release.citation["authors"]
            ],
            "citeAs": f"{release.citation['authors'][0]['name']}: {release.title}. {release.date}.",
            "isLiveDataset": False,
            "distribution": [part for written in release.tables for part in _distribution(written)],
            "recordSet": [_record_set(written, joined) for written in release.tables],
        }
    )


def _distribution(written: Written) -> list[dict[str, Any]]:
    files = [file_object(file.path, file.size, file.sha256) for file in written.parquet]
    if not written.is_partitioned:
        return files
    name = written.table.name
    months = f"The months of {name}, a file each."
    return [*files, file_set(_source(written), months, f"parquet/{name}/*.parquet")]


def _source(written: Written) -> str:
    """Return the identifier of the file or file set that contains the rows of a table."""
    return f"{written.table.name}_months" if written.is_partitioned else written.parquet[0].path


def _record_set(written: Written, joined: set[str]) -> dict[str, Any]:
    table = written.table
    record_set = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": (table.description or table.name).strip(),
        "key": [{"@id": f"{table.name}/{column}"} for column in table.primary_key],
        "field": [_field(column, written, joined) for column in table.columns],
    }
    return {key: value for key, value in record_set.items() if value}


def _field(column: Column, written: Written, joined: set[str]) -> dict[str, Any]:
    table = written.table
    kind = "fileSet" if written.is_partitioned else "fileObject"
    unit = f" Unit: {column.unit}." if column.unit else ""
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": (one_line(column.description) or column.name) + unit,
        "dataType": data_type(column.data_type),
        "source": {kind: {"@id": _source(written)}, "extract": {"column": column.name}},
    }
    if column.references and column.references.partition(".")[0] in joined:
        field["references"] = {"field": {"@id": column.references.replace(".", "/")}}
    return field
