"""A feature that knows the future is caught: leaks are planted in a copy of the project.

Each leak names the column in which each of the two tests must catch it. One test compares a
feature's own statement of when it is known with the prediction; the other compares with a
warehouse of the past. Only the second catches a leak with a false statement, and only the first a
feature without a statement.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.commands import DBT, ROOT, Project
from tests.features.conftest import STORM, copy_of_warehouse
from tests.features.time_travel import BUILD, compared
from tests.shared import made_once

INTERMEDIATE = "intermediate/machine_learning"
MART = "marts/machine_learning"


@dataclass(frozen=True)
class Leak:
    """Changes of a file of the project, and the column in which each of the tests catches them."""

    file: str
    changes: dict[str, str]
    known_at: str | None
    differs: str | None


LEAKS = {
    "history that counts the later flights of the day": Leak(
        f"{INTERMEDIATE}/int_outcome_history.sql",
        {"preceding and 1 preceding": "preceding and current row"},
        "airport_history_known_at_utc",
        "airport_history_mean_arrival_delay_minutes",
    ),
    "departures of the hour after the prediction": Leak(
        f"{INTERMEDIATE}/int_predictions_with_airport_state.sql",
        {"right_time='changed_at_utc'": "right_time='changed_at_utc - interval 1 hour'"},
        "recent_known_at_utc",
        "recent_mean_departure_delay_minutes",
    ),
    "the weather of the hour of the departure": Leak(
        f"{INTERMEDIATE}/int_predictions_with_weather.sql",
        {"right_time='known_at_utc'": "right_time='known_at_utc - interval 3 hour'"},
        "weather_known_at_utc",
        "known_weather_temperature_fahrenheit",
    ),
    "the flight's own departure delay": Leak(
        f"{MART}/ml_arrival_delay_features.sql",
        {
            "nullif(predictions.inbound_due_flights, 0) as": "flights.departure_delay_minutes as",
            "then predictions.last_inbound_departure_at_utc\n    end as": (
                "then predictions.last_inbound_departure_at_utc\n"
                "        else flights.departure_at_utc\n    end as"
            ),
        },
        "inbound_departures_known_at_utc",
        "inbound_due_flights",
    ),
    "the time that the flight took, called its schedule": Leak(
        f"{MART}/ml_arrival_delay_features.sql",
        {
            "    flights.scheduled_block_minutes,": (
                "    coalesce(flights.actual_block_minutes, flights.scheduled_block_minutes)\n"
                "        as scheduled_block_minutes,"
            )
        },
        None,
        "scheduled_block_minutes",
    ),
    "a feature that does not say when it is known": Leak(
        f"{MART}/_machine_learning__models.yml",
        {
            "      - name: distance_miles\n"
            "        description: \"{{ doc('distance_miles') }} Known from the schedule.\"\n"
            "        data_type: integer\n"
            "        config: {meta: {known_at: schedule}}\n": (
                "      - name: distance_miles\n"
                "        description: How far it is.\n"
                "        data_type: integer\n"
            )
        },
        "distance_miles",
        None,
    ),
}


@dataclass(frozen=True)
class Caught:
    """The columns in which each of the tests found a leak."""

    known_at: set[str]
    differing: set[str]


@pytest.fixture(scope="module")
def caught(built: Project, forgetful: Project, tmp_path_factory: pytest.TempPathFactory) -> Caught:
    """Return the columns that the tests find in a project with all of the leaks."""

    def make(folder: Path) -> None:
        for name in (".env", "dbt_project.yml"):
            shutil.copy(ROOT / name, folder)
        for name in ("dbt_project", "profiles", "ontime"):
            shutil.copytree(ROOT / name, folder / name)
        for leak in LEAKS.values():
            file = folder / "dbt_project" / "models" / leak.file
            text = file.read_text()
            for written, planted in leak.changes.items():
                assert written in text, f"{leak.file} no longer says: {written}"
                text = text.replace(written, planted)
            file.write_text(text)
        for name, project in (("whole", built), ("past", forgetful)):
            build(folder, copy_of_warehouse(project, folder / name), whole=name == "whole")

    folder = made_once(tmp_path_factory, "leaking", make)
    whole = Project(folder / "whole")
    _, _, differences = compared(
        whole.warehouse_file, Project(folder / "past").warehouse_file, STORM
    )
    (test,) = (whole.folder / "target" / "compiled").rglob("features_are_known_in_time*.sql")
    with duckdb.connect(str(whole.warehouse_file), read_only=True) as connection:
        found = connection.execute(f"select distinct column_name from ({test.read_text()})")
        return Caught({name for (name,) in found.fetchall()}, set(differences))


def build(folder: Path, project: Project, *, whole: bool) -> None:
    """Build the models with the leaks and the test of the features, without forgetting anything."""
    views = [path.stem for path in (folder / "dbt_project/models").rglob("int_predictions_*.sql")]
    run = ("run", "--select", "int_outcome_history", "ml_arrival_delay_features", *views)
    test = ("test", "--select", "test_name:features_are_known_in_time")
    for command in (run, test) if whole else ((*BUILD, *views),):
        done = subprocess.run(
            [DBT, *command],
            cwd=folder,
            env=project.environment({"PYTHONPATH": str(folder)}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == (command is test), done.stdout[-4000:]


@pytest.mark.parametrize("name", [name for name, leak in LEAKS.items() if leak.known_at])
def test_the_instants_of_what_entered_a_feature_give_a_leak_away(caught: Caught, name: str) -> None:
    assert LEAKS[name].known_at in caught.known_at


@pytest.mark.parametrize("name", [name for name, leak in LEAKS.items() if leak.differs])
def test_a_warehouse_of_the_past_gives_a_leak_away(caught: Caught, name: str) -> None:
    assert LEAKS[name].differs in caught.differing


def test_each_of_the_tests_sees_what_the_other_cannot(caught: Caught) -> None:
    assert "scheduled_block_minutes" not in caught.known_at
    assert "distance_miles" not in caught.differing
