"""`python -m ontime metric` needs only the published file, whatever else is running."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest

from tests.commands import ROOT, Project
from tests.shared import made_once

NO_MORE: Mapping[str, str] = MappingProxyType({})

# a Python that logs each attempt to reach a network, and blocks it
NO_NETWORK = """
import socket, sys
from pathlib import Path

def refused(*words, **more):
    with Path({log!r}).open("a") as log:
        log.write(repr(words) + "\\n")
    raise OSError("no network here")

socket.socket.connect = socket.socket.connect_ex = refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refused
"""


@pytest.fixture(scope="session")
def parsed(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the built project with its metrics kept, in its own folder."""

    def keep(folder: Path) -> None:
        (folder / "data").symlink_to(built.folder / "data")
        shutil.copytree(built.folder / "target/metrics", folder / "target/metrics")

    return Project(made_once(tmp_path_factory, "parsed", keep))


def ask(
    project: Project, *words: str, check: bool = True, env: Mapping[str, str] = NO_MORE
) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return project.run(sys.executable, "-m", "ontime", "metric", *words, check=check, env=env)


def test_nothing_calls_home_and_nothing_is_written_at_home(built: Project, tmp_path: Path) -> None:
    guard, home, log = tmp_path / "guard", tmp_path / "home", tmp_path / "attempts"
    guard.mkdir()
    home.mkdir()
    (guard / "sitecustomize.py").write_text(NO_NETWORK.format(log=str(log)))
    env = {"PYTHONPATH": f"{guard}:{ROOT}", "HOME": str(home)}
    project = Project(tmp_path)
    (tmp_path / "data").symlink_to(built.folder / "data")
    control = project.run(
        *(sys.executable, "-c", "import socket; socket.create_connection(('localhost', 9))"),
        check=False,
        env=env,
    )
    assert "no network here" in control.stderr
    log.unlink()
    # the first call parses the project and answers: no cache exists yet
    assert "336776" in ask(project, "scheduled_flights", env=env).stdout
    assert not log.exists(), log.read_text()
    assert not list(home.iterdir())


def test_it_waits_for_no_writer_and_holds_up_none(copy_of_built: Project) -> None:
    with duckdb.connect(str(copy_of_built.warehouse_file)) as writer:
        writer.execute("create table operations.being_written as select 1 as one")
        assert "336776" in ask(copy_of_built, "scheduled_flights").stdout


def test_it_asks_the_file_that_was_published(parsed: Project) -> None:
    said = ask(parsed, "on_time_arrival_rate", "--by", "carrier, month", "--limit", "3").stdout
    assert "carrier" in said
    assert "2013-01-01" in said
    assert "0.7018 " in said
    assert "Endeavor Air Inc." in said
    assert "on_time_arrival_rate: On-time arrival rate (share)" in said
    exact = ask(
        parsed,
        *("on_time_arrival_rate", "--by", "carrier,month", "--limit", "1", "--format", "csv"),
    ).stdout
    by_name = ask(
        parsed,
        *("scheduled_flights", "--by", "carrier", "--order=-name_of_carrier", "--limit", "1"),
        *("--format", "csv"),
    ).stdout
    assert by_name.splitlines()[1].startswith("VX,Virgin America,")
    head, row = exact.splitlines()
    assert head == "carrier,name_of_carrier,month,on_time_arrival_rate"
    assert row.startswith("9E,Endeavor Air Inc.,2013-01-01,0.70184")
    refused = ask(
        parsed, "scheduled_flights", "--where", "carrier in (from '/etc/hosts')", check=False
    )
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["on_time_rate"], "There is no metric on_time_rate."),
        (["scheduled_flights", "--by", "carier"], "There is no dimension carier."),
        (["scheduled_flights", "--limit", "few"], "LIMIT is a number of rows, not few."),
        (["scheduled_flights", "--query", "x"], "not for both"),
        (["scheduled_flights", "--limit", "9" * 30], "LIMIT is a number of rows"),
        (["scheduled_flights", "--order", "-"], "ORDER names no column"),
        ([","], "METRIC names no metric."),
        (["--query", "x"], "There is no saved query x."),
        (["--query", "punctuality_by_carrier", "--by", "month"], "leave BY out"),
        (
            ["scheduled_flights", "--by", "carrier", "--where", "name_of_carrier = 'Envoy Air'"],
            "group and filter by carrier_name",
        ),
        (["scheduled_flights", "--where", "month > 'soon'"], "soon"),
    ],
)
def test_a_wrong_question_ends_with_a_sentence(
    parsed: Project, words: list[str], sentence: str
) -> None:
    done = ask(parsed, *words, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_the_project_is_parsed_again_only_when_it_has_changed(parsed: Project) -> None:
    kept = [*(parsed.folder / "target" / "metrics").glob("?" * 64 + ".json")]
    assert len(kept) == 1
    before = kept[0].stat().st_mtime_ns
    ask(parsed, "scheduled_flights")
    assert kept[0].stat().st_mtime_ns == before


def test_a_file_of_another_version_of_the_project_is_reported(
    built: Project, parsed: Project, tmp_path: Path
) -> None:
    older = built.copy(tmp_path)
    # a writable copy, replacing the link to the version, which is read-only
    content = older.published_file.read_bytes()
    for place in older.published_file.parent.glob("ontime_marts.duckdb*"):
        place.unlink()
    older.published_file.write_bytes(content)
    with duckdb.connect(str(older.published_file)) as connection:
        connection.execute("update catalogue.publication set project_hash = 'of another time'")
    env = {"DBT_TARGET_PATH": str(parsed.folder / "target")}
    unanswerable = ("scheduled_flights", "--where", "carrier > 3")
    assert "another version" not in ask(parsed, *unanswerable, check=False).stderr
    done = ask(older, *unanswerable, check=False, env=env)
    assert done.returncode == 1
    assert "another version of the project" in done.stderr
    assert "make run" in done.stderr


def test_without_a_publication_it_says_what_to_do(parsed: Project, tmp_path: Path) -> None:
    env = {"DBT_TARGET_PATH": str(parsed.folder / "target")}
    done = ask(Project(tmp_path), "scheduled_flights", check=False, env=env)
    assert done.returncode == 1
    assert "run `make run`" in done.stderr
