"""Rotations follow the actual aircraft, and split its delays as plain Python does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.commands import Project
from tests.publisher.bts_files import month_name, month_zip
from tests.publisher.journeys import AIRPORTS
from tests.shared import made_once
from tests.subjects.aircraft_days import Fleet, Leg, months, whole_minutes

SHORTEST_TURN = 30
LONG_STAY = 300
ROTATIONS = """
    select
        flight_id, previous_flight_id, root_flight_id, rotation_break_reason, leg_number,
        scheduled_turn_minutes, actual_turn_minutes, inbound_arrival_delay_minutes,
        departure_delay_minutes, inherited_delay_minutes, self_made_delay_minutes,
        propagation_depth, root_delay_minutes, knock_on_legs, knock_on_delay_minutes
    from marts.mart_aircraft_rotations
"""


class Expected(NamedTuple):
    """The expected values of a leg, in the order of the columns."""

    previous: str | None = None
    root: str | None = None
    reason: str | None = None
    number: int | None = None
    scheduled_turn: int | None = None
    actual_turn: int | None = None
    inbound_lateness: int | None = None
    departure_delay: int | None = None
    inherited: int | None = None
    self_made: int | None = None
    depth: int | None = None
    root_delay: int | None = None
    knock_on_legs: int | None = None
    knock_on_minutes: int | None = None


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    """Return aircraft that have flown."""
    fleet = Fleet()
    fleet.fly()
    return fleet


@pytest.fixture(scope="session")
def flown(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a read-only warehouse with the fleet's months, loaded and built."""

    def build(folder: Path) -> None:
        files = folder / "files"
        files.mkdir()
        for month, rows in months(fleet.rows):
            (files / month_name(month)).write_bytes(month_zip(month, rows))
        project = Project(folder)
        project.ingest("load", "airportsdata")
        project.ingest("load", "bts", "--offline-from", str(files))
        project.build_without_tests("--select", *SELECTED)

    return Project(made_once(tmp_path_factory, "aircraft_days", build))


# the inputs of the marts under test, and the tables that their keys refer to
SELECTED = (
    "+dim_airports",
    "dim_carriers",
    "+mart_carrier_month_delay_propagation",
    "+mart_airport_hour_load",
    "mart_airport_hour_month_taxi_times",
    "+mart_route_month_block_times",
    "mart_carrier_month_time_recovery",
    "+mart_carrier_year_delay_tail",
    "mart_route_year_delay_tail",
    "mart_hour_year_delay_tail",
)


