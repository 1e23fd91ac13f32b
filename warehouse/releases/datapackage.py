"""Describe a release as a Frictionless data package (version 2 of that standard).

Reference: https://datapackage.org/standard/data-package/

The resource named like a table is its CSV file if it has one, else its Parquet: CSV is what the
tools of that standard read best. The Parquet file of a table that has both is `<table>_parquet`.
"""

from __future__ import annotations

from typing import Any

from warehouse.comparison.publications import Column, Table
from warehouse.releases.description import Release, as_json, one_line
from warehouse.releases.files import DataFile, Written
from warehouse.releases.sources import Source

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
    resources = [resource for written in release.tables for resource in _resources(written)]
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
    """Return the source files, each with its checksum, and the publisher where they are from."""
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


def _resources(written: Written) -> list[dict[str, Any]]:
    table = written.table
    described = {
        "type": "table",
        "title": table.name,
        "description": (table.description or "").strip(),
        "rows": table.row_count,
        "contentHash": table.content_hash,
    }
    schema = table_schema(table)
    if not written.csv:
        return [{"name": table.name, **_files(written.parquet), **described, "schema": schema}]
    csv = {
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "path": written.csv.path,
        "bytes": written.csv.size,
        "hash": f"sha256:{written.csv.sha256}",
    }
    return [
        {"name": table.name, **csv, **described, "schema": schema},
        {
            "name": f"{table.name}_parquet",
            **_files(written.parquet),
            **described,
            "schema": schema,
        },
    ]


def _files(files: tuple[DataFile, ...]) -> dict[str, Any]:
    """Return where the Parquet of a table is; the checksums of several files are listed beside."""
    kind = {"format": "parquet", "mediatype": _PARQUET}
    if len(files) == 1:
        (file,) = files
        return {"path": file.path, **kind, "bytes": file.size, "hash": f"sha256:{file.sha256}"}
    return {
        "path": [file.path for file in files],
        **kind,
        "files": [
            {
                "path": file.path,
                "rows": file.rows,
                "bytes": file.size,
                "hash": f"sha256:{file.sha256}",
            }
            for file in files
        ],
    }


def table_schema(table: Table) -> dict[str, Any]:
    """Return the schema of a table: fields, null, primary key, foreign keys."""
    foreign_keys = []
    for column in table.columns:
        if column.references:
            parent, _, parent_column = column.references.partition(".")
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
