"""Punctuality by the weather of the hour: every class, its totals, and single rows."""

from collections.abc import Callable
from functools import lru_cache

from tests.golden import independent as files
from tests.golden.known_subject_tables import LATE, TOTALS, YEAR, row_of, year
from tests.golden.record import Golden

Weather = files.Weather | None


def precipitation(weather: Weather) -> str:
    """Return an hour's class by its precipitation, reported in hundredths of an inch."""
    if weather is None or weather.precipitation is None:
        return "not_observed"
    hundredths = round(weather.precipitation * 100)
    if hundredths == 0:
        return "none"
    return "light" if hundredths <= 10 else "moderate" if hundredths <= 30 else "heavy"


def visibility(weather: Weather) -> str:
    """Return an hour's class by the flight category of its visibility, the best one halved."""
    if weather is None or weather.visibility is None:
        return "not_observed"
    if weather.visibility < 3:
        return "very_low" if weather.visibility < 1 else "low"
    if weather.visibility <= 5:
        return "marginal"
    return "good" if weather.visibility < 10 else "unrestricted"


def knots(miles_per_hour: float) -> int:
    """Return a speed in the whole knots in which it was reported."""
    return round(miles_per_hour * 1609.344 / 1852)


def wind(weather: Weather) -> str:
    """Return an hour's class by the Beaufort number of its wind."""
    if weather is None or weather.wind_speed is None:
        return "not_observed"
    speed = knots(weather.wind_speed)
    names = {0: "calm", 10: "light", 16: "moderate", 21: "fresh", 33: "strong"}
    return next((name for most, name in names.items() if speed <= most), "gale")


def gust(weather: Weather) -> str:
    """Return an hour's class by its gusts, which are absent if only a wind was reported."""
    if weather is None or weather.wind_speed is None:
        return "not_observed"
    if weather.wind_gust is None:
        return "none"
    speed = knots(weather.wind_gust)
    names = {21: "moderate", 33: "strong", 49: "gale"}
    return next((name for most, name in names.items() if speed <= most), "severe")


CLASSES: dict[str, Callable[[Weather], str]] = {
    "gust": gust,
    "precipitation": precipitation,
    "visibility": visibility,
    "wind": wind,
}


@lru_cache
def class_of(measure: str, flight: files.Flight) -> str:
    """Return the class of the weather of the hour in which a flight was due to leave."""
    return CLASSES[measure](files.weather_of_the_hour(flight))


def classes() -> list[tuple[str, str, int, int, int, int]]:
    """Count by class: flights, never departed, on time on arrival, and an hour late or more."""
    counts: dict[tuple[str, str], list[int]] = {}
    for measure in CLASSES:
        for flight in files.flights():
            row = counts.setdefault((measure, class_of(measure, flight)), [0, 0, 0, 0])
            row[0] += 1
            row[1] += flight.state == "never_departed"
            row[2] += flight.is_on_time_arrival
            row[3] += (flight.arrival_delay or 0) >= 60
    return [(*key, row[0], row[1], row[2], row[3]) for key, row in sorted(counts.items())]


