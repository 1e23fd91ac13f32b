"""The test results of a build are loaded like a file, through an existing connection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.loading.declaring import create_declared_tables
from ingest.sources import SOURCES, dbt_artifacts, declared

PASSED: dict[str, Any] = {
    "test_id": "test.ontime.unique_fct_flights_v1_flight_id.1",
    "test_name": "unique_fct_flights_v1_flight_id",
    "test_kind": "generic",
    "column_name": "flight_id",
    "severity": "error",
    "status": "pass",
    "failures": 0,
    "message": None,
    "tables": [{"schema_name": "marts", "table_name": "fct_flights"}],
}
COMPARED = {
    **PASSED,
    "test_id": "test.ontime.assert_it's_all_there",
    "test_kind": "singular",
    "column_name": None,
    "status": "fail",
    "failures": 7,
    "message": "Got 7 results, configured to fail if != 0",
    "tables": [
        {"schema_name": "marts", "table_name": "fct_flights"},
        {"schema_name": "intermediate", "table_name": "int_flights_unioned"},
    ],
}


def test_the_results_of_a_build_take_the_place_of_the_last_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    create_declared_tables([dbt_artifacts.SOURCE])
    # the connection's configuration may differ from dlt's own, as dbt's does
    with duckdb.connect(
        str(tmp_path / "ontime.duckdb"), config={"custom_user_agent": "somebody else"}
    ) as connection:
        for results in ([PASSED, COMPARED], [COMPARED], [PASSED, COMPARED]):
            assert dbt_artifacts.record(json.dumps(results), connection.cursor()) == len(results)
        tests = connection.execute(
            """
            select test_id, status, failures, message, _source_row_number
            from raw_dbt.test_results order by all
            """
        ).fetchall()
        tables = connection.execute(
            "select test_id, schema_name, table_name from raw_dbt.tested_tables order by all"
        ).fetchall()
    assert tests == [
        (COMPARED["test_id"], "fail", "7", COMPARED["message"], 1),
        (PASSED["test_id"], "pass", "0", None, 2),
    ]
    assert tables == [
        (COMPARED["test_id"], "intermediate", "int_flights_unioned"),
        (COMPARED["test_id"], "marts", "fct_flights"),
        (PASSED["test_id"], "marts", "fct_flights"),
    ]
    assert json.loads(dbt_artifacts.results_file().read_text()) == [PASSED, COMPARED]


def test_nobody_asks_for_the_results_by_name() -> None:
    assert "dbt" not in SOURCES
    assert [source.name for source in declared()] == [*SOURCES, "dbt"]
