"""Describe a release as a Frictionless data package (version 2 of the standard).

Reference: https://datapackage.org/standard/data-package/

The resource that has a table's name is its CSV file if there is one, otherwise its Parquet files.
If a table has both, the resource of its Parquet files is `<table>_parquet`.

Parquet resources have the type `file` and a separate schema, so that the reference library checks
only their bytes. Read as tables, integers with nulls would become decimals, and only one of several
files would be read. For the same reason, foreign keys of CSV files refer only to CSV files; the
property `references` of a field names the column that it refers to in any table.
"""

from __future__ import annotations

from typing import Any

from ontime.catalog.published import Column, Table
from ontime.releases.description import Release, as_json, one_line
from ontime.releases.files import DataFile, Written
from ontime.releases.sources import Source

_TYPES = {
    "varchar": "string",
    "boolean": "boolean",
    "double": "number",
    "float": "number",
    "date": "date",
    "time": "time",
    "timestamp": "datetime",
}
_WHOLE_NUMBERS = {
    f"{sign}{size}" for sign in ("", "u") for size in ("tinyint", "smallint", "integer", "bigint")
} | {"hugeint", "uhugeint"}

_PARQUET = "application/vnd.apache.parquet"


def datapackage(release: Release) -> str:
    """Return the text of `datapackage.json`."""
    followed = {written.table.name for written in release.tables if written.csv}
    resources = [
        resource for written in release.tables for resource in _resources(written, followed)
    ]
    licences = {source.licence: _licence(source) for source in release.sources}
    return as_json(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": release.name.lower(),
            "title": release.title,
            "description": release.summary,
            "version": release.version,
            "keywords": release.citation["keywords"],
            "contributors": [
                {"title": author["name"], "roles": ["creator"]}
                for author in release.citation["authors"]
            ],
            "licenses": list(licences.values()),
            "sources": _sources(release),
            "resources": resources,
        }
    )


def _licence(source: Source) -> dict[str, str]:
    named = {"name": source.spdx} if source.spdx else {}
    return {**named, "path": source.licence_address, "title": source.licence}


def _sources(release: Release) -> list[dict[str, Any]]:
    """Return the source files, each with its checksum and its publisher's address."""
    known = {source.name: source for source in release.sources}
    return [
        {
            "title": f"{receipt['source_name']}: {receipt['file_name']} "
            f"({receipt['table_name']}, {receipt['partition_name']})",
            "path": known[receipt["source_name"]].address,
            "bytes": receipt["file_bytes"],
            "hash": f"sha256:{receipt['file_sha256']}",
        }
        for receipt in release.publication.receipts
    ]


def _resources(written: Written, followed: set[str]) -> list[dict[str, Any]]:
    """Return the resources of a table; `followed` are the tables that foreign keys may refer to."""
    table = written.table
    described = {
        "title": table.name,
        "description": (table.description or "").strip(),
        "rowCount": table.row_count,
        "contentHash": table.content_hash,
    }
    parquet = {**_files(written.parquet), **described, "schema": _schema(table)}
    if not written.csv:
        return [{"name": table.name, **parquet}]
    csv = {
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "path": written.csv.path,
        "bytes": written.csv.size,
        "hash": f"sha256:{written.csv.sha256}",
    }
    return [
        {"name": table.name, **csv, **described, "schema": _schema(table, followed)},
        {"name": f"{table.name}_parquet", **parquet},
    ]


def _files(files: tuple[DataFile, ...]) -> dict[str, Any]:
    """Return the paths of a table's Parquet files; several files are listed with checksums."""
    kind = {"type": "file", "format": "parquet", "mediatype": _PARQUET}
    if len(files) == 1:
        (file,) = files
        return {"path": file.path, **kind, "bytes": file.size, "hash": f"sha256:{file.sha256}"}
    return {
        "path": [file.path for file in files],
        **kind,
        "files": [
            {
                "path": file.path,
                "rowCount": file.rows,
                "bytes": file.size,
                "hash": f"sha256:{file.sha256}",
            }
            for file in files
        ],
    }


def _schema(table: Table, followed: set[str] | None = None) -> dict[str, Any]:
    """Return the schema of a table: fields, missing values and keys.

    If `followed` is given, only foreign keys that refer to one of these tables are included.
    """
    foreign_keys = []
    for column in table.columns:
        if column.references:
            parent, _, parent_column = column.references.partition(".")
            if followed is not None and parent not in followed:
                continue
            reference = {"resource": parent, "fields": [parent_column]}
            foreign_keys.append({"fields": [column.name], "reference": reference})
    schema = {
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
        "foreignKeys": foreign_keys,
    }
    return {key: value for key, value in schema.items() if value}


def _field(column: Column, table: Table) -> dict[str, Any]:
    constraints: dict[str, bool] = {}
    if not column.is_nullable:
        constraints["required"] = True
    if table.primary_key == (column.name,):
        constraints["unique"] = True
    field = {
        "name": column.name,
        "type": _type(column.data_type),
        "description": one_line(column.description),
        "unit": column.unit,
        "references": column.references,
        "constraints": constraints,
    }
    return {key: value for key, value in field.items() if value}


def _type(data_type: str) -> str:
    if data_type in _WHOLE_NUMBERS:
        return "integer"
    if data_type.startswith("decimal"):
        return "number"
    if data_type.startswith("timestamp"):
        return "datetime"
    return _TYPES.get(data_type, "any")
