"""Read the structure of a publication: its tables, columns, keys and descriptions.

Names and types are read from the tables themselves; the catalogue adds what tables cannot store,
and the keys, few of them enforced by the file. If the catalogue is incomplete, as in
publications of an older layout, the keys are those that the file enforces.
"""

# ruff: noqa: S608 - the statements are made of names that the file itself declares
from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

MARTS = "marts"


class ComparisonError(Exception):
    """Two publications cannot be compared; the message gives the reason in one sentence."""


@dataclass(frozen=True)
class Column:
    """A column of a published table; `references` has the form `table.column`."""

    name: str
    data_type: str
    is_nullable: bool
    references: str | None
    unit: str | None
    description: str | None


@dataclass(frozen=True)
class Table:
    """A published table; `content_hash` and `description` are None if the file has none."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    row_count: int
    content_hash: str | None
    description: str | None

    def column(self, name: str) -> Column | None:
        """Return a column by name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def month(self) -> str | None:
        """Return the name of the column that gives the month of a row, or None.

        This is `flight_month`, or else the first date or timestamp in the primary key, or else the
        first date or timestamp that is never null.
        """
        dated = [
            column.name
            for column in self.columns
            if column.data_type in ("date", "timestamp") and not column.is_nullable
        ]
        if (column := self.column("flight_month")) and column.data_type == "date":
            return column.name
        in_key = [name for name in dated if name in self.primary_key]
        return next(iter(in_key or dated), None)


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

    The connection cannot access any other file except in the folder `writes_to`, even if a
    publication contains something like a view that reads `/etc/passwd`.

    Raises:
        ComparisonError: a file is not a publication.

    """
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {quoted(spill)}")
        connection.execute("set enable_progress_bar = false")
        for alias, file in files.items():
            _attach(connection, alias, file)
        if writes_to:
            connection.execute("set allowed_directories = $1", [[str(writes_to.resolve())]])
        connection.execute("set enable_external_access = false")
        yield connection, [_publication(connection, alias, file) for alias, file in files.items()]


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def relation(publication: Publication | str, table: str) -> str:
    """Return the full name of a table of a publication, which may be given by its alias."""
    alias = publication if isinstance(publication, str) else publication.alias
    return f"{alias}.{MARTS}.{identifier(table)}"


def _attach(connection: duckdb.DuckDBPyConnection, alias: str, file: Path) -> None:
    try:
        connection.execute(f"attach {quoted(str(file))} as {alias} (read_only)")
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise ComparisonError(
            f"{file} is no publication: it cannot be opened ({first_line})."
        ) from None


def _publication(connection: duckdb.DuckDBPyConnection, alias: str, file: Path) -> Publication:
    names = [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = ? and schema_name = ? and not starts_with(table_name, '_') "
            "order by table_name",
            [alias, MARTS],
        ).fetchall()
    ]
    told = _Catalogue(connection, alias)
    facts = told.rows("publication")
    if not names or len(facts) != 1:
        raise ComparisonError(
            f"{file} is no publication: it lacks the schema `marts` or the table "
            "`catalogue.publication`."
        )
    tables = {name: _table(connection, alias, name, told) for name in names}
    name = str(facts[0].get("publication_name") or file.stem)
    receipts = sorted(told.rows("source_receipts"), key=_partition)
    return Publication(alias, file, name, facts[0], receipts, tables)


def _partition(receipt: dict[str, Any]) -> list[str]:
    return [str(receipt.get(key)) for key in ("source_name", "table_name", "partition_name")]


class _Catalogue:
    """The catalogue of a file; a missing catalogue table counts as empty."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, alias: str) -> None:
        self._connection, self._alias = connection, alias
        self.tables = {row["table_name"]: row for row in self.rows("tables")}
        self.columns = {
            (row["table_name"], row["column_name"]): row for row in self.rows("columns")
        }

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a catalogue table, or an empty list if there is no such table."""
        try:
            found = self._connection.execute(f"from {self._alias}.catalogue.{table}")
        except duckdb.CatalogException:
            return []
        heads = [column[0] for column in found.description]
        return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]


def _table(connection: duckdb.DuckDBPyConnection, alias: str, name: str, told: _Catalogue) -> Table:
    found = connection.execute(
        "select column_name, lower(data_type), is_nullable from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? "
        "and not starts_with(column_name, '_') order by column_index",
        [alias, MARTS, name],
    ).fetchall()
    columns = []
    for column_name, data_type, is_nullable in found:
        said = told.columns.get((name, column_name), {})
        columns.append(
            Column(
                column_name,
                data_type,
                bool(is_nullable),
                said.get("references_column"),
                said.get("unit"),
                said.get("description"),
            )
        )
    enforced = connection.execute(
        "select constraint_column_names from duckdb_constraints() where database_name = ? "
        "and schema_name = ? and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [alias, MARTS, name],
    ).fetchall()
    by_catalogue = [
        column.name
        for column in columns
        if told.columns.get((name, column.name), {}).get("is_primary_key")
    ]
    counted = connection.execute(f"select count(*) from {relation(alias, name)}").fetchall()
    said = told.tables.get(name, {})
    return Table(
        name,
        tuple(columns),
        tuple(by_catalogue or (enforced[0][0] if enforced else ())),
        int(counted[0][0]),
        said.get("content_hash"),
        said.get("description"),
    )
