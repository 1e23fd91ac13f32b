"""Make up flights whose figures are as consistent as those of real ones.

A journey is planned by its schedule and by the duration of each of its parts. Everything that the
BTS reports follows from these: local times at each airport, delays, groups, causes. A value that
was not yet reported in a vintage is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Airport:
    """An airport as the BTS describes it, and its time zone."""

    code: str
    dot_id: int
    sequence: int
    market: int
    city: str
    state: str
    fips: str
    state_name: str
    area: int
    zone: str

    def columns(self, end: str) -> dict[str, Any]:
        """Return the airport's columns at one end of a flight, `Origin` or `Dest`."""
        return {
            f"{end}AirportID": self.dot_id,
            f"{end}AirportSeqID": self.dot_id * 100 + self.sequence,
            f"{end}CityMarketID": self.market,
            end: self.code,
            f"{end}CityName": self.city,
            f"{end}State": self.state,
            f"{end}StateFips": self.fips,
            f"{end}StateName": self.state_name,
            f"{end}Wac": self.area,
        }


_PACIFIC = "U.S. Pacific Trust Territories and Possessions"
AIRPORTS = {
    airport.code: airport
    for airport in (
        Airport("JFK", 12478, 5, 31703, "New York, NY", "NY", "36", "New York", 22,
                "America/New_York"),
        Airport("LGA", 12953, 4, 31703, "New York, NY", "NY", "36", "New York", 22,
                "America/New_York"),
        Airport("EWR", 11618, 2, 31703, "Newark, NJ", "NJ", "34", "New Jersey", 21,
                "America/New_York"),
        Airport("ATL", 10397, 7, 30397, "Atlanta, GA", "GA", "13", "Georgia", 34,
                "America/New_York"),
        Airport("BHM", 10599, 4, 30599, "Birmingham, AL", "AL", "01", "Alabama", 51,
                "America/Chicago"),
        Airport("ORD", 13930, 8, 30977, "Chicago, IL", "IL", "17", "Illinois", 41,
                "America/Chicago"),
        Airport("DEN", 11292, 2, 30325, "Denver, CO", "CO", "08", "Colorado", 82,
                "America/Denver"),
        Airport("PHX", 14107, 2, 30466, "Phoenix, AZ", "AZ", "04", "Arizona", 81,
                "America/Phoenix"),
        Airport("LAX", 12892, 8, 32575, "Los Angeles, CA", "CA", "06", "California", 91,
                "America/Los_Angeles"),
        Airport("SJU", 14843, 6, 34819, "San Juan, PR", "PR", "72", "Puerto Rico", 3,
                "America/Puerto_Rico"),
        Airport("HNL", 12173, 2, 32134, "Honolulu, HI", "HI", "15", "Hawaii", 2,
                "Pacific/Honolulu"),
        Airport("GUM", 12016, 2, 32016, "Guam, TT", "TT", "75", _PACIFIC, 5,
                "Pacific/Guam"),
    )
}  # fmt: skip

CARRIERS = {"AA": 19805, "DL": 19790, "UA": 19977, "B6": 20409, "HA": 19690}

# origin, destination, miles, scheduled minutes; Atlanta to Birmingham arrives at an earlier local
# time than it leaves, Honolulu to Guam crosses the date line
ROUTES = (
    ("JFK", "LAX", 2475, 370),
    ("LAX", "JFK", 2475, 325),
    ("ATL", "BHM", 134, 55),
    ("LGA", "ORD", 733, 160),
    ("ORD", "DEN", 888, 155),
    ("EWR", "SJU", 1608, 235),
    ("DEN", "PHX", 602, 115),
    ("LAX", "HNL", 2556, 345),
    ("HNL", "GUM", 3801, 475),
    ("PHX", "ATL", 1587, 215),
)


