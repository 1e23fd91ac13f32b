"""Compare the tables that a cluster wrote with the warehouse's, by the content of their rows.

Spark's tables are Parquet files, which DuckDB reads: one hash for both, computed by one engine. The
names and types of columns are part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ontime.cluster.tables import files_of, reading
from ontime.storage.content_hash import content_hash

_SCHEMA = "of_cluster"


@dataclass(frozen=True)
class Comparison:
    """A table on both sides: its rows, and whether they are equal."""

    table: str
    warehouse_rows: int
    cluster_rows: int | None
    is_equal: bool


def compare(
    warehouse: Path, cluster_warehouse: Path, schema: str = "marts", *, only: str = "%"
) -> list[Comparison]:
    """Return a comparison of each table of a schema of the warehouse whose name is like `only`."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        connection.execute(f"create schema {_SCHEMA}")
        names = connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'warehouse' and schema_name = ? and table_name like ? "
            "order by 1",
            [schema, only],
        ).fetchall()
        for (name,) in names:
            rows, digest = content_hash(connection, f"warehouse.{schema}.{name}")
            folder = cluster_warehouse / f"{schema}.db" / name
            files = files_of(folder)
            if not files:
                # a table by month has a file for each month, and none without rows
                is_empty = rows == 0 and folder.exists()
                found.append(Comparison(name, rows, 0 if is_empty else None, is_equal=is_empty))
                continue
            _view(connection, name, files, _columns(connection, f"warehouse.{schema}.{name}"))
            other_rows, other_digest = content_hash(connection, f"{_SCHEMA}.{name}")
            found.append(Comparison(name, rows, other_rows, is_equal=digest == other_digest))
    return found


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, files: list[Path], columns: list[str]
) -> None:
    """Make a view of what Spark wrote, with its own names and types.

    Where Spark keeps a month in the name of a folder, it has no place among the columns: if the
    names are the same, they come in the order of the warehouse.
    """
    rows = reading(connection, files)
    connection.execute(f"create view {_SCHEMA}.{name} as {rows}")
    if set(columns) == set(_columns(connection, f"{_SCHEMA}.{name}")):
        query = f"select {', '.join(columns)} from ({rows})"  # noqa: S608 - our own names
        connection.execute(f"create or replace view {_SCHEMA}.{name} as {query}")


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    rows = connection.execute(f"describe {relation}").fetchall()
    return [row[0] for row in rows]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
