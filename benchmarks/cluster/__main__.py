"""Build and test the project on a Spark cluster, kill a worker, change months, compare the marts.

    python -m benchmarks.cluster [--small] [--record] [--folder FOLDER] [-- OPTIONS OF DBT BUILD]

DuckDB builds the embedded year, or its small carriers, and two made-up months of all the country's
airports and carriers; `--flights` says how many flights they have. The cluster, which starts while
they are loaded, builds the same from a lake, with all tests, and loses a worker on the way. Another
worker takes its place. Then a month is added, one is issued again and one is withdrawn: both build
what has changed, and DuckDB everything anew after the last change. Both engines build at the same
time, and DuckDB's warehouse loads the next change while the cluster still builds: only the marts
are compared.
Nothing in `data/` is touched. Prints a table of marts after each step, and ends with 1 if a mart
differs from DuckDB's or a test fails. With `--record`, what was found is written to
benchmarks/cluster.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import zip_longest
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks import commit
from benchmarks.cluster import months
from benchmarks.cluster.months import Change
from benchmarks.cluster.record import PROOF, Found, outcomes_of, proof_section, write_section
from benchmarks.cluster.usage import (
    Used,
    busy_seconds,
    measured,
    measured_build_with_duckdb,
    processor_seconds,
)
from ontime.cluster import builds, lake, publishing
from ontime.cluster.comparison import Comparison, compare
from ontime.cluster.places import Place
from ontime.cluster.processes import LASTING_JAVA, Cluster
from tests.commands import Project

# what DuckDB does beside the cluster: its name, the build, and the loading of the next change
_DuckdbSide = tuple[str, Future[Used], Future[Path] | None]
# so many tables are written by one worker alone, before another takes the place of the killed one
_TABLES_WITHOUT_THE_WORKER = 15


def main() -> int:
    """Run the proof, and return the exit code."""
    options = _options()
    # what asks it to end, such as `timeout`, ends the cluster too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="ontime-cluster-") as temporary:
        folder = (options.folder or Path(temporary)).absolute()
        project = Project(folder / "duckdb")
        project.folder.mkdir(parents=True, exist_ok=True)
        began = (time.monotonic(), busy_seconds())
        # a process of its own, whose time does not count as the cluster's commands
        with ProcessPoolExecutor(1, get_context("spawn")) as beside:
            loading = beside.submit(
                months.load_first, project, options.flights, is_small=options.small
            )
            with _cluster(folder, options) as cluster:
                print(f"cluster: {cluster.process_ids}", flush=True)
                proof = _Proof(project, cluster, folder, beside)
                proof.parse()
                loading.result()
                changes = [] if options.no_changes else months.changes(options.flights)
                is_done = proof.build(options, changes[0] if changes else None)
                _record(proof, options, began)
                for change, following in zip_longest(changes, changes[1:]):
                    is_done &= proof.change(change, following)
                    _record(proof, options, began)
    return int(not (is_done and proof.found.is_equal))


def _cluster(folder: Path, options: argparse.Namespace) -> Cluster:
    return Cluster(
        folder / "cluster",
        workers=options.workers,
        worker_memory_megabytes=options.worker_memory,
        server_java=LASTING_JAVA,
    )


def _record(proof: _Proof, options: argparse.Namespace, began: tuple[float, float]) -> None:
    """Write what was found so far: a run that is stopped leaves what it has done."""
    seconds, busy = time.monotonic() - began[0], busy_seconds() - began[1]
    duration = (
        f"It took {seconds // 60:.0f} minutes and {seconds % 60:.0f} seconds, loading included, in "
        f"which the cores were busy for {busy:,.0f} seconds with this and other programs."
    )
    print(duration, flush=True)
    if options.record:
        write_section(PROOF, proof_section(proof.found, f"{_how(options)} {duration}"))


class _Proof:
    """The two engines, and what was found about them. `beside` runs DuckDB's side."""

    def __init__(
        self, project: Project, cluster: Cluster, folder: Path, beside: ProcessPoolExecutor
    ) -> None:
        self._project, self._cluster, self._place = project, cluster, Place(folder / "lake")
        self._artifacts, self._beside = folder / "dbt", beside
        self.found = Found()

    def parse(self) -> None:
        """Let dbt read the project while the data are loaded: the build need not."""
        builds.dbt(self._cluster.port, "parse", folder=self._artifacts)

    def build(self, options: argparse.Namespace, following: Change | None) -> bool:
        """Build and test everything, and publish it; return whether it was done."""
        self._register()
        duckdb_side = self._start_duckdb("DuckDB builds", (), following)
        is_over = threading.Event()
        killing = threading.Thread(target=self._kill, args=(options.kill_after_tables, is_over))
        if options.kill_after_tables and options.workers > 1:
            killing.start()
        try:
            done = self._dbt("Spark builds and tests", "build", *options.dbt)
        finally:
            is_over.set()
            # it starts a worker, which must not be after the end of the cluster
            if killing.ident is not None:
                killing.join()
        print(done.stdout[-1500:])
        self.found.outcomes = outcomes_of(self._artifacts / "target" / "run_results.json")
        self._end_duckdb(duckdb_side)
        self._compare("built", is_in_full=True)
        if done.returncode == 0 and not options.dbt:
            published = publishing.publish(
                self._cluster.warehouse, self._place, self._artifacts / "target"
            )
            print(f"published in the lake: {len(published.marts)} marts")
        return done.returncode == 0

    def change(self, change: Change, following: Change | None) -> bool:
        """Build a month that was changed on both sides, and return whether it was done."""
        what, month, _ = change
        print(f"--- {month} is {what} ---", flush=True)
        how, anew = ("what has changed", ()) if following else ("all anew", ("--full-refresh",))
        self._register()
        duckdb_side = self._start_duckdb(f"DuckDB builds {how}, a month {what}", anew, following)
        done = self._dbt(f"Spark builds what has changed, a month {what}", "run")
        if done.returncode:
            print(done.stdout[-3000:])
        self._end_duckdb(duckdb_side)
        self._compare(what)
        return done.returncode == 0

    def _start_duckdb(
        self, what: str, options: tuple[str, ...], following: Change | None
    ) -> _DuckdbSide:
        """Let DuckDB build beside the cluster, and load the change that follows."""
        building = self._beside.submit(measured_build_with_duckdb, self._project, *options)
        loading = (
            self._beside.submit(months.apply, self._project, *following) if following else None
        )
        return what, building, loading

    def _end_duckdb(self, duckdb_side: _DuckdbSide) -> None:
        what, building, loading = duckdb_side
        self._add_step(what, building.result())
        if loading:
            loading.result()

    def _compare(self, when: str, *, is_in_full: bool = False) -> None:
        found = compare(self._project.warehouse_file, self._cluster.warehouse)
        self.found.comparisons[when] = found
        _print(found, is_in_full=is_in_full)

    def _register(self) -> None:
        with duckdb.connect(str(self._project.warehouse_file), read_only=True) as connection:
            change = lake.export(connection, self._place)
        print(f"lake: {len(change.written)} files written", flush=True)
        builds.register(self._cluster.port, self._place)

    def _dbt(self, what: str, *words: str) -> subprocess.CompletedProcess[str]:
        done: list[subprocess.CompletedProcess[str]] = []

        def run() -> None:
            done.append(builds.dbt(self._cluster.port, *words, folder=self._artifacts))

        self._timed(what, run, self._cluster)
        return done[0]

    def _timed(self, what: str, run: Callable[[], object], cluster: Cluster) -> None:
        self._add_step(what, measured(run, cluster))

    def _add_step(self, what: str, used: Used) -> None:
        self.found.steps.append((what, used))
        print(
            f"{what}: {used.seconds:.0f} s, {used.processor_seconds:.0f} s of processor time: "
            f"commands {used.commands:.0f}, server {used.server:.0f}, workers {used.workers:.0f}",
            flush=True,
        )

    def _kill(self, after_tables: int, is_over: threading.Event) -> None:
        """Kill a worker when so many tables have been written, and start another one later."""
        if not self._waited_for(after_tables, is_over):
            return
        used = processor_seconds(self._cluster).get("worker-2", 0)
        killed = self._cluster.kill_worker(2)
        self.found.killed = (
            f"Worker 2, process {killed}, was killed with -9 when {after_tables} tables were "
            f"written and it had used {used:.0f} s. Another worker was started when "
            f"{after_tables + _TABLES_WITHOUT_THE_WORKER} were written"
        )
        print(self.found.killed, flush=True)
        self._waited_for(after_tables + _TABLES_WITHOUT_THE_WORKER, is_over)
        # the changes have two workers too
        self._cluster.add_worker(3)

    def _waited_for(self, tables: int, is_over: threading.Event) -> bool:
        """Wait until so many tables have been written; return false if the build ends before."""
        while len([*self._cluster.warehouse.glob("*.db/*")]) < tables:
            if is_over.wait(0.5):
                return False
        return True


