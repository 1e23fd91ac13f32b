"""A complete build stores the results of its tests, and its publication contains them."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from tests.commands import Project

RESULTS = "select test_id, status, failing_row_count from staging.stg_dbt__test_results order by 1"


def results(project: Project) -> list[tuple[Any, ...]]:
    """Return test, status and failures of each test of the last complete build."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return connection.execute(RESULTS).fetchall()


def test_the_warehouse_holds_what_dbt_says_of_each_test(built: Project) -> None:
    said = json.loads((built.folder / "target" / "run_results.json").read_bytes())["results"]
    expected = [
        (result["unique_id"], result["status"], result["failures"])
        for result in said
        if result["unique_id"].startswith(("test.", "unit_test."))
    ]
    assert results(built) == sorted(expected)
    assert len(expected) > 500


def test_the_publication_has_the_test_results_of_its_own_build(
    built: Project, published: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads((built.folder / "target" / "manifest.json").read_bytes())
    attached = {
        (node["attached_node"].split(".")[2], node["unique_id"])
        for node in manifest["nodes"].values()
        if node.get("attached_node")
        and node["schema"] is not None
        and manifest["nodes"].get(node["attached_node"], {}).get("schema") == "marts"
    }
    listed = set(
        published.execute(
            "select table_name, test_id from marts.mart_table_tests where test_kind = 'generic'"
        ).fetchall()
    )
    assert listed == attached
    tables = published.execute("select table_name from catalogue.tables").fetchall()
    assert {table for table, _ in listed} == {name for (name,) in tables}
    assert (
        published.execute(
            "select status from marts.mart_table_tests where status not in ('pass', 'warn')"
        ).fetchall()
        == []
    )
    # this build's own tests, including those of the quality mart itself
    assert (
        "mart_table_month_quality",
        "mart_table_month_quality_accounts_for_every_row",
    ) in published.execute("select table_name, test_name from marts.mart_table_tests").fetchall()


def test_a_part_of_the_project_leaves_no_results(copy_of_small: Project) -> None:
    project = copy_of_small
    before = results(project)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute("delete from raw_nycflights13.flights where carrier = 'OO'")
    # a single test, and the models without their tests
    project.dbt("build", "--select", "assert_raw_partitions_are_their_latest_load", check=False)
    project.build_without_tests()
    assert results(project) == before


def test_a_failed_build_leaves_its_results(small: Project, failed: Project) -> None:
    after = results(failed)
    assert [test for test, *_ in after] == [test for test, *_ in results(small)]
    found = {test.split(".")[2]: (status, rows) for test, status, rows in after if status != "pass"}
    assert found["assert_raw_partitions_are_their_latest_load"] == ("fail", 1)
    with duckdb.connect(str(failed.warehouse_file), read_only=True) as connection:
        ((failed_tests,),) = connection.execute(
            "select max(table_failed_tests) from marts.mart_table_month_quality"
        ).fetchall()
    with duckdb.connect(str(failed.published_file), read_only=True) as connection:
        ((published_failures,),) = connection.execute(
            "select max(table_failed_tests) from marts.mart_table_month_quality"
        ).fetchall()
    assert failed_tests > 0
    assert published_failures == 0
