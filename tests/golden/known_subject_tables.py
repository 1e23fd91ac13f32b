"""The subject tables: their sizes, their totals, and single rows with every measure."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from tests.golden import independent as files
from tests.golden.record import Golden, Value

TOTALS = """
    sum(scheduled_flights),
    sum(departed_flights),
    sum(completed_flights),
    sum(cancelled_flights),
    sum(diverted_flights),
    sum(never_departed_flights),
    sum(unresolved_flights),
    sum(on_time_departures),
    sum(on_time_arrivals),
    sum(total_departure_delay_minutes),
    sum(total_arrival_delay_minutes),
    sum(net_departure_delay_minutes),
    sum(net_arrival_delay_minutes)
"""
PERCENTILES = """
    departure_delay_minutes_p50,
    departure_delay_minutes_p80,
    departure_delay_minutes_p95,
    arrival_delay_minutes_p50,
    arrival_delay_minutes_p80,
    arrival_delay_minutes_p95
"""

LATE = ", ".join(
    f"sum({event}_{minutes}_minutes_late_or_more)"
    for event in ("departures", "arrivals")
    for minutes in (15, 30, 60, 120, 180)
)


def totals(where: Callable[[files.Flight], bool] = lambda _: True) -> tuple[int, ...]:
    """Return the thirteen additive measures of the flights that meet a condition."""
    chosen = [flight for flight in files.flights() if where(flight)]
    departures = [flight.departure_delay for flight in chosen if flight.departure_delay is not None]
    arrivals = [flight.arrival_delay for flight in chosen if flight.arrival_delay is not None]
    states = [flight.state for flight in chosen]
    return (
        len(chosen),
        len(departures),
        len(arrivals),
        states.count("cancelled"),
        states.count("diverted"),
        states.count("never_departed"),
        states.count("unresolved"),
        sum(flight.is_on_time_departure for flight in chosen),
        sum(flight.is_on_time_arrival for flight in chosen),
        sum(delay for delay in departures if delay > 0),
        sum(delay for delay in arrivals if delay > 0),
        sum(departures),
        sum(arrivals),
    )


def late(where: Callable[[files.Flight], bool] = lambda _: True) -> tuple[int, ...]:
    """Return how many of the flights departed and arrived late by 15 minutes, 30 and so on."""
    chosen = [flight for flight in files.flights() if where(flight)]
    return tuple(
        sum(1 for delay in delays if delay is not None and delay >= threshold)
        for delays in (
            [flight.departure_delay for flight in chosen],
            [flight.arrival_delay for flight in chosen],
        )
        for threshold in (15, 30, 60, 120, 180)
    )


@lru_cache
def year() -> list[tuple[int, ...]]:
    """Return the additive measures of all flights."""
    return [(*totals(), *late())]


def percentiles(where: Callable[[files.Flight], bool]) -> tuple[float, ...]:
    """Return the six percentiles of the flights that meet a condition."""
    chosen = [flight for flight in files.flights() if where(flight)]
    departures = [flight.departure_delay for flight in chosen if flight.departure_delay is not None]
    arrivals = [flight.arrival_delay for flight in chosen if flight.arrival_delay is not None]
    return tuple(
        files.percentile(delays, hundredths)
        for delays in (departures, arrivals)
        for hundredths in (50, 80, 95)
    )


def row_of(
    fact: str,
    table: str,
    condition: str,
    where: Callable[[files.Flight], bool],
    known: Sequence[Value],
) -> Golden:
    """Return the record of one row: its totals, its percentiles, and how many flights were late."""
    return Golden(
        fact=fact,
        known=[tuple(known)],
        sql=f"""
            select {TOTALS}, {PERCENTILES}, {LATE}
            from marts.{table}
            where {condition}
            group by all
        """,
        independent=lambda: [(*totals(where), *percentiles(where), *late(where))],
    )


# three of the carriers of 2013 have since merged into others of them
MERGED_INTO = {"US": "AA", "VX": "AS", "FL": "WN"}


def group(flight: files.Flight) -> str:
    """Return the code of the current carrier that the flight's carrier has become."""
    return MERGED_INTO.get(flight.carrier, flight.carrier)


def groups_of_several() -> list[tuple[str, str, int, int]]:
    """Return group, codes, months and flights of the groups that reported under several codes."""
    reported: dict[tuple[str, int], list[str]] = {}
    for flight in files.flights():
        reported.setdefault((group(flight), flight.month), []).append(flight.carrier)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (code, _), carriers in reported.items():
        codes = ", ".join(sorted(set(carriers)))
        months, flown = found.get((code, codes), (0, 0))
        found[code, codes] = (months + 1, flown + len(carriers))
    return [(*key, *counts) for key, counts in sorted(found.items()) if ", " in key[1]]


