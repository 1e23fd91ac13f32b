"""Irregular days, chronically delayed flights and late arrivals, as far as the sample shows."""

import statistics
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import lru_cache

from tests.golden import independent as files
from tests.golden.record import Golden

LONG_DELAY = 180
FEWEST_FLIGHTS_OF_A_DAY = 20
# more minutes late than this, at more than half of at least so many flights, is chronic
CHRONIC_DELAY = 30
FEWEST_FLIGHTS_OF_A_MONTH = 10
MINUTES_A_DAY = 24 * 60
HOURS_IN_A_ROW = 3
DAYS_TO_RECOVER = 3

Day = tuple[str, str]
ChronicFlight = tuple[str, str, str, str, int]


def is_disrupted(flight: files.Flight) -> bool:
    """Return whether a flight was not completed, or left its gate three hours late or more."""
    return (
        flight.state != "completed"
        or flight.departure_delay is None
        or flight.departure_delay >= LONG_DELAY
    )


@lru_cache
def days() -> dict[Day, tuple[int, int]]:
    """Return the scheduled and the disrupted departures of each airport's days."""
    scheduled = Counter((flight.day, flight.origin) for flight in files.flights())
    disrupted = Counter(
        (flight.day, flight.origin) for flight in files.flights() if is_disrupted(flight)
    )
    return {day: (count, disrupted[day]) for day, count in sorted(scheduled.items())}


@lru_cache
def usual_shares() -> dict[str, float]:
    """Return the median share of disrupted departures of each airport's days."""
    shares: dict[str, list[float]] = defaultdict(list)
    for (_, airport), (scheduled, disrupted) in days().items():
        if scheduled >= FEWEST_FLIGHTS_OF_A_DAY:
            shares[airport].append(disrupted / scheduled)
    return {airport: statistics.median(of_the_days) for airport, of_the_days in shares.items()}


@lru_cache
def irregular_days() -> list[Day]:
    """Return the days on which an airport lost a fifth of its flights, and much more than usual."""
    return [
        (day, airport)
        for (day, airport), (scheduled, disrupted) in days().items()
        if scheduled >= FEWEST_FLIGHTS_OF_A_DAY
        and 5 * disrupted >= scheduled
        and disrupted / scheduled >= 3 * usual_shares()[airport]
    ]


def severity(day: Day) -> str:
    """Return the severity of an irregular day."""
    scheduled, disrupted = days()[day]
    percent = 100 * disrupted / scheduled
    return "extreme" if percent >= 50 else "severe" if percent >= 35 else "irregular"


@lru_cache
def hours() -> dict[str, dict[datetime, list[files.Flight]]]:
    """Return the flights of each airport by the hour of the scheduled departure, in order."""
    found: dict[str, dict[datetime, list[files.Flight]]] = defaultdict(lambda: defaultdict(list))
    for flight in sorted(files.flights(), key=lambda flight: flight.scheduled_departure):
        found[flight.origin][flight.scheduled_departure.replace(minute=0)].append(flight)
    return found


def on_time_share(flights: list[files.Flight]) -> float:
    """Return the share of the flights that left on time."""
    return sum(flight.is_on_time_departure for flight in flights) / len(flights)


def is_broken(flights: list[files.Flight]) -> bool:
    """Return whether a fifth of the flights was disrupted."""
    return 5 * sum(map(is_disrupted, flights)) >= len(flights)


