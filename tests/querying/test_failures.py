"""Every failed test shows the rows behind it, with their key, their file and their row number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from ontime.commands.failures import app
from ontime.querying.failures import FailuresError, LastRun, open_warehouse
from tests.commands import Project

FLIGHTS = '"ontime"."marts"."flights"'
TABLE = "model.ontime.flights.v1"
# a test by its name: the column, the SQL that dbt compiles, and the rows to show
TESTS: dict[str, tuple[str | None, str, list[tuple[Any, ...]]]] = {
    "accepted_range": (
        "distance",
        f"select distance from {FLIGHTS} where distance < 0",
        [("B", -5, "one.csv", 2), ("D", -5, "two.csv", 1)],
    ),
    "accepted_range_of_rows_to_test": (
        "distance",
        f"select distance from (select * from {FLIGHTS} where day > 1) as rows_to_test "
        "where distance < 0",
        [("D", -5, "two.csv", 1)],
    ),
    "not_null": (
        "carrier",
        f"select carrier from {FLIGHTS} where carrier is null",
        [("C", None, "one.csv", 3)],
    ),
    "accepted_values": (
        "carrier",
        f"with all_values as (select carrier as value_field, count(*) as n_records from {FLIGHTS} "
        "group by 1) select * from all_values where value_field not in ('AA')",
        [("D", "ZZ", "two.csv", 1)],
    ),
    "relationships": (
        "carrier",
        f"with child as (select carrier as from_field from {FLIGHTS} where carrier is not null), "
        "parent as (select 'AA' as to_field) select from_field from child "
        "left join parent on child.from_field = parent.to_field where parent.to_field is null",
        [("D", "ZZ", "two.csv", 1)],
    ),
    "not_null_proportion": (
        "carrier",
        f"select count(carrier) / count(*) as proportion from {FLIGHTS}",
        [(0.75,)],
    ),
    "expression_is_true": (
        None,
        f"select * from {FLIGHTS} where day > 1",
        [("D", "ZZ", -5, 2, "two.csv", 1)],
    ),
    "assert_flights_are_short": (
        None,
        f"select flight_id, 'far' as reason from {FLIGHTS} where distance > 100",
        [("A", "far", "one.csv", 1), ("C", "far", "one.csv", 3)],
    ),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a warehouse with faults, and what dbt writes about its tests; return the folder."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    with duckdb.connect(str(tmp_path / "ontime.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table {FLIGHTS} as from (values ('A', 'AA', 700, 1, 'one.csv', 1), "
            "('B', 'AA', -5, 1, 'one.csv', 2), ('C', null, 700, 1, 'one.csv', 3), "
            "('D', 'ZZ', -5, 2, 'two.csv', 1)) "
            "as flights (flight_id, carrier, distance, day, _source_file, _source_row_number)"
        )
    _write(tmp_path, dict.fromkeys(TESTS, "fail"))
    return tmp_path


def _write(folder: Path, statuses: dict[str, str]) -> None:
    """Write dbt's manifest and the results of a run, with the tests of `statuses`."""
    nodes: dict[str, Any] = {
        TABLE: {"unique_id": TABLE, "resource_type": "model", "relation_name": FLIGHTS},
        "test.unique": {
            "resource_type": "test",
            "attached_node": TABLE,
            "column_name": "flight_id",
            "test_metadata": {"name": "unique", "kwargs": {}},
        },
    }
    for name, (column, _, _) in TESTS.items():
        is_generic = not name.startswith("assert_")
        nodes[f"test.{name}"] = {
            "name": name,
            "resource_type": "test",
            "column_name": column,
            "attached_node": TABLE if is_generic else None,
            "test_metadata": {"name": name, "kwargs": {}} if is_generic else None,
            "depends_on": {"nodes": [TABLE]},
            "original_file_path": "dbt_project/models/marts/_marts__models.yml",
        }
    results = [
        {
            "unique_id": f"test.{name}",
            "status": status,
            "message": "Got some results",
            "compiled_code": TESTS[name][1],
        }
        for name, status in statuses.items()
    ]
    folder.joinpath("manifest.json").write_text(
        json.dumps({"nodes": nodes, "sources": {}, "unit_tests": {}})
    )
    folder.joinpath("run_results.json").write_text(json.dumps({"results": results}))


