"""The tables of a publication that lie beside its file as Parquet, as views.

The catalogue of a published file describes every table of the publication, also those that the file
does not hold. Their rows are Parquet files by month:

    features/<table>/<month>.parquet        beside a published file
    parquet/<table>/<table>_<month>.parquet beside the file of a release, or one file of that name
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

_PLACES = (
    "features/{table}/*.parquet",
    "parquet/{table}/*.parquet",
    "parquet/{table}.parquet",
)


@dataclass(frozen=True)
class ParquetView:
    """A table that lies beside a published file: the query for its rows, and its files.

    It `is_missing` if the catalogue lists rows and there is no file.
    """

    table: str
    query: str
    files: tuple[Path, ...]
    is_missing: bool

    def create_in(self, database: str) -> str:
        """Return the statement that creates the view in the schema `marts` of a database."""
        return f"create view {database}.marts.{_identifier(self.table)} as {self.query}"


def parquet_views(
    connection: duckdb.DuckDBPyConnection, attached_as: str, file: Path
) -> list[ParquetView]:
    """Return the views of the tables that lie beside a published file, in the order of their names.

    Files of an older layout have none.

    Raises:
        duckdb.Error: the file cannot be read.

    """
    if not _has_catalogue(connection, attached_as):
        return []
    catalogue = f"{_identifier(attached_as)}.catalogue"
    columns: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for table, rows, name, data_type in connection.execute(
        f"""
        select tables.table_name, row_count, column_name, data_type
        from {catalogue}.tables as tables
        inner join {catalogue}.columns as columns on tables.table_name = columns.table_name
        where tables.table_name not in (
            select table_name from duckdb_tables()
            where database_name = $1 and schema_name = 'marts'
        )
        order by tables.table_name, ordinal_position
        """,  # noqa: S608 - the name of an attached file
        [attached_as],
    ).fetchall():
        columns.setdefault((table, rows), []).append((_identifier(name), data_type))
    return [_view(table, rows, described, file) for (table, rows), described in columns.items()]


def _has_catalogue(connection: duckdb.DuckDBPyConnection, attached_as: str) -> bool:
    found = connection.execute(
        "select count(*) from duckdb_columns() where database_name = $1 "
        "and schema_name = 'catalogue' and ("
        "table_name = 'tables' and column_name in ('table_name', 'row_count') "
        "or table_name = 'columns' and column_name in "
        "('table_name', 'column_name', 'data_type', 'ordinal_position'))",
        [attached_as],
    ).fetchone()
    return found == (6,)


def _view(table: str, rows: int, columns: list[tuple[str, str]], file: Path) -> ParquetView:
    files = [path for place in _PLACES for path in file.parent.glob(place.format(table=table))]
    if files:
        listed = ", ".join(_quoted(str(path)) for path in sorted(files))
        names = ", ".join(name for name, _ in columns)
        query = f"select {names} from read_parquet([{listed}])"  # noqa: S608 - our own files
    else:
        nothing = ", ".join(f"cast(null as {data_type}) as {name}" for name, data_type in columns)
        query = f"select {nothing} where false"
    return ParquetView(table, query, tuple(sorted(files)), is_missing=bool(rows) and not files)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
