"""The content of a file of flights: open it, check it, and keep it or the part of a month."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from ingest.declarations import SourceFile, Table
from ingest.errors import RefusedFileError
from ingest.landing.checksums import file_sha256
from ingest.publishers import Extent, Received
from ingest.reading import archives
from ingest.reading.headers import Layout, find_header, header_fields
from ingest.reading.lines import LONGEST_LINE_BYTES, PADDING, Dialect, ends_whole, split_fields
from ingest.reading.packing import UNREADABLE, entry
from ingest.reading.partitions import lines_of_partition, loadable_rows
from ingest.sources.transtats.columns import day_of_flight_date, month_of_flight_date
from ingest.sources.transtats.series import Series

_ROWS_LOOKED_AT = 20
_CHUNK_BYTES = 1 << 20


def check(series: Series, received: Received) -> None:
    """Refuse a file that is not that of its month; check the archive, header and first rows."""
    received.stream.seek(0)
    if is_plain(received.stream, series.table):
        _check_table(series, received.stream, received.name, received)
        _check_end(series.table, received.stream, received.name)
        return
    member = archives.only_table(received)
    received.stream.seek(0)
    with zipfile.ZipFile(received.stream) as archive, archive.open(member) as table:
        _check_table(series, table, f"{member} in {received.name}", received)


def keep(series: Series, received: Received, path: Path) -> None:
    """Write the archive unchanged; put a plain table, or a month of several, into an archive."""
    received.stream.seek(0)
    if not received.shared_by and not is_plain(received.stream, series.table):
        with path.open("wb") as landed:
            shutil.copyfileobj(received.stream, landed)
        return
    with (
        table_in(received.stream, series.table) as table,
        zipfile.ZipFile(path, "w") as archive,
        archive.open(entry(series.web_member), "w", force_zip64=True) as kept,
    ):
        if received.shared_by:
            kept.writelines(
                lines_of_partition(
                    table, series.table, received.name, received.partition, received.shared_by
                )
            )
        else:
            shutil.copyfileobj(table, kept)


def files(series: Series, path: Path, partition: str) -> list[SourceFile]:
    """Return the table in a landed archive."""
    with zipfile.ZipFile(path) as archive:
        return [SourceFile(series.table, partition, path, _only_table(archive))]


def table_sha256(series: Series, path: Path) -> str | None:
    """Return the checksum of the table in a file, packed or not."""
    try:
        with path.open("rb") as stream, table_in(stream, series.table) as table:
            digest = hashlib.sha256()
            while chunk := table.read(_CHUNK_BYTES):
                digest.update(chunk)
            return digest.hexdigest()
    except (*UNREADABLE, RefusedFileError):
        return file_sha256(path)


def extent(series: Series, path: Path, month: str) -> Extent:
    """Return how much of a month a file holds: which days and carriers, and how many flights."""
    columns = [series.table.column(name) for name in ("FlightDate", series.carrier)]
    names = [column.raw_name for column in columns]
    days, carriers, flights = set[str](), set[str](), 0
    with path.open("rb") as stream, table_in(stream, series.table) as table:
        for rows in loadable_rows(table, series.table, path.name):
            for group in rows.group_by(names).aggregate([([], "count_all")]).to_pylist():
                day = day_of_flight_date(group[names[0]] or "")
                if day.startswith(month):
                    days.add(day)
                    carriers.add(group[names[1]] or "")
                    flights += group["count_all"]
    return Extent(frozenset(days), frozenset(carriers), flights, "carriers", "flights")


@contextmanager
def table_in(stream: IO[bytes], table: Table) -> Iterator[IO[bytes]]:
    """Open the table in a file, which is plain or the only one in an archive.

    Raises:
        RefusedFileError: it is an archive without a table, or with several.

    """
    if is_plain(stream, table):
        yield stream
        return
    with zipfile.ZipFile(stream) as archive:
        if (member := _only_table(archive)) is None:
            raise RefusedFileError(f"{stream.name} does not hold one table.")
        with archive.open(member) as opened:
            yield opened


def is_plain(stream: IO[bytes], table: Table) -> bool:
    """Return whether a stream is a plain table, judged by its header; rewind the stream."""
    stream.seek(0)
    line = stream.readline(LONGEST_LINE_BYTES)
    stream.seek(0)
    if line.startswith(archives.START_OF_ARCHIVE):  # one that is not compressed shows a header too
        return False
    names = names_in_header(line, table)
    return bool(_names_of(table) & {name.casefold() for name in names})


def names_in_header(line: bytes, table: Table) -> list[str]:
    """Return the names in a line; none if it cannot be a header."""
    try:
        return header_fields(line, table)
    except csv.Error:
        return []


def first_months(stream: IO[bytes], layout: Layout, table: Table) -> list[str]:
    """Return the months of the first rows, enough that one damaged row does not decide."""
    rows = (stream.readline(LONGEST_LINE_BYTES) for _ in range(_ROWS_LOOKED_AT))
    return [month for row in rows if row and (month := _month(row, layout, table))]


def _check_table(series: Series, stream: IO[bytes], name: str, received: Received) -> None:
    try:
        layout, _ = find_header(stream, series.table, name)
    except csv.Error as error:
        raise RefusedFileError(f"{name} cannot be read as delimited text ({error}).") from None
    if received.shared_by:
        return
    start = stream.readline(LONGEST_LINE_BYTES)
    if not start:
        raise RefusedFileError(f"{name} holds a header and no flights.")
    first = _month(start, layout, series.table)
    months = [*([first] if first else []), *first_months(stream, layout, series.table)]
    if received.partition not in months:
        begins = f"those of {months[0]}" if months else "rows without a date"
        raise RefusedFileError(
            f"{name} should hold the flights of {received.partition}, but begins with {begins}."
        )


def _check_end(table: Table, stream: IO[bytes], name: str) -> None:
    """Refuse a table whose last line has no line break and fewer values than the header."""
    if ends_whole(stream):
        return
    stream.seek(0)
    layout, _ = find_header(stream, table, name)
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - LONGEST_LINE_BYTES))
    last = stream.read().rstrip(PADDING).rpartition(b"\n")[2]
    dialect = Dialect(table.encoding, table.quoted)
    try:
        fields = split_fields(last.decode(table.encoding, "replace"), dialect)
    except csv.Error:  # such a line is quarantined
        return
    if len(fields) < len(layout.names):
        raise RefusedFileError(
            f"{name} ends in the middle of a line: it was cut short. Download it again."
        )


def _month(row: bytes, layout: Layout, table: Table) -> str:
    """Return the month of a row, or an empty text if it does not say."""
    dialect = Dialect(table.encoding, table.quoted)
    try:
        fields = split_fields(row.decode(table.encoding), dialect)
    except csv.Error:
        return ""
    dates = [place for place, column in layout.kept.items() if column.name == "FlightDate"]
    return month_of_flight_date(fields[dates[0]]) if dates[0] < len(fields) else ""


@cache
def _names_of(table: Table) -> frozenset[str]:
    """Return every name that a column of the table has had, in small letters."""
    return frozenset(
        name.casefold() for column in table.columns for name in (column.name, *column.aliases)
    )


def _only_table(archive: zipfile.ZipFile) -> str | None:
    tables = archives.tables(archive)
    return tables[0].filename if len(tables) == 1 else None