def query(project: Project, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds in the warehouse."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def reported(fleet: Fleet) -> list[Leg]:
    """Return the legs that are in the files."""
    return [leg for leg in fleet.legs if leg.is_reported]


def expected_of(legs: Iterable[Leg]) -> dict[str, Expected]:
    """Compute the expected values of each leg, following each tail number."""
    said: dict[str, Expected] = {}
    by_tail: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        if leg.tail is None:
            said[leg.flight] = Expected(
                reason="no_tail_number", departure_delay=leg.departure_delay
            )
        else:
            by_tail[leg.tail].append(leg)
    for flown_by_tail in by_tail.values():
        said |= walk(sorted(flown_by_tail, key=in_order))
    return said


def in_order(leg: Leg) -> tuple[datetime, datetime, str]:
    """Return the sort key of legs."""
    return leg.departure, leg.scheduled_departure, leg.flight


def walk(legs: list[Leg]) -> dict[str, Expected]:
    """Follow one tail number from leg to leg."""
    said: dict[str, Expected] = {}
    before: Leg | None = None
    on_ground_from: datetime | None = None
    for leg in legs:
        reason = why_not_continued(before, leg, on_ground_from)
        known = said[before.flight] if before else Expected()
        if reason is None and before and before.arrival and before.lateness is not None:
            slack = leg.scheduled_departure - before.scheduled_arrival
            spare = max(whole_minutes(slack) - SHORTEST_TURN, 0)
            inherited = max(min(leg.departure_delay, before.lateness - spare), 0)
            goes_on = inherited > 0
            earlier_root_delay = known.root_delay if known.depth else None
            said[leg.flight] = Expected(
                previous=before.flight,
                root=known.root if goes_on else leg.flight,
                number=(known.number or 0) + 1,
                scheduled_turn=whole_minutes(slack),
                actual_turn=whole_minutes(leg.departure - before.arrival),
                inbound_lateness=before.lateness,
                departure_delay=leg.departure_delay,
                inherited=inherited,
                self_made=leg.departure_delay - inherited,
                depth=(known.depth or 0) + 1 if goes_on else 0,
                root_delay=min(inherited, earlier_root_delay or inherited),
            )
        else:
            begins = 0 if reason == "long_stay" else None
            said[leg.flight] = Expected(
                root=leg.flight,
                reason=reason,
                number=1,
                departure_delay=leg.departure_delay,
                inherited=begins,
                self_made=None if begins is None else leg.departure_delay,
                depth=0,
                root_delay=begins,
            )
        if leg.brought_aircraft and leg.arrival:
            on_ground_from = max(on_ground_from or leg.arrival, leg.arrival)
        before = leg
    return with_what_follows(said)


def with_what_follows(said: dict[str, Expected]) -> dict[str, Expected]:
    """Add, from the last leg to the first, the delay that later legs inherited through each leg."""
    legs_after, minutes_after = 0, 0
    for flight, leg in reversed(said.items()):
        said[flight] = leg._replace(knock_on_legs=legs_after, knock_on_minutes=minutes_after)
        if leg.depth:
            legs_after, minutes_after = legs_after + 1, minutes_after + (leg.inherited or 0)
        else:
            legs_after, minutes_after = 0, 0
    return said


def why_not_continued(before: Leg | None, leg: Leg, on_ground_from: datetime | None) -> str | None:
    """Return the reason why a leg does not continue the one before it."""
    if before is None:
        return "no_earlier_leg"
    brought_at = before.arrival if before.brought_aircraft else None
    if on_ground_from and (
        leg.departure < on_ground_from or (brought_at and brought_at < on_ground_from)
    ):
        return "overlapping_legs"
    if before.carrier != leg.carrier:
        return "carrier_changed"
    if brought_at is None:
        return "inbound_did_not_arrive"
    if before.destination != leg.origin:
        return "aircraft_was_elsewhere"
    stay = min(
        whole_minutes(leg.scheduled_departure - before.scheduled_arrival),
        whole_minutes(leg.departure - brought_at),
    )
    return "long_stay" if stay >= LONG_STAY else None


def test_the_fleet_has_what_goes_wrong_in_the_files(fleet: Fleet) -> None:
    """Cases that do not occur in the data would prove nothing."""
    said = expected_of(reported(fleet)).values()
    reasons = Counter(leg.reason for leg in said)
    assert set(reasons) == {
        None,
        "no_tail_number",
        "no_earlier_leg",
        "overlapping_legs",
        "inbound_did_not_arrive",
        "aircraft_was_elsewhere",
        "long_stay",
    }
    assert reasons[None] > 1000
    assert min(reasons.values()) >= 20
    assert max(leg.depth or 0 for leg in said) >= 4
    assert any((leg.scheduled_turn or 0) < 0 for leg in said)
    assert {leg.month for leg in fleet.legs} == {"2024-02", "2024-03"}


def test_each_leg_is_what_plain_python_makes_of_it(fleet: Fleet, flown: Project) -> None:
    found = {row[0]: Expected(*row[1:]) for row in query(flown, ROTATIONS)}
    expected = expected_of(reported(fleet))
    assert found.keys() == expected.keys()
    wrong = {
        flight: (found[flight], expected[flight])
        for flight in expected
        if found[flight] != expected[flight]
    }
    assert wrong == {}


def test_a_previous_leg_was_flown_by_the_very_aircraft_just_before(
    fleet: Fleet, flown: Project
) -> None:
    """For tail numbers of a single aircraft, compare with the aircraft instead of its number."""
    just_before: dict[str, Leg] = {}
    last: dict[int, Leg] = {}
    for leg in fleet.legs:
        if leg.aircraft in last:
            just_before[leg.flight] = last[leg.aircraft]
        last[leg.aircraft] = leg
    shared = {leg.tail for leg in fleet.legs if leg.aircraft >= 40}
    own = {leg.flight for leg in reported(fleet) if leg.tail and leg.tail not in shared}
    rotations = {row[0]: Expected(*row[1:]) for row in query(flown, ROTATIONS)}
    flown_by = {leg.flight: leg.aircraft for leg in fleet.legs}
    continued = {flight: rotations[flight].previous for flight in own if rotations[flight].previous}
    assert len(continued) > 1000
    for flight, previous in continued.items():
        assert previous is not None
        assert flown_by[flight] == flown_by[previous]
        assert previous == just_before[flight].flight or just_before[flight].flight not in own
    for flight in own & just_before.keys():
        if just_before[flight].flight in own and just_before[flight].brought_aircraft:
            assert flight in continued or rotations[flight].reason == "long_stay"


def test_the_months_of_a_carrier_are_its_legs(fleet: Fleet, flown: Project) -> None:
    said = expected_of(reported(fleet))
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 7)
    for leg in reported(fleet):
        late = max(leg.departure_delay, 0)
        inherited = said[leg.flight].inherited
        row = sums[leg.carrier, leg.month]
        row[0] += 1
        row[1] += leg.tail is not None
        row[2] += said[leg.flight].previous is not None
        row[3] += late
        row[4] += inherited or 0
        row[5] += 0 if inherited is None else late - inherited
        row[6] += late if inherited is None else 0
    found = query(
        flown,
        """
        select
            carrier_code, strftime(flight_month, '%Y-%m'), flown_legs, legs_with_tail_number,
            legs_with_known_inbound, total_departure_delay_minutes, inherited_delay_minutes,
            self_made_delay_minutes, unattributed_departure_delay_minutes
        from marts.mart_carrier_month_delay_propagation
        """,
    )
    assert {row[:2]: list(row[2:]) for row in found} == dict(sums)


