"""The structure of a published file, read from its catalogue, constraints and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Column:
    """A column: its name, its DuckDB type, whether it may be null, its description."""

    name: str
    data_type: str
    is_nullable: bool
    comment: str | None


@dataclass(frozen=True)
class Reference:
    """A foreign key: columns that refer to columns of another table of the same schema."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with its columns, keys, number of rows and description."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    references: tuple[Reference, ...]
    rows: int
    comment: str | None

    @property
    def full_name(self) -> str:
        """Return the name with its schema."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Publication:
    """A publication: its name, the fingerprint of its content, its tables."""

    name: str
    fingerprint: str
    tables: tuple[Table, ...]

    @property
    def schemas(self) -> list[str]:
        """Return the names of the schemas that hold its tables."""
        return sorted({table.schema for table in self.tables})


def described(connection: duckdb.DuckDBPyConnection) -> Publication:
    """Return the structure of the published file behind a connection."""
    name, fingerprint = connection.execute(
        "select publication_name, fingerprint from catalogue.publication"
    ).fetchall()[0]
    names = connection.execute(
        """
        select schema_name, table_name, comment
        from duckdb_tables()
        where not internal and not temporary
        order by schema_name, table_name
        """
    ).fetchall()
    keys = _keys_of_the_marts(connection)
    tables = tuple(
        _table(connection, schema, table, comment, keys.get(table) if schema == "marts" else None)
        for schema, table, comment in names
    )
    return Publication(name, fingerprint, tables)


def batches(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table in batches."""
    rows = connection.execute(f"select * from {_quoted(table.schema)}.{_quoted(table.name)}")  # noqa: S608 - names of the file's own
    yield from rows.to_arrow_reader(ROWS_AT_A_TIME)


@dataclass(frozen=True)
class _Keys:
    primary_key: tuple[str, ...]
    references: tuple[Reference, ...]


def _keys_of_the_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, _Keys]:
    """Return the keys of each mart from the catalogue: the file enforces only some of them."""
    rows = connection.execute(
        """
        select table_name, column_name, is_primary_key, references_column
        from catalogue.columns
        order by table_name, ordinal_position
        """
    ).fetchall()
    return {
        table: _Keys(
            tuple(column for name, column, is_key, _ in rows if name == table and is_key),
            tuple(
                Reference((column,), *_parent(referred))
                for name, column, _, referred in rows
                if name == table and referred
            ),
        )
        for table in {row[0] for row in rows}
    }


def _parent(referred: str) -> tuple[str, tuple[str, ...]]:
    table, _, column = referred.partition(".")
    return table, (column,)


def _enforced_keys(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> _Keys:
    constraints = connection.execute(
        """
        select
            constraint_type,
            constraint_column_names,
            referenced_table,
            referenced_column_names
        from duckdb_constraints()
        where schema_name = $1 and table_name = $2
        order by constraint_index
        """,
        [schema, name],
    ).fetchall()
    return _Keys(
        next((tuple(own) for kind, own, *_ in constraints if kind == "PRIMARY KEY"), ()),
        tuple(
            Reference(tuple(own), parent, tuple(parents))
            for kind, own, parent, parents in constraints
            if kind == "FOREIGN KEY"
        ),
    )


def _table(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    comment: str | None,
    catalogued: _Keys | None,
) -> Table:
    columns = connection.execute(
        """
        select column_name, data_type, is_nullable, comment
        from duckdb_columns()
        where schema_name = $1 and table_name = $2
        order by column_index
        """,
        [schema, name],
    ).fetchall()
    keys = catalogued or _enforced_keys(connection, schema, name)
    count = connection.execute(f"select count(*) from {_quoted(schema)}.{_quoted(name)}").fetchall()  # noqa: S608 - names of the file's own
    return Table(
        schema,
        name,
        tuple(Column(*column) for column in columns),
        keys.primary_key,
        keys.references,
        count[0][0],
        comment,
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
