"""Block times and padding, time made up in the air, and the load of airports by the hour."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from statistics import median

from tests.golden import independent as files
from tests.golden.record import Golden, Value

LOAD = """
    select
        sum(days_with_flights), sum(scheduled_departures), sum(departed_flights),
        sum(on_time_departures), sum(scheduled_arrivals), max(busiest_day_departures),
        max(busiest_day_arrivals), max(busiest_day_movements), cast(max(busiest_date) as varchar)
    from marts.mart_airport_hour_load
"""
BLOCKS = """
    select
        scheduled_flights, completed_flights, timed_flights, flights_over_schedule,
        total_scheduled_block_minutes, total_actual_block_minutes, overrun_minutes,
        scheduled_block_minutes_p50, actual_block_minutes_p50, unimpeded_block_minutes,
        padding_minutes
    from marts.mart_route_month_block_times
"""
RECOVERY = """
    select
        sum(compared_flights), sum(on_time_departures_on_time_arrivals),
        sum(on_time_departures_late_arrivals), sum(late_departures_on_time_arrivals),
        sum(late_departures_late_arrivals), sum(flights_that_gained_time),
        sum(flights_that_lost_time), sum(gained_minutes), sum(lost_minutes),
        sum(late_departures_gained_minutes), sum(late_departures_lost_minutes)
    from marts.mart_carrier_month_time_recovery
"""


def blocks(
    origin: str, destination: str, carrier: str, month: int
) -> tuple[list[files.Flight], list[tuple[int, int]]]:
    """Return the flights of a row, and scheduled and actual minutes of those that arrived."""
    chosen = [
        flight
        for flight in files.flights()
        if (flight.origin, flight.destination, flight.carrier, flight.month)
        == (origin, destination, carrier, month)
    ]
    arrived = [
        (
            files.minutes(flight.scheduled_arrival - flight.scheduled_departure),
            files.minutes(flight.arrival - flight.departure),
        )
        for flight in chosen
        if flight.arrival and flight.departure
    ]
    return chosen, arrived


def block_row(origin: str, destination: str, carrier: str, month: int) -> list[tuple[Value, ...]]:
    """Return a row of block times."""
    chosen, arrived = blocks(origin, destination, carrier, month)
    scheduled, actual = [pair[0] for pair in arrived], [pair[1] for pair in arrived]
    over = [took - planned for planned, took in arrived if took > planned]
    unimpeded = files.percentile(actual, 10)
    return [
        (
            len(chosen),
            sum(flight.state == "completed" for flight in chosen),
            len(arrived),
            len(over),
            sum(scheduled),
            sum(actual),
            sum(over),
            float(median(scheduled)),
            float(median(actual)),
            unimpeded,
            median(scheduled) - unimpeded,
        )
    ]


def changes(origin: str, destination: str, carrier: str, month: int) -> list[tuple[Value, ...]]:
    """Return by how much a month's four figures differ from those of the month before."""
    rows = [block_row(origin, destination, carrier, number)[0] for number in (month, month - 1)]
    return [
        tuple(
            float(now) - float(before)
            for now, before in zip(rows[0][-4:], rows[1][-4:], strict=True)
            if now is not None and before is not None
        )
    ]


def recovered(where: Callable[[files.Flight], bool]) -> list[tuple[int, ...]]:
    """Return the time that the flights that meet a condition made up and lost."""
    pairs = [
        (journey.departure_delay, journey.arrival_delay)
        for journey in files.journeys()
        if where(journey.flight)
    ]
    gains = [(left, left - came) for left, came in pairs]
    return [
        (
            len(pairs),
            sum(left < 15 and came < 15 for left, came in pairs),
            sum(left < 15 <= came for left, came in pairs),
            sum(came < 15 <= left for left, came in pairs),
            sum(left >= 15 and came >= 15 for left, came in pairs),
            sum(gain > 0 for _, gain in gains),
            sum(gain < 0 for _, gain in gains),
            sum(gain for _, gain in gains if gain > 0),
            sum(-gain for _, gain in gains if gain < 0),
            sum(gain for left, gain in gains if left >= 15 and gain > 0),
            sum(-gain for left, gain in gains if left >= 15 and gain < 0),
        )
    ]


