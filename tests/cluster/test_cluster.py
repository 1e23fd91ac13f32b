"""A real cluster: it loses a worker, builds a part of the project, and gives what DuckDB gives."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
import sqlglot

from ontime.cluster import builds, lake
from ontime.cluster.comparison import compare
from ontime.cluster.places import Place
from ontime.cluster.processes import ENVIRONMENT, Cluster, ClusterError
from tests.cluster.reading import tables_read
from tests.commands import ROOT, Project
from tests.requirements import lacking

BY_MONTH = "int_carrier_days"
# the embedded flights have no landings of diverted flights
EMPTY_BY_MONTH = "int_diversion_landings"
SELECTION = (
    *("+dim_dates", f"+{BY_MONTH}", f"+{EMPTY_BY_MONTH}"),
    "assert_macros_compute_the_same_on_every_engine",
)
# Spark computes a CTE anew for each of its readers: a model that reads a table more often than
# this, with its CTEs written out, is planned and computed for minutes
MOST_READINGS = 8
# the tests of what leads to the tables by month, which are in no other way than those that run
SPARED = [
    "path:dbt_project/tests/staging",
    "test_type:unit,path:dbt_project/models/staging",
    *(
        f"test_type:generic,path:dbt_project/models/{folder}"
        for folder in ("staging", "intermediate/carriers", "intermediate/flights")
    ),
]


def test_a_part_of_the_project_is_built_on_what_is_left_of_a_cluster(
    small: Project, copy_of_small: Project, tmp_path: Path
) -> None:
    environment = _environment()
    with Cluster(
        tmp_path / "cluster",
        workers=2,
        worker_memory_megabytes=1024,
        shuffle_partitions=1,
        environment=environment,
    ) as cluster:
        _register(small, cluster, tmp_path, environment)
        cluster.kill_worker(2)
        assert set(cluster.process_ids) == {"master", "worker-1", "thrift"}
        _dbt(cluster, tmp_path, environment, "build", *SELECTION)
        assert _unit_tests_that_passed(tmp_path) >= 10
        started = list(cluster.process_ids.values())
        assert _rows_that_are_equal(small, cluster, "marts", "dim_dates") > 0
        assert _rows_that_are_equal(small, cluster, "intermediate", BY_MONTH) > 0

        # every model compiles, and what it compiles to is Spark's language
        _dbt(cluster, tmp_path, environment, "compile", "resource_type:model")
        compiled = [*(tmp_path / "dbt/target/compiled").rglob("models/**/*.sql")]
        assert len(compiled) > 100
        for path in compiled:
            query = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="spark")
            if path.parent.suffix == ".yml":  # the tests that the build has compiled
                continue
            read = tables_read(query)
            assert max(read.values(), default=0) <= MOST_READINGS, (path.name, read)

        # months without rows are not built again, as those whose files are lost
        recorded = _files_of_record(cluster, EMPTY_BY_MONTH)
        assert recorded
        _dbt(cluster, tmp_path, environment, "run", EMPTY_BY_MONTH)
        assert _files_of_record(cluster, EMPTY_BY_MONTH) == recorded

        # one month is issued again and one withdrawn: no other file is touched
        before = _files_by_month(cluster)
        assert len(before) == 12
        _change(copy_of_small)
        _register(copy_of_small, cluster, tmp_path, environment)
        _dbt(cluster, tmp_path, environment, "run", "int_flight_loads", BY_MONTH)
        after = _files_by_month(cluster)
        assert _rows_that_are_equal(copy_of_small, cluster, "intermediate", BY_MONTH) > 0
        assert before.keys() - after.keys() == {"flight_month=2013-12-01"}
        changed = {month for month, files in after.items() if files != before[month]}
        assert changed == {"flight_month=2013-06-01"}
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_a_cluster_without_spark_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(ClusterError, match=r"Spark is not installed in .*: run `make"),
        Cluster(tmp_path / "cluster", environment=tmp_path / "none"),
    ):
        pass


def _register(project: Project, cluster: Cluster, folder: Path, environment: Path) -> None:
    place = Place(folder / "lake")
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        lake.export(connection, place)
    builds.register(cluster.port, place, environment)


def _dbt(cluster: Cluster, folder: Path, environment: Path, command: str, *selection: str) -> None:
    spared = ("--exclude", *SPARED) if command == "build" else ()
    done = builds.dbt(
        cluster.port,
        *(command, *spared, "--select", *selection),
        folder=folder / "dbt",
        environment=environment,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def _change(project: Project) -> None:
    """Issue June again with other values, withdraw December, and build that with DuckDB."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "update raw_nycflights13.flights set carrier = 'F9', _dlt_load_id = 'another' "
            "where month = '6' and carrier = 'VX'"
        )
        connection.execute("delete from raw_nycflights13.flights where month = '12'")
    project.dbt("run", "--full-refresh", "--select", "int_flight_loads", BY_MONTH)


def _rows_that_are_equal(project: Project, cluster: Cluster, schema: str, table: str) -> int:
    """Return the number of rows of a table that is equal in both, and 0 if it is not."""
    [one] = compare(project.warehouse_file, cluster.warehouse, schema, only=table)
    return one.warehouse_rows if one.is_equal else 0


def _unit_tests_that_passed(folder: Path) -> int:
    found = json.loads((folder / "dbt/target/run_results.json").read_text(encoding="utf-8"))
    return sum(
        each["unique_id"].startswith("unit_test.") and each["status"] == "pass"
        for each in found["results"]
    )


def _files_by_month(cluster: Cluster) -> dict[str, list[str]]:
    folder = cluster.warehouse / "intermediate.db" / BY_MONTH
    return {
        month.name: sorted(file.name for file in month.glob("*.parquet"))
        for month in folder.glob("flight_month=*")
        if any(month.glob("*.parquet"))
    }


def _files_of_record(cluster: Cluster, table: str) -> list[str]:
    """Return the names of the files with the months of a table, which are new when it was built."""
    folder = cluster.warehouse / "operations.db/built_months" / f"model_name={table}"
    return sorted(path.name for path in folder.glob("*.parquet"))


def _environment() -> Path:
    """Return the environment of Spark, or leave the test out."""
    found = ROOT / ENVIRONMENT
    if not (found / "bin" / "dbt").exists():
        lacking("spark", f"there is no {ENVIRONMENT}")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        lacking("spark", "there is no java")
    return found
