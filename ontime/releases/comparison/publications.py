"""Open publications side by side, and read what each consists of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ontime.catalog.published import MARTS, PublishedFile, Table, identifier
from ontime.storage.parquet_views import parquet_views


class ComparisonError(Exception):
    """Two publications cannot be compared; the message gives the reason in one sentence."""


@dataclass(frozen=True)
class Publication:
    """A published file that is attached to a connection under `alias`.

    `facts` is its row of `catalogue.publication`; `receipts` describe its source files.
    """

    alias: str
    file: Path
    name: str
    facts: dict[str, Any]
    receipts: list[dict[str, Any]]
    tables: dict[str, Table]


@contextmanager
def attached(
    *, writes_to: Path | None = None, **files: Path
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Publication]]]:
    """Yield a connection to which publications are attached read-only, each under its keyword.

    The connection cannot access any other file except in the folder `writes_to` and the Parquet
    files that belong to them, even if a publication contains something like a view that reads
    `/etc/passwd`.

    Raises:
        ComparisonError: a file is not a publication, or misses its Parquet files.

    """
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {quoted(spill)}")
        connection.execute("set enable_progress_bar = false")
        beside: list[Path] = []
        for alias, file in files.items():
            _attach(connection, alias, file)
            beside += _attach_views(connection, alias, file.resolve())
        connection.execute("set allowed_paths = $1", [[str(path) for path in beside]])
        if writes_to:
            connection.execute("set allowed_directories = $1", [[str(writes_to.resolve())]])
        connection.execute("set enable_external_access = false")
        yield connection, [_publication(connection, alias, file) for alias, file in files.items()]


def month_column(table: Table) -> str | None:
    """Return the name of the column that gives the month of a row, or None.

    This is `flight_month`, or else the first date or timestamp in the primary key, or else the
    first date or timestamp that is never null.
    """
    dated = [
        column
        for column in table.columns
        if column.data_type in ("date", "timestamp") and not column.is_nullable
    ]
    if (column := table.column("flight_month")) and column.data_type == "date":
        return column.name
    in_key = [column for column in dated if column.is_primary_key]
    return next((column.name for column in in_key or dated), None)


def quoted(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def relation(publication: Publication, table: str) -> str:
    """Return the full name of a table of a publication."""
    return f"{publication.tables[table].database}.{MARTS}.{identifier(table)}"


def _attach(connection: duckdb.DuckDBPyConnection, alias: str, file: Path) -> None:
    try:
        connection.execute(f"attach {quoted(str(file))} as {alias} (read_only)")
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise ComparisonError(
            f"{file} is no publication: it cannot be opened ({first_line})."
        ) from None


def _attach_views(connection: duckdb.DuckDBPyConnection, alias: str, file: Path) -> list[Path]:
    """Attach a database with the views of what lies beside a file; return the files they read."""
    connection.execute(f"attach ':memory:' as {_views_of(alias)}")
    connection.execute(f"create schema {_views_of(alias)}.{MARTS}")
    files: list[Path] = []
    for view in parquet_views(connection, alias, file):
        if view.is_missing:
            raise ComparisonError(
                f"{file} cannot be read as a whole: the Parquet files of {view.table} belong into "
                f"the folder features/{view.table} beside it."
            )
        connection.execute(view.create_in(_views_of(alias)))
        files += view.files
    return files


def _views_of(alias: str) -> str:
    return f"{alias}_views"


def _publication(connection: duckdb.DuckDBPyConnection, alias: str, file: Path) -> Publication:
    published = PublishedFile(connection, alias, _views_of(alias))
    tables = {table.name: table for table in published.tables()}
    facts = published.rows("publication")
    if not tables or len(facts) != 1:
        raise ComparisonError(
            f"{file} is no publication: it lacks the schema `marts` or the table "
            "`catalogue.publication`."
        )
    name = str(facts[0].get("publication_name") or file.stem)
    receipts = sorted(published.rows("source_receipts"), key=_partition)
    return Publication(alias, file, name, facts[0], receipts, tables)


def _partition(receipt: dict[str, Any]) -> list[str]:
    return [str(receipt.get(key)) for key in ("source_name", "table_name", "partition_name")]