@lru_cache
def scheduled_hours() -> tuple[Counter[tuple[str, str, int]], Counter[tuple[str, str, int]]]:
    """Count departures and arrivals by airport, local day and local hour, as scheduled."""
    departures: Counter[tuple[str, str, int]] = Counter()
    arrivals: Counter[tuple[str, str, int]] = Counter()
    for flight in files.flights():
        left = flight.scheduled_departure_local
        came = files.local(flight.scheduled_arrival, flight.destination)
        departures[flight.origin, left.date().isoformat(), left.hour] += 1
        arrivals[flight.destination, came.date().isoformat(), came.hour] += 1
    return departures, arrivals


def load(airport: str, month: str, hour: int) -> list[tuple[Value, ...]]:
    """Return the load of an airport in one hour of the days of a month."""
    departures, arrivals = scheduled_hours()
    movements = departures + arrivals
    days = {day for at, day, _ in movements if at == airport and day.startswith(month)}
    of_days = {day: (departures[airport, day, hour], arrivals[airport, day, hour]) for day in days}
    flights = [
        flight
        for flight in files.flights()
        if flight.origin == airport
        and flight.day.startswith(month)
        and flight.scheduled_departure_local.hour == hour
    ]
    most = max(sum(both) for both in of_days.values())
    return [
        (
            len(days),
            sum(left for left, _ in of_days.values()),
            sum(flight.departure is not None for flight in flights),
            sum(flight.is_on_time_departure for flight in flights),
            sum(came for _, came in of_days.values()),
            max(left for left, _ in of_days.values()),
            max(came for _, came in of_days.values()),
            most,
            min(day for day, both in of_days.items() if sum(both) == most),
        )
    ]


