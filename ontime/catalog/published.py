"""The structure of a publication: its tables with their columns, keys and descriptions.

Names and types are read from the tables themselves. The catalogue adds what tables cannot store,
and the keys, few of them enforced by the file. Where the catalogue is silent, as for its own tables
and in publications of an older layout, keys and descriptions are those that the file itself holds.
Tables that lie beside the file as Parquet are views in another database of the connection; the
catalogue alone describes them.
"""

# ruff: noqa: S608 - the statements are made of names that the file itself declares
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

MARTS = "marts"
CATALOGUE = "catalogue"


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    `data_type` is DuckDB's name of the type, in lower case; `references` has the form
    `table.column`, within the schema of the table.
    """

    name: str
    data_type: str
    is_nullable: bool
    is_primary_key: bool
    references: str | None
    unit: str | None
    description: str | None


@dataclass(frozen=True)
class Table:
    """A published table; `content_hash` and `description` are None if the file has none.

    `database` is the one of the connection in which it has its rows.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    row_count: int
    content_hash: str | None
    description: str | None
    database: str = ""
    is_in_file: bool = True

    @property
    def full_name(self) -> str:
        """Return the name with its schema."""
        return f"{self.schema}.{self.name}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Return the names of the columns that identify a row, in the order of the table."""
        return tuple(column.name for column in self.columns if column.is_primary_key)

    def column(self, name: str) -> Column | None:
        """Return a column by name."""
        return next((column for column in self.columns if column.name == name), None)


class PublishedFile:
    """A published file behind a connection: its catalogue, and the structure of its tables."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        alias: str | None = None,
        views_in: str = "memory",
    ) -> None:
        """Read the catalogue of the file.

        `alias` is its name if it is attached to a connection, `views_in` the database with the
        views of the tables that lie beside it.
        """
        self._connection = connection
        self._views_in = views_in
        self._database = alias or _one(connection, "select current_database()")
        self._tables = {row["table_name"]: row for row in self.rows("tables")}
        self._columns = {
            (row["table_name"], row["column_name"]): row for row in self.rows("columns")
        }

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a catalogue table, or an empty list if there is no such table."""
        try:
            found = self._connection.execute(
                f"from {identifier(self._database)}.{CATALOGUE}.{identifier(table)}"
            )
        except duckdb.CatalogException:
            return []
        heads = [column[0] for column in found.description]
        return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]

    def tables(self, schema: str = MARTS) -> list[Table]:
        """Return the tables of a schema, sorted by name; names with a first `_` are internal."""
        found = self._connection.execute(
            """
            select table_name, comment
            from duckdb_tables()
            where database_name = $1 and schema_name = $2 and not starts_with(table_name, '_')
            order by table_name
            """,
            [self._database, schema],
        ).fetchall()
        tables = [self._table(schema, name, comment) for name, comment in found]
        beside = self._connection.execute(
            "select view_name from duckdb_views() where database_name = $1 and schema_name = $2 "
            "and not internal order by view_name",
            [self._views_in, schema],
        ).fetchall()
        tables += [
            self._table_beside(schema, name)
            for (name,) in beside
            if name in self._tables and name not in {table.name for table in tables}
        ]
        return sorted(tables, key=lambda table: table.name)

    def _table_beside(self, schema: str, name: str) -> Table:
        """Return a table that lies beside the file, as the catalogue describes it."""
        columns = [row for (table, _), row in self._columns.items() if table == name]
        return Table(
            schema,
            name,
            tuple(
                Column(
                    row["column_name"],
                    row["data_type"],
                    bool(row.get("is_nullable", True)),
                    bool(row.get("is_primary_key")),
                    row.get("references_column"),
                    row.get("unit"),
                    row.get("description"),
                )
                for row in sorted(columns, key=lambda row: row["ordinal_position"])
            ),
            self._count(self._views_in, schema, name),
            self._tables[name].get("content_hash"),
            self._tables[name].get("description"),
            self._views_in,
            is_in_file=False,
        )

    def _count(self, *names: str) -> int:
        return int(
            _one(self._connection, f"select count(*) from {'.'.join(map(identifier, names))}")
        )

    def _table(self, schema: str, name: str, comment: str | None) -> Table:
        found = self._connection.execute(
            """
            select column_name, lower(data_type), is_nullable, comment
            from duckdb_columns()
            where database_name = $1 and schema_name = $2 and table_name = $3
                and not starts_with(column_name, '_')
            order by column_index
            """,
            [self._database, schema, name],
        ).fetchall()
        of_table = self._tables.get(name, {}) if schema == MARTS else {}
        of_columns = {
            column: self._columns.get((name, column), {}) if schema == MARTS else {}
            for column, *_ in found
        }
        enforced_key, enforced_references = self._enforced(schema, name)
        key = {
            column for column, row in of_columns.items() if row.get("is_primary_key")
        } or enforced_key
        return Table(
            schema,
            name,
            tuple(
                Column(
                    column,
                    data_type,
                    bool(is_nullable),
                    column in key,
                    of_columns[column].get("references_column") or enforced_references.get(column),
                    of_columns[column].get("unit"),
                    of_columns[column].get("description") or column_comment,
                )
                for column, data_type, is_nullable, column_comment in found
            ),
            self._count(self._database, schema, name),
            of_table.get("content_hash"),
            of_table.get("description") or comment,
            self._database,
        )

    def _enforced(self, schema: str, name: str) -> tuple[set[str], dict[str, str]]:
        """Return the key that the file enforces, and the columns that its columns refer to."""
        constraints = self._connection.execute(
            """
            select
                constraint_type,
                constraint_column_names,
                referenced_table,
                referenced_column_names
            from duckdb_constraints()
            where database_name = $1 and schema_name = $2 and table_name = $3
            """,
            [self._database, schema, name],
        ).fetchall()
        return (
            {column for kind, own, *_ in constraints if kind == "PRIMARY KEY" for column in own},
            {
                column: f"{parent}.{parent_column}"
                for kind, own, parent, parents in constraints
                if kind == "FOREIGN KEY"
                for column, parent_column in zip(own, parents, strict=True)
            },
        )


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> Any:
    return connection.execute(statement).fetchall()[0][0]
