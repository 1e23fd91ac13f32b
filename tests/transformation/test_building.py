"""`make build` shows little of dbt's output, and every failure."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from rich.progress import Progress

from ontime.terminal.console import output
from ontime.transformation.building import Watch
from tests.commands import ROOT, Project


def build_of(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m ontime build`."""
    return project.run(sys.executable, "-m", "ontime", "build", *options, check=False)


@pytest.fixture
def loaded(project: Project) -> Project:
    """Return a project with raw tables and no models built."""
    project.ingest("load", "airportsdata")
    return project


def test_progress_is_a_few_lines_and_the_outcome_is_counted(loaded: Project) -> None:
    done = build_of(loaded, "--select", "carriers", "us_federal_holidays")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not published: only a part of the project was built" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    *steps, finishing, counts = done.stderr.splitlines()
    assert steps
    assert all(
        re.fullmatch(r"Building and testing: \d+ of \d+ steps \.\.\.", line) for line in steps
    )
    assert finishing == "Finishing ..."
    assert re.fullmatch(r"Built and tested: \d+ seeds?, \d+ data tests?\.", counts)
    # options, such as variables, may change the manifest: only that of a plain build is kept
    assert not (loaded.folder / "target" / "metrics").exists()


def test_steps_that_end_at_once_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # dbt's threads report by themselves, at the same moment on a busy machine
    def slowly(counter: Counter[str]) -> int:
        time.sleep(0.2)
        return sum(counter.values())

    monkeypatch.setattr(Counter, "total", slowly)
    screen = io.StringIO()
    console = output(file=screen, width=100)
    watch = Watch(console, Progress(console=console, disable=True), "Building and testing")
    watch.hear(_event("LogStartLine", total=2))
    finished = _event("NodeFinished", node_info=SimpleNamespace(resource_type="test"))
    threads = [threading.Thread(target=watch.hear, args=[finished]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert watch.in_words() == "2 data tests"
    assert screen.getvalue().splitlines() == [
        "Building and testing: 1 of 2 steps ...",
        "Finishing ...",
    ]


def _event(name: str, **data: Any) -> SimpleNamespace:
    """Return what dbt passes on when something happens."""
    return SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(**data))


def test_a_failure_is_shown_whole_and_fails_the_command(loaded: Project) -> None:
    # the model's inputs are not built
    done = build_of(loaded, "--select", "dim_dates")
    assert done.returncode == 1
    assert "Not published: " in done.stdout
    said = done.stdout + done.stderr
    assert "does not exist" in said or "doesn't exist" in said
    assert "Traceback" not in said
    assert "\x1b" not in said


def test_an_option_that_dbt_does_not_know_is_named(project: Project) -> None:
    done = build_of(project, "--selct", "dim_dates")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "dbt build: No such option '--selct'.",
        "`make build ARGS=--help` lists the options.",
    ]
    assert not done.stdout


def test_a_build_of_nothing_makes_no_warehouse(project: Project) -> None:
    done = build_of(project)
    assert done.returncode == 2
    assert done.stderr == (
        f"There is no warehouse {project.warehouse_file}: run `make ingest` first. "
        "Nothing was done.\n"
    )
    assert not project.warehouse_file.exists()


def test_a_selection_of_nothing_is_no_success(loaded: Project) -> None:
    done = build_of(loaded, "--quiet", "--select", "no_such_model")
    assert done.returncode == 2
    assert done.stderr == "The selection matches nothing, so nothing was done.\n"


def test_a_data_folder_that_cannot_be_written_is_named(project: Project) -> None:
    project.folder.joinpath("data").write_text("not a folder")
    done = project.dbt("build", "--select", "dim_dates", check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 2
    assert f"The data folder {project.folder / 'data'} cannot be written (File exists)" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("moment", ["reading the project", "building"])
def test_an_interrupted_build_says_so_and_nothing_else(loaded: Project, moment: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ontime", "build"],
        cwd=ROOT,
        env=loaded.environment({"DBT_LOG_LEVEL_FILE": "info"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sign = "dbt.log" if moment == "reading the project" else "ontime.duckdb.wal"
    folder = loaded.folder / ("logs" if moment == "reading the project" else "data")
    deadline = time.monotonic() + 300
    while not (folder / sign).exists() and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=300)
    # a shell shows 130 for both: Python ends by the signal if that arrived during an `exec`, which
    # libraries call while they are imported
    assert process.returncode in {130, -signal.SIGINT}, output + errors
    assert errors.splitlines()[-1].startswith("Stopped. Readers see a whole publication;")
    assert "Traceback" not in output + errors
    assert not loaded.published_file.exists()
