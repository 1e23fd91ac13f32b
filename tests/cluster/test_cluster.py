"""A real cluster: it loses a worker, builds a part of the project, and gives what DuckDB gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from ontime.cluster import builds, lake
from ontime.cluster.comparison import compare
from ontime.cluster.processes import ENVIRONMENT, Cluster, ClusterError
from tests.commands import ROOT, Project
from tests.requirements import lacking

SELECTION = ("+dim_dates", "assert_macros_compute_the_same_on_every_engine")
MARTS = {"dim_dates"}


def test_a_part_of_the_project_is_built_on_what_is_left_of_a_cluster(
    small: Project, tmp_path: Path
) -> None:
    environment = _environment()
    with duckdb.connect(str(small.warehouse_file), read_only=True) as connection:
        lake.export(connection, tmp_path / "lake")
    with Cluster(
        tmp_path / "cluster",
        workers=2,
        worker_memory_megabytes=1024,
        shuffle_partitions=1,
        environment=environment,
    ) as cluster:
        builds.register(cluster.port, tmp_path / "lake", environment)
        cluster.kill_worker(2)
        assert set(cluster.process_ids) == {"master", "worker-1", "thrift"}
        done = builds.dbt(
            cluster.port,
            *("build", "--exclude-resource-type", "unit_test", "--select", *SELECTION),
            folder=tmp_path / "dbt",
            environment=environment,
        )
        started = list(cluster.process_ids.values())
        assert done.returncode == 0, done.stdout[-3000:]
        found = {each.table: each for each in compare(small.warehouse_file, cluster.warehouse)}
    assert {name for name, each in found.items() if each.is_equal} == MARTS
    assert all(found[name].warehouse_rows > 0 for name in MARTS)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_a_cluster_without_spark_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(ClusterError, match=r"Spark is not installed in .*: run `make"),
        Cluster(tmp_path / "cluster", environment=tmp_path / "none"),
    ):
        pass


def _environment() -> Path:
    """Return the environment of Spark, or leave the test out."""
    found = ROOT / ENVIRONMENT
    if not (found / "bin" / "dbt").exists():
        lacking("spark", f"there is no {ENVIRONMENT}")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        lacking("spark", "there is no java")
    return found
