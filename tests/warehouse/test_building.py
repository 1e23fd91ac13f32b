"""`make build` shows little of what dbt does, and everything that goes wrong."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import dbt.cli.main
import pytest
from dbt.cli.main import dbtRunnerResult

from tests.commands import Project
from warehouse.building import build
from warehouse.console import output


def build_of(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m warehouse build`."""
    return project.run(sys.executable, "-m", "warehouse", "build", *options, check=False)


@pytest.fixture
def loaded(project: Project) -> Project:
    """Return a project with raw tables, of which nothing is built."""
    project.ingest("load", "airportsdata")
    return project


def test_progress_is_a_few_lines_and_the_outcome_is_counted(loaded: Project) -> None:
    done = build_of(loaded, "--select", "carriers", "us_federal_holidays")
    assert done.returncode == 0, done.stderr
    assert "Not published: only a part of the project was built" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    *steps, finishing, counts = done.stderr.splitlines()
    assert steps
    assert all(
        re.fullmatch(r"Building and testing: \d+ of \d+ steps \.\.\.", line) for line in steps
    )
    assert finishing == "Finishing the build ..."
    assert re.fullmatch(r"Built and tested: \d+ seeds?, \d+ data tests?\.", counts)


def test_a_failure_is_shown_whole_and_fails_the_command(loaded: Project) -> None:
    # what the model reads is not built
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
    (line,) = (done.stdout + done.stderr).splitlines()
    assert "--selct" in line


def test_an_interrupted_build_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def __init__(self, callbacks: object) -> None:
            pass

        def invoke(self, _words: list[str]) -> dbtRunnerResult:
            return dbtRunnerResult(success=False, exception=KeyboardInterrupt())

    monkeypatch.setattr(dbt.cli.main, "dbtRunner", Interrupted)
    said = io.StringIO()
    assert build([], output(file=said)) == 130
    assert said.getvalue().startswith("Stopped. Nothing was published;")
