"""Write the tables of a publication as Parquet and CSV: the same tables give the same bytes.

One thread writes each file from rows sorted by primary key, so the bytes depend neither on the
number of processors nor on the order in which the table was stored.
"""

# ruff: noqa: S608 - the statements are made of names that the file itself declares
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ontime.catalog.published import Column, Table, identifier
from ontime.releases.comparison.publications import Publication, quoted, relation
from ontime.releases.errors import ReleaseError
from ontime.storage.content_hash import METHOD, content_hash

# a table with more rows than this and a column flight_month gets a Parquet file per month
PARTITIONED_FROM_ROWS = 200_000
# a table with at most this many rows is also written as CSV
CSV_MOST_ROWS = 50_000

_MONTH = "flight_month"


@dataclass(frozen=True)
class DataFile:
    """A file of a table: its path in the release, its rows, size and checksum."""

    path: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Written:
    """The files of a table; `csv` is None for a large table."""

    table: Table
    parquet: tuple[DataFile, ...]
    csv: DataFile | None

    @property
    def is_partitioned(self) -> bool:
        """Whether there is a Parquet file per month, even if there is only one month."""
        return "/" in self.parquet[0].path.removeprefix("parquet/")


def write_tables(
    connection: duckdb.DuckDBPyConnection, publication: Publication, folder: Path
) -> list[Written]:
    """Write every table into a folder and read it back; return what was written.

    Raises:
        ReleaseError: the written rows do not match the content hash in the catalogue, or those of
            the published table if another version of DuckDB computed the hash in the catalogue.
        OSError: the folder cannot be written.

    """
    connection.execute("set preserve_insertion_order = true")
    (folder / "parquet").mkdir()
    (folder / "csv").mkdir()
    written = []
    for table in publication.tables.values():
        connection.execute("set threads = 1")
        parquet = _write_parquet(connection, publication, table, folder)
        csv = None
        if table.row_count <= CSV_MOST_ROWS:
            csv = _write_csv(connection, publication, table, folder)
        connection.execute("reset threads")
        _check(connection, publication, table, folder, parquet)
        written.append(Written(table, parquet, csv))
    return written


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, publication: Publication, table: Table, folder: Path
) -> tuple[DataFile, ...]:
    columns = ", ".join(map(_parquet_column, table.columns))
    month = table.column(_MONTH)
    if table.row_count <= PARTITIONED_FROM_ROWS or month is None or month.data_type != "date":
        path = f"parquet/{table.name}.parquet"
        return (_copy(connection, publication, table, columns, "true", folder, path),)
    (folder / "parquet" / table.name).mkdir()
    months: list[tuple[date | None]] = connection.execute(
        f"select distinct {_MONTH} from {relation(publication, table.name)} order by all"
    ).fetchall()
    files = []
    for (value,) in months:
        condition = f"{_MONTH} = date '{value}'" if value else f"{_MONTH} is null"
        path = f"parquet/{table.name}/{table.name}_{f'{value:%Y-%m}' if value else 'no_month'}"
        files.append(
            _copy(connection, publication, table, columns, condition, folder, f"{path}.parquet")
        )
    return tuple(files)


def _write_csv(
    connection: duckdb.DuckDBPyConnection, publication: Publication, table: Table, folder: Path
) -> DataFile:
    columns = ", ".join(map(_csv_column, table.columns))
    path = f"csv/{table.name}.csv"
    return _copy(connection, publication, table, columns, "true", folder, path)


def _copy(  # noqa: PLR0913, PLR0917 - the parts of one statement
    connection: duckdb.DuckDBPyConnection,
    publication: Publication,
    table: Table,
    columns: str,
    condition: str,
    folder: Path,
    path: str,
) -> DataFile:
    is_csv = path.endswith(".csv")
    options = "format csv, header" if is_csv else "format parquet, compression zstd"
    # sort by the table's own columns, not by the expressions that are written
    order = ", ".join(f"written.{identifier(name)}" for name in table.primary_key) or "all"
    copied = connection.execute(
        f"""
        copy (
            select {columns} from {relation(publication, table.name)} as written
            where {condition}
            order by {order}
        ) to {quoted(str(folder / path))} ({options})
        """
    ).fetchall()
    file = folder / path
    return DataFile(path, int(copied[0][0]), file.stat().st_size, checksum(file))


def _parquet_column(column: Column) -> str:
    name = identifier(column.name)
    # Parquet has no 128-bit integers, so DuckDB would write a double instead
    if column.data_type in ("hugeint", "uhugeint"):
        return f"written.{name}::decimal(38, 0) as {name}"
    return f"written.{name}"


def _csv_column(column: Column) -> str:
    name = identifier(column.name)
    # ISO 8601, which readers of data packages expect
    if column.data_type.startswith("timestamp"):
        return f"replace(written.{name}::varchar, ' ', 'T') as {name}"
    return f"written.{name}"


def _check(
    connection: duckdb.DuckDBPyConnection,
    publication: Publication,
    table: Table,
    folder: Path,
    parquet: tuple[DataFile, ...],
) -> None:
    files = ", ".join(quoted(str(folder / file.path)) for file in parquet)
    # types are content, and Parquet has fewer of them
    columns = ", ".join(
        f"{identifier(column.name)}::{column.data_type} as {identifier(column.name)}"
        for column in table.columns
    )
    connection.execute(
        f"create or replace temp view read_back as select {columns} from read_parquet([{files}])"
    )
    expected = (table.row_count, table.content_hash)
    if publication.facts.get("content_hash_method") != METHOD:
        expected = content_hash(connection, relation(publication, table.name))
    if content_hash(connection, "read_back") != expected:
        raise ReleaseError(
            f"{table.name} is not what its catalogue says it is: the file was changed after it was "
            "published; remove it, run `make publish`, and make the release again."
        )
