"""Punctuality by type and age of the aircraft: the classes, their totals, and single rows."""

from collections import Counter

from tests.golden import independent as files
from tests.golden.known_subject_tables import LATE, TOTALS, YEAR, row_of, year
from tests.golden.record import Golden


def aircraft(flight: files.Flight) -> files.Plane | None:
    """Return the aircraft of a flight, if it is known and plausible."""
    return files.planes()[flight.tail or ""] if files.aircraft_match(flight) == "matched" else None


def age_class(flight: files.Flight) -> str:
    """Return the age class of a flight's aircraft in 2013, in steps of five years."""
    plane = aircraft(flight)
    if plane is None or plane.year is None:
        return "not known"
    age = files.YEAR_OF_THE_FLIGHTS - plane.year
    if age >= 25:
        return "25 years or more"
    return next(f"{first} to {first + 4} years" for first in (20, 15, 10, 5, 0) if age >= first)


def row(flight: files.Flight) -> tuple[str, str, str, str]:
    """Return the key of the row in which a flight is counted."""
    plane = aircraft(flight)
    return (
        files.aircraft_match(flight),
        "not known" if plane is None else plane.manufacturer,
        "not known" if plane is None else plane.model,
        age_class(flight),
    )


def ages() -> list[tuple[str, int, int]]:
    """Count flights and on-time arrivals by the age class of the aircraft."""
    on_time = Counter(age_class(flight) for flight in files.flights() if flight.is_on_time_arrival)
    flown = files.counted(map(age_class, files.flights()))
    return [(name, flights, on_time[name]) for name, flights in flown]


RECORDS = [
    Golden(
        fact="types and classes of age that flew, and what was not known, give 203 rows",
        known=203,
        sql="select count(*) from marts.mart_aircraft_type_age_punctuality",
        independent=lambda: len({row(flight) for flight in files.flights()}),
    ),
    Golden(
        fact="the types and ages of aircraft add up to the year",
        known=[YEAR],
        sql=f"select {TOTALS}, {LATE} from marts.mart_aircraft_type_age_punctuality",
        independent=year,
    ),
    Golden(
        fact="flights by the age of the aircraft, and how many of them arrived on time",
        known=[
            ("0 to 4 years", 28071, 21631),
            ("10 to 14 years", 107374, 77825),
            ("15 to 19 years", 29107, 22118),
            ("20 to 24 years", 25509, 19577),
            ("25 years or more", 10224, 8062),
            ("5 to 9 years", 76084, 55544),
            ("not known", 60407, 42489),
        ],
        sql="""
            select
                age_class,
                cast(sum(scheduled_flights) as bigint),
                cast(sum(on_time_arrivals) as bigint)
            from marts.mart_aircraft_type_age_punctuality
            group by all
            order by all
        """,
        independent=ages,
    ),
    Golden(
        fact="the five types that flew most, by the registry's spelling",
        known=[
            ("AIRBUS A320-232", 31278),
            ("EMBRAER EMB-145LR", 28027),
            ("EMBRAER ERJ 190-100 IGW", 23716),
            ("AIRBUS INDUSTRIE A320-232", 14553),
            ("EMBRAER EMB-145XR", 14051),
        ],
        sql="""
            select manufacturer_name || ' ' || model_name, cast(sum(scheduled_flights) as bigint)
            from marts.mart_aircraft_type_age_punctuality
            where aircraft_match_quality = 'matched'
            group by all
            order by 2 desc, 1
            limit 5
        """,
        independent=lambda: files.most_counted(
            (f"{plane.manufacturer} {plane.model}" for plane in files.matched_planes()), 5
        ),
    ),
    row_of(
        "Embraer 190s of five to nine years",
        "mart_aircraft_type_age_punctuality",
        "model_name = 'ERJ 190-100 IGW' and age_class = '5 to 9 years'",
        lambda flight: row(flight)[2:] == ("ERJ 190-100 IGW", "5 to 9 years"),
        (
            15300,
            15175,
            15144,
            0,
            16,
            125,
            15,
            12048,
            11568,
            212767,
            237295,
            157282,
            117337,
            -3.0,
            16.0,
            84.0,
            -5.0,
            20.0,
            90.0,
            3127,
            2195,
            1164,
            419,
            167,
            3576,
            2408,
            1289,
            449,
            167,
        ),
    ),
    row_of(
        "Boeing 737-924ERs in the first years of their lives",
        "mart_aircraft_type_age_punctuality",
        "model_name = '737-924ER' and age_class = '0 to 4 years'",
        lambda flight: row(flight)[2:] == ("737-924ER", "0 to 4 years"),
        (
            4810,
            4810,
            4797,
            0,
            11,
            0,
            2,
            3655,
            3779,
            62724,
            56856,
            57091,
            4074,
            2.0,
            19.0,
            60.0,
            -6.0,
            16.0,
            60.0,
            1155,
            597,
            243,
            73,
            31,
            1018,
            601,
            242,
            73,
            27,
        ),
    ),
    row_of(
        "DC-9-51s, all of which were 25 years old or more",
        "mart_aircraft_type_age_punctuality",
        "model_name = 'DC-9-51'",
        lambda flight: row(flight)[2:] == ("DC-9-51", "25 years or more"),
        (
            91,
            91,
            91,
            0,
            0,
            0,
            0,
            76,
            75,
            1051,
            1131,
            693,
            213,
            -4.0,
            1.0,
            44.5,
            -6.0,
            11.0,
            45.0,
            15,
            10,
            3,
            2,
            2,
            16,
            9,
            4,
            2,
            2,
        ),
    ),
    row_of(
        "717s, of whose year of manufacture the registry says nothing",
        "mart_aircraft_type_age_punctuality",
        "model_name = '717-200' and age_class = 'not known'",
        lambda flight: row(flight)[2:] == ("717-200", "not known"),
        (
            57,
            57,
            57,
            0,
            0,
            0,
            0,
            38,
            37,
            1376,
            1505,
            1290,
            1301,
            4.0,
            34.8,
            162.6,
            5.0,
            39.8,
            151.2,
            19,
            14,
            5,
            4,
            2,
            20,
            15,
            6,
            4,
            2,
        ),
    ),
    row_of(
        "flights whose tail number the registry does not have",
        "mart_aircraft_type_age_punctuality",
        "aircraft_match_quality = 'not_in_registry'",
        lambda flight: row(flight)[0] == "not_in_registry",
        (
            50094,
            48550,
            48329,
            0,
            115,
            1544,
            106,
            39219,
            36782,
            628390,
            738829,
            462240,
            289973,
            -3.0,
            13.0,
            78.0,
            -5.0,
            20.0,
            83.0,
            9331,
            6367,
            3453,
            1112,
            420,
            11547,
            7392,
            3851,
            1230,
            443,
        ),
    ),
    row_of(
        "flights whose tail number is that of an aircraft that cannot have flown them",
        "mart_aircraft_type_age_punctuality",
        "aircraft_match_quality = 'implausible'",
        lambda flight: row(flight)[0] == "implausible",
        (
            2942,
            2842,
            2824,
            0,
            11,
            100,
            7,
            2258,
            2127,
            39875,
            45190,
            29897,
            18491,
            -2.0,
            15.0,
            88.95,
            -5.0,
            20.0,
            86.7,
            584,
            386,
            206,
            83,
            33,
            697,
            433,
            238,
            89,
            31,
        ),
    ),
]