RECORDS = [
    Golden(
        fact="rows of the tables of block times, recovery and load: one for each combination",
        known=[(3869, 185, 9860)],
        sql="""
            select
                (select count(*) from marts.mart_route_month_block_times),
                (select count(*) from marts.mart_carrier_month_time_recovery),
                (select count(*) from marts.mart_airport_hour_load)
        """,
        independent=lambda: [
            (
                len(
                    {
                        (flight.origin, flight.destination, flight.carrier, flight.month)
                        for flight in files.flights()
                    }
                ),
                len(
                    {(journey.flight.carrier, journey.flight.month) for journey in files.journeys()}
                ),
                len(
                    {
                        (airport, day[:7], hour)
                        for counted in scheduled_hours()
                        for airport, day, hour in counted
                    }
                ),
            )
        ],
    ),
    Golden(
        fact="the sample has no rotation and no taxi time, so these tables are empty",
        known=[(0, 0, 0)],
        sql="""
            select
                (select count(*) from marts.mart_aircraft_rotations),
                (select count(*) from marts.mart_carrier_month_delay_propagation),
                (select count(*) from marts.mart_airport_hour_month_taxi_times)
        """,
        independent=lambda: [
            (
                # no flight of the sample arrived at the origin of another one
                sum(
                    journey.flight.destination in {"EWR", "JFK", "LGA"}
                    for journey in files.journeys()
                ),
                sum("late_aircraft" in name for name in files.flight_columns()),
                sum("taxi" in name for name in files.flight_columns()),
            )
        ],
    ),
    Golden(
        fact="Delta from JFK to LAX in July: 51.2 minutes of padding over the fastest tenth",
        known=[(205, 205, 205, 53, 75778, 73710, 1464, 377.0, 352.0, 325.8, 51.2)],
        sql=f"""
            {BLOCKS}
            where
                origin_airport_code = 'JFK' and destination_airport_code = 'LAX'
                and carrier_code = 'DL' and flight_month = '2013-07-01'
        """,
        independent=lambda: block_row("JFK", "LAX", "DL", 7),
    ),
    Golden(
        fact="Hawaiian to Honolulu in January, whose few flights have quantiles between two",
        known=[(31, 31, 31, 1, 21390, 20556, 5, 690.0, 665.0, 639.0, 51.0)],
        sql=f"""
            {BLOCKS}
            where carrier_code = 'HA' and flight_month = '2013-01-01'
        """,
        independent=lambda: block_row("JFK", "HNL", "HA", 1),
    ),
    Golden(
        fact="Delta from JFK to LAX in July against June: the padding grew by 19.2 minutes",
        known=[(7.0, -11.5, -12.2, 19.2)],
        sql="""
            select
                scheduled_block_change_minutes, actual_block_change_minutes,
                unimpeded_block_change_minutes, padding_change_minutes
            from marts.mart_route_month_block_times
            where
                origin_airport_code = 'JFK' and destination_airport_code = 'LAX'
                and carrier_code = 'DL' and flight_month = '2013-07-01'
        """,
        independent=lambda: changes("JFK", "LAX", "DL", 7),
    ),
    Golden(
        fact="Endeavor from Newark to Minneapolis in October is compared with June",
        known=[("2013-06-01", 0)],
        sql="""
            select
                cast(min(previous_flight_month) filter (
                    where
                    carrier_code = '9E' and origin_airport_code = 'EWR'
                    and destination_airport_code = 'MSP' and flight_month = '2013-10-01'
                ) as varchar),
                count(padding_year_change_minutes)
            from marts.mart_route_month_block_times
        """,
        independent=lambda: [
            (
                max(
                    f"2013-{journey.flight.month:02}-01"
                    for journey in files.journeys()
                    if (journey.flight.carrier, journey.flight.origin, journey.flight.destination)
                    == ("9E", "EWR", "MSP")
                    and journey.flight.month < 10
                ),
                0,
            )
        ],
    ),
    Golden(
        fact="all block minutes of the year, as scheduled and as flown",
        known=[(327346, 61412967, 59560261, 98799)],
        sql="""
            select
                sum(timed_flights), sum(total_scheduled_block_minutes),
                sum(total_actual_block_minutes), sum(flights_over_schedule)
            from marts.mart_route_month_block_times
        """,
        independent=lambda: [
            (
                len(files.journeys()),
                sum(
                    files.minutes(
                        journey.flight.scheduled_arrival - journey.flight.scheduled_departure
                    )
                    for journey in files.journeys()
                ),
                sum(journey.actual_block_minutes for journey in files.journeys()),
                files.count_journeys(
                    lambda journey: journey.arrival_delay > journey.departure_delay
                ),
            )
        ],
    ),
    Golden(
        fact="what the flights of the year made up and lost between the gates",
        known=[
            (327346, 232703, 22223, 14543, 57877, 221565, 98799, 3297869, 1445163, 729204, 454758)
        ],
        sql=RECOVERY,
        independent=lambda: recovered(lambda _: True),
    ),
    Golden(
        fact="what Hawaiian made up and lost in January",
        known=[(31, 25, 0, 1, 5, 30, 1, 839, 5, 220, 0)],
        sql=f"{RECOVERY} where carrier_code = 'HA' and flight_month = '2013-01-01'",
        independent=lambda: recovered(lambda flight: flight.carrier == "HA" and flight.month == 1),
    ),
    Golden(
        fact="Newark at six in the morning in July",
        known=[(31, 973, 960, 853, 0, 36, 0, 36, "2013-07-08")],
        sql=f"""
            {LOAD}
            where airport_code = 'EWR' and local_month = '2013-07-01' and local_hour = 6
        """,
        independent=lambda: load("EWR", "2013-07", 6),
    ),
    Golden(
        fact="arrivals in Atlanta at ten in the morning in December, by the clocks there",
        known=[(31, 0, 0, 0, 76, 0, 3, 3, "2013-12-01")],
        sql=f"""
            {LOAD}
            where airport_code = 'ATL' and local_month = '2013-12-01' and local_hour = 10
        """,
        independent=lambda: load("ATL", "2013-12", 10),
    ),
    Golden(
        fact="arrivals in Chicago at eight in the evening in March, over the night of the clocks",
        known=[(31, 0, 0, 0, 81, 0, 4, 4, "2013-03-13")],
        sql=f"""
            {LOAD}
            where airport_code = 'ORD' and local_month = '2013-03-01' and local_hour = 20
        """,
        independent=lambda: load("ORD", "2013-03", 20),
    ),
    Golden(
        fact="arrivals after the midnight that ended the year stand in January 2014",
        known=[(11, 0, 23)],
        sql="""
            select count(distinct airport_code), sum(scheduled_departures), sum(scheduled_arrivals)
            from marts.mart_airport_hour_load
            where local_month = '2014-01-01'
        """,
        independent=lambda: [
            (
                len({at for at, day, _ in scheduled_hours()[1] if day >= "2014"}),
                sum(many for (_, day, _), many in scheduled_hours()[0].items() if day >= "2014"),
                sum(many for (_, day, _), many in scheduled_hours()[1].items() if day >= "2014"),
            )
        ],
    ),
]
