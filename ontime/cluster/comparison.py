"""Compare the tables that a cluster wrote with the warehouse's, by the content of their rows.

Spark's tables are Parquet files, which DuckDB reads: one hash for both, computed by one engine. The
names and types of columns are part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ontime.storage.content_hash import content_hash

_SCHEMA = "of_cluster"


@dataclass(frozen=True)
class Comparison:
    """A table on both sides: its rows, and whether they are equal."""

    table: str
    warehouse_rows: int
    cluster_rows: int | None
    is_equal: bool


def compare(warehouse: Path, cluster_warehouse: Path, schema: str = "marts") -> list[Comparison]:
    """Return a comparison of each table of a schema of the warehouse."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        connection.execute(f"create schema {_SCHEMA}")
        names = connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'warehouse' and schema_name = ? order by 1",
            [schema],
        ).fetchall()
        for (name,) in names:
            rows, digest = content_hash(connection, f"warehouse.{schema}.{name}")
            files = cluster_warehouse / f"{schema}.db" / name
            if not any(files.glob("*.parquet")):
                found.append(Comparison(name, rows, None, is_equal=False))
                continue
            view(connection, f"{_SCHEMA}.{name}", files)
            other_rows, other_digest = content_hash(connection, f"{_SCHEMA}.{name}")
            found.append(Comparison(name, rows, other_rows, is_equal=digest == other_digest))
    return found


def view(connection: duckdb.DuckDBPyConnection, name: str, files: Path) -> None:
    """Make a view of the files that Spark wrote for a table."""
    connection.execute(
        f"create view {name} as select * from read_parquet('{_quoted(files)}/*.parquet')"  # noqa: S608
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
