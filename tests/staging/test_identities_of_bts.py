"""Invariants of the publisher's rows are tested, and each test finds a row that breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ingest.declarations import SourceFile
from ingest.landing.checksums import file_sha256
from ingest.loading.declaring import create_declared_tables
from ingest.loading.files import load_file
from ingest.sources import declared
from ingest.sources.bts import ON_TIME, SOURCE
from tests.commands import ARTIFACTS, Project
from tests.publisher.bts_files import flights, month_table

Flight = dict[str, Any]


def is_late(flight: Flight) -> bool:
    """Return whether the flight arrived late enough to have causes of its delay."""
    return "ArrDelay" in flight and int(flight["ArrDelay"]) >= 15


def is_diverted(flight: Flight) -> bool:
    """Return whether the flight reached its destination via another airport."""
    return flight.get("DivReachedDest") == 1


def is_completed(flight: Flight) -> bool:
    """Return whether the flight arrived without a diversion."""
    return "ArrDelay" in flight


# the test, the flights that can break its assertion, and how one of them does
OFFENCES: dict[str, tuple[Callable[[Flight], bool], Callable[[Flight], Flight]]] = {
    "bts_arrivals_are_flagged_late_exactly_from_15_minutes_on": (
        is_late,
        lambda _: {"ArrDel15": 0},
    ),
    "bts_delay_causes_are_given_exactly_for_arrivals_15_minutes_late_or_more": (
        is_late,
        lambda _: {"SecurityDelay": None},
    ),
    "bts_delay_causes_add_up_to_the_arrival_delay": (
        is_late,
        lambda flight: {"CarrierDelay": flight["CarrierDelay"] + 1},
    ),
    "bts_taxi_and_air_times_add_up_to_the_actual_elapsed_time": (
        is_completed,
        lambda flight: {"TaxiIn": flight["TaxiIn"] + 1},
    ),
    "bts_delays_differ_by_as_much_as_elapsed_times_do": (
        is_completed,
        lambda flight: {"CRSElapsedTime": flight["CRSElapsedTime"] + 1},
    ),
    "bts_departure_delay_groups_are_steps_of_15_minutes": (
        is_completed,
        lambda flight: {"DepartureDelayGroups": flight["DepartureDelayGroups"] + 1},
    ),
    "bts_arrival_delay_groups_are_steps_of_15_minutes": (
        is_completed,
        lambda flight: {"ArrivalDelayGroups": flight["ArrivalDelayGroups"] - 1},
    ),
    "bts_distance_groups_are_steps_of_250_miles": (
        is_completed,
        lambda flight: {"DistanceGroup": flight["DistanceGroup"] + 1},
    ),
    "bts_diverted_flights_reach_their_destination_exactly_when_they_have_an_arrival": (
        is_diverted,
        lambda _: {"ArrTime": None},
    ),
    "bts_nine_landings_stand_for_a_flight_that_was_cancelled_in_the_end": (
        is_completed,
        lambda _: {"DivAirportLandings": 9},
    ),
}


@pytest.fixture
def tested(project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, int]]:
    """Return what each test says of a month in which one flight breaks each identity."""
    rows = flights("2016-01", 200)
    for name, (can_break, offence) in OFFENCES.items():
        place = next(
            place for place, row in enumerate(rows) if "broken" not in row and can_break(row)
        )
        rows[place] = {**rows[place], **offence(rows[place]), "broken": name}
    load_rows(project, rows, monkeypatch)
    project.dbt("run", "--select", "stg_bts__flights")
    project.dbt("test", "--select", "stg_bts__flights,test_name:expression_is_true", env=ARTIFACTS)
    found = json.loads((project.folder / "target" / "run_results.json").read_bytes())["results"]
    return {
        result["unique_id"].split(".")[2]: (result["status"], result["failures"])
        for result in found
        if result["unique_id"].startswith("test.")
    }


def load_rows(project: Project, rows: list[Flight], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the rows in the publisher's format, and load them."""
    path = project.folder / "on_time_2016_1.csv"
    path.write_bytes(month_table(rows))
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    file = SourceFile(ON_TIME, "2016-01", path)
    create_declared_tables(declared())
    load_file(SOURCE, file, file_sha256(path) or "", max_quarantined_percent=0)


def test_each_broken_identity_is_a_warning_that_counts_one_row(
    tested: dict[str, tuple[str, int]],
) -> None:
    assert tested == dict.fromkeys(OFFENCES, ("warn", 1))