@dataclass(frozen=True)
class Journey:
    """A flight: its plan and its outcome; times in minutes."""

    day: date
    departs: time
    origin: str
    destination: str
    miles: int
    scheduled: int
    carrier: str
    number: int
    tail_number: str
    delay: int = 0
    taxi_out: int = 15
    taxi_in: int = 7
    gained: int = 0

    def completed(self) -> dict[str, Any]:
        """Return the flight as one that arrived."""
        elapsed = self.scheduled - self.gained
        air = elapsed - self.taxi_out - self.taxi_in
        arrival_delay = self.delay - self.gained
        return self._reported(
            {
                **self._schedule(),
                **self._departed(),
                "WheelsOn": self._clock(self._wheels_off + _minutes(air), self.destination),
                "TaxiIn": self.taxi_in,
                "ArrTime": self._clock(self._left + _minutes(elapsed), self.destination),
                **_lateness("Arr", "Arrival", arrival_delay),
                **_causes(arrival_delay),
                "ActualElapsedTime": elapsed,
                "AirTime": air,
                "DivAirportLandings": 0,
            }
        )

    def cancelled(self, code: str = "B") -> dict[str, Any]:
        """Return the flight as one that never left its gate."""
        fields = {"Cancelled": 1, "CancellationCode": code, "DivAirportLandings": 0}
        return self._reported({**self._schedule(), **fields})

    def cancelled_after_leaving_the_gate(self, code: str = "C") -> dict[str, Any]:
        """Return the flight as one that left its gate, came back, and was then cancelled."""
        departed = self._departed()
        fields = {name: departed[name] for name in departed if name not in ("TaxiOut", "WheelsOff")}
        minutes = {"TotalAddGTime": 60, "LongestAddGTime": 60}
        return self._reported({**self.cancelled(code), **fields, **minutes})

    def cancelled_in_the_air(self, at: str = "ORD", code: str = "B") -> dict[str, Any]:
        """Return the flight as one that took off, landed elsewhere and ended there."""
        fields = {**self.cancelled(code), **self._departed(), **self._landing(at, flies_on=False)}
        return self._reported({**fields, "DivAirportLandings": 9, "DivReachedDest": None})

    def diverted(self, at: str = "ORD", *, reaches_destination: bool = True) -> dict[str, Any]:
        """Return the flight as one that landed elsewhere and may then reach its destination."""
        fields = {
            **self._schedule(),
            **self._departed(),
            **self._landing(at, flies_on=reaches_destination),
            "Diverted": 1,
            "DivAirportLandings": 1,
            "DivReachedDest": int(reaches_destination),
            "DivDistance": 0 if reaches_destination else self.miles // 3,
        }
        if reaches_destination:
            elapsed = self.scheduled + 120
            arrival = self._left + _minutes(elapsed)
            fields |= {
                "WheelsOn": self._clock(arrival - _minutes(self.taxi_in), self.destination),
                "TaxiIn": self.taxi_in,
                "ArrTime": self._clock(arrival, self.destination),
                "DivActualElapsedTime": elapsed,
                "DivArrDelay": self.delay + 120,
            }
        return self._reported(fields)

    def returned_to_the_gate(self) -> dict[str, Any]:
        """Return the flight as one that left on time, came back, and left again late."""
        first = self._clock(self._scheduled_departure, self.origin)
        minutes = self.delay // 2
        away = {"FirstDepTime": first, "TotalAddGTime": minutes, "LongestAddGTime": minutes}
        return self._reported({**self.completed(), **away})

    @property
    def _scheduled_departure(self) -> datetime:
        zone = ZoneInfo(AIRPORTS[self.origin].zone)
        return datetime.combine(self.day, self.departs, zone).astimezone(UTC)

    @property
    def _left(self) -> datetime:
        return self._scheduled_departure + _minutes(self.delay)

    @property
    def _wheels_off(self) -> datetime:
        return self._left + _minutes(self.taxi_out)

    def _schedule(self) -> dict[str, Any]:
        origin, destination = AIRPORTS[self.origin], AIRPORTS[self.destination]
        arrival = self._scheduled_departure + _minutes(self.scheduled)
        arrives = arrival.astimezone(ZoneInfo(destination.zone)).time()
        return {
            "Year": self.day.year,
            "Quarter": (self.day.month + 2) // 3,
            "Month": self.day.month,
            "DayofMonth": self.day.day,
            "DayOfWeek": self.day.isoweekday(),
            "FlightDate": self.day.isoformat(),
            "Reporting_Airline": self.carrier,
            "DOT_ID_Reporting_Airline": CARRIERS[self.carrier],
            "IATA_CODE_Reporting_Airline": self.carrier,
            "Tail_Number": self.tail_number,
            "Flight_Number_Reporting_Airline": str(self.number),
            **origin.columns("Origin"),
            **destination.columns("Dest"),
            "CRSDepTime": f"{self.departs:%H%M}",
            "DepTimeBlk": _block(self.departs),
            "CRSArrTime": f"{arrives:%H%M}",
            "ArrTimeBlk": _block(arrives),
            "Cancelled": 0,
            "Diverted": 0,
            "CRSElapsedTime": self.scheduled,
            "Flights": 1,
            "Distance": self.miles,
            "DistanceGroup": min(self.miles // 250 + 1, 11),
        }

    def _departed(self) -> dict[str, Any]:
        return {
            "DepTime": self._clock(self._left, self.origin),
            **_lateness("Dep", "Departure", self.delay),
            "TaxiOut": self.taxi_out,
            "WheelsOff": self._clock(self._wheels_off, self.origin),
        }

    def _landing(self, at: str, *, flies_on: bool) -> dict[str, Any]:
        airport = AIRPORTS[at]
        landed = self._wheels_off + _minutes(60)
        fields = {
            "Div1Airport": at,
            "Div1AirportID": airport.dot_id,
            "Div1AirportSeqID": airport.dot_id * 100 + airport.sequence,
            "Div1WheelsOn": self._clock(landed, at),
            "Div1TotalGTime": 25,
            "Div1LongestGTime": 18,
        }
        if flies_on:
            fields["Div1WheelsOff"] = self._clock(landed + _minutes(50), at)
            fields["Div1TailNum"] = self.tail_number
        return fields

    def _clock(self, instant: datetime, airport: str) -> str:
        """Return the local time at an airport; midnight is the end of a day, not its beginning."""
        read = f"{instant.astimezone(ZoneInfo(AIRPORTS[airport].zone)):%H%M}"
        return "2400" if read == "0000" else read

    def _reported(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Leave out the values that carriers did not report yet."""
        unknown: tuple[str, ...] = ()
        if self.day < date(2008, 10, 1):
            unknown += ("FirstDepTime", "TotalAddGTime", "LongestAddGTime", "Div")
        if self.day < date(2003, 6, 1):
            unknown += ("CancellationCode", *_CAUSES)
        if self.day < date(1995, 1, 1):
            unknown += ("Tail_Number", "Taxi", "Wheels", "AirTime")
        kept = {"Diverted"}
        return {
            name: value
            for name, value in fields.items()
            if name in kept or not name.startswith(unknown)
        }


def journeys(month: str, count: int) -> Iterator[Journey]:
    """Yield journeys spread over the days of a month; the same call yields the same journeys."""
    first = date.fromisoformat(f"{month}-01")
    days = ((first + timedelta(days=31)).replace(day=1) - first).days
    carriers = list(CARRIERS)
    for number in range(1, count + 1):
        chance = Random(f"{month} {number}")  # noqa: S311 - the same each time, on purpose
        origin, destination, miles, scheduled = ROUTES[chance.randrange(len(ROUTES))]
        late = chance.random() < 0.25
        yield Journey(
            day=first + timedelta(days=(number - 1) % days),
            departs=time(chance.randrange(5, 23), chance.randrange(0, 60, 5)),
            origin=origin,
            destination=destination,
            miles=miles,
            scheduled=scheduled,
            carrier=carriers[chance.randrange(len(carriers))],
            # a day has at most as many flights as there are numbers, so that no two share a key
            number=(number - 1) // days + 1,
            tail_number=f"N{100 + chance.randrange(60)}ZZ",
            delay=chance.randrange(15, 180) if late else chance.randrange(-8, 15),
            taxi_out=chance.randrange(8, 30),
            taxi_in=chance.randrange(3, 14),
            gained=chance.randrange(-10, 14),
        )


_CAUSES = ("CarrierDelay", "WeatherDelay", "NASDelay", "SecurityDelay", "LateAircraftDelay")


def _causes(delay: int) -> dict[str, Any]:
    """Divide the minutes of a late arrival among the causes; other flights have no causes."""
    if delay < 15:
        return {}
    carrier, weather, system = delay // 3, delay // 10, delay // 5
    return dict(
        zip(_CAUSES, (carrier, weather, system, 0, delay - carrier - weather - system), strict=True)
    )


def _lateness(short: str, long: str, delay: int) -> dict[str, Any]:
    return {
        f"{short}Delay": delay,
        f"{short}DelayMinutes": max(delay, 0),
        f"{short}Del15": int(delay >= 15),
        f"{long}DelayGroups": max(-2, min(delay // 15, 12)),
    }


def _block(clock: time) -> str:
    """Return the hour's block as the BTS names it; the six hours after midnight form one block."""
    return "0001-0559" if clock.hour < 6 else f"{clock.hour:02}00-{clock.hour:02}59"


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