def test_taxi_times_are_those_of_the_hour_on_the_clock_at_the_airport(
    fleet: Fleet, flown: Project
) -> None:
    taxied: dict[tuple[str, str, str, int], list[int]] = defaultdict(list)
    for leg in reported(fleet):
        zone = ZoneInfo(AIRPORTS[leg.origin].zone)
        hour = leg.departure.astimezone(zone).hour
        taxied[leg.origin, "origin", leg.month, hour].append(leg.taxi_out)
        if leg.arrival and leg.taxi_in is not None:
            zone = ZoneInfo(AIRPORTS[leg.destination].zone)
            landed = (leg.arrival - timedelta(minutes=leg.taxi_in)).astimezone(zone)
            taxied[leg.destination, "destination", leg.month, landed.hour].append(leg.taxi_in)
    found = query(
        flown,
        """
        select
            airport_code, airport_role, strftime(flight_month, '%Y-%m'), local_hour,
            taxied_flights, total_taxi_minutes, taxi_minutes_p10, taxi_minutes_p50,
            taxi_minutes_p80, taxi_minutes_p95, longest_taxi_minutes
        from marts.mart_airport_hour_month_taxi_times
        """,
    )
    assert {row[:4]: row[4:] for row in found} == {
        key: (
            len(values),
            sum(values),
            *(pytest.approx(percentile(values, percent)) for percent in (10, 50, 80, 95)),
            max(values),
        )
        for key, values in taxied.items()
    }


def percentile(values: list[int], percent: int) -> float:
    """Return a percentile, interpolated between the two nearest values."""
    if len(values) == 1:
        return float(values[0])
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def test_what_is_asserted_of_every_build_holds_of_whole_days_of_aircraft(flown: Project) -> None:
    done = flown.dbt(
        "test",
        "--select",
        *(
            f"mart_{name}"
            for name in (
                "aircraft_rotations",
                "carrier_month_delay_propagation",
                "airport_hour_load",
                "airport_hour_month_taxi_times",
                "route_month_block_times",
                "carrier_month_time_recovery",
                "carrier_year_delay_tail",
                "route_year_delay_tail",
                "hour_year_delay_tail",
            )
        ),
        "dim_airports",
        "dim_carriers",
        "--exclude",
        "test_type:unit",
        # without tests that compare with marts that are not built here
        "--indirect-selection",
        "buildable",
    )
    for test in ("every_flown_leg_of_bts", "operations_add_up", "tails_are_the_flights_that_late"):
        assert f"PASS assert_{test}" in done.stdout
