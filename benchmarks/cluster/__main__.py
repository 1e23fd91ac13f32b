"""Build and test the project on a Spark cluster, kill a worker, change months, compare the marts.

    python -m benchmarks.cluster [--small] [--folder FOLDER] [-- OPTIONS OF DBT BUILD]

DuckDB builds the embedded year, or its small carriers, and two made-up months of all the country's
airports and carriers; `--flights` says how many flights they have. The cluster builds the
same from a lake, with all tests, and loses a worker on the way. Then a month is added, one is
issued again and one is withdrawn: the cluster builds what has changed, DuckDB everything anew.
Nothing in `data/` is touched. Prints a table of marts after each step, and ends with 1 if a mart
differs from DuckDB's or a test fails.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.cluster import months
from benchmarks.cluster.usage import processor_seconds
from ontime.cluster import builds, lake, publishing
from ontime.cluster.comparison import Comparison, compare
from ontime.cluster.places import Place
from ontime.cluster.processes import Cluster
from tests.commands import Project
from tests.small import load


def main() -> int:
    """Run the proof, and return the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ontime-cluster-") as temporary:
        folder = options.folder or Path(temporary)
        project = Project(folder / "duckdb")
        project.folder.mkdir(parents=True)
        _load(project, options)
        _timed("DuckDB builds and tests", None, lambda: project.dbt("build"))
        with Cluster(
            folder / "cluster",
            workers=options.workers,
            worker_memory_megabytes=options.worker_memory,
        ) as cluster:
            print(f"cluster: {cluster.process_ids}", flush=True)
            proof = _Proof(project, cluster, Place(folder / "lake"), folder)
            is_equal = proof.build(options)
            for what, month, flights in (
                [] if options.no_changes else months.changes(options.flights)
            ):
                is_equal &= proof.change(what, month, flights)
    return int(not is_equal)


class _Proof:
    def __init__(self, project: Project, cluster: Cluster, place: Place, folder: Path) -> None:
        self._project, self._cluster, self._place = project, cluster, place
        self._artifacts = folder / "dbt"

    def build(self, options: argparse.Namespace) -> bool:
        """Build and test everything, publish and pull it, and return whether it is equal."""
        self._register()
        killing = threading.Timer(options.kill_after_seconds, self._kill)
        if options.kill_after_seconds and options.workers > 1:
            killing.start()
        done = self._dbt("Spark builds and tests", "build", *options.dbt)
        killing.cancel()
        print(done.stdout[-1500:])
        found = compare(self._project.warehouse_file, self._cluster.warehouse)
        _print(found, "in full")
        if done.returncode == 0:
            published = publishing.publish(
                self._cluster.warehouse, self._place, self._artifacts / "target"
            )
            print(f"published in the lake: {len(published.marts)} marts")
        return done.returncode == 0 and all(each.is_equal for each in found)

    def change(self, what: str, month: str, flights: int) -> bool:
        """Change a month, build it on both sides, and return whether they are equal."""
        print(f"--- {month} is {what} ---", flush=True)
        months.apply(self._project, what, month, flights)
        _timed("DuckDB builds all anew", None, self._build_anew)
        self._register()
        done = self._dbt("Spark builds what has changed", "run")
        if done.returncode:
            print(done.stdout[-3000:])
        found = compare(self._project.warehouse_file, self._cluster.warehouse)
        _print(found, "what differs")
        return done.returncode == 0 and all(each.is_equal for each in found)

    def _build_anew(self) -> None:
        self._project.build_without_tests("--full-refresh")

    def _register(self) -> None:
        with duckdb.connect(str(self._project.warehouse_file), read_only=True) as connection:
            change = lake.export(connection, self._place)
        print(f"lake: {len(change.written)} files written", flush=True)
        builds.register(self._cluster.port, self._place)

    def _dbt(self, what: str, *words: str) -> Any:
        return _timed(
            what,
            self._cluster,
            lambda: builds.dbt(self._cluster.port, *words, folder=self._artifacts),
        )

    def _kill(self) -> None:
        before = processor_seconds(self._cluster)
        killed = self._cluster.kill_worker(2)
        lost = before - processor_seconds(self._cluster)
        print(f"worker 2, process {killed}, was killed; it had used {lost:.0f} s", flush=True)


def _load(project: Project, options: argparse.Namespace) -> None:
    if options.small:
        load(project)
    else:
        project.ingest("load")
    months.load_registry(project, options.flights)
    for month in (months.FIRST, months.SECOND):
        months.load(project, month, options.flights)


def _timed(what: str, cluster: Cluster | None, run: Callable[[], Any]) -> Any:
    """Run something, and print its time and the processor time of all that it used."""
    wall, used = time.monotonic(), _processor_seconds(cluster)
    done = run()
    wall, used = time.monotonic() - wall, _processor_seconds(cluster) - used
    print(f"{what}: {wall:.0f} s, {used:.0f} s of processor time", flush=True)
    return done


def _processor_seconds(cluster: Cluster | None) -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    usages = [resource.getrusage(kind) for kind in kinds]
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + (processor_seconds(cluster) if cluster else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the small year, not the whole one")
    parser.add_argument("--flights", type=int, default=50_000, help="of each made-up month")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--worker-memory", type=int, default=1536, help="megabytes")
    parser.add_argument("--kill-after-seconds", type=float, default=120, help="0: kill no worker")
    parser.add_argument("--no-changes", action="store_true", help="end after the first build")
    parser.add_argument("--folder", type=Path, help="keep everything here")
    parser.add_argument("dbt", nargs="*", help="options of `dbt build`, after --")
    return parser.parse_args()


def _print(found: list[Comparison], how: str) -> None:
    for each in found:
        if how == "in full" or not each.is_equal:
            rows = "none" if each.cluster_rows is None else f"{each.cluster_rows:,}"
            equal = "yes" if each.is_equal else "NO"
            print(f"{each.table:45} {each.warehouse_rows:>9,} {rows:>9}  {equal}")
    print(f"{sum(each.is_equal for each in found)} of {len(found)} marts are equal", flush=True)


if __name__ == "__main__":
    sys.exit(main())
