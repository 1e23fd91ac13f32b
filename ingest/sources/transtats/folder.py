"""Recognise files of flights in a folder: by what they hold, whatever they are called."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import IO

from ingest.clock import today
from ingest.declarations import Kind, Table
from ingest.errors import RefusedFileError
from ingest.months import why_impossible
from ingest.publishers import Holding
from ingest.reading import archives
from ingest.reading.headers import read_header
from ingest.reading.kinds import reads_as
from ingest.reading.lines import LONGEST_LINE_BYTES
from ingest.reading.packing import UNREADABLE
from ingest.reading.partitions import partition_texts
from ingest.sources.transtats.columns import day_of_flight_date
from ingest.sources.transtats.content import first_months, names_in_header
from ingest.sources.transtats.dates import refuse_day_first
from ingest.sources.transtats.series import Series
from ingest.sources.transtats.shapes import other_shape

# A table of flights has a date and other columns, or several of those that no other table has.
_LEAST_COLUMNS = 3
_OF_FLIGHTS = frozenset(
    {
        *("CRSDepTime", "DepDelay", "DepDelayMinutes", "DepDel15", "TaxiOut", "Cancelled"),
        *("CRSArrTime", "ArrDelay", "ArrDelayMinutes", "ArrDel15", "TaxiIn", "Diverted"),
    }
)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# fewer rows than this of a month are strays, which are quarantined, and not a part of the month
_STRAY_SHARE = 0.001


def recognise(series: Series, path: Path) -> list[Holding]:
    """Return the months of a table of flights, by the publisher's file name, or else by its rows.

    A damaged file that has the publisher's file name is recognised too, so that it is refused with
    a message.

    Raises:
        RefusedFileError: it is a table of flights, and lacks columns, has no rows, or has a shape
            that does not load.

    """
    if named := _file_name(series).fullmatch(path.name):
        return _possible(series, [f"{named['year']}-{int(named['month']):02}"], path.name)
    try:
        with path.open("rb") as stream:
            if not zipfile.is_zipfile(stream):
                stream.seek(0)
                return _months(series, stream, path.name)
            with zipfile.ZipFile(stream) as archive:
                return _months_in_archive(series, archive, path.name)
    except (*UNREADABLE, csv.Error):
        return []


def _months_in_archive(series: Series, archive: zipfile.ZipFile, name: str) -> list[Holding]:
    tables = archives.tables(archive)
    found: list[Holding] = []
    for member in tables:
        with archive.open(member) as table:
            of_member = f"{member.filename} in {name}"
            found = _months(series, table, of_member, is_alone=len(tables) == 1)
        if found and len(tables) > 1:
            raise RefusedFileError(
                f"{name} holds {len(tables)} tables: unpack it into the folder, so that each is a "
                "file of its own."
            )
    return found


def _months(
    series: Series, stream: IO[bytes], name: str, *, is_alone: bool = True
) -> list[Holding]:
    """Return the months in a table; if it is not alone, only whether it is one of flights."""
    start = stream.readline(LONGEST_LINE_BYTES)
    header = names_in_header(start, series.table)
    if separator := _other_separator(series, header):
        raise RefusedFileError(
            f"{name} separates its values by {separator}: save it with commas between them."
        )
    first_row = stream.readline(LONGEST_LINE_BYTES)
    if about := other_shape(header, first_row.decode(series.table.encoding)):
        raise RefusedFileError(f"{name} {about}")
    if not _is_of_flights(series, header):
        return []
    layout = read_header(start, series.table, name)
    if not first_row:
        raise RefusedFileError(f"{name} holds a header and no flights.")
    stream.seek(0)
    if not is_alone:
        return [Holding("")]
    try:
        texts = partition_texts(stream, series.table, name)
    except RefusedFileError:  # a damaged end does not hide what the file is
        stream.seek(0)
        stream.readline(LONGEST_LINE_BYTES)
        months = first_months(stream, layout, series.table)
        if not months:
            raise
        return [Holding(months[0])]
    return _holdings(series, texts, name)


def _holdings(series: Series, texts: Counter[str], name: str) -> list[Holding]:
    """Return the months to which the dates belong, without strays."""
    refuse_day_first(texts, name)
    days = Counter[str]()
    for text, rows in texts.items():
        if reads_as(text, Kind.DATE):
            days[day_of_flight_date(text)] += rows
    months = Counter[str]()
    for day, rows in days.items():
        months[day[:7]] += rows
    if not months:
        raise RefusedFileError(
            f"{name} has no date that can be read: FL_DATE (FlightDate) should look like "
            "2024-01-31 or 1/31/2024."
        )
    taken = [month for month, rows in months.items() if rows >= _STRAY_SHARE * months.total()]
    return _possible(series, sorted(taken), name)


def _possible(series: Series, months: list[str], name: str) -> list[Holding]:
    if why := why_impossible(months, today=today(), first=series.first):
        raise RefusedFileError(f"{name} has flights of {why}: check its dates.")
    return [Holding(month) for month in months]


@cache
def _file_name(series: Series) -> re.Pattern[str]:
    """Return the publisher's names of a month's archive, and the name under which it lands."""
    stems = "|".join(map(re.escape, (series.stem, *series.former_stems)))
    return re.compile(
        rf"(?:(?:{stems})_|{re.escape(series.source_name)}-)"
        r"(?P<year>\d{4})[_-](?P<month>1[0-2]|0?[1-9])(?:-[0-9a-f]{16})?\.zip",
        re.IGNORECASE,
    )


@cache
def _by_name(table: Table) -> dict[str, str]:
    """Return the columns of a table by every name that they have had, in small letters."""
    return {
        name.casefold(): column.name
        for column in table.columns
        for name in (column.name, *column.aliases)
    }


def _is_of_flights(series: Series, header: list[str]) -> bool:
    names = {name.casefold() for name in header}
    if names & series.foreign or (series.marks and not names & series.marks):
        return False
    by_name = _by_name(series.table)
    columns = {by_name[name] for name in names if name in by_name}
    return len(columns) >= _LEAST_COLUMNS and (
        "FlightDate" in columns or len(columns & _OF_FLIGHTS) >= _LEAST_COLUMNS
    )


def _other_separator(series: Series, header: list[str]) -> str:
    """Return what separates the names in a header of one field, if it is a header of flights."""
    for mark, words in _SEPARATORS.items():
        names = [name.strip('" ') for field in header for name in field.split(mark)]
        if len(names) > len(header) and _is_of_flights(series, names):
            return words
    return ""
