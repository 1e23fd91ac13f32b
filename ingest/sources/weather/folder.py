"""Recognise weather reports in a folder: by what they hold, whatever the file is called."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

from ingest.clock import today
from ingest.declarations import Kind
from ingest.errors import RefusedFileError
from ingest.months import first_day, following, preceding, why_impossible
from ingest.publishers import Holding
from ingest.reading.headers import header_fields, header_lines, read_header
from ingest.reading.kinds import reads_as
from ingest.reading.partitions import partition_texts
from ingest.sources.weather.columns import REPORTS, window

# the name under which a month lands, or that the user gave it
_FILE_NAME = re.compile(
    r"weather[-_](?P<month>\d{4}-(?:0[1-9]|1[0-2]))(?P<sha>-[0-9a-f]{16})?\.csv", re.IGNORECASE
)
_NAMES = frozenset(column.name for column in REPORTS.columns)
_KEYS = frozenset({"station", "valid"})
_ONE_MINUTE = frozenset({"station", "valid(utc)"})


def recognise(path: Path) -> list[Holding]:
    """Return the months that a file has reports of; those of a day around a month are its margin.

    Raises:
        RefusedFileError: it is a table of reports, and lacks columns, has no rows, or has a shape
            that does not load.

    """
    named = _FILE_NAME.fullmatch(path.name)
    if named and named["sha"]:
        return [Holding(named["month"])]
    try:
        with path.open("rb") as stream:
            lines = header_lines(stream, REPORTS)
            names = _header(lines[-1] if lines else b"", path.name)
            if not names >= _KEYS or len(names & _NAMES) <= len(_KEYS):
                return []
            read_header(lines[-1], REPORTS, path.name)
            stream.seek(0)
            days = _days(partition_texts(stream, REPORTS, path.name))
    except (OSError, csv.Error, UnicodeDecodeError):
        return []
    if not days:
        raise RefusedFileError(f"{path.name} holds no report with a time such as 2024-01-31 05:51.")
    held = _holdings(days, named["month"] if named else "")
    if why := why_impossible([holding.partition for holding in held], today=today()):
        raise RefusedFileError(f"{path.name} has reports of {why}: check its dates.")
    return held


def _header(line: bytes, name: str) -> frozenset[str]:
    """Return the names in a header, in small letters."""
    names = frozenset(field.lower() for field in header_fields(line, REPORTS))
    if names >= _ONE_MINUTE:
        raise RefusedFileError(
            f"{name} holds one-minute reports: download the hourly and special reports (METAR) "
            "instead."
        )
    for separator, words in (("\t", "tabs"), (";", "semicolons")):
        if names and set(separator.join(names).split(separator)) - names >= _KEYS:
            raise RefusedFileError(
                f"{name} separates its values by {words}: choose commas, and download it again."
            )
    return names


def _days(texts: Counter[str]) -> Counter[str]:
    days = Counter[str]()
    for text, rows in texts.items():
        if reads_as(text, Kind.MINUTE):
            days[text[:10]] += rows
    return days


def _holdings(days: Counter[str], named: str) -> list[Holding]:
    """Return the months, without one that is only the margin of another; `named` is never one."""
    months = {day[:7] for day in days}
    if named and any(_is_within(named, day) for day in days):
        months.add(named)
    taken = [
        month for month in sorted(months) if month == named or not _is_margin(month, months, days)
    ]
    if not taken:
        taken = [max(months, key=lambda month: (_reports(month, days), month))]
    return [Holding(month) for month in taken]


def _is_within(month: str, day: str) -> bool:
    begin, end = window(month)
    return begin.isoformat() <= day < end.isoformat()


def _is_margin(month: str, months: set[str], days: Counter[str]) -> bool:
    """Return whether the reports of a month are only of the day that its neighbour includes."""
    of_month = {day for day in days if day.startswith(month)}
    first, last = first_day(month), first_day(following(month)) - timedelta(days=1)
    return (preceding(month) in months and of_month <= {first.isoformat()}) or (
        following(month) in months and of_month <= {last.isoformat()}
    )


def _reports(month: str, days: Counter[str]) -> int:
    return sum(rows for day, rows in days.items() if day.startswith(month))
