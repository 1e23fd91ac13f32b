"""A published table as PostgreSQL statements: its types, its rows, its keys, its comments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from ontime.catalog.published import Column, Table
from ontime.serving.postgres.order import CopyError

_TYPES = {
    "boolean": "boolean",
    "tinyint": "smallint",
    "utinyint": "smallint",
    "smallint": "smallint",
    "usmallint": "integer",
    "integer": "integer",
    "uinteger": "bigint",
    "bigint": "bigint",
    "ubigint": "numeric(20, 0)",
    "hugeint": "numeric(39, 0)",
    "float": "real",
    "double": "double precision",
    "varchar": "text",
    "date": "date",
    "timestamp": "timestamp without time zone",
}


def type_of(table: Table, column: Column) -> str:
    """Return PostgreSQL's name of a column's type.

    Raises:
        CopyError: PostgreSQL has no type that holds the same values.

    """
    decimal = re.fullmatch(r"decimal\((\d+),\s*(\d+)\)", column.data_type)
    if decimal:
        return f"numeric({decimal[1]}, {decimal[2]})"
    if column.data_type not in _TYPES:
        raise CopyError(
            f"{table.full_name}.{column.name} is a {column.data_type}, for which the copy has no "
            "type of PostgreSQL."
        )
    return _TYPES[column.data_type]


def as_csv(batch: pa.RecordBatch) -> memoryview:
    """Return rows as CSV for PostgreSQL: texts quoted, nulls empty."""
    target = io.BytesIO()
    csv.write_csv(batch, target, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return target.getbuffer()


def definition(table: Table, schema: str) -> sql.Composed:
    """Return the statement that creates a table, without its keys."""
    return sql.SQL("create table {} ({})").format(
        sql.Identifier(schema, table.name),
        sql.SQL(", ").join(
            sql.SQL("{} {}{}").format(
                sql.Identifier(column.name),
                sql.SQL(type_of(table, column)),
                sql.SQL("" if column.is_nullable else " not null"),
            )
            for column in table.columns
        ),
    )


def filling(table: Table, schema: str) -> sql.Composed:
    """Return the statement that loads the rows.

    Rows that are loaded in the transaction that creates their table can be stored as frozen:
    readers whose snapshot is older than the copy see them, too, and no vacuum has to visit them.
    """
    return sql.SQL("copy {} ({}) from stdin with (format csv, freeze)").format(
        sql.Identifier(schema, table.name), _names(column.name for column in table.columns)
    )


def primary_key(table: Table, schema: str) -> Iterator[sql.Composed]:
    """Yield the statement that adds the primary key, if there is one."""
    if table.primary_key:
        yield sql.SQL("alter table {} add primary key ({})").format(
            sql.Identifier(schema, table.name), _names(table.primary_key)
        )


def foreign_keys(table: Table, schema: str) -> Iterator[sql.Composed]:
    """Yield the statements that add the foreign keys."""
    for column in table.columns:
        if column.references:
            parent, _, parent_column = column.references.partition(".")
            yield sql.SQL("alter table {} add foreign key ({}) references {} ({})").format(
                sql.Identifier(schema, table.name),
                sql.Identifier(column.name),
                sql.Identifier(schema, parent),
                sql.Identifier(parent_column),
            )


def comments(table: Table, schema: str) -> Iterator[sql.Composed]:
    """Yield the statements that say what a table and its columns mean."""
    yield sql.SQL("comment on table {} is {}").format(
        sql.Identifier(schema, table.name), sql.Literal(table.description)
    )
    for column in table.columns:
        yield sql.SQL("comment on column {} is {}").format(
            sql.Identifier(schema, table.name, column.name), sql.Literal(column.description)
        )


def grants(schema: str, role: str) -> Iterator[sql.Composed]:
    """Yield the statements that let a role read all tables of a schema."""
    names = sql.Identifier(schema), sql.Identifier(role)
    yield sql.SQL("grant usage on schema {} to {}").format(*names)
    yield sql.SQL("grant select on all tables in schema {} to {}").format(*names)


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
