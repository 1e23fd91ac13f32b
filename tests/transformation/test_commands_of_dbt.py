"""In a process that lives on, such as an editor, a command of dbt leaves the warehouse free."""

from __future__ import annotations

import json
import sys

import pytest

from ontime.storage.lock import hold_warehouse, release_warehouse
from tests.commands import NO_ARTIFACTS, Project


@pytest.fixture
def loaded(project: Project) -> Project:
    """Return a project with raw tables and no models built."""
    project.ingest("load", "airportsdata")
    return project


def test_only_writing_commands_hold_the_lock_and_all_leave_the_warehouse_free(
    loaded: Project,
) -> None:
    reading = [
        ["compile", "--select", "carriers"],
        ["show", "--inline", "select 1 as one"],
    ]
    writing = [
        ["build", "--select", "carriers"],
        ["seed", "--select", "carriers"],
        ["test", "--select", "not_null_carriers_carrier_code"],
    ]
    # what this model reads is not built
    failing = ["build", "--select", "dim_dates"]
    commands = [reading[0], failing, reading[1], *writing, failing, *reading]
    answer = loaded.folder / "reports.json"
    lives_on = (sys.executable, "-m", "tests.transformation.lives_on")
    loaded.run(*lives_on, loaded.warehouse_file, json.dumps(commands), answer, env=NO_ARTIFACTS)
    assert json.loads(answer.read_text()) == [
        {
            "succeeded": words != failing,
            "held": words not in reading,
            "held_after": False,
            "opens": True,
        }
        for words in commands
    ]


def test_a_reading_command_reports_who_is_writing(loaded: Project) -> None:
    hold_warehouse(loaded.warehouse_file)
    try:
        done = loaded.dbt("compile", "--select", "carriers", check=False)
    finally:
        release_warehouse(loaded.warehouse_file)
    assert done.returncode == 2
    assert f"The warehouse {loaded.warehouse_file} is being written by" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    loaded.dbt("compile", "--select", "carriers")
