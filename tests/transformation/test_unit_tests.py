"""`make build` leaves out dbt's unit tests where the code as it is has passed them before."""

from __future__ import annotations

import sys

import duckdb
import pytest

from ontime.transformation import unit_tests
from tests.commands import Project

RESULTS = """
select columns(* exclude (_source_file, _source_row_number, _dlt_load_id))
from raw_dbt.test_results
order by test_id
"""


def rows(project: Project, query: str) -> list[tuple[object, ...]]:
    """Return what a query of the warehouse gives."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def have_passed(project: Project, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether the project's warehouse says that the unit tests can be spared."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    return unit_tests.have_passed()


def test_a_build_without_them_publishes_and_keeps_their_results(
    copy_of_small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_of_small
    before, tables = rows(project, RESULTS), "from raw_dbt.tested_tables select test_id, table_name"
    tested = sorted(rows(project, tables), key=repr)
    assert have_passed(project, monkeypatch)
    done = project.run(sys.executable, "-m", "ontime", "build")
    assert done.stdout.startswith("unchanged: ")
    last = done.stderr.splitlines()[-1]
    assert "data tests. The unit tests have passed on this code before." in last
    assert rows(project, RESULTS) == before
    assert sorted(rows(project, tables), key=repr) == tested
    assert ("unit",) in rows(project, "select distinct test_kind from raw_dbt.test_results")


def test_other_code_has_not_passed_them(
    copy_of_small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_of_small
    part = ("build", "--select", "carriers", "--exclude-resource-type", "unit_test")
    done = project.dbt(*part)
    assert "Not published: only a part of the project was built" in done.stdout
    monkeypatch.setattr("ontime.publishing.identity.project_hash", lambda: "other code")
    assert not have_passed(project, monkeypatch)
    monkeypatch.undo()
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "update operations.tested_parts "
            """set tested_by = json_merge_patch(tested_by, '{"project": "other code"}')"""
        )
    assert not have_passed(project, monkeypatch)
    assert "Not published: only some types of nodes were built" in project.dbt(*part).stdout


def test_only_the_unit_tests_can_be_spared(copy_of_small: Project) -> None:
    done = copy_of_small.dbt(
        *("build", "--select", "carriers"),
        *("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
    )
    assert "Not published: only some types of nodes were built" in done.stdout


def test_without_a_warehouse_nothing_has_passed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not have_passed(project, monkeypatch)
    project.warehouse_file.parent.mkdir(parents=True)
    duckdb.connect(str(project.warehouse_file)).close()
    assert not have_passed(project, monkeypatch)
