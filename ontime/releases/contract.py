"""The contract of the published tables in the Open Data Contract Standard (ODCS).

Reference: https://bitol-io.github.io/open-data-contract-standard/

It says what `dbt_project/contracts/` promises and what the published file holds, in one document
that tools of other houses read: tables, columns, types, keys, references and units. The rules of
quality are those that every publication has passed: keys, and columns that are never null.
"""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.catalog.published import MARTS, Column, Table
from ontime.releases.description import Release
from ontime.releases.files import Written
from ontime.storage.paths import published_file

FILE = "datacontract.odcs.yaml"
# of the tables that are published as Parquet alone
FILE_OF_FEATURES = "datacontract-features.odcs.yaml"
_STANDARD = "v3.1.0"
_TYPES = {
    "varchar": "string",
    "boolean": "boolean",
    "double": "number",
    "float": "number",
    "hugeint": "integer",
    "uhugeint": "integer",
    "date": "date",
    "time": "time",
}


def contracts(release: Release) -> dict[str, str]:
    """Return the contracts of a release, as YAML by the name of their file.

    A contract is about one place: the database, or the folders of the tables that lie beside it.
    """
    inside = [written for written in release.tables if written.table.is_in_file]
    beside = [written for written in release.tables if not written.table.is_in_file]
    server = {"type": "duckdb", "database": published_file().name, "schema": MARTS}
    found = {FILE: _document(release, "ontime-marts", server, inside)}
    if beside:
        path = f"parquet/{{model}}{'/*' if beside[0].is_partitioned else ''}.parquet"
        server = {"type": "local", "path": path, "format": "parquet"}
        found[FILE_OF_FEATURES] = _document(release, "ontime-features", server, beside)
    return found


def _document(release: Release, name: str, server: dict[str, str], tables: list[Written]) -> str:
    document = {
        "apiVersion": _STANDARD,
        "kind": "DataContract",
        "id": name,
        "name": "US flight punctuality",
        "version": release.version,
        "status": "active",
        "dataProduct": "ontime",
        "domain": "aviation",
        "description": {
            "purpose": release.citation["abstract"].strip(),
            "usage": "Add up counts, then divide: rates of different groups are never averaged.",
            "limitations": "Null means that the sources do not report a value; see the columns.",
        },
        "tags": list(release.citation["keywords"]),
        "servers": [{"server": "published", "environment": "prod", **server}],
        "schema": [_table(written.table) for written in tables],
    }
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100))


def _table(table: Table) -> dict[str, Any]:
    key = table.primary_key
    description = (table.description or "").strip()
    found: dict[str, Any] = {
        "name": table.name,
        "physicalName": table.name,
        "logicalType": "object",
        "physicalType": "table" if table.is_in_file else "parquet",
        "description": description,
        "properties": [_column(column, table) for column in table.columns],
    }
    if key:
        found["dataGranularityDescription"] = f"One row for each {', '.join(key)}"
        found["quality"] = [
            {
                "metric": "duplicateValues",
                "arguments": {"properties": list(key)},
                "mustBe": 0,
                "description": "The primary key is unique.",
                "dimension": "uniqueness",
            }
        ]
    return found


def _column(column: Column, table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "physicalName": column.name,
        "logicalType": _logical(column.data_type),
        "physicalType": column.data_type,
        "description": " ".join((column.description or "").split()),
        "required": not column.is_nullable,
    }
    if column.is_primary_key:
        found["primaryKey"] = True
        found["primaryKeyPosition"] = table.primary_key.index(column.name) + 1
        found["unique"] = table.primary_key == (column.name,)
    if column.references:
        found["relationships"] = [{"type": "foreignKey", "to": column.references}]
    if column.unit:
        found["customProperties"] = [{"property": "unit", "value": column.unit}]
    return {name: value for name, value in found.items() if value not in ("", False, None)}


def _logical(data_type: str) -> str:
    """Return the type of the standard for a type of DuckDB."""
    if data_type.endswith("]"):
        return "array"
    if data_type.startswith(("struct", "map", "union")):
        return "object"
    if data_type.startswith("timestamp"):
        return "timestamp"
    if data_type.startswith("decimal"):
        return "number"
    if data_type.endswith("int") or data_type.endswith("integer"):
        return "integer"
    return _TYPES.get(data_type, "string")
