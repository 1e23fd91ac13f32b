"""Make the tables of a lake known to a Spark server: runs in Spark's own environment.

python inside.py HOST PORT LAKE < lake.json. LAKE is a folder, or the address of an object store as
Spark takes it. A table is made once; then each partition is pointed at the file
that the lake names for it, which Spark does in one step: a query has the old file or the new one.
"""

# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

PARTITION = "_source_partition"
TYPES = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "INTEGER": "int",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}


def main(host: str, port: int, lake: str) -> None:
    """Bring the server's tables to what the lake holds."""
    from pyhive import hive  # noqa: PLC0415 - not in the project's own environment

    tables = json.load(sys.stdin)
    with hive.connect(host=host, port=port, username="ontime") as connection:
        cursor = connection.cursor()
        for schema in sorted({table["schema"] for table in tables}):
            cursor.execute(f"create schema if not exists {schema}")
        for table in tables:
            _register(cursor, table, lake)


def _register(cursor: Any, table: dict[str, Any], lake: str) -> None:
    name = f"{table['schema']}.{table['name']}"
    places = {key: f"{lake}/{file.rpartition('/')[0]}" for key, file in table["files"].items()}
    columns = {key: TYPES[kind] for key, kind in table["columns"].items()}
    parts = [PARTITION] if table["is_partitioned"] else []
    # an engine lists the columns that name partitions last
    columns = {key: kind for key, kind in columns.items() if key not in parts} | {
        key: columns[key] for key in parts
    }
    empty = f"{lake}/{table['schema']}/{table['name']}/empty"
    if "://" not in lake:  # an object store has no folders
        Path(empty).mkdir(parents=True, exist_ok=True)
    if _columns(cursor, table["schema"], table["name"]) != columns:
        cursor.execute(f"drop table if exists {name}")
        listed = ", ".join(f"{key} {kind}" for key, kind in columns.items())
        by_part = f"partitioned by ({PARTITION})" if parts else ""
        cursor.execute(
            f"create table {name} ({listed}) using parquet {by_part} location {_text(empty)}"
        )
    if parts:
        _point_partitions(cursor, name, places)
    else:
        place = next(iter(places.values()), empty)
        cursor.execute(f"alter table {name} set location {_text(place)}")
    cursor.execute(f"refresh table {name}")


def _point_partitions(cursor: Any, name: str, places: dict[str, str]) -> None:
    cursor.execute(f"show partitions {name}")
    known = {unquote(row[0].partition("=")[2]) for row in cursor.fetchall()}
    for key in sorted(known - set(places)):
        cursor.execute(f"alter table {name} drop if exists partition ({PARTITION} = {_text(key)})")
    for key, place in places.items():
        partition = f"partition ({PARTITION} = {_text(key)})"
        if key in known:
            cursor.execute(f"alter table {name} {partition} set location {_text(place)}")
        else:
            cursor.execute(f"alter table {name} add {partition} location {_text(place)}")


def _columns(cursor: Any, schema: str, name: str) -> dict[str, str]:
    """Return the columns of a table with their types; none if there is no such table."""
    cursor.execute(f"show tables in {schema} like '{name}'")
    if not cursor.fetchall():
        return {}
    cursor.execute(f"describe {schema}.{name}")
    rows = [(row[0], row[1]) for row in cursor.fetchall()]
    # after an empty line, the columns that name partitions are listed again
    ends = [place for place, (key, _) in enumerate(rows) if not key or key.startswith("#")]
    return dict(rows[: ends[0]] if ends else rows)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
