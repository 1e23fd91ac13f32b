"""Measure one worker against two, and DuckDB, on made-up months of growing size.

    python -m benchmarks.cluster.slopes [--flights 25000,100000] [--folder FOLDER]

At each size, every model is built from two made-up months by DuckDB and by a cluster with one and
with two workers, without tests. The results go to benchmarks/cluster.md. A run that was stopped
goes on with what has not been measured if it is given the same folder.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks import commit
from benchmarks.cluster import months
from benchmarks.cluster.record import SLOPES, write_section
from benchmarks.cluster.usage import Used, build_with_duckdb, measured
from ontime.cluster import builds, lake
from ontime.cluster.places import Place
from ontime.cluster.processes import LASTING_JAVA, Cluster
from tests.commands import Project

DUCKDB = 0
_MONTHS = (months.FIRST, months.SECOND)
Measured = dict[tuple[int, int], tuple[int, Used]]


def main() -> int:
    """Measure each size, and write the section after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", default="25000,100000", help="of a month, for each size")
    parser.add_argument("--workers", default="1,2", help="numbers of workers")
    parser.add_argument("--worker-memory", type=int, default=1536, help="megabytes")
    parser.add_argument("--folder", type=Path, help="keep everything here")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="ontime-slopes-") as temporary:
        folder = (options.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        record = folder / "measurements.jsonl"
        for flights in map(int, options.flights.split(",")):
            size = _Size(folder / str(flights), flights, options.worker_memory, record)
            size.measure([DUCKDB, *map(int, options.workers.split(","))])
            write_section(SLOPES, section(read(record)))
    return 0


class _Size:
    """Made-up months with so many flights, built by each engine."""

    def __init__(self, folder: Path, flights: int, worker_memory: int, record: Path) -> None:
        self._folder, self._flights, self._record = folder, flights, record
        self._worker_memory = worker_memory
        self._project = Project(folder / "duckdb")

    def measure(self, workers: list[int]) -> None:
        """Measure what the record has not."""
        if not self._project.warehouse_file.exists():
            self._project.folder.mkdir(parents=True, exist_ok=True)
            months.load_registry(self._project, self._flights)
            for month in _MONTHS:
                months.load(self._project, month, self._flights)
        for number in workers:
            if (self._flights, number) in read(self._record):
                continue
            used = self._on_duckdb() if number == DUCKDB else self._on_spark(number)
            append(self._record, (self._flights, number), self._loaded(), used)
            print(self._flights, number, used, flush=True)

    def _on_duckdb(self) -> Used:
        return measured(lambda: build_with_duckdb(self._project, "--full-refresh"))

    def _on_spark(self, workers: int) -> Used:
        place = Place(self._folder / "lake")
        with duckdb.connect(str(self._project.warehouse_file), read_only=True) as connection:
            lake.export(connection, place)
        with Cluster(
            self._folder / f"cluster-{workers}",
            workers=workers,
            worker_memory_megabytes=self._worker_memory,
            worker_java=LASTING_JAVA,
        ) as cluster:
            builds.register(cluster.port, place)
            return measured(self._build(cluster), cluster)

    def _build(self, cluster: Cluster) -> Callable[[], None]:
        def build() -> None:
            of_models = ("--resource-type", "seed", "--resource-type", "model")
            done = builds.dbt(cluster.port, "build", *of_models, folder=self._folder / "dbt")
            if done.returncode:
                sys.exit(done.stdout[-3000:])

        return build

    def _loaded(self) -> int:
        with duckdb.connect(str(self._project.warehouse_file), read_only=True) as connection:
            [(flights,)] = connection.execute("select count(*) from raw_bts.on_time").fetchall()
        return int(flights)


def append(record: Path, size_and_workers: tuple[int, int], flights: int, used: Used) -> None:
    """Record a measurement: the size, the number of workers, the flights, and what was used."""
    size, workers = size_and_workers
    line = {"size": size, "number_of_workers": workers, "flights": flights, "used": asdict(used)}
    with record.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read(record: Path) -> Measured:
    """Return what was recorded, by size and number of workers."""
    if not record.exists():
        return {}
    found: Measured = {}
    for text in record.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        key = line["size"], line["number_of_workers"]
        found[key] = line["flights"], Used(**line["used"])
    return found


def section(found: Measured) -> Iterator[str]:
    """Yield the lines of the section: the measurements, their lines, and where Spark pays."""
    yield from (SLOPES, "", "## One worker, two workers and DuckDB", "")
    yield (
        "All seeds and models from two made-up months, without tests. One run on "
        f"{datetime.now(UTC):%Y-%m-%d} at commit {commit()}, on {os.cpu_count()} cores that other "
        "programs used at the same time: only processor seconds say something. Each worker has one "
        "core; on shared cores two are a lower bound of what two machines do."
    )
    yield from (
        "",
        "| flights | engine | seconds | processor seconds | dbt or DuckDB | server | workers |",
    )
    yield "|---:|---|---:|---:|---:|---:|---:|"
    for (_, workers), (flights, used) in sorted(found.items()):
        yield (
            f"| {flights:,} | {_name(workers)} | {used.seconds:,.0f} "
            f"| {used.processor_seconds:,.0f} | {used.commands:,.0f} | {used.server:,.0f} "
            f"| {used.workers:,.0f} |"
        )
    yield from ("", "Lines through the smallest and the largest size, in processor seconds:", "")
    yield "| engine | without flights | for a million flights | of it workers |"
    yield "|---|---:|---:|---:|"
    for workers in sorted({number for _, number in found}):
        fixed, slope = line_through(found, workers, lambda used: used.processor_seconds)
        _, of_workers = line_through(found, workers, lambda used: used.workers)
        yield (
            f"| {_name(workers)} | {fixed:,.0f} | {slope * 1e6:,.0f} "
            f"| {of_workers * 1e6 if workers else 0:,.0f} |"
        )
    if {(size, number) for size, _ in found for number in (DUCKDB, 2)} <= set(found):
        yield from ("", *_where_it_pays(found))


def _where_it_pays(found: Measured) -> Iterator[str]:
    """Yield from how many flights on a cluster is faster, by the lines of two workers."""
    fixed, slope = line_through(found, DUCKDB, lambda used: used.processor_seconds)
    of_workers_fixed, of_workers = line_through(found, 2, lambda used: used.workers)
    rest_fixed, rest = line_through(found, 2, lambda used: used.commands + used.server)
    cores = os.cpu_count() or 1
    yield (
        f"From how many flights on a build takes less time than DuckDB on {cores} cores by these "
        f"lines, if the part of the workers is divided by their cores, and the rest by {cores}, "
        "and nothing is lost in the network:"
    )
    yield from ("", "| cores of the workers | flights |", "|---:|---:|")
    for number in (2, 8, 32, 128):
        gain = slope / cores - rest / cores - of_workers / number
        lead = (rest_fixed - fixed) / cores + of_workers_fixed / number
        yield f"| {number} | {f'{max(lead, 0) / gain:,.0f}' if gain > 0 else 'at no size'} |"


def line_through(
    found: Measured, workers: int, what: Callable[[Used], float]
) -> tuple[float, float]:
    """Return what a build takes without flights, and for each flight, through two of the sizes."""
    sizes = sorted(
        ((flights, used) for (_, number), (flights, used) in found.items() if number == workers),
        key=lambda one: one[0],
    )
    (few, of_few), (many, of_many) = sizes[0], sizes[-1]
    slope = (what(of_many) - what(of_few)) / (many - few) if many > few else 0.0
    return what(of_few) - slope * few, slope


def _name(workers: int) -> str:
    return "DuckDB" if workers == DUCKDB else f"Spark, {workers} worker{'s' if workers > 1 else ''}"


if __name__ == "__main__":
    sys.exit(main())
