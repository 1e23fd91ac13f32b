"""The content of a file of flights: open it, check it, and keep it or the part of a month."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest.declarations import SourceFile
from ingest.errors import RefusedFileError
from ingest.landing.checksums import file_sha256
from ingest.publishers import Extent, Received
from ingest.reading import archives
from ingest.reading.headers import Layout, find_header, header_fields
from ingest.reading.lines import LONGEST_LINE_BYTES, PADDING, Dialect, ends_whole, split_fields
from ingest.reading.packing import UNREADABLE, entry
from ingest.reading.partitions import lines_of_partition, loadable_rows
from ingest.sources.bts.columns import ON_TIME, day_of_flight_date, month_of_flight_date

_WEB_FORM_MEMBER = "T_ONTIME_REPORTING.csv"
_ROWS_LOOKED_AT = 20
_CHUNK_BYTES = 1 << 20
_NAMES = {name.casefold() for column in ON_TIME.columns for name in (column.name, *column.aliases)}


def check(received: Received) -> None:
    """Refuse a file that is not that of its month; check the archive, header and first rows."""
    received.stream.seek(0)
    if is_plain(received.stream):
        _check_table(received.stream, received.name, received)
        _check_end(received.stream, received.name)
        return
    member = archives.only_table(received)
    received.stream.seek(0)
    with zipfile.ZipFile(received.stream) as archive, archive.open(member) as table:
        _check_table(table, f"{member} in {received.name}", received)


def keep(received: Received, path: Path) -> None:
    """Write the archive unchanged; put a plain table, or a month of several, into an archive."""
    received.stream.seek(0)
    if not received.shared_by and not is_plain(received.stream):
        with path.open("wb") as landed:
            shutil.copyfileobj(received.stream, landed)
        return
    with (
        table_in(received.stream) as table,
        zipfile.ZipFile(path, "w") as archive,
        archive.open(entry(_WEB_FORM_MEMBER), "w", force_zip64=True) as kept,
    ):
        if received.shared_by:
            kept.writelines(
                lines_of_partition(
                    table, ON_TIME, received.name, received.partition, received.shared_by
                )
            )
        else:
            shutil.copyfileobj(table, kept)


def files(path: Path, partition: str) -> list[SourceFile]:
    """Return the table in a landed archive."""
    with zipfile.ZipFile(path) as archive:
        return [SourceFile(ON_TIME, partition, path, _only_table(archive))]


def table_sha256(path: Path) -> str | None:
    """Return the checksum of the table in a file, packed or not."""
    try:
        with path.open("rb") as stream, table_in(stream) as table:
            digest = hashlib.sha256()
            while chunk := table.read(_CHUNK_BYTES):
                digest.update(chunk)
            return digest.hexdigest()
    except (*UNREADABLE, RefusedFileError):
        return file_sha256(path)


def extent(path: Path, month: str) -> Extent:
    """Return how much of a month a file holds: which days and carriers, and how many flights."""
    columns = [ON_TIME.column(name) for name in ("FlightDate", "Reporting_Airline")]
    names = [column.raw_name for column in columns]
    days, carriers, flights = set[str](), set[str](), 0
    with path.open("rb") as stream, table_in(stream) as table:
        for rows in loadable_rows(table, ON_TIME, path.name):
            for group in rows.group_by(names).aggregate([([], "count_all")]).to_pylist():
                day = day_of_flight_date(group[names[0]] or "")
                if day.startswith(month):
                    days.add(day)
                    carriers.add(group[names[1]] or "")
                    flights += group["count_all"]
    return Extent(frozenset(days), frozenset(carriers), flights, "carriers", "flights")


@contextmanager
def table_in(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """Open the table in a file, which is plain or the only one in an archive.

    Raises:
        RefusedFileError: it is an archive without a table, or with several.

    """
    if is_plain(stream):
        yield stream
        return
    with zipfile.ZipFile(stream) as archive:
        if (member := _only_table(archive)) is None:
            raise RefusedFileError(f"{stream.name} does not hold one table.")
        with archive.open(member) as table:
            yield table


def is_plain(stream: IO[bytes]) -> bool:
    """Return whether a stream is a plain table, judged by its header; rewind the stream."""
    stream.seek(0)
    line = stream.readline(LONGEST_LINE_BYTES)
    stream.seek(0)
    if line.startswith(archives.START_OF_ARCHIVE):  # one that is not compressed shows a header too
        return False
    names = names_in_header(line)
    return bool(_NAMES & {name.casefold() for name in names})


def names_in_header(line: bytes) -> list[str]:
    """Return the names in a line; none if it cannot be a header."""
    try:
        return header_fields(line, ON_TIME)
    except csv.Error:
        return []


def first_months(stream: IO[bytes], layout: Layout) -> list[str]:
    """Return the months of the first rows, enough that one damaged row does not decide."""
    rows = (stream.readline(LONGEST_LINE_BYTES) for _ in range(_ROWS_LOOKED_AT))
    return [month for row in rows if row and (month := _month(row, layout))]


def _check_table(stream: IO[bytes], name: str, received: Received) -> None:
    try:
        layout, _ = find_header(stream, ON_TIME, name)
    except csv.Error as error:
        raise RefusedFileError(f"{name} cannot be read as delimited text ({error}).") from None
    if received.shared_by:
        return
    start = stream.readline(LONGEST_LINE_BYTES)
    if not start:
        raise RefusedFileError(f"{name} holds a header and no flights.")
    first = _month(start, layout)
    months = [*([first] if first else []), *first_months(stream, layout)]
    if received.partition not in months:
        begins = f"those of {months[0]}" if months else "rows without a date"
        raise RefusedFileError(
            f"{name} should hold the flights of {received.partition}, but begins with {begins}."
        )


def _check_end(stream: IO[bytes], name: str) -> None:
    """Refuse a table whose last line has no line break and fewer values than the header."""
    if ends_whole(stream):
        return
    stream.seek(0)
    layout, _ = find_header(stream, ON_TIME, name)
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - LONGEST_LINE_BYTES))
    last = stream.read().rstrip(PADDING).rpartition(b"\n")[2]
    dialect = Dialect(ON_TIME.encoding, ON_TIME.quoted)
    try:
        fields = split_fields(last.decode(ON_TIME.encoding, "replace"), dialect)
    except csv.Error:  # such a line is quarantined
        return
    if len(fields) < len(layout.names):
        raise RefusedFileError(
            f"{name} ends in the middle of a line: it was cut short. Download it again."
        )


def _month(row: bytes, layout: Layout) -> str:
    """Return the month of a row, or an empty text if it does not say."""
    dialect = Dialect(ON_TIME.encoding, ON_TIME.quoted)
    try:
        fields = split_fields(row.decode(ON_TIME.encoding), dialect)
    except csv.Error:
        return ""
    dates = [place for place, column in layout.kept.items() if column.name == "FlightDate"]
    return month_of_flight_date(fields[dates[0]]) if dates[0] < len(fields) else ""


def _only_table(archive: zipfile.ZipFile) -> str | None:
    tables = archives.tables(archive)
    return tables[0].filename if len(tables) == 1 else None
