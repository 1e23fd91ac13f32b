"""The quality marts' values for each month and the worst day, counted in the source's files."""

from collections import Counter

from tests.golden import independent as files
from tests.golden.record import Golden

BLIZZARD = "2013-02-09"


def flights_of_months() -> list[tuple[str, int, int, int]]:
    """Return month, flights, and those with known weather and with weather of their hour."""
    known = Counter(flight.month for flight, _ in files.flights_with_known_weather())
    scheduled = Counter(flight.month for flight in files.flights())
    of_the_hour = Counter(
        flight.month for flight in files.flights() if files.weather_of_the_hour(flight) is not None
    )
    return [
        (f"2013-{month:02}-01", scheduled[month], known[month], of_the_hour[month])
        for month in sorted(scheduled)
    ]


def observations_of_months() -> list[tuple[str, int]]:
    """Return month in UTC and hours of weather."""
    months = Counter(row.hour.month for row in files.weather().values())
    return [(f"2013-{month:02}-01", number) for month, number in sorted(months.items())]


def days_without_flights() -> list[tuple[str, int]]:
    """Return the carriers that did not fly on days between their first month and their last."""
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    found = []
    for carrier in sorted({flight.carrier for flight in files.flights()}):
        flown = [flight for flight in files.flights() if flight.carrier == carrier]
        months = [flight.month for flight in flown]
        days = sum(lengths[min(months) - 1 : max(months)])
        idle = days - len({flight.day for flight in flown})
        if idle:
            found.append((carrier, idle))
    return found


RECORDS = [
    Golden(
        fact="every row of every month of flights arrived, and those with weather are counted",
        known=[
            ("2013-01-01", 27004, 27004, 26952),
            ("2013-02-01", 24951, 24951, 24922),
            ("2013-03-01", 28834, 28834, 28834),
            ("2013-04-01", 28330, 28330, 28314),
            ("2013-05-01", 28796, 28796, 28796),
            ("2013-06-01", 28243, 28243, 28243),
            ("2013-07-01", 29425, 29425, 29383),
            ("2013-08-01", 29327, 29327, 29123),
            ("2013-09-01", 27574, 27574, 27553),
            ("2013-10-01", 28889, 28888, 28724),
            ("2013-11-01", 27268, 27265, 27173),
            ("2013-12-01", 28135, 27346, 27203),
        ],
        sql="""
            select
                cast(data_month as varchar),
                published_rows,
                known_weather_rows,
                hour_weather_rows
            from marts.mart_table_month_quality
            where
                table_name = 'fct_flights'
                and rows_in_files = published_rows
                and known_carrier_rows = published_rows
                and scheduled_instant_rows = published_rows
            order by data_month
        """,
        independent=flights_of_months,
    ),
    Golden(
        fact="every hour of weather of every month is published",
        known=[
            ("2013-01-01", 2211),
            ("2013-02-01", 2010),
            ("2013-03-01", 2230),
            ("2013-04-01", 2159),
            ("2013-05-01", 2232),
            ("2013-06-01", 2160),
            ("2013-07-01", 2228),
            ("2013-08-01", 2217),
            ("2013-09-01", 2159),
            ("2013-10-01", 2212),
            ("2013-11-01", 2138),
            ("2013-12-01", 2159),
        ],
        sql="""
            select cast(data_month as varchar), published_rows
            from marts.mart_table_month_quality
            where table_name = 'fct_weather_observations' and rows_in_files = published_rows
            order by data_month
        """,
        independent=observations_of_months,
    ),
    Golden(
        fact="the day of the blizzard, by carrier: flights, and those that were not completed",
        known=[
            ("9E", 48, 19),
            ("AA", 76, 52),
            ("AS", 2, 1),
            ("B6", 129, 73),
            ("DL", 101, 50),
            ("EV", 82, 42),
            ("FL", 10, 5),
            ("HA", 1, 0),
            ("MQ", 52, 31),
            ("UA", 113, 70),
            ("US", 35, 29),
            ("VX", 8, 6),
            ("WN", 27, 15),
        ],
        sql=f"""
            select
                series_code,
                scheduled_flights,
                scheduled_flights - completed_flights
            from marts.mart_series_day_measures
            where series_type = 'carrier' and flight_date = '{BLIZZARD}' and scheduled_flights > 0
            order by series_code
        """,
        independent=lambda: [
            (
                carrier,
                number,
                files.count(
                    lambda flight, carrier=carrier: (  # type: ignore[misc]
                        flight.carrier == carrier
                        and flight.day == BLIZZARD
                        and flight.state != "completed"
                    )
                ),
            )
            for carrier, number in sorted(
                Counter(
                    flight.carrier for flight in files.flights() if flight.day == BLIZZARD
                ).items()
            )
        ],
    ),
    Golden(
        fact="days without any flight of a carrier stand there with none",
        known=[("F9", 3), ("HA", 23), ("OO", 302), ("YV", 49)],
        sql="""
            select series_code, count(*)
            from marts.mart_series_day_measures
            where series_type = 'carrier' and scheduled_flights = 0
            group by all
            order by all
        """,
        independent=days_without_flights,
    ),
]
