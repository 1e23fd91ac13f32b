"""Build and test the project on a Spark cluster, kill a worker, and compare the marts.

    python -m benchmarks.cluster [--small] [--folder FOLDER] [-- OPTIONS OF DBT BUILD]

The warehouse that DuckDB built is a copy that is made here, of the small year or of the embedded
year; nothing in `data/` is touched. Prints a table of marts, and ends with 1 if a mart differs from
DuckDB's or a test fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb

from ontime.cluster import builds, lake, publishing
from ontime.cluster.comparison import Comparison, compare
from ontime.cluster.processes import Cluster
from tests.commands import Project
from tests.small import load


def main() -> int:
    """Run the proof, and return the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ontime-cluster-") as temporary:
        folder = options.folder or Path(temporary)
        warehouse = options.warehouse or _warehouse(folder / "duckdb", small=options.small)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            change = lake.export(connection, folder / "lake")
        print(f"lake: {len(change.written)} files written")
        with Cluster(folder / "cluster", workers=options.workers) as cluster:
            print(f"cluster: {cluster.process_ids}")
            builds.register(cluster.port, folder / "lake")
            killing = threading.Timer(options.kill_after_seconds, lambda: _kill(cluster))
            if options.kill_after_seconds and options.workers > 1:
                killing.start()
            began = time.monotonic()
            done = builds.dbt(cluster.port, "build", *options.dbt, folder=folder / "dbt")
            killing.cancel()
            print(done.stdout[-3000:])
            print(f"built on the cluster in {time.monotonic() - began:.0f} seconds")
            found = compare(warehouse, cluster.warehouse)
            if done.returncode == 0:
                published = publishing.publish(cluster.warehouse, folder / "lake")
                publishing.pull(folder / "lake", folder / "pulled.duckdb")
                print(f"published and pulled: {len(published.tables)} marts")
    _print(found)
    return int(done.returncode != 0 or not all(each.is_equal for each in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the small year, not the whole one")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill-after-seconds", type=float, default=120, help="0: kill no worker")
    parser.add_argument("--folder", type=Path, help="keep everything here")
    parser.add_argument("--warehouse", type=Path, help="a warehouse that DuckDB has built")
    parser.add_argument("dbt", nargs="*", help="options of `dbt build`, after --")
    return parser.parse_args()


def _warehouse(folder: Path, *, small: bool) -> Path:
    """Ingest the embedded data and build them with DuckDB."""
    folder.mkdir(parents=True)
    project = Project(folder)
    if small:
        load(project)
    else:
        project.ingest("load")
    project.dbt("build")
    return project.warehouse_file


def _kill(cluster: Cluster) -> None:
    print(f"worker 2, process {cluster.kill_worker(2)}, was killed", flush=True)


def _print(found: list[Comparison]) -> None:
    print(f"{'mart':45} {'DuckDB':>9} {'Spark':>9}  equal")
    for each in found:
        rows = "none" if each.cluster_rows is None else f"{each.cluster_rows:,}"
        equal = "yes" if each.is_equal else "NO"
        print(f"{each.table:45} {each.warehouse_rows:>9,} {rows:>9}  {equal}")
    print(f"{sum(each.is_equal for each in found)} of {len(found)} marts are equal")


if __name__ == "__main__":
    sys.exit(main())
