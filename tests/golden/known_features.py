"""What was known about a flight two hours before it was due to leave, and on the evening before."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from tests.golden import independent as files
from tests.golden.independent import Flight
from tests.golden.record import Answer, Golden

STORM = "2013-07-10-B6-161-JFK-SMF-1940"
CLOCKS_FORWARD = "2013-03-10-DL-1847-LGA-ATL-1000"
SNOW = "2013-12-15-UA-1668-EWR-SFO-0600"
NEW_YEAR = "2013-01-02-AA-301-LGA-ORD-0600"

HORIZONS = ("evening_before", "two_hours_before")
LATE = 15
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def prediction(flight: Flight, horizon: str) -> datetime:
    """Return the instant of a flight's prediction."""
    if horizon == "two_hours_before":
        return flight.scheduled_departure - 2 * HOUR
    evening = datetime.combine(
        flight.scheduled_departure_local.date() - DAY, time(20), files.zones()[flight.origin]
    )
    return evening.astimezone(UTC)


def state(flight: Flight, horizon: str) -> tuple[int, ...]:
    """Count the events at the origin in the three hours before and after the prediction."""
    now = prediction(flight, horizon)
    there = [other for other in files.flights() if other.origin == flight.origin]
    due = [other for other in there if now - 3 * HOUR < other.scheduled_departure <= now]
    gone = [
        other
        for other in there
        if other.departure is not None and now - 3 * HOUR < other.departure <= now
    ]
    delays = [other.departure_delay for other in gone if other.departure_delay is not None]
    return (
        len(due),
        len(gone),
        sum(delay >= LATE for delay in delays),
        sum(delays),
        sum(other.departure is None or other.departure > now for other in due),
        sum(now < other.scheduled_departure <= now + 3 * HOUR for other in there),
    )


def in_the_days_before(instant: datetime, today: date) -> bool:
    """Return whether an instant was in the 28 days in UTC before a day."""
    return today - 28 * DAY <= instant.astimezone(UTC).date() < today


def history(others: Iterable[Flight], today: date) -> tuple[int, int, int, int, int]:
    """Count the arrivals and the departures that became known in the 28 days before a day."""
    arrived = due = late = minutes = missing = 0
    for other in others:
        if (
            other.arrival is not None
            and other.arrival_delay is not None
            and in_the_days_before(other.arrival, today)
        ):
            arrived += 1
            late += other.arrival_delay >= LATE
            minutes += other.arrival_delay
        if in_the_days_before(other.scheduled_departure + DAY, today):
            due += 1
            missing += other.departure is None or (
                other.departure > other.scheduled_departure + DAY
            )
    return arrived, late, minutes, due, missing


def histories(identity: str, horizon: str) -> Answer:
    """Return the histories of a flight's route, carrier and origin."""
    flight = files.flights_by_identity()[identity]
    today = prediction(flight, horizon).date()
    route = (flight.origin, flight.destination)
    return [
        history(
            [other for other in files.flights() if (other.origin, other.destination) == route],
            today,
        ),
        history([other for other in files.flights() if other.carrier == flight.carrier], today),
        history([other for other in files.flights() if other.origin == flight.origin], today),
    ]


def weather(flight: Flight, horizon: str) -> tuple[int, float | None, float | None, float | None]:
    """Return the age, the temperature and its change, and the visibility of the known weather."""
    now = prediction(flight, horizon)
    hour = max(hour for hour in files.weather_hours(flight.origin) if hour + HOUR <= now)
    known, before = (files.weather().get((flight.origin, at)) for at in (hour, hour - 3 * HOUR))
    assert known is not None
    change = (
        known.temperature - before.temperature
        if before is not None and known.temperature is not None and before.temperature is not None
        else None
    )
    return files.minutes(now - hour - HOUR), known.temperature, change, known.visibility


def of_both_horizons(identity: str) -> Answer:
    """Return a flight's prediction instant, and what was known of its origin and weather."""
    flight = files.flights_by_identity()[identity]
    return [
        (
            horizon,
            files.utc(prediction(flight, horizon)),
            *state(flight, horizon),
            *weather(flight, horizon),
        )
        for horizon in HORIZONS
    ]


def state_sql(identity: str) -> str:
    """Return the query of the marts that corresponds to `of_both_horizons`."""
    return f"""
        select
            prediction_horizon, cast(prediction_at_utc as varchar), recent_due_flights,
            recent_departed_flights, recent_late_departed_flights,
            recent_net_departure_delay_minutes, recent_overdue_flights, upcoming_flights,
            known_weather_age_minutes, known_weather_temperature_fahrenheit,
            known_weather_change_of_temperature_fahrenheit, known_weather_visibility_miles
        from marts.ml_arrival_delay_features where flight_id = '{identity}' order by 1
    """


