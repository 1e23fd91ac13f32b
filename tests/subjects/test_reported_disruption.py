"""The BTS's reports of disruptions are counted in agreement with a second reading of its rows.

Causes, reasons, gate returns, diversions and long waits: the rows are made up here, loaded as the
publisher's files, and read twice: by the models, and below in plain Python that shares no code with
them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.commands import Project
from tests.publisher.bts_files import month_name, month_zip
from tests.publisher.journeys import Journey, journeys
from tests.shared import made_once

Flight = dict[str, Any]
MONTHS = ("2016-01", "2016-02")
CAUSES = ("CarrierDelay", "WeatherDelay", "NASDelay", "SecurityDelay", "LateAircraftDelay")
OUTCOMES = {
    "A": "cancelled_by_carrier",
    "B": "cancelled_by_weather",
    "C": "cancelled_by_national_air_system",
    "D": "cancelled_by_security",
    None: "cancelled_without_reason",
}


def ordinary(month: str) -> Iterator[Flight]:
    """Yield flights that end in every way in which a flight can end."""
    for number, journey in enumerate(journeys(month, 260)):
        long_wait = {119: 119, 120: 120, 121: 180, 122: 181}.get(number)
        match number % 20:
            case 1 | 2 | 3 | 4:
                yield journey.cancelled("ABCD"[number % 20 - 1])
            case 5:
                yield {**journey.cancelled(), "CancellationCode": None}
            case 6:
                yield journey.cancelled_after_leaving_the_gate()
            case 7:
                yield journey.cancelled_in_the_air(code="A")
            case 8:
                yield journey.diverted("PHX")
            case 9:
                yield {
                    **journey.diverted("DEN", reaches_destination=False),
                    "Div1TotalGTime": number + 97,
                    "Div1LongestGTime": number + 90,
                }
            case 10:
                yield replace(journey, delay=60 + 3 * number).returned_to_the_gate()
            case 11:
                yield replace(journey, taxi_in=100 + number, gained=-400).completed()
            case _ if long_wait:
                yield replace(journey, taxi_out=long_wait, gained=-200).completed()
            case 12:
                # late, and its carrier does not give a cause
                late = replace(journey, delay=75, gained=0).completed()
                yield {name: value for name, value in late.items() if name not in CAUSES}
            case _:
                yield journey.completed()


def repeated(
    month: str, number: int, clocks: Sequence[time], delays: Sequence[int | None]
) -> Iterator[Flight]:
    """Yield one flight on consecutive days; a flight without a delay is cancelled."""
    for day, (clock, delay) in enumerate(zip(clocks, delays, strict=True), start=1):
        journey = Journey(
            day=date.fromisoformat(f"{month}-{day:02}"),
            departs=clock,
            origin="LAX",
            destination="JFK",
            miles=2475,
            scheduled=325,
            carrier="DL",
            number=number,
            tail_number="N900ZZ",
            delay=delay or 0,
        )
        yield journey.cancelled("A") if delay is None else journey.completed()


def chronic(month: str) -> Iterator[Flight]:
    """Yield flights on either side of every threshold of the rule on chronic delays."""
    late_evening, after_midnight = time(23, 50), time(0, 10)
    first = month == MONTHS[0]
    yield from repeated(month, 901, [time(18)] * 12, [31] * 6 + [None] + [0] * 5)
    yield from repeated(month, 902, [time(18)] * 12, [31] * 6 + [0] * 6)
    yield from repeated(month, 903, [time(18)] * 12, [30] * 12)
    yield from repeated(month, 904, [time(18)] * 9, [None] * 9)
    yield from repeated(month, 905, [late_evening] * 6 + [after_midnight] * 5, [40] * 11)
    yield from repeated(month, 906, [time(6)] * 6 + [time(9)] * 6, [40] * 12)
    yield from repeated(month, 907, [time(18)] * 10, [31 if first else 0] * 10)


def stormy(month: str) -> Iterator[Flight]:
    """Yield a fortnight of an airport that breaks down on day five and recovers by day six."""
    for day in range(1, 15):
        for hour in range(6, 16):
            for number in range(4):
                journey = Journey(
                    day=date.fromisoformat(f"{month}-{day:02}"),
                    departs=time(hour, 10 * number),
                    origin="LGA",
                    destination="ORD",
                    miles=733,
                    scheduled=160,
                    carrier="UA",
                    number=2000 + 100 * hour + number,
                    tail_number="N800ZZ",
                    delay=20 if number == 0 and hour % 3 else 0,
                )
                if day == 5 and hour >= 8:
                    yield (
                        journey.cancelled("B")
                        if number
                        else replace(journey, delay=180).completed()
                    )
                elif day == 6 and hour < 9:
                    yield replace(journey, delay=15).completed()
                else:
                    yield journey.completed()


ROWS = {month: [*ordinary(month), *chronic(month), *stormy(month)] for month in MONTHS}
FLIGHTS = [row for month in MONTHS for row in ROWS[month]]


@pytest.fixture(scope="module")
def disrupted(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a warehouse of the made-up months, whose tables of disruption passed their tests."""

    def build(folder: Path) -> None:
        project, offered = Project(folder), folder / "offered"
        offered.mkdir()
        for month in MONTHS:
            (offered / month_name(month)).write_bytes(month_zip(month, ROWS[month]))
        project.ingest("load", "bts", "--offline-from", str(offered))
        project.ingest("load", "airportsdata")
        project.build_without_tests("--select", "+marts.causes", "+marts.disruption")
        project.dbt("test", "--select", "marts.causes", "marts.disruption")

    return Project(made_once(tmp_path_factory, "disrupted", build))


