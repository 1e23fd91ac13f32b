"""One impossible row does not stop a build, and neither does it leave the denominators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands import ARTIFACTS
from tests.live.live_project import JANUARY, REGISTRY, LiveProject, publish_month
from tests.publisher import registry_files
from tests.publisher.journeys import journeys
from tests.publisher.server import Server

_NO_TIMES = dict.fromkeys(
    (
        "DepTime", "DepDelay", "TaxiOut", "WheelsOff", "WheelsOn", "TaxiIn", "ArrTime", "ArrDelay",
        "ActualElapsedTime", "AirTime", "CarrierDelay", "WeatherDelay", "NASDelay",
        "SecurityDelay", "LateAircraftDelay",
    )
)  # fmt: skip

# each row has one fault; all of these rows name their flight
FAULTS: dict[str, dict[str, Any]] = {
    "a day early": {"DepDelay": -1410, "ArrDelay": -1405},
    "taxies for days": {"TaxiOut": 3905},
    "taxies in for a day": {"TaxiIn": 1440},
    "lands before it takes off": {"AirTime": -2378},
    "is scheduled backwards": {"CRSElapsedTime": -162},
    "is scheduled for a day": {"CRSElapsedTime": 1865},
    "takes negative time": {"ActualElapsedTime": -719},
    "negative cause": {"NASDelay": -60},
    "causes contradict the delay": {"ArrDelay": 20, "CarrierDelay": 99, "WeatherDelay": None},
    "takes off at 72:30": {"WheelsOff": "7230"},
    "lands at 12:75": {"WheelsOn": "1275"},
    "leaves at 25:61": {"DepTime": "2561"},
    "arrives at 99:99": {"ArrTime": "9999"},
    "is scheduled to arrive at 25:80": {"CRSArrTime": "2580"},
    "returned to the gate at 40:00": {"FirstDepTime": "4000", "LongestAddGTime": 9000},
    "no distance": {"Distance": 0},
    "delay of years": {"DepDelay": 999_999_999, "ArrDelay": 999_999_999},
    "unknown reason": {**_NO_TIMES, "Cancelled": 1, "CancellationCode": "E"},
    "a reason without a cancellation": {"CancellationCode": "A"},
    "cancelled twice": {"Cancelled": 2},
    "diverted less than not at all": {"Diverted": -1},
    "late by 9": {"DepDel15": 9, "ArrDel15": 9},
    "reached its destination twice": {"Diverted": 1, "DivReachedDest": 2},
    "cancelled and diverted": {"Cancelled": 1, "Diverted": 1},
    "neither cancelled nor not": {"Cancelled": None, "Diverted": None},
    "nine landings, not cancelled": {"Diverted": 1, "DivAirportLandings": 9, "Div1Airport": "ORD"},
    "three landings, one named": {
        "Diverted": 1, "DivAirportLandings": 3, "Div1Airport": "ORD", "Div1AirportID": 13930,
        "Div1AirportSeqID": 1393001, "Div1WheelsOn": "7230", "Div1WheelsOff": "9999",
        "Div1LongestGTime": 5000, "DivReachedDest": 1, "DivArrDelay": 99_999,
        "DivActualElapsedTime": -5,
    },
    "unknown airport": {"Origin": "QQZ", "OriginAirportID": 99_999, "OriginAirportSeqID": 999_990},
    "unknown carrier": {"Reporting_Airline": "ZZ", "DOT_ID_Reporting_Airline": 1},
    "no number of the carrier": {"DOT_ID_Reporting_Airline": None},
    "no number of the airport": {"OriginAirportID": None},
    "no delay": {"DepDelay": None, "ArrDelay": None},
    "no clocks": {"DepTime": None, "ArrTime": None},
    "no schedule of the arrival": {"CRSArrTime": None, "CRSElapsedTime": None},
}  # fmt: skip
NAMELESS = ("Reporting_Airline", "Flight_Number_Reporting_Airline", "Dest", "CRSDepTime")
FIRST, APART = 5, 4


@pytest.fixture
def impossible(live: LiveProject, publishers: Server) -> LiveProject:
    """Return a project with a month and a registry that hold each fault once."""
    rows = [journey.completed() for journey in journeys(JANUARY, 300)]
    faults = [*FAULTS.values(), *({name: None} for name in NAMELESS)]
    for number, fault in enumerate(faults):
        place = FIRST + APART * number
        rows[place] = {**rows[place], **fault}
    publish_month(publishers, JANUARY, rows)
    aircraft = [registry_files.aircraft(name) for name in ("N101AA", "N102AA", "N102AA")]
    aircraft[1] |= {"SERIAL NUMBER": "EARLIER", "LAST ACTION DATE": "20200101"}
    aircraft[0] |= {"YEAR MFR": "3001"}
    publishers.put(
        REGISTRY,
        registry_files.archive(
            aircraft,
            models=[*registry_files.MODELS, registry_files.MODELS[0]],
            engines=[*registry_files.ENGINES, registry_files.ENGINES[1]],
        ),
        last_modified="Sat, 16 Mar 2024 05:30:00 GMT",
    )
    # rows that do not name their flight are quarantined, and are more than one in a thousand here
    live.load("bts,registry", "--months", JANUARY, "--max-quarantined-percent", "2")
    return live


def test_a_month_with_every_impossible_value_is_built_and_published(
    impossible: LiveProject,
) -> None:
    impossible.has_passed_unit_tests()
    done = impossible.build_with_data_tests(check=False, env=ARTIFACTS)
    results = json.loads((impossible.folder / "target" / "run_results.json").read_bytes())
    failed = [
        result["unique_id"]
        for result in results["results"]
        if result["status"] not in ("success", "pass", "warn", "no-op")
    ]
    assert failed == []
    assert "published: " in done.stdout
    [(rows, quarantined, published, unused, impossible_values)] = impossible.query(
        "select loaded_rows, quarantined_rows, published_rows, unused_rows, impossible_values "
        "from marts.mart_table_month_quality "
        "where table_name = 'fct_flights' and data_month = date '2024-01-01'"
    )
    named = 300 - len(NAMELESS)
    assert (rows, quarantined, published, unused) == (named, len(NAMELESS), named, 0)
    assert impossible_values == len(
        impossible.query("select 1 from intermediate.int_flight_values_set_aside")
    )
    assert impossible.query(
        "select reported_column, reported_value from intermediate.int_flight_values_set_aside "
        "where measure = 'flag' order by all"
    ) == [
        ("arrival_15_minutes_late_flag", 9),
        ("cancelled_flag", 2),
        ("departure_15_minutes_late_flag", 9),
        ("diverted_flag", -1),
        ("reached_destination_after_diversion_flag", 2),
    ]
    assert impossible.query(
        "select count(*) from intermediate.int_bts_flights "
        "where is_cancelled is null or is_diverted is null"
    ) == [(3,)]
    assert impossible.query(
        "select count(*) from marts.mart_tarmac_delays where ground_minutes > 720"
    ) == [(0,)]
    assert impossible.query(
        "select serial_number from marts.dim_aircraft where tail_number = 'N102AA'"
    ) == [("SN-102AA",)]