YEAR = (
    336776,
    328521,
    327346,
    0,
    717,
    8255,
    458,
    255607,
    247246,
    5056783,
    5365714,
    4152200,
    2257174,
    72914,
    49413,
    27059,
    9888,
    3945,
    80100,
    52802,
    28317,
    10200,
    3897,
)

RECORDS = [
    Golden(
        fact="rows of the four subject tables: one for each combination that was scheduled",
        known=[(185, 1149, 2313, 134)],
        sql="""
            select
                (select count(*) from marts.mart_carrier_month_punctuality),
                (select count(*) from marts.mart_airport_month_punctuality),
                (select count(*) from marts.mart_route_month_punctuality),
                (select count(*) from marts.mart_hour_weekday_punctuality)
        """,
        independent=lambda: [
            (
                len({(flight.carrier, flight.month) for flight in files.flights()}),
                len({(flight.origin, flight.month) for flight in files.flights()})
                + len({(flight.destination, flight.month) for flight in files.flights()}),
                len(
                    {
                        (flight.origin, flight.destination, flight.month)
                        for flight in files.flights()
                    }
                ),
                len(
                    {
                        (
                            flight.scheduled_departure_local.hour,
                            flight.scheduled_departure_local.isoweekday(),
                        )
                        for flight in files.flights()
                    }
                ),
            )
        ],
    ),
    Golden(
        fact="the months of all carriers add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_carrier_month_punctuality",
        independent=year,
    ),
    Golden(
        fact="the months of all routes add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_route_month_punctuality",
        independent=year,
    ),
    Golden(
        fact="the hours of all weekdays add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_hour_weekday_punctuality",
        independent=year,
    ),
    Golden(
        fact="the months of all origins add up to the year",
        known=[YEAR],
        sql=f"""
            select {TOTALS}, {LATE}
            from marts.mart_airport_month_punctuality
            where airport_role = 'origin'
        """,
        independent=year,
    ),
    Golden(
        fact="the months of all destinations add up to the year",
        known=[YEAR],
        sql=f"""
            select {TOTALS}, {LATE}
            from marts.mart_airport_month_punctuality
            where airport_role = 'destination'
        """,
        independent=year,
    ),
    row_of(
        "United in July",
        "mart_carrier_month_punctuality",
        "carrier_code = 'UA' and flight_month = '2013-07-01'",
        lambda flight: flight.carrier == "UA" and flight.month == 7,
        (
            5066,
            5000,
            4971,
            0,
            17,
            66,
            12,
            3527,
            3597,
            108003,
            104796,
            100526,
            53097,
            2.0,
            30.0,
            109.05,
            -4.0,
            29.0,
            114.0,
            1473,
            1002,
            578,
            208,
            101,
            1374,
            987,
            569,
            233,
            101,
        ),
    ),
    row_of(
        "ExpressJet in December",
        "mart_carrier_month_punctuality",
        "carrier_code = 'EV' and flight_month = '2013-12-01'",
        lambda flight: flight.carrier == "EV" and flight.month == 12,
        (
            4307,
            3909,
            3891,
            0,
            11,
            398,
            7,
            2444,
            2277,
            117242,
            124706,
            109011,
            104174,
            2.0,
            53.0,
            145.0,
            7.0,
            56.0,
            146.0,
            1465,
            1107,
            707,
            279,
            118,
            1614,
            1206,
            745,
            290,
            125,
        ),
    ),
    row_of(
        "Hawaiian in January, whose percentiles fall between two flights",
        "mart_carrier_month_punctuality",
        "carrier_code = 'HA' and flight_month = '2013-01-01'",
        lambda flight: flight.carrier == "HA" and flight.month == 1,
        (
            31,
            31,
            31,
            0,
            0,
            0,
            0,
            25,
            26,
            1752,
            1512,
            1686,
            852,
            -1.0,
            14.0,
            112.5,
            -20.0,
            6.0,
            73.5,
            6,
            5,
            5,
            2,
            1,
            5,
            4,
            3,
            1,
            1,
        ),
    ),
    row_of(
        "SkyWest in August, with four flights",
        "mart_carrier_month_punctuality",
        "carrier_code = 'OO' and flight_month = '2013-08-01'",
        lambda flight: flight.carrier == "OO" and flight.month == 8,
        (
            4,
            4,
            4,
            0,
            0,
            0,
            0,
            1,
            1,
            266,
            258,
            256,
            258,
            56.0,
            112.6,
            143.65,
            57.5,
            97.4,
            129.35,
            3,
            2,
            2,
            1,
            0,
            3,
            3,
            2,
            1,
            0,
        ),
    ),
    row_of(
        "departures from Newark in February, the month of the blizzard",
        "mart_airport_month_punctuality",
        "airport_code = 'EWR' and airport_role = 'origin' and flight_month = '2013-02-01'",
        lambda flight: flight.origin == "EWR" and flight.month == 2,
        (
            9107,
            8608,
            8575,
            0,
            18,
            499,
            15,
            6548,
            6327,
            133044,
            140408,
            112483,
            75247,
            -1.0,
            21.0,
            88.0,
            -2.0,
            23.0,
            90.0,
            2060,
            1350,
            714,
            250,
            63,
            2248,
            1433,
            728,
            245,
            67,
        ),
    ),
    row_of(
        "arrivals in Atlanta in December",
        "mart_airport_month_punctuality",
        "airport_code = 'ATL' and airport_role = 'destination' and flight_month = '2013-12-01'",
        lambda flight: flight.destination == "ATL" and flight.month == 12,
        (
            1463,
            1430,
            1429,
            0,
            0,
            33,
            1,
            1058,
            956,
            25971,
            31229,
            23170,
            24697,
            0.0,
            25.0,
            97.55,
            3.0,
            31.0,
            110.0,
            372,
            249,
            133,
            56,
            20,
            473,
            303,
            168,
            62,
            26,
        ),
    ),
    row_of(
        "JFK-LAX in July, the busiest month of any route",
        "mart_route_month_punctuality",
        """
            origin_airport_code = 'JFK'
            and destination_airport_code = 'LAX'
            and flight_month = '2013-07-01'
        """,
        lambda flight: (flight.origin, flight.destination, flight.month) == ("JFK", "LAX", 7),
        (
            985,
            983,
            981,
            0,
            0,
            2,
            2,
            728,
            725,
            18757,
            20238,
            17052,
            8465,
            0.0,
            22.0,
            102.0,
            -6.0,
            26.0,
            116.0,
            255,
            162,
            95,
            41,
            20,
            256,
            182,
            114,
            48,
            20,
        ),
    ),
    row_of(
        "LGA-ORD in January",
        "mart_route_month_punctuality",
        """
            origin_airport_code = 'LGA'
            and destination_airport_code = 'ORD'
            and flight_month = '2013-01-01'
        """,
        lambda flight: (flight.origin, flight.destination, flight.month) == ("LGA", "ORD", 1),
        (
            583,
            568,
            566,
            0,
            2,
            15,
            0,
            475,
            440,
            6150,
            6810,
            4503,
            2344,
            -2.0,
            9.0,
            61.3,
            -4.0,
            18.0,
            58.75,
            93,
            67,
            31,
            10,
            1,
            126,
            65,
            28,
            8,
            1,
        ),
    ),
    row_of(
        "Monday mornings at six",
        "mart_hour_weekday_punctuality",
        "scheduled_departure_hour = 6 and iso_weekday = 1",
        lambda flight: (
            flight.scheduled_departure_local.hour == 6
            and flight.scheduled_departure_local.isoweekday() == 1
        ),
        (
            4130,
            4085,
            4071,
            0,
            5,
            45,
            9,
            3719,
            3596,
            22760,
            27757,
            9330,
            -10417,
            -3.0,
            1.0,
            31.0,
            -7.0,
            6.0,
            33.0,
            366,
            212,
            109,
            36,
            14,
            475,
            233,
            105,
            37,
            17,
        ),
    ),
    row_of(
        "Thursday evenings at seven",
        "mart_hour_weekday_punctuality",
        "scheduled_departure_hour = 19 and iso_weekday = 4",
        lambda flight: (
            flight.scheduled_departure_local.hour == 19
            and flight.scheduled_departure_local.isoweekday() == 4
        ),
        (
            3184,
            3019,
            3011,
            0,
            5,
            165,
            3,
            1761,
            1800,
            95383,
            90611,
            90315,
            67321,
            7.0,
            55.0,
            141.1,
            4.0,
            54.0,
            140.0,
            1258,
            947,
            564,
            217,
            75,
            1211,
            939,
            538,
            210,
            67,
        ),
    ),
    Golden(
        fact="the route that was never flown has a row, without a percentile",
        known=[(1, 0, 1, None, None)],
        sql="""
            select
                scheduled_flights,
                completed_flights,
                never_departed_flights,
                departure_delay_minutes_p50,
                arrival_delay_minutes_p50
            from marts.mart_route_month_punctuality
            where origin_airport_code = 'EWR' and destination_airport_code = 'LGA'
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.destination == "LGA"),
                files.count(
                    lambda flight: flight.destination == "LGA" and flight.state == "completed"
                ),
                files.count(
                    lambda flight: flight.destination == "LGA" and flight.state == "never_departed"
                ),
                None,
                None,
            )
        ],
    ),
    Golden(
        fact="365 days and 12 months of the network, 149 months of 13 groups of carriers",
        known=[(365, 12, 149, 13)],
        sql="""
            select
                (select count(*) from marts.mart_network_day_punctuality),
                (select count(*) from marts.mart_network_month_punctuality),
                (select count(*) from marts.mart_carrier_group_month_punctuality),
                (
                    select count(distinct current_group_code)
                    from marts.mart_carrier_group_month_punctuality
                )
        """,
        independent=lambda: [
            (
                len({flight.day for flight in files.flights()}),
                len({flight.month for flight in files.flights()}),
                len({(group(flight), flight.month) for flight in files.flights()}),
                len({group(flight) for flight in files.flights()}),
            )
        ],
    ),
    Golden(
        fact="the days of the network add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_network_day_punctuality",
        independent=year,
    ),
    Golden(
        fact="the months of the network add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_network_month_punctuality",
        independent=year,
    ),
    Golden(
        fact="the months of all groups of carriers add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_carrier_group_month_punctuality",
        independent=year,
    ),
    Golden(
        fact="American, Alaska and Southwest reported under two codes each, all year",
        known=[
            ("AA", "AA, US", 12, 53265),
            ("AS", "AS, VX", 12, 5876),
            ("WN", "FL, WN", 12, 15535),
        ],
        sql="""
            select
                current_group_code,
                reported_carrier_codes,
                count(*),
                cast(sum(scheduled_flights) as bigint)
            from marts.mart_carrier_group_month_punctuality
            where reported_carrier_count > 1
            group by all
            order by all
        """,
        independent=groups_of_several,
    ),
    row_of(
        "the network on 8 February, when the blizzard came",
        "mart_network_day_punctuality",
        "flight_date = '2013-02-08'",
        lambda flight: flight.day == "2013-02-08",
        (
            930,
            458,
            455,
            0,
            1,
            472,
            2,
            333,
            232,
            7542,
            12161,
            6804,
            11024,
            1.0,
            23.0,
            78.3,
            14.0,
            42.2,
            97.3,
            125,
            68,
            36,
            14,
            6,
            223,
            132,
            57,
            15,
            5,
        ),
    ),
    row_of(
        "the network on 25 December",
        "mart_network_day_punctuality",
        "flight_date = '2013-12-25'",
        lambda flight: flight.day == "2013-12-25",
        (
            719,
            715,
            715,
            0,
            0,
            4,
            0,
            591,
            618,
            7188,
            6019,
            5400,
            -1358,
            -1.0,
            11.2,
            54.6,
            -9.0,
            7.0,
            48.6,
            124,
            61,
            30,
            12,
            6,
            97,
            51,
            28,
            9,
            6,
        ),
    ),
    row_of(
        "the network in July",
        "mart_network_month_punctuality",
        "flight_month = '2013-07-01'",
        lambda flight: flight.month == 7,
        (
            29425,
            28485,
            28293,
            0,
            89,
            940,
            103,
            19846,
            19181,
            678868,
            717771,
            618916,
            472813,
            0.0,
            35.0,
            125.0,
            -2.0,
            40.0,
            130.0,
            8639,
            6294,
            3877,
            1543,
            689,
            9112,
            6725,
            4161,
            1681,
            686,
        ),
    ),
    row_of(
        "American and US Airways in June",
        "mart_carrier_group_month_punctuality",
        "current_group_code = 'AA' and flight_month = '2013-06-01'",
        lambda flight: flight.carrier in ("AA", "US") and flight.month == 6,
        (
            4493,
            4355,
            4329,
            0,
            20,
            138,
            6,
            3469,
            3259,
            70839,
            82101,
            56715,
            36012,
            -3.0,
            15.0,
            98.0,
            -7.0,
            24.0,
            108.6,
            886,
            643,
            432,
            160,
            70,
            1070,
            765,
            483,
            187,
            74,
        ),
    ),
    row_of(
        "Alaska and Virgin America in December",
        "mart_carrier_group_month_punctuality",
        "current_group_code = 'AS' and flight_month = '2013-12-01'",
        lambda flight: flight.carrier in ("AS", "VX") and flight.month == 12,
        (
            530,
            522,
            516,
            0,
            6,
            8,
            0,
            433,
            383,
            4672,
            6654,
            3826,
            2159,
            0.0,
            11.0,
            47.0,
            0.0,
            23.0,
            56.0,
            89,
            45,
            17,
            2,
            0,
            133,
            74,
            25,
            4,
            0,
        ),
    ),
]