def history_sql(identity: str, horizon: str) -> str:
    """Return the query of the marts that corresponds to `histories`."""
    counts = (
        *("arrived_flights", "late_arrived_flights", "net_arrival_delay_minutes"),
        *("resolved_flights", "not_departed_flights"),
    )
    return " union all ".join(
        f"""
        (select {", ".join(f"{subject}_history_{count}" for count in counts)}
        from marts.ml_arrival_delay_features
        where flight_id = '{identity}' and prediction_horizon = '{horizon}')
        """
        for subject in ("route", "carrier", "airport")
    )


def labels() -> Answer:
    """Count, by split, the flights, those with a label, the late and the ones never flown."""
    counts: dict[str, list[int]] = {}
    for flight in files.flights():
        month = flight.scheduled_departure_local.month
        split = "train" if month < 8 else "validation" if month < 10 else "test"
        numbers = counts.setdefault(split, [0, 0, 0, 0])
        numbers[0] += 1
        if files.journey(flight) is not None:
            numbers[1] += 1
            numbers[2] += not flight.is_on_time_arrival
        numbers[3] += flight.departure is None
    return [(split, *numbers) for split, numbers in sorted(counts.items())]


def of_flight(identity: str) -> Callable[[], Answer]:
    """Return a function that computes, from the files, what was known of a flight's origin."""
    return lambda: of_both_horizons(identity)


RECORDS = [
    Golden(
        fact="in a storm 44 of the 89 flights due at JFK in the last three hours had not left",
        known=[
            (
                "evening_before",
                "2013-07-10 00:00:00",
                68,
                63,
                43,
                3210,
                19,
                38,
                0,
                77.0,
                -5.040000000000006,
                10.0,
            ),
            (
                "two_hours_before",
                "2013-07-10 21:40:00",
                89,
                49,
                21,
                1145,
                44,
                62,
                40,
                82.04,
                -2.1599999999999966,
                10.0,
            ),
        ],
        sql=state_sql(STORM),
        independent=of_flight(STORM),
    ),
    Golden(
        fact="the evening before the clocks went forward was 13 hours before a flight at 10:00",
        known=[
            (
                "evening_before",
                "2013-03-10 01:00:00",
                32,
                34,
                4,
                141,
                0,
                4,
                0,
                48.02,
                -5.039999999999999,
                10.0,
            ),
            (
                "two_hours_before",
                "2013-03-10 12:00:00",
                33,
                31,
                3,
                -8,
                2,
                52,
                0,
                35.06,
                -0.8999999999999986,
                10.0,
            ),
        ],
        sql=state_sql(CLOCKS_FORWARD),
        independent=of_flight(CLOCKS_FORWARD),
    ),
    Golden(
        fact="in the snow 24 of 36 flights were overdue at EWR in the evening, and none by morning",
        known=[
            (
                "evening_before",
                "2013-12-15 01:00:00",
                36,
                15,
                6,
                203,
                24,
                10,
                0,
                19.94,
                -1.9800000000000004,
                0.75,
            ),
            (
                "two_hours_before",
                "2013-12-15 09:00:00",
                0,
                0,
                0,
                0,
                0,
                15,
                0,
                33.08,
                -0.7199999999999989,
                5.0,
            ),
        ],
        sql=state_sql(SNOW),
        independent=of_flight(SNOW),
    ),
    Golden(
        fact="the histories of a flight in the storm are of its route, carrier and origin",
        known=[
            (28, 15, 865, 28, 0),
            (4335, 1659, 107478, 4400, 57),
            (8623, 3214, 196038, 8931, 263),
        ],
        sql=history_sql(STORM, "two_hours_before"),
        independent=lambda: histories(STORM, "two_hours_before"),
    ),
    Golden(
        fact="on the second day no flight had been missing for a day, and 169 had arrived",
        known=[(16, 3, 94, 0, 0), (55, 16, 271, 0, 0), (169, 38, 1022, 0, 0)],
        sql=history_sql(NEW_YEAR, "two_hours_before"),
        independent=lambda: histories(NEW_YEAR, "two_hours_before"),
    ),
    Golden(
        fact="of the labelled flights 26.6 % were late in training, 19.3 and 23.0 % afterwards",
        known=[
            ("test", 84292, 82609, 18972, 1494),
            ("train", 195583, 188971, 50350, 5823),
            ("validation", 56901, 55766, 10778, 938),
        ],
        sql="""
            select
                data_split, count(*), count(is_late_arrival),
                count(*) filter (where is_late_arrival),
                count(*) filter (where is_cancelled_or_never_departed)
            from marts.ml_arrival_delay_features
            where prediction_horizon = 'evening_before'
            group by all
            order by all
        """,
        independent=labels,
    ),
]