@pytest.fixture
def marts(disrupted: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to the warehouse."""
    with duckdb.connect(str(disrupted.warehouse_file), read_only=True) as connection:
        yield connection


def month_of(flight: Flight) -> str:
    """Return the month of a flight, in the format of the marts."""
    return f"{flight['FlightDate'][:7]}-01"


def is_completed(flight: Flight) -> bool:
    """Return whether a flight arrived without a diversion."""
    return "ArrDelay" in flight


def test_the_rows_hold_what_is_asked_of_them() -> None:
    """A comparison of two empty lists would prove nothing."""
    assert {flight.get("CancellationCode") for flight in FLIGHTS if flight["Cancelled"]} == set(
        OUTCOMES
    )
    assert {9, 1} <= {flight.get("DivAirportLandings") for flight in FLIGHTS}
    assert len(waits()) > 10
    assert {kind for _, kind, *_ in waits()} == {
        "taxi_out",
        "taxi_in",
        "gate_return",
        "diversion_landing",
    }


def test_causes_are_prorated_and_every_minute_is_counted(marts: duckdb.DuckDBPyConnection) -> None:
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    shares: dict[tuple[str, str, str], dict[str, Fraction]] = defaultdict(
        lambda: dict.fromkeys(CAUSES, Fraction(0))
    )
    for flight in FLIGHTS:
        key = (flight["Reporting_Airline"], flight["Dest"], month_of(flight))
        counted = counts[key]
        counted["scheduled"] += 1
        if not is_completed(flight):
            continue
        delay = flight["ArrDelay"]
        counted["total"] += max(delay, 0)
        if delay < 15:
            counted["short"] += max(delay, 0)
        elif any(cause in flight for cause in CAUSES):
            counted["with causes"] += 1
            for cause in CAUSES:
                counted[cause] += flight[cause]
                shares[key][cause] += Fraction(flight[cause], delay)
        else:
            counted["without causes"] += 1
            counted["unreported"] += delay
    found = marts.execute(
        """
        select
            (carrier_code, destination_airport_code, cast(flight_month as varchar)),
            [
                scheduled_flights, late_arrivals_with_causes, late_arrivals_without_causes,
                total_arrival_delay_minutes, unattributed_short_delay_minutes,
                unreported_late_delay_minutes, carrier_delay_minutes, weather_delay_minutes,
                national_air_system_delay_minutes, security_delay_minutes,
                late_aircraft_delay_minutes
            ],
            [
                carrier_late_arrivals, weather_late_arrivals, national_air_system_late_arrivals,
                security_late_arrivals, late_aircraft_late_arrivals
            ],
            contradicted_delay_minutes
        from marts.mart_carrier_airport_month_delay_causes
        """
    ).fetchall()
    names = ["scheduled", "with causes", "without causes", "total", "short", "unreported", *CAUSES]
    assert {key: minutes for key, minutes, _, _ in found} == {
        key: [counted[name] for name in names] for key, counted in counts.items()
    }
    for key, _, late_arrivals, contradicted in found:
        assert late_arrivals == pytest.approx([float(share) for share in shares[key].values()])
        assert sum(late_arrivals) == pytest.approx(counts[key]["with causes"])
        assert contradicted == 0
    assert sum(counted["with causes"] for counted in counts.values()) > 100
    assert sum(counted["unreported"] for counted in counts.values()) > 0


def outcome(flight: Flight) -> str:
    """Return how a flight ended and, if it was cancelled, why."""
    if flight["Cancelled"]:
        return OUTCOMES[flight.get("CancellationCode")]
    return "diverted" if flight["Diverted"] else "completed"


def test_cancellations_have_their_reasons(marts: duckdb.DuckDBPyConnection) -> None:
    expected: dict[tuple[str | None, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for flight in FLIGHTS:
        key = (
            flight["Reporting_Airline"],
            flight["Origin"],
            month_of(flight),
            outcome(flight),
            flight.get("CancellationCode"),
        )
        expected[key][0] += 1
        expected[key][1] += bool(flight["Cancelled"] and "DepDelay" in flight)
        expected[key][2] += flight.get("DivAirportLandings") == 9
    found = marts.execute(
        """
        select
            (carrier_code, origin_airport_code, cast(flight_month as varchar), flight_outcome,
                cancellation_code),
            [flights, cancelled_after_leaving_gate_flights, cancelled_after_takeoff_flights]
        from marts.mart_carrier_airport_month_cancellations
        """
    ).fetchall()
    assert dict(found) == dict(expected)


def test_diversions_are_counted_with_how_they_ended(marts: duckdb.DuckDBPyConnection) -> None:
    expected: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 7)
    for flight in FLIGHTS:
        counted = expected[flight["Reporting_Airline"], flight["Dest"], month_of(flight)]
        landed = "Div1Airport" in flight
        stated_counts = [
            1,
            flight["Diverted"],
            flight["Diverted"] and flight["DivReachedDest"],
            flight["Cancelled"] and landed,
            landed,
            flight.get("Div1TotalGTime", 0),
            max(flight.get("DivArrDelay", 0), 0),
        ]
        for place, count in enumerate(stated_counts):
            counted[place] += int(count)
    found = marts.execute(
        """
        select
            (carrier_code, destination_airport_code, cast(flight_month as varchar)),
            [
                scheduled_flights, diverted_flights, reached_destination_flights,
                cancelled_after_takeoff_flights, diversion_landings, diversion_ground_minutes,
                total_diversion_arrival_delay_minutes
            ],
            unknown_end_flights
        from marts.mart_carrier_airport_month_diversions
        """
    ).fetchall()
    assert {key: counted for key, counted, _ in found} == dict(expected)
    assert not any(unknown for _, _, unknown in found)
    assert sum(counted[4] for counted in expected.values()) > 10


def waits() -> list[tuple[Any, ...]]:
    """Return all waits of two hours: flight, kind, airport, minutes, whether over three hours."""
    found = []
    for flight in FLIGHTS:
        for kind, airport, column in (
            ("taxi_out", "Origin", "TaxiOut"),
            ("taxi_in", "Dest", "TaxiIn"),
            ("gate_return", "Origin", "LongestAddGTime"),
            ("diversion_landing", "Div1Airport", "Div1LongestGTime"),
        ):
            minutes = flight.get(column) or 0
            if minutes >= 120:
                name = (
                    flight["FlightDate"],
                    flight["Reporting_Airline"],
                    flight["Flight_Number_Reporting_Airline"],
                    flight["Origin"],
                )
                found.append((name, kind, flight[airport], minutes, minutes > 180))
    return sorted(found)


def test_every_long_wait_is_listed(marts: duckdb.DuckDBPyConnection) -> None:
    found = marts.execute(
        """
        select
            (cast(flight_date as varchar), carrier_code, flight_number, origin_airport_code),
            event_kind,
            airport_code,
            ground_minutes,
            is_over_domestic_limit
        from marts.mart_tarmac_delays
        """
    ).fetchall()
    assert sorted(found) == waits()


def clock_of(flight: Flight) -> int:
    """Return the scheduled departure in minutes after midnight."""
    return int(flight["CRSDepTime"][:2]) * 60 + int(flight["CRSDepTime"][2:])


def chronically_delayed() -> set[tuple[Any, ...]]:
    """Return the flights that the rule finds, with their counts and months in a row."""
    groups: dict[tuple[str, str, str, str], dict[str, list[Flight]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for flight in FLIGHTS:
        key = (
            flight["Reporting_Airline"],
            flight["Flight_Number_Reporting_Airline"],
            flight["Origin"],
            flight["Dest"],
        )
        groups[key][month_of(flight)].append(flight)
    found = set()
    for key, months in groups.items():
        in_a_row = 0
        for month in sorted(months):
            flights = months[month]
            often = Counter(map(clock_of, flights))
            usual = min(often, key=lambda clock: (-often[clock], clock))
            near = [
                flight
                for flight in flights
                if min((clock_of(flight) - usual) % 1440, (usual - clock_of(flight)) % 1440) <= 30
            ]
            bad = sum(
                bool(flight["Cancelled"])
                or flight.get("ArrDelay", 0) > 30
                or flight.get("DivArrDelay", 0) > 30
                for flight in near
            )
            is_chronic = len(near) >= 10 and bad * 2 > len(near)
            in_a_row = in_a_row + 1 if is_chronic else 0
            if is_chronic:
                found.add((*key, month, usual, len(near), bad, in_a_row))
    return found


def test_chronically_delayed_flights_are_those_of_the_rule(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = marts.execute(
        """
        select
            carrier_code, flight_number, origin_airport_code, destination_airport_code,
            cast(flight_month as varchar), usual_departure_minutes, scheduled_flights,
            late_or_cancelled_flights, consecutive_months
        from marts.mart_chronically_delayed_flights
        """
    ).fetchall()
    assert set(found) == chronically_delayed()
    assert {(number, month) for _, number, _, _, month, *_ in found} == {
        ("901", "2016-01-01"),
        ("901", "2016-02-01"),
        ("905", "2016-01-01"),
        ("905", "2016-02-01"),
        ("907", "2016-01-01"),
    }


def test_a_broken_day_is_found_with_its_reasons_and_its_recovery(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = marts.execute(
        """
        select
            cast(flight_date as varchar), airport_code, severity, scheduled_flights,
            disrupted_flights, cancelled_by_weather_flights, long_delayed_flights,
            weather_delay_minutes, disrupted_hours, recovery_hours,
            cast(disruption_began_at_local as varchar), cast(recovered_at_local as varchar)
        from marts.mart_irregular_operations_days
        order by flight_date
        """
    ).fetchall()
    expected = []
    for month in MONTHS:
        day = f"{month}-05"
        broken = [
            flight
            for flight in FLIGHTS
            if flight["FlightDate"] == day and flight["Origin"] == "LGA"
        ]
        long_delayed = [
            flight for flight in broken if is_completed(flight) and flight["DepDelay"] >= 180
        ]
        not_completed = [flight for flight in broken if not is_completed(flight)]
        began = datetime.fromisoformat(f"{day} 08:00:00")
        recovered = began + timedelta(hours=25)
        expected.append(
            (
                day,
                "LGA",
                "extreme",
                len(broken),
                len(long_delayed) + len(not_completed),
                sum(flight.get("CancellationCode") == "B" for flight in broken),
                len(long_delayed),
                sum(flight.get("WeatherDelay", 0) for flight in broken),
                8,
                25,
                str(began),
                str(recovered),
            )
        )
    assert found == expected