RECORDS = [
    Golden(
        fact="flights by the weather of the hour, and what became of them",
        known=[
            ("gust", "gale", 2537, 236, 1505, 328),
            ("gust", "moderate", 42395, 916, 31007, 3596),
            ("gust", "none", 254757, 5576, 189107, 21079),
            ("gust", "not_observed", 1634, 28, 1161, 118),
            ("gust", "severe", 38, 1, 13, 14),
            ("gust", "strong", 35415, 1498, 24453, 3182),
            ("precipitation", "heavy", 772, 63, 266, 240),
            ("precipitation", "light", 18913, 1567, 9118, 3602),
            ("precipitation", "moderate", 3317, 286, 1379, 821),
            ("precipitation", "none", 312218, 6311, 235388, 23539),
            ("precipitation", "not_observed", 1556, 28, 1095, 115),
            ("visibility", "good", 32657, 1408, 21294, 4218),
            ("visibility", "low", 9163, 768, 4438, 1654),
            ("visibility", "marginal", 10686, 617, 6338, 1470),
            ("visibility", "not_observed", 1556, 28, 1095, 115),
            ("visibility", "unrestricted", 278739, 5079, 212118, 20078),
            ("visibility", "very_low", 3975, 355, 1963, 782),
            ("wind", "calm", 11885, 174, 9485, 795),
            ("wind", "fresh", 22513, 909, 15040, 2259),
            ("wind", "gale", 60, 4, 30, 8),
            ("wind", "light", 192320, 3872, 144932, 14669),
            ("wind", "moderate", 102374, 2683, 73045, 9699),
            ("wind", "not_observed", 1634, 28, 1161, 118),
            ("wind", "strong", 5990, 585, 3553, 769),
        ],
        sql="""
            select
                weather_measure,
                weather_class,
                cast(sum(scheduled_flights) as bigint),
                cast(sum(never_departed_flights) as bigint),
                cast(sum(on_time_arrivals) as bigint),
                cast(sum(arrivals_60_minutes_late_or_more) as bigint)
            from marts.mart_weather_class_punctuality
            group by all
            order by all
        """,
        independent=classes,
    ),
    Golden(
        fact="by each of the four measures of the weather all flights are counted",
        known=[YEAR, YEAR, YEAR, YEAR],
        sql=f"""
            select {TOTALS}, {LATE}
            from marts.mart_weather_class_punctuality
            group by weather_measure
        """,
        independent=lambda: year() * 4,
    ),
    Golden(
        fact="classes of the weather that occur at each airport, by measure",
        known=[
            ("EWR", "gust", 5),
            ("EWR", "precipitation", 5),
            ("EWR", "visibility", 6),
            ("EWR", "wind", 7),
            ("JFK", "gust", 6),
            ("JFK", "precipitation", 5),
            ("JFK", "visibility", 6),
            ("JFK", "wind", 6),
            ("LGA", "gust", 5),
            ("LGA", "precipitation", 5),
            ("LGA", "visibility", 6),
            ("LGA", "wind", 6),
        ],
        sql="""
            select origin_airport_code, weather_measure, count(*)
            from marts.mart_weather_class_punctuality
            group by all
            order by all
        """,
        independent=lambda: [
            (*key, occurring)
            for key, occurring in files.counted(
                (airport, measure)
                for airport, measure, _ in {
                    (flight.origin, measure, class_of(measure, flight))
                    for flight in files.flights()
                    for measure in CLASSES
                }
            )
        ],
    ),
    row_of(
        "departures from JFK in heavy precipitation",
        "mart_weather_class_punctuality",
        """
            origin_airport_code = 'JFK'
            and weather_measure = 'precipitation'
            and weather_class = 'heavy'
        """,
        lambda flight: flight.origin == "JFK" and class_of("precipitation", flight) == "heavy",
        (
            176,
            168,
            164,
            0,
            1,
            8,
            3,
            76,
            51,
            8127,
            11051,
            7931,
            10470,
            21.5,
            81.4,
            190.3,
            45.5,
            117.4,
            198.95,
            92,
            77,
            53,
            24,
            11,
            113,
            97,
            75,
            30,
            14,
        ),
    ),
    row_of(
        "departures from Newark when one saw less than a mile",
        "mart_weather_class_punctuality",
        """
            origin_airport_code = 'EWR'
            and weather_measure = 'visibility'
            and weather_class = 'very_low'
        """,
        lambda flight: flight.origin == "EWR" and class_of("visibility", flight) == "very_low",
        (
            1157,
            1035,
            1030,
            0,
            2,
            122,
            3,
            680,
            502,
            36919,
            49196,
            34859,
            44453,
            1.0,
            51.2,
            197.6,
            16.0,
            84.0,
            204.0,
            355,
            273,
            200,
            111,
            59,
            528,
            417,
            260,
            138,
            71,
        ),
    ),
    row_of(
        "departures from LaGuardia in strong wind",
        "mart_weather_class_punctuality",
        """
            origin_airport_code = 'LGA' and weather_measure = 'wind' and weather_class = 'strong'
        """,
        lambda flight: flight.origin == "LGA" and class_of("wind", flight) == "strong",
        (
            1611,
            1442,
            1438,
            0,
            1,
            169,
            3,
            1033,
            1020,
            28597,
            30983,
            24894,
            19681,
            -1.0,
            28.8,
            100.95,
            -1.0,
            31.0,
            115.0,
            409,
            284,
            148,
            59,
            20,
            418,
            298,
            176,
            67,
            21,
        ),
    ),
    row_of(
        "departures from Newark without gusts",
        "mart_weather_class_punctuality",
        "origin_airport_code = 'EWR' and weather_measure = 'gust' and weather_class = 'none'",
        lambda flight: flight.origin == "EWR" and class_of("gust", flight) == "none",
        (
            88879,
            86650,
            86324,
            0,
            235,
            2229,
            91,
            65491,
            64143,
            1475867,
            1514540,
            1263890,
            740518,
            -1.0,
            22.0,
            95.0,
            -4.0,
            24.0,
            97.0,
            21159,
            14454,
            8030,
            2881,
            1129,
            22181,
            14908,
            8189,
            2935,
            1116,
        ),
    ),
    row_of(
        "departures from Newark in hours whose wind was not observed, or impossible",
        "mart_weather_class_punctuality",
        """
            origin_airport_code = 'EWR'
            and weather_measure = 'wind'
            and weather_class = 'not_observed'
        """,
        lambda flight: flight.origin == "EWR" and class_of("wind", flight) == "not_observed",
        (
            669,
            650,
            650,
            0,
            0,
            19,
            0,
            480,
            462,
            11681,
            11692,
            10371,
            7307,
            0.0,
            25.0,
            93.55,
            -0.5,
            27.0,
            90.0,
            170,
            120,
            64,
            20,
            8,
            188,
            125,
            54,
            21,
            8,
        ),
    ),
]
