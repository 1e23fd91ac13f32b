"""Every run leaves one line in the log, however it ends, and the warehouse gets the log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
import typer

from ontime.storage import runs, runs_table
from ontime.storage.lock import hold_warehouse, release_warehouse
from tests.commands import ROOT

HOLD = """
import sys, time
from ontime.storage.runs import recorded
with recorded("build"):
    sys.stdout.write("begun\\n")
    sys.stdout.flush()
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder, which the process uses."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(runs.OUTCOME_SETTING, raising=False)
    return tmp_path


def ended_with(code: int | None) -> runs.Run:
    """Return what the log keeps of a run that ends with an exit code, or with Ctrl-C."""
    error: BaseException = KeyboardInterrupt() if code is None else typer.Exit(code)
    with suppress(KeyboardInterrupt, typer.Exit), runs.recorded("load") as run:
        run.rows_loaded = 7
        run.fail("The file is damaged.")
        raise error
    return runs.history()[-1]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(0, "succeeded"), (1, "failed"), (2, "not_done"), (130, "stopped"), (None, "stopped")],
)
def test_the_exit_code_decides_the_outcome(code: int | None, outcome: str) -> None:
    run = ended_with(code)
    assert (run.outcome, run.command, run.rows_loaded) == (outcome, "load", 7)
    assert run.reason == (None if code == 0 else "The file is damaged.")
    assert run.duration_seconds is not None
    assert runs.current() is None


def test_an_unexpected_error_is_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), runs.recorded("load"):
        raise ZeroDivisionError
    assert (runs.history()[-1].outcome, runs.history()[-1].exit_code) == ("failed", 1)


def test_one_lasting_error_makes_the_whole_run_last() -> None:
    with suppress(typer.Exit), runs.recorded("load") as run:
        run.fail("The publisher is busy.", is_transient=True)
        assert run.is_transient
        run.fail("The file is damaged.")
        run.fail("The publisher is busy.", is_transient=True)
        raise typer.Exit(1)
    ended = runs.history()[-1]
    assert (ended.reason, ended.is_transient) == ("The publisher is busy.", False)


def test_a_killed_run_is_recorded_by_the_next_one(data: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        with runs.recorded("load"):
            pass
        assert [run.outcome for run in runs.history()] == ["succeeded"], "it still runs"
        process.send_signal(signal.SIGKILL)
    with runs.recorded("load"):
        pass
    killed = runs.history()[0]
    assert (killed.command, killed.outcome, killed.exit_code) == ("build", "killed", None)
    assert killed.ended_at_utc is None
    assert len(runs.history()) == 3
    assert not list(data.rglob("*.running"))


def test_a_line_that_was_cut_off_swallows_no_other(data: Path) -> None:
    ended_with(0)
    with runs.log_file().open("a", encoding="utf-8") as log:
        log.write('{"run_id": "2026')
    ended_with(1)
    assert [run.outcome for run in runs.history()] == ["succeeded", "failed"]
    assert data.joinpath("runs", "runs.jsonl").read_bytes().count(b"\n") == 3


def test_a_newer_log_with_more_facts_is_read() -> None:
    ended_with(0)
    line = json.loads(runs.log_file().read_text(encoding="utf-8"))
    runs.log_file().write_text(json.dumps({**line, "added_later": 1}) + "\n", encoding="utf-8")
    assert len(runs.history()) == 1


def test_without_a_data_folder_none_is_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(data / "absent"))
    with runs.recorded("load"):
        pass
    assert not (data / "absent").exists()


def test_a_log_that_cannot_be_written_stops_no_run(data: Path) -> None:
    (data / "runs").write_text("a file in the place of the folder", encoding="utf-8")
    with runs.recorded("load") as run:
        run.rows_loaded = 1
    assert runs.current() is None


def test_the_outcome_is_one_line_of_json_if_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended_with(0)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv(runs.OUTCOME_SETTING, "json")
    ended_with(1)
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line) == runs.history()[-1].as_dict()


def test_the_warehouse_gets_the_whole_log(data: Path) -> None:
    duckdb.connect(str(data / "ontime.duckdb")).close()
    ended_with(0)
    ended_with(2)
    runs_table.bring_up_to_date()
    runs_table.bring_up_to_date()
    with duckdb.connect(str(data / "ontime.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute("select * from operations.runs order by started_at_utc")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert [row["outcome"] for row in rows] == ["succeeded", "not_done"]
    for row, run in zip(rows, runs.history(), strict=True):
        assert row.keys() == run.as_dict().keys()
        assert (row["rows_loaded"], row["arguments"]) == (7, run.arguments)
        assert f"{row['started_at_utc']:%Y-%m-%dT%H:%M:%S.%fZ}" == run.started_at_utc


def test_a_busy_warehouse_is_left_alone(data: Path) -> None:
    duckdb.connect(str(data / "ontime.duckdb")).close()
    ended_with(0)
    before = (data / "ontime.duckdb").read_bytes()
    program = "import time; from pathlib import Path; import sys\n" + (
        "from ontime.storage.lock import hold_warehouse\n"
        "hold_warehouse(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(data / "ontime.duckdb")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        runs_table.bring_up_to_date()
        process.kill()
    assert (data / "ontime.duckdb").read_bytes() == before
    assert hold_warehouse(data / "ontime.duckdb"), "this process does not keep the lock"
    release_warehouse(data / "ontime.duckdb")
