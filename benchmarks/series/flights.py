"""Write the monthly archives of flights, in the exact format of the publisher."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

from benchmarks.series.airports import airports
from benchmarks.series.calendar import days_of
from benchmarks.series.fleet import fleet_sizes, tail_numbers
from benchmarks.series.lines import lines_of
from benchmarks.series.operations import Clocks, lines_of_day
from benchmarks.series.size import Size
from ingest.sources.bts import ON_TIME

_STEM = "On_Time_Reporting_Carrier_On_Time_Performance"
_PACKING = 4  # gives the publisher's 27 to 32 MB
_HEADER = ",".join(f'"{column.name}"' for column in ON_TIME.columns) + ",\n"


def write_flights(folder: Path, month: str, size: Size) -> Path:
    """Write the archive of a month and return its path."""
    year, number = month.split("-")
    path = folder / f"{_STEM}_1987_present_{year}_{int(number)}.zip"
    member = f"{_STEM}_(1987_present)_{year}_{int(number)}.csv"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKING) as archive,
        archive.open(member, "w") as opened,
    ):
        opened.write(_HEADER.encode("latin-1"))
        for some in _carriers(month, size):
            opened.write(some.encode("latin-1"))
    return path


def _carriers(month: str, size: Size) -> Iterator[str]:
    """Yield the lines of each carrier: the days of each flight number together."""
    places, days = airports(size.airports), days_of(month)
    midnight = datetime.combine(days[0], datetime.min.time())
    clocks = [Clocks(day) for day in days]
    for carrier, (count, tails) in enumerate(
        zip(fleet_sizes(size), tail_numbers(size), strict=True)
    ):
        lines = lines_of(carrier, count, places, month, midnight)
        found: dict[int, list[str]] = {}
        for day, clock in zip(days, clocks, strict=True):
            chance = Random(f"day {day} {carrier}")  # noqa: S311 - made-up data
            for place, tail in enumerate(tails):
                legs = lines[(place + day.toordinal()) % count]
                for number, line in lines_of_day(carrier, tail, legs, clock, chance):
                    found.setdefault(number, []).append(line)
        for number in sorted(found):
            yield "".join(found[number])
