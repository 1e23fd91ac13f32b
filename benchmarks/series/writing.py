"""Write a run of months into a folder that `make ingest FOLDER=...` reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.series.calendar import months_from
from benchmarks.series.flights import write_flights
from benchmarks.series.registry import write_registry
from benchmarks.series.size import NATIONAL_FLIGHTS, Size, size_of
from benchmarks.series.weather import write_weather


def write_series(folder: Path, first: str, count: int, size: Size) -> list[str]:
    """Write the files of consecutive months and the registry; return the months."""
    folder.mkdir(parents=True, exist_ok=True)
    months = months_from(first, count)
    for month in months:
        write_month_of_series(folder, month, size)
    write_registry(folder, first, size)
    return months


def write_month_of_series(folder: Path, month: str, size: Size) -> None:
    """Write the flights and the weather of one month."""
    folder.mkdir(parents=True, exist_ok=True)
    write_flights(folder, month, size)
    write_weather(folder, month, size)


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", default="2022-01", help="the first month")
    parser.add_argument("--months", type=int, default=1, help="how many months")
    parser.add_argument("--rows", type=int, default=NATIONAL_FLIGHTS, help="flights a month")
    asked = parser.parse_args()
    print(*write_series(asked.folder, asked.first, asked.months, size_of(asked.rows)))


if __name__ == "__main__":
    main()
