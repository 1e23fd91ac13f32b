"""Aircraft that fly leg after leg for some weeks, as the BTS would report them.

Each aircraft is followed from gate to gate in UTC: it can only leave once it has arrived and been
turned around, so that delays pass from leg to leg. The faults are those of the publisher's files:
tail numbers that are missing or that two aircraft share, unreported legs, aircraft swapped in,
flights that are cancelled, diverted, or continued with another aircraft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.publisher.journeys import AIRPORTS, CARRIERS, Journey

# includes a leap day, the end of a month and the night in which the clocks go forward
FIRST_DAY = date(2024, 2, 25)
DAYS = 16
AIRCRAFT = 45
ABROAD = {"GUM", "HNL"}
DIVERSION_MINUTES = 120
FERRY = timedelta(minutes=200)


class Leg(NamedTuple):
    """A leg as the aircraft flew it, whatever the publisher reports; instants in UTC."""

    flight: str
    aircraft: int
    tail: str | None
    origin: str
    destination: str
    month: str
    carrier: str
    scheduled_departure: datetime
    scheduled_arrival: datetime
    departure: datetime
    arrival: datetime | None
    lateness: int | None
    brought_aircraft: bool
    is_reported: bool
    taxi_out: int
    taxi_in: int | None

    @property
    def departure_delay(self) -> int:
        """Minutes by which the leg left late."""
        return whole_minutes(self.departure - self.scheduled_departure)


@dataclass
class Aircraft:
    """Where an aircraft is, and its planned and actual arrival there."""

    number: int
    at: str
    planned_until: datetime
    there_since: datetime


def whole_minutes(duration: timedelta) -> int:
    """Return the minutes of a duration."""
    return duration // timedelta(minutes=1)


def minutes(count: int) -> timedelta:
    """Return a duration of that many minutes."""
    return timedelta(minutes=count)


def block_minutes(origin: str, destination: str) -> int:
    """Return the scheduled minutes between two airports: made up, the same both ways."""
    chance = Random(" ".join(sorted((origin, destination))))  # noqa: S311 - the same each time
    return chance.randrange(55, 330)


class Fleet:
    """All aircraft, and all their legs."""

    def __init__(self) -> None:
        """Start without any legs."""
        self.legs: list[Leg] = []
        self.rows: list[dict[str, Any]] = []

    def fly(self) -> None:
        """Fly every aircraft on every day."""
        for number in range(AIRCRAFT):
            chance = Random(f"aircraft {number}")  # noqa: S311 - the same each time
            begins = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
            aircraft = Aircraft(number, chance.choice(self.mainland()), begins, begins)
            for day in range(DAYS):
                self.day(aircraft, FIRST_DAY + timedelta(days=day), chance)

    @staticmethod
    def mainland() -> list[str]:
        """Return the airports between which the aircraft fly."""
        return sorted(set(AIRPORTS) - ABROAD)

    def day(self, aircraft: Aircraft, day: date, chance: Random) -> None:
        """Fly a day's legs: from the early morning, or for some aircraft through the night."""
        zone = ZoneInfo(AIRPORTS[aircraft.at].zone)
        hour = 20 if aircraft.number % 9 == 0 else chance.randrange(5, 9)
        start = datetime.combine(day, datetime.min.time(), zone).replace(hour=hour)
        due = start.astimezone(UTC) + minutes(chance.randrange(0, 60))
        # an aircraft that is still on the way, or has just arrived, flies on after a turn
        due = max(due, aircraft.planned_until + minutes(chance.choice((20, 25, 35, 45, 90))))
        for _ in range(chance.randrange(3, 7)):
            destination = chance.choice([code for code in self.mainland() if code != aircraft.at])
            self.leg(aircraft, destination, due, chance)
            turn = chance.choice((20, 30, 35, 40, 45, 50, 60, 75, 110, 240))
            if chance.random() < 0.03:
                turn = -chance.randrange(5, 60)  # swapped in for another aircraft
            due = aircraft.planned_until + minutes(turn)

    def leg(self, aircraft: Aircraft, destination: str, due: datetime, chance: Random) -> None:
        """Fly one leg, and leave the aircraft where it ends."""
        block = block_minutes(aircraft.at, destination)
        local = due.astimezone(ZoneInfo(AIRPORTS[aircraft.at].zone))
        ready = aircraft.there_since + minutes(chance.randrange(22, 41))
        own = chance.randrange(20, 200) if chance.random() < 0.15 else chance.randrange(-6, 9)
        departure = max(due + minutes(own), ready)
        carrier = sorted(CARRIERS)[aircraft.number % len(CARRIERS)]
        tail = self.tail(aircraft.number, chance)
        journey = Journey(
            day=local.date(),
            departs=local.time(),
            origin=aircraft.at,
            destination=destination,
            miles=max(block - 40, 10) * 8,
            scheduled=block,
            carrier=carrier,
            number=len(self.rows) + 1,
            tail_number=tail or "",
            delay=whole_minutes(departure - due),
            taxi_out=chance.randrange(8, 30),
            taxi_in=chance.randrange(3, 10),
            gained=chance.randrange(-25, 13),
        )
        row, arrival, lateness, brought = self.outcome(journey, departure, due, chance)
        is_reported = chance.random() >= 0.02
        if is_reported:
            self.rows.append(row)
        if row["Cancelled"] and "WheelsOff" not in row:
            return  # it stays, and so does its next planned leg
        self.legs.append(
            Leg(
                flight=(
                    f"{local:%Y-%m-%d}-{carrier}-{journey.number}-{journey.origin}-{destination}"
                    f"-{local:%H%M}"
                ),
                aircraft=aircraft.number,
                tail=tail,
                origin=journey.origin,
                destination=destination,
                month=f"{local:%Y-%m}",
                carrier=carrier,
                scheduled_departure=due,
                scheduled_arrival=due + minutes(block),
                departure=departure,
                arrival=arrival,
                lateness=lateness,
                brought_aircraft=brought,
                is_reported=is_reported,
                taxi_out=journey.taxi_out,
                taxi_in=None if arrival is None else journey.taxi_in,
            )
        )
        aircraft.at = destination
        aircraft.planned_until = due + minutes(block)
        # it is then flown from where it landed to where it is needed, which nobody reports
        ferried = departure + minutes(block) + FERRY
        aircraft.there_since = arrival if brought and arrival else ferried

    @staticmethod
    def tail(number: int, chance: Random) -> str | None:
        """Return the reported tail number: numbers 40 and up share theirs with another aircraft."""
        if chance.random() < 0.03:
            return None
        return f"N{100 + number % 40}ZZ"

    @staticmethod
    def outcome(
        journey: Journey, departure: datetime, due: datetime, chance: Random
    ) -> tuple[dict[str, Any], datetime | None, int | None, bool]:
        """Return the row, when and how late the flight arrived, and whether with its aircraft."""
        happens = chance.random()
        elsewhere = "DEN" if "ORD" in (journey.origin, journey.destination) else "ORD"
        if happens < 0.03:
            return journey.cancelled(), None, None, False
        if happens < 0.035:
            return journey.cancelled_after_leaving_the_gate(), None, None, False
        if happens < 0.04:
            return journey.cancelled_in_the_air(elsewhere), None, None, False
        if happens < 0.05:
            return journey.diverted(elsewhere, reaches_destination=False), None, None, False
        if happens < 0.07:
            row = journey.diverted(elsewhere)
            changes = happens < 0.055
            if changes:
                row["Div1TailNum"] = "N999ZZ"
            arrival = departure + minutes(journey.scheduled + DIVERSION_MINUTES)
            lateness = whole_minutes(arrival - due) - journey.scheduled
            return row, arrival, lateness, not changes
        arrival = departure + minutes(journey.scheduled - journey.gained)
        return journey.completed(), arrival, whole_minutes(arrival - due) - journey.scheduled, True


def months(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows month by month."""
    for month in sorted({str(row["FlightDate"])[:7] for row in rows}):
        yield month, [row for row in rows if str(row["FlightDate"])[:7] == month]
