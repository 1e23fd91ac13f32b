"""A model is calibrated on months it has not seen, and its card says what it was made from."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from typer.testing import CliRunner

from ontime.cli import app
from ontime.ml.evaluation import calibration_error, drift
from ontime.ml.intervals import interval
from ontime.ml.model import CARD, MODEL, folder_of
from tests.commands import Project

HEAD = (
    "flight_date,carrier_code,flight_number,origin_airport_code,destination_airport_code,"
    "scheduled_departure_at_local,scheduled_arrival_at_local"
)
SCHEDULE = f"""{HEAD}
2014-01-02,VX,23,JFK,LAX,2014-01-02 18:30,2014-01-02 21:50
2014-01-02,VX,11,JFK,LAX,2014-01-02 06:30,
2014-01-02,ZZ,1,LGA,XXX,2014-01-02 06:00,
"""


@pytest.fixture
def trained(copy_of_small: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a copy of the small year with a model of the months up to September."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(copy_of_small.folder / "data"))
    done = CliRunner().invoke(app, ["train", "--until", "2013-09"])
    assert done.exit_code == 0, done.output
    return copy_of_small


def test_model_is_trained_scored_and_watched(trained: Project, tmp_path: Path) -> None:
    folder = folder_of("evening_before")
    card = json.loads((folder / CARD).read_text())
    assert card["publication"] == trained.publication_name
    assert card["trained_on"] == [f"2013-{month:02}-01" for month in range(1, 9)]
    assert card["calibrated_on"] == "2013-09-01"
    inputs = set(card["model"]["inputs"])
    day = set(card["not_used"]["because they only name the day"])
    assert {"days_until_next_federal_holiday", "airport_history_late_share"} <= day
    assert not inputs & (day | {"arrival_delay_minutes", "is_late_arrival", "flight_id"})
    assert "inbound_due_flights" in card["not_used"]["because they have no value in these months"]
    # no month is scored by a model that has seen it
    assert [each["month"] for each in card["months"]] == [
        *(f"2013-{month:02}-01" for month in range(5, 10)),
        "all",
    ]
    flights = [each["flights"] for each in card["months"]]
    assert sum(flights[:-1]) == flights[-1]
    for month in card["months"]:
        assert month["auc_low"] < month["auc"] < month["auc_high"]

    schedule = tmp_path / "tomorrow.csv"
    schedule.write_text(SCHEDULE)
    done = CliRunner().invoke(app, ["score", str(schedule)])
    assert done.exit_code == 0, done.output
    scored = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["flight_number"] for row in scored] == ["23", "11", "1"]
    assert all(0 <= float(row["late_arrival_chance"]) <= 1 for row in scored)
    assert [row["route_known_until"][:7] for row in scored] == ["2013-12", "2013-12", ""]
    assert len({row["late_arrival_chance"] for row in scored}) > 1
    # a column that happens to have the name of a feature changes nothing
    head, *flights = SCHEDULE.splitlines()
    wider = tmp_path / "wider.csv"
    lines = [f"{head},distance_miles", *(f"{flight},far" for flight in flights)]
    wider.write_text("\n".join(lines))
    assert CliRunner().invoke(app, ["score", str(wider)]).stdout == done.stdout

    done = CliRunner().invoke(app, ["monitor"])
    assert done.exit_code == 0, done.output
    with (folder / "monitor.csv").open() as file:
        months = list(csv.DictReader(file))
    new = [row["month"][:7] for row in months if row["is_new_to_the_model"] == "True"]
    assert new == ["2013-10", "2013-11", "2013-12"]
    assert {"score_drift", "calibration_error", "brier", "auc_low"} <= set(months[0])

    (folder / MODEL).write_bytes(b"something else")
    done = CliRunner().invoke(app, ["score", str(schedule)])
    assert done.exit_code == 1
    assert "is not the model of its card, and was not opened" in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        ("flight_date\n2014-01-02\n", "has no column carrier_code"),
        (f"{HEAD}\n", "has 0 flights"),
        (
            f"{HEAD}\ntomorrow,VX,23,JFK,LAX,2014-01-02 18:30,\n",
            "flight 1: flight_date is 'tomorrow', and should be such as 2014-01-31",
        ),
        (
            f"{HEAD}\n2014-01-02,,23,JFK,LAX,2014-01-02 18:30,\n",
            "flight 1: carrier_code is missing",
        ),
        (
            # a time without its day would be read as a year
            f"{HEAD}\n2014-01-02,VX,23,JFK,LAX,2014-01-02 18:30,\n2014-01-02,VX,1,JFK,LAX,1830,\n",
            "flight 2: scheduled_departure_at_local is not on its flight_date",
        ),
        (
            f"{HEAD}\n2014-01-02,VX,23,JFK,LAX,2014-01-02 18:30,2014-01-02T21:50-08:00\n"
            "2014-01-02,VX,25,JFK,BOS,2014-01-02 18:30,2014-01-02T19:50-05:00\n",
            "scheduled_arrival_at_local has offsets from UTC",
        ),
        (
            f"{HEAD}\n2014-01-02,VX,23,JFK,LAX,2014-01-02T18:30-05:00,\n",
            "scheduled_departure_at_local has offsets from UTC",
        ),
    ],
)
def test_file_that_is_no_schedule_is_said(
    content: str | None,
    sentence: str,
    small: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ontime.ml.model import ModelError  # noqa: PLC0415
    from ontime.ml.scoring import score  # noqa: PLC0415

    monkeypatch.setenv("ONTIME_DATA_DIR", str(small.folder / "data"))
    file = tmp_path / "schedule.csv"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ModelError, match=sentence):
        score(None, file, "evening_before")  # type: ignore[arg-type] # it is never asked


def test_without_a_model_the_next_step_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["score", "x.csv"])
    assert done.exit_code == 1
    assert "There is no model in" in done.stderr
    assert "`ontime train`" in done.stderr
    done = CliRunner().invoke(app, ["train", "--until", "September"])
    assert done.exit_code == 1
    assert done.stderr == "--until is a month such as 2013-09, not September.\n"


def test_drift_calibration_and_interval_of_known_scores() -> None:
    random = np.random.default_rng(1)
    chances = random.uniform(size=20_000)
    late = random.uniform(size=20_000) < chances
    assert calibration_error(late, chances) < 0.02
    assert calibration_error(late, chances / 2) == pytest.approx(0.25, abs=0.02)
    assert drift(chances, random.uniform(size=20_000)) < 0.01
    assert drift(chances, chances**3) > 0.2
    days = np.repeat(np.arange(40), 500)
    low, high = interval(late, chances, days)
    assert low < roc_auc_score(late, chances) < high
    assert high - low < 0.03
    # flights of a day that share their fate make the interval wider
    shared = np.repeat(random.uniform(size=40) < 0.5, 500)
    of_day = np.repeat(random.uniform(size=40), 500)
    wide = interval(shared, of_day, days)
    assert wide[1] - wide[0] > 0.1
