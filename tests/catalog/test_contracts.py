"""A broken contract of a public model fails, and the message names the model's readers."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ontime.catalog import contracts
from ontime.catalog.manifest import read_manifest
from tests.commands import ROOT, Project

SERIES = "model.ontime.mart_series_day_measures.v1"
Manifest = dict[str, Any]


def node(manifest: Manifest, name: str) -> dict[str, Any]:
    """Return the node of a model, whether it has versions or not."""
    (found,) = (
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"] == name
    )
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def untouched(built: Project) -> Manifest:
    """Return the manifest of the unmodified project."""
    return read_manifest(built.folder / "target" / "manifest.json")


@pytest.fixture
def manifest(untouched: Manifest) -> Manifest:
    """Return a manifest that the test may break."""
    return copy.deepcopy(untouched)


def found(manifest: Manifest) -> list[str]:
    """Return the breaches, as sentences."""
    return [
        str(what)
        for what in contracts.breaks(contracts.kept(ROOT / contracts.FOLDER), manifest, ROOT)
    ]


def test_the_project_keeps_its_promises_and_somebody_answers_for_each(untouched: Manifest) -> None:
    assert found(untouched) == []
    assert contracts.ungoverned(untouched) == []
    assert len(contracts.kept(ROOT / contracts.FOLDER)) >= 18


def test_a_removed_column_is_reported_with_all_its_readers(manifest: Manifest) -> None:
    del node(manifest, "fct_flights")["columns"]["tail_number"]
    (sentence,) = found(manifest)
    assert sentence.startswith("fct_flights v1: column `tail_number` was removed. Read by ")
    readers = sentence.split(". Read by ")[1]
    # through the macro that defines what is counted
    assert "mart_series_day_measures" in readers
    assert "mart_quality_findings" in readers
    assert "published_file" in readers
    assert "assert_every_flight_has_the_aircraft_of_its_day" in readers
    # reads fct_flights, but not this column
    assert "mart_carrier_month_punctuality" not in readers
    assert "make contracts" in sentence
    assert "add a version beside it" in sentence


def test_a_renamed_column_is_recognised(manifest: Manifest) -> None:
    columns = node(manifest, "dim_carriers")["columns"]
    columns["code_of_the_successor"] = columns.pop("successor_carrier_code")
    assert found(manifest)[0].startswith(
        "dim_carriers v1: column `successor_carrier_code` was removed "
        "(renamed to `code_of_the_successor`?). Read by "
    )


def retype(manifest: Manifest) -> None:
    """Change an integer to a text."""
    node(manifest, "fct_flights")["columns"]["distance_miles"]["data_type"] = "varchar"


def let_be_null(manifest: Manifest) -> None:
    """Drop the promise that a column is never null."""
    node(manifest, "fct_flights")["columns"]["is_completed"]["constraints"] = []


def change_the_key(manifest: Manifest) -> None:
    """Change the primary key."""
    mart = node(manifest, "mart_carrier_month_punctuality")
    mart["constraints"][0]["columns"] = ["carrier_code"]


def remove_the_model(manifest: Manifest) -> None:
    """Remove a model."""
    del manifest["nodes"][node(manifest, "dim_airport_identities")["unique_id"]]


def replace_the_version(manifest: Manifest) -> None:
    """Leave version 2 alone."""
    mart = manifest["nodes"][SERIES]
    mart["version"] = mart["latest_version"] = 2


def add_a_later_version(manifest: Manifest) -> None:
    """Add version 2 to version 1: the plain name of the table no longer means version 1."""
    later = copy.deepcopy(manifest["nodes"][SERIES])
    manifest["nodes"][SERIES]["latest_version"] = 2
    later |= {"version": 2, "latest_version": 2, "unique_id": f"{SERIES[:-1]}2"}
    manifest["nodes"][later["unique_id"]] = later


def close_the_model(manifest: Manifest) -> None:
    """Make a public model private."""
    manifest["nodes"][SERIES]["access"] = "private"


@pytest.mark.parametrize(
    ("fault", "said", "read_by"),
    [
        (
            retype,
            "fct_flights v1: column `distance_miles` changed its type from integer to varchar",
            "fct_flights_of_bts_are_possible",
        ),
        (
            let_be_null,
            "fct_flights v1: column `is_completed` can now be null",
            "mart_carrier_month_punctuality",
        ),
        (
            change_the_key,
            "mart_carrier_month_punctuality v1: the primary key changed from "
            "(carrier_code, flight_month) to (carrier_code)",
            "published_file",
        ),
        (
            remove_the_model,
            "dim_airport_identities v1: the model was removed or renamed",
            "nobody that the project knows of",
        ),
        (
            replace_the_version,
            "mart_series_day_measures v1: the version was removed",
            "published_file",
        ),
        (
            add_a_later_version,
            "mart_series_day_measures v1: the table `mart_series_day_measures` now shows a later "
            "version",
            "mart_quality_comparisons",
        ),
        (
            close_the_model,
            "mart_series_day_measures v1: the model is no longer public with an enforced contract",
            "published_file",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_broken_promise_is_reported(
    manifest: Manifest, fault: Callable[[Manifest], None], said: str, read_by: str
) -> None:
    fault(manifest)
    (sentence,) = found(manifest)
    assert sentence.startswith(f"{said}. Read by ")
    if fault is not remove_the_model:  # its pages may mention it
        assert read_by in sentence


def test_metrics_that_read_a_column_are_named(manifest: Manifest) -> None:
    manifest["semantic_models"] = {
        "semantic_model.ontime.flights": {
            "name": "flights",
            "resource_type": "semantic_model",
            "depends_on": {"nodes": [node(manifest, "fct_flights")["unique_id"]], "macros": []},
            "measures": [
                {"name": "miles", "agg": "sum", "expr": "distance_miles"},
                {"name": "flights", "agg": "sum", "expr": "1"},
            ],
        }
    }
    manifest["metrics"] = {
        f"metric.ontime.{name}": {
            "name": name,
            "type_params": {"measure": measure},
            "depends_on": {"nodes": [parent]},
        }
        for name, measure, parent in (
            ("miles_flown", "miles", "semantic_model.ontime.flights"),
            ("scheduled_flights", "flights", "semantic_model.ontime.flights"),
            ("miles_share", None, "metric.ontime.miles_flown"),
        )
    }
    retype(manifest)
    (sentence,) = found(manifest)
    assert "semantic model flights; metrics miles_flown, miles_share; " in sentence


def test_an_added_column_breaks_nothing_and_asks_to_be_written_down(manifest: Manifest) -> None:
    columns = node(manifest, "dim_carriers")["columns"]
    columns["alliance_name"] = {**columns["carrier_name"], "name": "alliance_name"}
    assert found(manifest) == []
    before = contracts.kept(ROOT / contracts.FOLDER)
    added = contracts.additions(before, manifest)
    assert "dim_carriers v1: column `alliance_name` is new" in added


def test_a_mart_without_an_owner_is_reported(manifest: Manifest) -> None:
    manifest["nodes"][SERIES] |= {"group": None, "version": None}
    assert contracts.ungoverned(manifest) == [
        "mart_series_day_measures lacks a group",
        "mart_series_day_measures lacks a version (latest_version: 1, versions: [{v: 1}])",
    ]


def test_the_command_fails_with_the_sentence(manifest: Manifest, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "manifest.json"
        path.write_text(json.dumps(manifest))
        return subprocess.run(
            [sys.executable, "-m", "ontime", "contracts", "--manifest", path, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    retype(manifest)
    done = run()
    assert done.returncode == 1
    assert "column `distance_miles` changed its type" in done.stderr
    assert "Read by " in done.stderr


def test_what_is_written_down_is_read_again(untouched: Manifest, tmp_path: Path) -> None:
    promises = contracts.promised(untouched)
    contracts.write(promises, tmp_path)
    assert contracts.kept(tmp_path) == promises
    assert len(promises) >= 18
