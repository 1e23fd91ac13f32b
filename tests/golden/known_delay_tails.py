"""The tail of the delay distribution: how many flights arrive very late, or never."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from tests.golden import independent as files
from tests.golden.record import Golden, Value

THRESHOLDS = (
    -30, -15, -5, 0, 1, 5, 10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480,
)  # fmt: skip
ROW = """
    select
        at_least_minutes, scheduled_flights, completed_flights, never_departed_flights,
        not_completed_flights, arrivals_at_least_late, share_of_arrivals_at_least_late,
        share_of_scheduled_at_least_late_or_not_completed, share_of_scheduled_never_flown
"""


def tail(
    where: Callable[[files.Flight], bool], thresholds: Sequence[int]
) -> list[tuple[Value, ...]]:
    """Return the values of the flights that meet a condition, at each threshold."""
    chosen = [flight for flight in files.flights() if where(flight)]
    delays = [flight.arrival_delay for flight in chosen if flight.arrival_delay is not None]
    states = [flight.state for flight in chosen]
    never, missed = states.count("never_departed"), len(chosen) - len(delays)
    return [
        (
            threshold,
            len(chosen),
            len(delays),
            never,
            missed,
            late,
            late / len(delays),
            (late + missed) / len(chosen),
            never / len(chosen),
        )
        for threshold in thresholds
        for late in [sum(delay >= threshold for delay in delays)]
    ]


def leaves_at(hour: int) -> Callable[[files.Flight], bool]:
    """Return the condition that a flight is due to leave in an hour of the day."""
    return lambda flight: flight.scheduled_departure_local.hour == hour


@lru_cache
def year() -> list[tuple[int, int]]:
    """Return how many flights of the year were at least that late, at each threshold."""
    delays = [journey.arrival_delay for journey in files.journeys()]
    return [(threshold, sum(delay >= threshold for delay in delays)) for threshold in THRESHOLDS]


KNOWN_YEAR = [
    (-30, 307262),
    (-15, 236846),
    (-5, 168199),
    (0, 138413),
    (1, 133004),
    (5, 114022),
    (10, 94994),
    (15, 80100),
    (20, 68776),
    (30, 52802),
    (45, 37868),
    (60, 28317),
    (90, 16805),
    (120, 10200),
    (150, 6265),
    (180, 3897),
    (240, 1571),
    (300, 626),
    (360, 255),
    (480, 65),
]
RECORDS = [
    *(
        Golden(
            fact=f"arrivals of the year at each threshold, added up over all {subjects}",
            known=KNOWN_YEAR,
            sql=f"""
                select at_least_minutes, sum(arrivals_at_least_late)
                from marts.{table}
                group by all
                order by all
            """,
            independent=year,
        )
        for subjects, table in (
            ("carriers", "mart_carrier_year_delay_tail"),
            ("routes", "mart_route_year_delay_tail"),
            ("hours", "mart_hour_year_delay_tail"),
        )
    ),
    Golden(
        fact="the tail of Frontier",
        known=[
            (-30, 685, 681, 3, 4, 672, 0.986784140969163, 0.9868613138686131, 0.004379562043795621),
            (0, 685, 681, 3, 4, 410, 0.6020558002936858, 0.6043795620437956, 0.004379562043795621),
            (
                15,
                685,
                681,
                3,
                4,
                264,
                0.3876651982378855,
                0.39124087591240875,
                0.004379562043795621,
            ),
            (60, 685, 681, 3, 4, 87, 0.1277533039647577, 0.13284671532846715, 0.004379562043795621),
            (
                180,
                685,
                681,
                3,
                4,
                18,
                0.02643171806167401,
                0.032116788321167884,
                0.004379562043795621,
            ),
            (
                480,
                685,
                681,
                3,
                4,
                1,
                0.0014684287812041115,
                0.0072992700729927005,
                0.004379562043795621,
            ),
        ],
        sql=f"""
            {ROW}
            from marts.mart_carrier_year_delay_tail
            where carrier_code = 'F9' and at_least_minutes in (-30, 0, 15, 60, 180, 480)
            order by at_least_minutes
        """,
        independent=lambda: tail(lambda flight: flight.carrier == "F9", (-30, 0, 15, 60, 180, 480)),
    ),
    Golden(
        fact="the tail of Newark to Chicago O'Hare",
        known=[
            (
                15,
                6100,
                5828,
                249,
                272,
                1499,
                0.25720658888126285,
                0.29032786885245904,
                0.04081967213114754,
            ),
            (
                180,
                6100,
                5828,
                249,
                272,
                80,
                0.013726835964310227,
                0.057704918032786885,
                0.04081967213114754,
            ),
        ],
        sql=f"""
            {ROW}
            from marts.mart_route_year_delay_tail
            where
                origin_airport_code = 'EWR' and destination_airport_code = 'ORD'
                and at_least_minutes in (15, 180)
            order by at_least_minutes
        """,
        independent=lambda: tail(
            lambda flight: (flight.origin, flight.destination) == ("EWR", "ORD"), (15, 180)
        ),
    ),
    Golden(
        fact="three hours late or more, of the flights of six in the morning and seven at night",
        known=[
            (
                180,
                25951,
                25447,
                425,
                504,
                97,
                0.0038118442252524855,
                0.02315903048052098,
                0.016377018226657932,
            ),
            (
                180,
                21441,
                20507,
                861,
                934,
                423,
                0.020627102940459354,
                0.06328995849074204,
                0.040156709108716944,
            ),
        ],
        sql=f"""
            {ROW}
            from marts.mart_hour_year_delay_tail
            where scheduled_departure_hour in (6, 19) and at_least_minutes = 180
            order by scheduled_departure_hour
        """,
        independent=lambda: [*tail(leaves_at(6), (180,)), *tail(leaves_at(19), (180,))],
    ),
]