def _how(options: argparse.Namespace) -> str:
    data = "seven small carriers of the embedded year" if options.small else "the embedded year"
    return (
        f"Data: {data} and made-up months of about {options.flights:,} flights. One run on "
        f"{datetime.now(UTC):%Y-%m-%d} at commit {commit()}: master, {options.workers} workers "
        f"with one core each and a Thrift server as processes on {os.cpu_count()} cores, "
        f"{builds.THREADS} threads of dbt."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the small year, not the whole one")
    parser.add_argument("--flights", type=int, default=20_000, help="of each made-up month")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--worker-memory", type=int, default=1536, help="megabytes")
    parser.add_argument("--kill-after-tables", type=int, default=80, help="0: kill no worker")
    parser.add_argument("--record", action="store_true", help="write what was found")
    parser.add_argument("--no-changes", action="store_true", help="end after the first build")
    parser.add_argument(
        "--folder", type=Path, help="keep everything here, and begin with a warehouse that is in it"
    )
    parser.add_argument("dbt", nargs="*", help="options of `dbt build`, after --")
    return parser.parse_args()


def _print(found: list[Comparison], *, is_in_full: bool) -> None:
    for each in found:
        if is_in_full or not each.is_equal:
            rows = "none" if each.cluster_rows is None else f"{each.cluster_rows:,}"
            equal = "yes" if each.is_equal else "NO"
            print(f"{each.table:45} {each.warehouse_rows:>9,} {rows:>9}  {equal}")
    print(f"{sum(each.is_equal for each in found)} of {len(found)} marts are equal", flush=True)


if __name__ == "__main__":
    sys.exit(main())
