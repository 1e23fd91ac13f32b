"""The content of a file of weather reports: check it, and keep it or the part of a month."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ingest.declarations import SourceFile
from ingest.errors import RefusedFileError
from ingest.publishers import Extent, Received
from ingest.reading.headers import find_header, header_lines
from ingest.reading.lines import ends_whole
from ingest.reading.pages import page_title
from ingest.reading.partitions import columns_of, lines_of_partition, loadable_rows
from ingest.sources.weather.columns import REPORTS, agrees, minutes_from_metar, up_to_time, window

_START_BYTES = 1 << 16
_LONGEST_QUOTE = 200
# single reports may state a wrong time; this share of a file does only if the file is not in UTC
_DISAGREEING_SHARE = 0.01
_MINUTES_AN_HOUR = 60
_UP_TO_THE_DAY, _UP_TO_THE_HOUR = len("2024-01-31"), len("2024-01-31 05")


def check(received: Received) -> None:
    """Refuse an error, a web page, and a table that is truncated, empty or of another month."""
    _check_header(received)
    if not ends_whole(received.stream):
        raise RefusedFileError(f"{received.name} ends in the middle of a line: it was cut short.")
    times = _times(received)
    if not times.first_day:
        raise RefusedFileError(
            f"{received.name} holds no report: the service knows none of the stations, or has "
            f"nothing of {received.partition}."
        )
    if not times.is_within:
        raise RefusedFileError(
            f"{received.name} should hold the weather of {received.partition}, but its first "
            f"report is of {times.first_day!r}."
        )
    _check_zone(times, received.name)


def keep(received: Received, path: Path) -> None:
    """Write the reports unchanged, or those of the month if the file holds several."""
    received.stream.seek(0)
    with path.open("wb") as landed:
        if received.shared_by:
            landed.writelines(
                lines_of_partition(
                    received.stream, REPORTS, received.name, received.partition, received.shared_by
                )
            )
        else:
            shutil.copyfileobj(received.stream, landed)


def files(path: Path, partition: str) -> list[SourceFile]:
    """Return the table in a landed file."""
    return [SourceFile(REPORTS, partition, path)]


def extent(path: Path, month: str) -> Extent:
    """Return how much of a month a file holds: days, stations, and hours in which these report."""
    begin, end = (day.isoformat() for day in window(month))
    hours = set[tuple[str, str]]()
    with path.open("rb") as stream:
        for rows in loadable_rows(stream, REPORTS, path.name):
            pairs = zip(
                *(rows.column(name).to_pylist() for name in ("station", "valid")), strict=True
            )
            hours.update(
                (station or "", valid[:_UP_TO_THE_HOUR])
                for station, valid in pairs
                if begin <= (valid or "") < end
            )
    days = frozenset(hour[:_UP_TO_THE_DAY] for _, hour in hours)
    stations = frozenset(station for station, _ in hours)
    return Extent(days, stations, len(hours), "stations", "hours of a station")


def _check_header(received: Received) -> None:
    received.stream.seek(0)
    lines = header_lines(received.stream, REPORTS)
    names = lines[-1].strip().lower().split(b",") if lines else []
    if not {b"station", b"valid"} <= set(names):
        received.stream.seek(0)
        start = lines[-1] if len(lines) > 1 else received.stream.read(_START_BYTES)
        raise RefusedFileError(
            f"{received.name} should be a table of weather reports that begins with "
            f"`station,valid,`, but {_what_came(start)}."
        )
    received.stream.seek(0)
    try:
        find_header(received.stream, REPORTS, received.name)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RefusedFileError(f"The header of {received.name} is damaged ({error}).") from None


@dataclass
class _Times:
    """The times of a file's reports: `differences` are those from their METARs, in minutes."""

    first_day: str = ""
    is_within: bool = False
    differences: Counter[int] = field(default_factory=Counter)
    example: tuple[str, str] = ("", "")


def _times(received: Received) -> _Times:
    times = _Times()
    begin, end = (day.isoformat() for day in window(received.partition))
    received.stream.seek(0)
    for rows in columns_of(received.stream, REPORTS, received.name, ("valid", "metar")):
        pairs = zip(*(rows.column(name).to_pylist() for name in ("valid", "metar")), strict=True)
        for valid, metar in pairs:
            times.first_day = times.first_day or (valid or "")[:10]
            times.is_within = times.is_within or begin <= (valid or "") < end
            minutes = minutes_from_metar(valid, metar) if valid and metar else None
            if minutes is None:
                continue
            times.differences[minutes] += 1
            if not agrees(minutes) and not times.example[0]:
                times.example = (valid, metar)
    return times


def _check_zone(times: _Times, name: str) -> None:
    """Refuse a file whose times are not in UTC, or that does not show that they are.

    A request has one time zone for all of its stations: those with METARs decide for the others.
    """
    compared = times.differences.total()
    if not compared:
        raise RefusedFileError(
            f"{name} has no METAR that states its time, so nothing shows that its times are in "
            "UTC: choose metar as well, and download the file again."
        )
    wrong = Counter(
        {minutes: rows for minutes, rows in times.differences.items() if not agrees(minutes)}
    )
    if wrong.total() <= _DISAGREEING_SHARE * compared:
        return
    ((shift, _),) = wrong.most_common(1)
    valid, metar = times.example
    raise RefusedFileError(
        f"{name} is not in UTC: its times are {_in_words(shift)} those that its METARs state "
        f"({valid} in a row with {up_to_time(metar)}). Choose the time zone UTC, and "
        "download the file again."
    )


def _in_words(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), _MINUTES_AN_HOUR)
    words = [f"{hours} h"] * (hours > 0) + [f"{rest} min"] * (rest > 0)
    return f"{' '.join(words)} {'before' if minutes < 0 else 'after'}"


def _what_came(start: bytes) -> str:
    """Describe what came instead of a table: a page by its title, a text by its first words."""
    title = page_title(start)
    if title is not None:
        return f"a web page titled “{title}” came" if title else "a web page came"
    words = " ".join(start.decode("utf8", "replace").split())[:_LONGEST_QUOTE]
    return f"what came begins: {words.rstrip('.')}" if words else "nothing came"
