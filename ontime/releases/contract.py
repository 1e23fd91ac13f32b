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
from ontime.storage.paths import published_file

FILE = "datacontract.odcs.yaml"
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


def contract(release: Release) -> str:
    """Return the contract of the tables of a release, as YAML."""
    document = {
        "apiVersion": _STANDARD,
        "kind": "DataContract",
        "id": "ontime-marts",
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
        "servers": [
            {
                "server": "published",
                "type": "duckdb",
                "environment": "prod",
                "database": published_file().name,
                "schema": MARTS,
                "description": "Read-only. Tables with partitions lie beside it as Parquet.",
            }
        ],
        "schema": [_table(written.table) for written in release.tables],
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
