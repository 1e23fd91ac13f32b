"""Read the files of a table as Spark wrote them: in one folder, or in a folder for each month.

Spark writes a time as an instant, which the warehouse has as a time in UTC without a zone. The time
zone of this machine takes no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb


def files_of(folder: Path) -> list[Path]:
    """Return the files of a table; not what is being written, which is in hidden folders.

    A table without months has a file with its columns even if it has no rows.
    """
    return sorted([*folder.glob("[!._]*.parquet"), *folder.glob("[!._]*=*/[!._]*.parquet")])


def reading(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> str:
    """Return the query for the rows of files; a month is in the name of its folder."""
    rows = _rows(files)
    in_utc = ", ".join(f"{_in_utc(name)} as {name}" for name in _instants(connection, rows))
    return f"select *{f' replace ({in_utc})' if in_utc else ''} {rows}"


def rows_of(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Path], columns: Mapping[str, str]
) -> str:
    """Return the query for the rows of files with these columns and types, in this order."""
    if not files:
        nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        return f"select {nulls} where false"
    rows = _rows(files)
    instants = _instants(connection, rows)
    values = {
        name: _in_utc(name) if kind == "TIMESTAMP" and name in instants else name
        for name, kind in columns.items()
    }
    listed = ", ".join(
        f"cast({values[name]} as {kind}) as {name}" for name, kind in columns.items()
    )
    return f"select {listed} {rows}"


def _rows(files: Sequence[Path]) -> str:
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"from read_parquet([{listed}], hive_partitioning = true)"


def _instants(connection: duckdb.DuckDBPyConnection, rows: str) -> set[str]:
    columns = connection.execute(f"describe {rows}").fetchall()
    return {name for name, kind, *_ in columns if kind == "TIMESTAMP WITH TIME ZONE"}


def _in_utc(name: str) -> str:
    return f"timezone('UTC', {name})"