@lru_cache
def usual_hours() -> dict[tuple[str, int], float]:
    """Return what three of four hours of regular days reach, by airport and local hour."""
    shares: dict[tuple[str, int], list[float]] = defaultdict(list)
    for airport, flights_by_hour in hours().items():
        for hour, flights in flights_by_hour.items():
            clock = files.local(hour, airport)
            if (clock.date().isoformat(), airport) not in irregular_days():
                shares[airport, clock.hour].append(on_time_share(flights))
    # the lowest value that a quarter of the values do not exceed
    return {key: sorted(values)[max(0, -(-len(values) // 4) - 1)] for key, values in shares.items()}


def is_usual(airport: str, hour: datetime) -> bool:
    """Return whether an hour was neither broken nor less punctual than usual."""
    flights = hours()[airport][hour]
    usual = usual_hours().get((airport, files.local(hour, airport).hour))
    return usual is not None and on_time_share(flights) >= usual and not is_broken(flights)


def broken_hours(day: Day) -> list[datetime]:
    """Return the hours of a day in which a fifth of the flights was disrupted."""
    date, airport = day
    return [
        hour
        for hour, flights in hours()[airport].items()
        if files.local(hour, airport).date().isoformat() == date and is_broken(flights)
    ]


def recovery_hours(day: Day) -> int | None:
    """Return the hours from the first broken hour of a day until departures are as usual again."""
    airport = day[1]
    of_the_airport, broken = list(hours()[airport]), broken_hours(day)
    for place, hour in enumerate(of_the_airport):
        if hour > broken[0] + timedelta(days=DAYS_TO_RECOVER):
            return None
        following = of_the_airport[place : place + HOURS_IN_A_ROW]
        if (
            hour > broken[-1]
            and len(following) == HOURS_IN_A_ROW
            and following[-1] - hour <= timedelta(days=1)
            and all(is_usual(airport, next_hour) for next_hour in following)
        ):
            return (hour - broken[0]) // timedelta(hours=1)
    return None


def clock(flight: files.Flight) -> int:
    """Return the scheduled departure in local time, in minutes after midnight."""
    return flight.scheduled_departure_local.hour * 60 + flight.scheduled_departure_local.minute


def near_the_usual_time(flights: list[files.Flight]) -> list[files.Flight]:
    """Return the flights within half an hour of the most frequent time, the earliest of several."""
    often = Counter(map(clock, flights))
    usual = min(often, key=lambda time: (-often[time], time))
    return [
        flight
        for flight in flights
        if min((clock(flight) - usual) % MINUTES_A_DAY, (usual - clock(flight)) % MINUTES_A_DAY)
        <= 30
    ]


@lru_cache
def flights_by_number() -> dict[ChronicFlight, list[files.Flight]]:
    """Return the flights of each number, route and month that are one flight by the rule."""
    groups: dict[ChronicFlight, list[files.Flight]] = defaultdict(list)
    for flight in files.flights():
        groups[
            flight.carrier, flight.number, flight.origin, flight.destination, flight.month
        ].append(flight)
    return {key: near_the_usual_time(flights) for key, flights in sorted(groups.items())}


def late(flights: list[files.Flight]) -> int:
    """Count the flights that arrived more than 30 minutes late."""
    return sum(
        flight.arrival_delay is not None and flight.arrival_delay > CHRONIC_DELAY
        for flight in flights
    )


def never_departed(flights: list[files.Flight]) -> int:
    """Count the flights that never departed."""
    return sum(flight.state == "never_departed" for flight in flights)


@lru_cache
def chronic() -> dict[ChronicFlight, int]:
    """Return the chronically delayed flights, and their number of chronic months in a row."""
    found: dict[ChronicFlight, int] = {}
    for key, flights in flights_by_number().items():
        if len(flights) >= FEWEST_FLIGHTS_OF_A_MONTH and 2 * (
            late(flights) + never_departed(flights)
        ) > len(flights):
            *flight, month = key
            found[key] = found.get((*flight, month - 1), 0) + 1  # type: ignore[arg-type]
    return found


def late_arrivals() -> list[int]:
    """Return the arrival delays of 15 minutes or more."""
    return [
        journey.arrival_delay
        for journey in files.journeys()
        if journey.arrival_delay >= files.ON_TIME_THRESHOLD
    ]


def weather_of_the_day(airport: str, day: str) -> tuple[int, float, float, float, float, float]:
    """Return hours, temperatures, strongest wind, precipitation and visibility of a local day."""
    observed = [
        row
        for (where, hour), row in files.weather().items()
        if where == airport and files.local(hour, airport).date().isoformat() == day
    ]
    temperatures = files.present(row.temperature for row in observed)
    return (
        len(observed),
        min(temperatures),
        max(temperatures),
        max(files.present(row.wind_speed for row in observed)),
        sum(files.present(row.precipitation for row in observed)),
        min(files.present(row.visibility for row in observed)),
    )


RECORDS = [
    Golden(
        fact="37 days of an airport were irregular, and how long each took to recover",
        known=[
            ("2013-02-08", "EWR", "extreme", 341, 179, 43),
            ("2013-02-08", "JFK", "extreme", 304, 159, 53),
            ("2013-02-08", "LGA", "extreme", 285, 143, 35),
            ("2013-02-09", "EWR", "extreme", 231, 137, 24),
            ("2013-02-09", "JFK", "extreme", 274, 143, 35),
            ("2013-02-09", "LGA", "extreme", 179, 118, 16),
            ("2013-03-06", "JFK", "irregular", 311, 63, 21),
            ("2013-03-06", "LGA", "irregular", 304, 63, 30),
            ("2013-03-08", "EWR", "severe", 354, 149, 27),
            ("2013-03-08", "LGA", "severe", 305, 128, 14),
            ("2013-04-19", "EWR", "irregular", 374, 76, 17),
            ("2013-04-19", "JFK", "irregular", 311, 63, 14),
            ("2013-05-08", "LGA", "irregular", 305, 63, 36),
            ("2013-05-23", "EWR", "severe", 368, 138, 45),
            ("2013-05-23", "JFK", "irregular", 312, 63, 9),
            ("2013-05-23", "LGA", "irregular", 308, 104, 42),
            ("2013-06-13", "LGA", "irregular", 309, 64, 46),
            ("2013-06-24", "JFK", "irregular", 324, 77, 38),
            ("2013-06-24", "LGA", "irregular", 311, 70, 15),
            ("2013-06-28", "EWR", "irregular", 358, 74, 32),
            ("2013-07-01", "JFK", "irregular", 320, 67, 72),
            ("2013-07-10", "EWR", "irregular", 359, 91, 30),
            ("2013-07-10", "JFK", "irregular", 331, 79, 67),
            ("2013-07-10", "LGA", "irregular", 314, 82, 56),
            ("2013-07-22", "LGA", "irregular", 315, 110, 43),
            ("2013-07-23", "LGA", "irregular", 313, 66, 27),
            ("2013-07-28", "LGA", "irregular", 275, 59, 25),
            ("2013-09-02", "LGA", "irregular", 287, 88, 25),
            ("2013-09-12", "EWR", "irregular", 343, 118, 21),
            ("2013-09-12", "JFK", "irregular", 304, 67, 28),
            ("2013-09-12", "LGA", "severe", 345, 127, 33),
            ("2013-12-05", "EWR", "irregular", 344, 88, 48),
            ("2013-12-05", "LGA", "severe", 332, 131, 35),
            ("2013-12-10", "EWR", "irregular", 340, 107, 30),
            ("2013-12-10", "LGA", "irregular", 324, 89, 20),
            ("2013-12-14", "EWR", "irregular", 235, 77, 27),
            ("2013-12-14", "JFK", "irregular", 268, 55, 48),
        ],
        sql="""
            select
                cast(flight_date as varchar),
                airport_code,
                severity,
                scheduled_flights,
                disrupted_flights,
                recovery_hours
            from marts.mart_irregular_operations_days
            order by flight_date, airport_code
        """,
        independent=lambda: [
            (*day, severity(day), *days()[day], recovery_hours(day)) for day in irregular_days()
        ],
    ),
    Golden(
        fact="the snowstorm of February began at ten or eleven in the morning",
        known=[
            ("EWR", "2013-02-08 10:00:00", "2013-02-10 05:00:00", 10),
            ("JFK", "2013-02-08 11:00:00", "2013-02-10 16:00:00", 12),
            ("LGA", "2013-02-08 10:00:00", "2013-02-09 21:00:00", 12),
        ],
        sql="""
            select
                airport_code,
                cast(disruption_began_at_local as varchar),
                cast(recovered_at_local as varchar),
                disrupted_hours
            from marts.mart_irregular_operations_days
            where flight_date = '2013-02-08'
            order by airport_code
        """,
        independent=lambda: [
            (
                airport,
                files.on_the_clock(broken[0], airport),
                files.on_the_clock(
                    broken[0] + timedelta(hours=recovery_hours(("2013-02-08", airport)) or 0),
                    airport,
                ),
                len(broken),
            )
            for airport in ("EWR", "JFK", "LGA")
            for broken in [broken_hours(("2013-02-08", airport))]
        ],
    ),
    Golden(
        fact="on most days JFK lost one in a hundred departures, and Newark and LaGuardia two",
        known=[
            ("EWR", 365, 0.01675977653631285),
            ("JFK", 365, 0.010380622837370242),
            ("LGA", 365, 0.0182370820668693),
        ],
        sql="""
            select airport_code, count(*), max(usual_disrupted_share)
            from marts.mart_airport_day_disruptions
            group by all
            order by all
        """,
        independent=lambda: [
            (airport, sum(where == airport for _, where in days()), share)
            for airport, share in sorted(usual_shares().items())
        ],
    ),
    Golden(
        fact="the weather of 8 February at Newark, by the airport's own day",
        known=[(24, 28.4, 35.6, 27.61872, 0.71, 0.5)],
        sql="""
            select
                weather_hours,
                lowest_temperature_fahrenheit,
                highest_temperature_fahrenheit,
                highest_wind_speed_miles_per_hour,
                total_precipitation_inches,
                lowest_visibility_miles
            from marts.mart_airport_day_disruptions
            where airport_code = 'EWR' and flight_date = '2013-02-08'
        """,
        independent=lambda: [weather_of_the_day("EWR", "2013-02-08")],
    ),
    Golden(
        fact="27,143 numbers, routes and months; 515 of 11,935 often enough flown were chronic",
        known=[(27143, 325739, 11037, 11935, 515)],
        sql="""
            select
                count(*),
                sum(scheduled_flights),
                sum(other_time_flights),
                count_if(has_enough_flights),
                count_if(is_chronically_delayed)
            from marts.mart_flight_number_month_delays
        """,
        independent=lambda: [
            (
                len(flights_by_number()),
                sum(map(len, flights_by_number().values())),
                len(files.flights()) - sum(map(len, flights_by_number().values())),
                sum(
                    len(flights) >= FEWEST_FLIGHTS_OF_A_MONTH
                    for flights in flights_by_number().values()
                ),
                len(chronic()),
            )
        ],
    ),
    Golden(
        fact="summer and December are the months of chronic delays",
        known=[
            (1, 26),
            (2, 20),
            (3, 24),
            (4, 54),
            (5, 27),
            (6, 173),
            (7, 122),
            (8, 10),
            (10, 3),
            (11, 1),
            (12, 55),
        ],
        sql="""
            select month(flight_month), count(*)
            from marts.mart_chronically_delayed_flights
            group by all
            order by all
        """,
        independent=lambda: files.counted(key[-1] for key in chronic()),
    ),
    Golden(
        fact="chronic flights: 5,313 arrivals late and 986 never departed of 10,663 flights",
        known=[(10663, 5313, 986, 6299)],
        sql="""
            select
                sum(scheduled_flights),
                sum(late_completed_flights),
                sum(never_departed_flights),
                sum(late_or_cancelled_flights)
            from marts.mart_chronically_delayed_flights
        """,
        independent=lambda: [
            (
                sum(len(flights_by_number()[key]) for key in chronic()),
                sum(late(flights_by_number()[key]) for key in chronic()),
                sum(never_departed(flights_by_number()[key]) for key in chronic()),
                sum(
                    late(flights_by_number()[key]) + never_departed(flights_by_number()[key])
                    for key in chronic()
                ),
            )
        ],
    ),
    Golden(
        fact="six times was a flight chronically delayed in a third month in a row or a fourth",
        known=[
            ("EV", "4131", "EWR", "RIC", 6, 3),
            ("EV", "4131", "EWR", "RIC", 7, 4),
            ("EV", "4191", "EWR", "BNA", 7, 3),
            ("EV", "4361", "EWR", "TYS", 7, 3),
            ("EV", "5268", "LGA", "CLT", 8, 3),
            ("MQ", "3535", "JFK", "CMH", 8, 3),
        ],
        sql="""
            select
                carrier_code,
                flight_number,
                origin_airport_code,
                destination_airport_code,
                month(flight_month),
                consecutive_months
            from marts.mart_chronically_delayed_flights
            where consecutive_months >= 3
            order by all
        """,
        independent=lambda: [
            (*key, in_a_row) for key, in_a_row in sorted(chronic().items()) if in_a_row >= 3
        ],
    ),
    Golden(
        fact="no flight is reported as cancelled; 8,255 never departed",
        known=[
            ("completed", 327346),
            ("diverted", 717),
            ("never_departed", 8255),
            ("unresolved", 458),
        ],
        sql="""
            select flight_outcome, cast(sum(flights) as bigint)
            from marts.mart_carrier_airport_month_cancellations
            group by all
            order by all
        """,
        independent=lambda: files.counted(flight.state for flight in files.flights()),
    ),
    Golden(
        fact="717 flights were diverted, and the sample does not say how they ended or where",
        known=[(717, 717, 0, 0)],
        sql="""
            select
                sum(diverted_flights),
                sum(unknown_end_flights),
                sum(diversion_landings),
                (select count(*) from marts.mart_tarmac_delays)
            from marts.mart_carrier_airport_month_diversions
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.state == "diverted"),
                files.count(lambda flight: flight.state == "diverted"),
                0,
                0,
            )
        ],
    ),
    Golden(
        fact="80,100 late arrivals lost 5,010,922 minutes for which the sample tells no cause",
        known=[(2909, 80100, 0, 5010922, 354792, 0, 0.0)],
        sql="""
            select
                count(*),
                sum(late_arrivals),
                sum(late_arrivals_with_causes),
                sum(unreported_late_delay_minutes),
                sum(unattributed_short_delay_minutes),
                sum(attributed_delay_minutes),
                sum(carrier_late_arrivals)
            from marts.mart_carrier_airport_month_delay_causes
        """,
        independent=lambda: [
            (
                len(
                    {
                        (flight.carrier, flight.destination, flight.month)
                        for flight in files.flights()
                    }
                ),
                len(late_arrivals()),
                0,
                sum(late_arrivals()),
                sum(
                    journey.arrival_delay
                    for journey in files.journeys()
                    if 0 < journey.arrival_delay < files.ON_TIME_THRESHOLD
                ),
                0,
                0.0,
            )
        ],
    ),
]
