"""Each notebook runs from top to bottom as a script does, and its cells hold what they claim."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from ontime.cli import app
from tests.commands import ROOT, Project

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


def run(name: str) -> Any:
    """Return the variables of a notebook after all of its cells have run."""
    if importlib.util.find_spec("marimo") is None:
        pytest.fail("The package marimo is not installed: `make setup` syncs .venv.", pytrace=False)
    path = ROOT / "notebooks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"notebooks.{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, variables = module.app.run()
    return variables


@pytest.fixture
def of_small(small: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return the small year, which the notebooks of this test read."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(small.folder / "data"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(small.folder / "target"))
    return small


def test_first_question_is_answered_from_the_flights(of_small: Project) -> None:
    found = run("first_question")
    found["marts"].close()
    with duckdb.connect(str(of_small.published_file), read_only=True) as connection:
        expected = connection.execute(
            "select scheduled_departure_hour, count(*), "
            "100 * count(*) filter (where is_on_time_arrival) / count(*) from marts.fct_flights "
            "group by 1 having count(*) >= 30 order by 1"
        ).fetchall()
    shown = found["hours"][["scheduled_departure_hour", "scheduled_flights", "percent_on_time"]]
    assert [tuple(row) for row in shown.to_numpy().tolist()] == [
        pytest.approx(row) for row in expected
    ]
    assert (found["hours"].percent_low < found["hours"].percent_on_time).all()
    assert f"{max(row[2] for row in expected):.0f} %" in found["finding"]


def test_model_is_trained_on_the_past_and_calibrated(of_small: Project) -> None:
    found = run("calibrated_model")
    rows = found["rows"]
    assert rows.flight_date[found["trained"]].max() < rows.flight_date[found["tested"]].min()
    assert not {"arrival_delay_minutes", "is_late_arrival", "is_cancelled"} & set(found["inputs"])
    low, high = found["interval"]
    assert 0.5 < low < found["auc"] < high < 0.9
    briers = dict(zip(found["scores"].forecast, found["scores"].Brier, strict=True))
    assert briers["model, calibrated"] < briers["share of the training months"]


@pytest.mark.whole
def test_reissued_month_is_replaced_and_replayed(tmp_path: Path) -> None:
    found = run("reissued_month")
    assert list(found["first"].arr_delay) == ["-5", "40", "1"], found["first_said"]
    assert found["again"].equals(found["first"]), found["again_said"]
    assert list(found["second"].arr_delay) == ["-5", "4", "1"], found["second_said"]
    assert found["replayed"].equals(found["second"]), found["replay_said"]
    assert found["is_the_second_issue"]
    assert not Path(found["kept"].name).exists()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_names_itself_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r'"""[A-Z].*\."""\n\nimport marimo\n', text)
    assert "http" not in text
    assert 'if __name__ == "__main__":\n    app.run()\n' in text


def test_notebooks_are_listed_and_an_unknown_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONTIME_NOTEBOOK", raising=False)
    listed = CliRunner().invoke(app, ["notebook"])
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()[: len(NOTEBOOKS)]] == [
        path.stem for path in NOTEBOOKS
    ]
    unknown = CliRunner().invoke(app, ["notebook", "frist_question"])
    assert unknown.exit_code == 1
    assert unknown.stderr == (
        f"There is no notebook frist_question: there are {', '.join(p.stem for p in NOTEBOOKS)}.\n"
    )


def test_opening_asks_for_no_update_and_stays_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    stub = tmp_path / "marimo.py"
    stub.write_text(f"import sys\nopen({str(said)!r}, 'w').write(' '.join(sys.argv[1:]))\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "marimo", raising=False)
    done = CliRunner().invoke(app, ["notebook", "first_question", "--headless"])
    assert done.exit_code == 0, done.output
    words = said.read_text().split()
    assert words[0] == "edit"
    assert words[words.index("--host") + 1] == "127.0.0.1"
    assert {"--skip-update-check", "--no-sandbox", "--headless"} <= set(words)
    assert "--no-token" not in words
    assert os.environ["PYTHONPATH"] == str(tmp_path)
