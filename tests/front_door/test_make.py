"""The targets of the Makefile, run as a user does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT, Project

TARGETS = [
    "help",
    "setup",
    "run",
    "ingest",
    "build",
    "publish",
    "release",
    "diff",
    "docs",
    "explain",
    "query",
    "serve-postgres",
    "dashboards",
    "serve",
    "metric",
    "metrics",
    "superset",
    "lint",
    "format",
    "test",
    "bench",
    "clean",
]


def make(*words: str, cwd: Path = ROOT, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run make and return its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [shutil.which("make") or "make", "--no-print-directory", *words],
        cwd=cwd,
        env={**environment, **extra},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, with this environment, in a folder with spaces in its name."""
    folder = tmp_path_factory.mktemp("check outs") / "on time"
    folder.mkdir()
    for name in ("Makefile", ".env", "dbt_project.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("dbt_project", "ingest", "ontime", "profiles", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent, target_is_directory=True)
    (folder / ".venv" / ".installed").touch()
    return folder


def test_make_alone_lists_every_target() -> None:
    listed = make().stdout
    assert listed == make("help").stdout
    described = dict(re.findall(r"^  make ([\w-]+) +(\S.*)$", listed, re.MULTILINE))
    assert set(TARGETS) <= described.keys()


def test_an_old_python_is_refused_with_a_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac\n')
    old.chmod(0o755)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    done = make("run", f"PYTHON={old}", cwd=tmp_path)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_query_reads_what_was_published_in_a_folder_with_spaces(
    built: Project, checkout: Path
) -> None:
    built.copy(checkout)
    done = make("query", "SQL=select count(*) as 'flights so far' from fct_flights", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert "336776" in done.stdout
    assert "flights so far" in done.stdout
    lines = "select 'a$b' as one -- `it` \"is\" $(said)\n, '#' as \"two words\" -- the end"
    for as_typed in (
        make("query", f"SQL={lines}", cwd=checkout),
        make("query", cwd=checkout, SQL=lines),
    ):
        assert as_typed.returncode == 0, as_typed.stderr
        assert re.findall(r"│ +(\S+) +│ +(\S+) +│", as_typed.stdout)[-1] == ("a$b", "#")
    as_json = make("query", "SQL=select 1 as one", "ARGS=--format json", cwd=checkout)
    assert json.loads(as_json.stdout) == [{"one": 1}]
    refused = make("query", "SQL=select * from read_csv('/etc/hosts')", cwd=checkout)
    assert refused.returncode != 0
    assert "disabled" in refused.stderr


def test_metrics_are_listed_before_anything_is_published(checkout: Path, tmp_path: Path) -> None:
    nothing = str(tmp_path / "none")
    listed = make("metrics", cwd=checkout, ONTIME_DATA_DIR=nothing)
    assert listed.returncode == 0, listed.stderr
    for name in ("on_time_arrival_rate", "weekday", "punctuality_by_carrier"):
        assert re.search(rf"^  {name} ", listed.stdout, re.MULTILINE), name
    assert make("metric", cwd=checkout, ONTIME_DATA_DIR=nothing).stdout == listed.stdout


def test_metric_answers_in_a_folder_with_spaces(built: Project, checkout: Path) -> None:
    built.copy(checkout)
    question = (
        "METRIC=on_time_arrival_rate, scheduled_flights",
        "BY=carrier,month",
        "WHERE=origin_airport = 'JFK' and month < '2013-03-01'",
        "ORDER=-scheduled_flights",
        "LIMIT=2",
    )
    done = make("metric", *question, cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"│ (\w\w) +│ ([\w ]+?) +│ (2013-\d\d-\d\d)", done.stdout) == [
        ("B6", "JetBlue Airways", "2013-01-01"),
        ("B6", "JetBlue Airways", "2013-02-01"),
    ]
    shown = make("metric", *question, "ARGS=--show-sql", cwd=checkout).stdout
    assert shown.lstrip().startswith("select")
    assert "FROM marts.fct_flights" in shown
    saved = make("metric", "QUERY=punctuality_by_carrier", cwd=checkout)
    assert "ExpressJet" in saved.stdout, saved.stderr
    refused = make("metric", "METRIC=on_time_rate", cwd=checkout)
    assert refused.returncode != 0
    assert "Did you mean on_time_arrival_rate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_second_run_changes_nothing(built: Project, checkout: Path) -> None:
    built.copy(checkout)
    published = checkout / "data" / "published" / "ontime_marts.duckdb"
    before = published.read_bytes()
    done = make("run", cwd=checkout, ONTIME_DATA_DIR="data")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing has changed since the last publication." in done.stdout
    assert "marts.fct_flights" in done.stdout
    assert published.read_bytes() == before


def test_rollback_without_an_earlier_version_says_so(built: Project, checkout: Path) -> None:
    built.copy(checkout)
    done = make("rollback", cwd=checkout)
    assert done.returncode != 0
    assert "no publication before" in done.stderr


def test_query_before_anything_is_published_says_what_to_do(checkout: Path, tmp_path: Path) -> None:
    done = make("query", "SQL=select 1", cwd=checkout, ONTIME_DATA_DIR=str(tmp_path / "none"))
    assert done.returncode != 0
    assert "run `make run`" in done.stderr


def test_a_copy_before_anything_is_published_says_what_to_do(
    checkout: Path, tmp_path: Path
) -> None:
    done = make("serve-postgres", cwd=checkout, ONTIME_DATA_DIR=str(tmp_path / "none"), DSN="")
    assert done.returncode != 0
    assert "run `make run`" in done.stderr