@pytest.mark.parametrize("name", TESTS)
def test_a_failed_test_shows_the_key_and_the_origin_of_its_rows(run: Path, name: str) -> None:
    last = LastRun.read()
    (failure,) = [one for one in last.failures if one.node["name"] == name]
    assert last.rows(open_warehouse(), failure).fetchall() == TESTS[name][2]


def test_failures_come_before_warnings_and_passed_tests_are_left_out(run: Path) -> None:
    _write(run, {"not_null": "warn", "relationships": "fail", "accepted_range": "pass"})
    done = CliRunner().invoke(app, ["--limit", "1"])
    assert done.exit_code == 0, done.output
    first, second = (
        done.output.index("relationships failed: dbt_project/models/marts/_marts__models.yml"),
        done.output.index("not_null warns: "),
    )
    assert first < second
    assert "accepted_range" not in done.output


def test_what_is_cut_is_counted(run: Path) -> None:
    _write(run, {"accepted_range": "fail"})
    cut = CliRunner().invoke(app, ["--limit", "1"]).output
    assert "one.csv" in cut
    assert "two.csv" not in cut
    assert "2 rows, of which 1 are shown: LIMIT=... shows more." in cut
    assert "2 rows.\n" in CliRunner().invoke(app, [], env={"ONTIME_LIMIT": "2"}).output


def test_a_fault_that_is_gone_has_no_rows(run: Path) -> None:
    _write(run, {"accepted_range": "fail"})
    with duckdb.connect(str(run / "ontime.duckdb")) as connection:
        connection.execute(f"update {FLIGHTS} set distance = 700")
    assert "0 rows." in CliRunner().invoke(app).output


def test_a_table_that_is_gone_is_said_for_its_tests_alone(run: Path) -> None:
    _write(run, {"accepted_range": "fail", "not_null": "error"})
    with duckdb.connect(str(run / "ontime.duckdb")) as connection:
        connection.execute(f"drop table {FLIGHTS}")
    done = CliRunner().invoke(app)
    assert done.exit_code == 0
    assert done.output.count("Its rows cannot be read: ") == 2


def test_a_run_without_a_failure_says_so(run: Path) -> None:
    _write(run, {"accepted_range": "pass"})
    assert CliRunner().invoke(app).output == "Every test of the last run of dbt passed.\n"


def test_before_any_run_it_says_what_to_do(run: Path) -> None:
    run.joinpath("run_results.json").unlink()
    done = CliRunner().invoke(app)
    assert done.exit_code == 1
    assert "`make build` runs the tests." in done.output


def test_a_missing_warehouse_is_named(run: Path) -> None:
    run.joinpath("ontime.duckdb").unlink()
    with pytest.raises(FailuresError, match=r"There is no warehouse .*ontime\.duckdb"):
        open_warehouse()


def test_the_rows_of_a_planted_fault_are_shown_after_an_audit(copy_of_small: Project) -> None:
    project = copy_of_small
    with duckdb.connect(str(project.warehouse_file)) as connection:
        ((flight, file, row),) = connection.execute(
            "select flight_id, _source_file, _source_row_number from marts.fct_flights "
            "order by flight_id limit 1"
        ).fetchall()
        connection.execute(
            "update marts.fct_flights set distance_miles = -5 where flight_id = $1", [flight]
        )
    audited = project.ingest("audit", "--select", "fct_flights,test_type:generic", check=False)
    assert audited.returncode == 1
    assert audited.stderr.endswith("`make failures` shows the rows behind each test that failed.\n")
    shown = project.ingest("failures")
    (line,) = [line for line in shown.stdout.splitlines() if flight in line]
    assert [cell.strip() for cell in line.strip("│").split("│")] == [flight, "-5", file, str(row)]
