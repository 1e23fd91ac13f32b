"""Bring the log of runs into the warehouse, as the table `operations.runs`."""

from __future__ import annotations

import json
from contextlib import suppress

import duckdb

from ontime.storage import runs
from ontime.storage.lock import WarehouseBusyError, hold_warehouse, release_warehouse
from ontime.storage.paths import warehouse_file

_COLUMNS = """
    run_id varchar, command varchar, arguments varchar[], started_at_utc timestamp,
    git_revision varchar, ended_at_utc timestamp, duration_seconds double, outcome varchar,
    exit_code integer, is_transient boolean, files_loaded bigint, files_unchanged bigint,
    files_given_up bigint, rows_loaded bigint, rows_quarantined bigint, models_built bigint,
    tests_passed bigint, tests_warned bigint, tests_failed bigint, publication varchar,
    reason varchar
"""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the table with the log, and with the present run as far as it has come.

    Raises:
        duckdb.Error: the table cannot be written.

    """
    known = runs.history()
    if present := runs.current():
        known.append(present.so_far())
    connection.execute("create schema if not exists operations")
    connection.execute(f"create or replace table operations.runs ({_COLUMNS})")
    lines = json.dumps([run.as_dict() for run in known])
    structure = json.dumps([_structure()])
    connection.execute(
        "insert into operations.runs by name "
        "select run.* from (select unnest(from_json($1::json, $2)) as run)",
        [lines, structure],
    )


def bring_up_to_date() -> None:
    """Write the table; if the warehouse is absent, busy or damaged, leave it to the next run."""
    warehouse = warehouse_file()
    if not warehouse.exists():
        return
    with suppress(duckdb.Error, OSError, WarehouseBusyError):
        taken = hold_warehouse(warehouse)
        try:
            with duckdb.connect(str(warehouse)) as connection:
                write(connection)
        finally:
            if taken:
                release_warehouse(warehouse)


def _structure() -> dict[str, str | list[str]]:
    """Return the columns in the notation of DuckDB's `from_json`."""
    pairs = [each.split() for each in _COLUMNS.replace("\n", " ").split(",")]
    return {name: ["varchar"] if kind == "varchar[]" else kind for name, kind in pairs}
