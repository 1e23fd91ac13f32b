"""Measure loading and building of made-up months; results go to benchmarks/.

    make bench         # 1 and 3 months, each from nothing, beside plain DuckDB
    make bench-full    # one warehouse that grows to 36 months, and one month built 20 times; stop
                       # it at any time, and go on

Everything is written below one folder, which can be removed afterwards.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks import ROOT, commit
from benchmarks.growth.files import Series
from benchmarks.growth.growing import Growth
from benchmarks.growth.growing_report import write_report
from benchmarks.growth.project import Project
from benchmarks.growth.rebuilding import measure_rebuilds, write_rebuilds
from benchmarks.growth.record import Record
from benchmarks.growth.report import replace_section, section
from benchmarks.growth.steps import Bench
from benchmarks.series.size import NATIONAL_FLIGHTS, size_of
from ontime.storage.memory import machine_bytes, memory_limit

RESULTS = ROOT / "benchmarks" / "results.md"
GROWING, PICTURE = ROOT / "benchmarks" / "growing.md", ROOT / "benchmarks" / "growing.svg"
REBUILDS = ROOT / "benchmarks" / "rebuilds.md"
DEFAULT_FOLDER = ROOT / "data" / "bench"


def main() -> None:
    """Measure, and write the results after each number of months."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--months", default="1,3", help="each from nothing, such as 1,3,6")
    wanted.add_argument("--growing", help="in one warehouse, each with one more, such as 3,12,35")
    wanted.add_argument("--rebuilds", type=int, help="how often one of three months is built again")
    parser.add_argument("--rows", type=int, default=NATIONAL_FLIGHTS, help="flights a month")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    memory, threads = memory_limit(), os.environ.get("ONTIME_THREADS") or "4"
    series = Series(folder / "series", size_of(asked.rows))
    how = _how(asked.rows, memory, threads)
    if asked.rebuilds:
        record = Record(folder / "rebuilds.jsonl", commit(), asked.rows)
        project = Project(folder / "rebuilds", memory, threads)
        print(f"{asked.rebuilds} builds of one month of about {asked.rows:,} flights ...")
        measure_rebuilds(project, series, record, asked.rebuilds)
        write_rebuilds(REBUILDS, record.all(), how)
        print(REBUILDS.read_text(encoding="utf-8"))
        return
    if asked.growing:
        record = Record(folder / "growing.jsonl", commit(), asked.rows)
        growth = Growth(Project(folder / "growing", memory, threads), series, record)
        before = 0
        for months in map(int, asked.growing.split(",")):
            print(f"{months} months of about {asked.rows:,} flights ...", flush=True)
            growth.measure(months, before)
            before = months + 1
            write_report(GROWING, PICTURE, record.all(), how)
        print(GROWING.read_text(encoding="utf-8"))
        return
    record = Record(folder / "measurements.jsonl", commit(), asked.rows)
    bench = Bench(folder, record, series, memory, threads)
    for months in map(int, asked.months.split(",")):
        print(f"{months} months of about {asked.rows:,} flights ...", flush=True)
        bench.measure(months)
        replace_section(RESULTS, section(record.all(), how))
    print(RESULTS.read_text(encoding="utf-8"))


def _how(rows: int, memory: str, threads: str) -> str:
    scale = "" if rows == NATIONAL_FLIGHTS else f" (a nation's month has {NATIONAL_FLIGHTS:,})"
    return (
        f"Months of about {rows:,} flights{scale}, with the weather at their airports and a "
        f"registry. One run on {datetime.now(UTC):%Y-%m-%d} at commit {commit()}, on "
        f"{os.cpu_count()} cores with {machine_bytes() / 1e9:.0f} GB; {threads} threads of dbt, "
        f"memory limit {memory}; Python {platform.python_version()}, DuckDB {duckdb.__version__}."
    )


if __name__ == "__main__":
    main()
