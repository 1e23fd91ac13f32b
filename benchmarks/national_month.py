"""Write a made-up month of national size, in the exact format of the publisher's monthly file.

No row is real. Everything that affects a reader is: the number of rows, the 109 quoted names and
the trailing comma, which values are quoted, how numbers and missing values are written, the number
of distinct values of a column, the order (each flight number's days together), the packed and
unpacked size. The same call writes the same bytes.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random

from ingest.sources.bts import ON_TIME
from ingest.sources.packages import package_folder

ROWS = 550_000
YEAR, MONTH, DAYS = 2024, 1, 31
STEM = "On_Time_Reporting_Carrier_On_Time_Performance"
ARCHIVE = f"{STEM}_1987_present_{YEAR}_{MONTH}.zip"
MEMBER = f"{STEM}_(1987_present)_{YEAR}_{MONTH}.csv"

_CARRIERS = (
    "9E",
    "AA",
    "AS",
    "B6",
    "DL",
    "F9",
    "G4",
    "HA",
    "MQ",
    "NK",
    "OH",
    "OO",
    "UA",
    "WN",
    "YX",
)
_AIRPORTS, _HUBS, _FLEET = 340, 40, 400
_IDLE, _HELD_UP, _CANCELLED, _DIVERTED, _GATE_RETURN = 0.4, 0.4, 0.015, 0.0025, 0.006
_LATE_FROM = 15
_PACKING = 4  # gives the publisher's 27 to 32 MB

_CLOCK = ["2400", *(f"{minute // 60:02}{minute % 60:02}" for minute in range(1, 1440))]
_HOURS = ["0001-0559", *(f"{hour:02}00-{hour:02}59" for hour in range(6, 24))]
_NO_LANDING = '"",,,"",,,"",""'  # the eight columns of a diversion landing that did not happen
_NO_LANDINGS = ",".join([_NO_LANDING] * 5)
_DAYS = [
    f"{day:%Y},{(day.month + 2) // 3},{day.month},{day.day},{day.isoweekday()},{day:%Y-%m-%d}"
    for day in (date(YEAR, MONTH, 1) + timedelta(number) for number in range(DAYS))
]


@dataclass(frozen=True)
class Airport:
    """An airport: its nine values as the file writes them, and its place (degrees)."""

    values: str
    code: str
    number: int
    latitude: float
    longitude: float


def write_month(folder: Path, rows: int = ROWS) -> Path:
    """Write the archive of the month and return its path."""
    path = folder / ARCHIVE
    lines = islice(_lines(Random(YEAR)), rows)  # noqa: S311 - made-up data, no secret
    header = ",".join(f'"{column.name}"' for column in ON_TIME.columns) + ",\n"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKING) as archive,
        archive.open(MEMBER, "w") as member,
    ):
        member.write(header.encode("latin-1"))
        while some := "".join(islice(lines, 10_000)):
            member.write(some.encode("latin-1"))
    return path


def _lines(chance: Random) -> Iterator[str]:
    """Yield the lines of one scheduled flight after another, each on every day that it flies."""
    airports = _airports()
    for number in count():
        carrier = _CARRIERS[number * len(_CARRIERS) // 20_000 % len(_CARRIERS)]
        hub, other = chance.choice(airports[:_HUBS]), chance.choice(airports)
        if hub is not other:
            ends = (hub, other) if number % 2 else (other, hub)
            yield from _flights(chance, carrier, 1 + number % 6000, *ends)


def _flights(
    chance: Random, carrier: str, number: int, origin: Airport, destination: Airport
) -> Iterator[str]:
    """Yield the lines of one scheduled flight."""
    miles = _miles(origin, destination)
    elapsed = 45 + miles // 8
    departs = chance.randrange(5 * 60, 23 * 60)
    # solar time approximates the time zone
    eastward = round((destination.longitude - origin.longitude) / 15) * 60
    arrives = departs + elapsed + eastward
    airline = 19000 + _CARRIERS.index(carrier) * 37
    planned = (
        f'"{carrier}",{airline},"{carrier}","{{}}","{number}",'
        f'{origin.values},{destination.values},"{_CLOCK[departs]}",'
    )
    departure_block, arrival_block = _block(departs), _block(arrives)
    distance = f"1.00,{miles}.00,{min(miles // 250 + 1, 11)}"
    planned_arrival = f'"{_CLOCK[arrives % 1440]}"'

    for day in _DAYS:
        if chance.random() < _IDLE:
            continue
        lead = f"{day},{planned.format(_tail(carrier, chance.randrange(_FLEET)))}"
        if chance.random() < _CANCELLED:
            yield (
                f'{lead}"",,,,,"{departure_block}",,"","",,{planned_arrival},"",,,,,'
                f'"{arrival_block}",1.00,"{chance.choice("ABC")}",0.00,{elapsed}.00,,,{distance},'
                f',,,,,"",,,0,,,,,{_NO_LANDINGS},\n'
            )
            continue
        delay = int(chance.gauss(-3, 7))
        if chance.random() < _HELD_UP:
            delay += int(chance.expovariate(1 / 30))
        taxi_out, taxi_in = 9 + int(chance.expovariate(0.11)), 2 + int(chance.expovariate(0.16))
        air = max(20, int(chance.gauss(elapsed - 27, 9)))
        leaves = departs + delay
        off = leaves + taxi_out
        on = off + air + eastward
        departed = (
            f'"{_CLOCK[leaves % 1440]}",{_delay(delay)},"{departure_block}",'
            f'{taxi_out}.00,"{_CLOCK[off % 1440]}"'
        )
        if chance.random() < _DIVERTED:
            longest = chance.randrange(5, 90)
            yield (
                f'{lead}{departed},"{_CLOCK[on % 1440]}",{taxi_in}.00,{planned_arrival},"",,,,,'
                f'"{arrival_block}",0.00,"",1.00,{elapsed}.00,,,{distance},'
                f',,,,,"",,,1,0.00,,,{miles // 9}.00,"{origin.code}",{origin.number},'
                f'{origin.number}02,"{_CLOCK[on % 1440]}",{longest}.00,{longest}.00,"","",'
                f"{','.join([_NO_LANDING] * 4)},\n"
            )
            continue
        actual = taxi_out + air + taxi_in
        late = delay + actual - elapsed
        causes = ",,,,"
        if late >= _LATE_FROM:
            carriers_part = chance.randrange(late + 1)
            causes = f"{carriers_part}.00,0.00,{late - carriers_part}.00,0.00,0.00"
        returned = '"",,'
        if chance.random() < _GATE_RETURN:
            returned = f'"{_CLOCK[(leaves - 9) % 1440]}",{taxi_out}.00,{taxi_out}.00'
        yield (
            f'{lead}{departed},"{_CLOCK[on % 1440]}",{taxi_in}.00,{planned_arrival},'
            f'"{_CLOCK[(on + taxi_in) % 1440]}",{_delay(late)},"{arrival_block}",0.00,"",0.00,'
            f"{elapsed}.00,{actual}.00,{air}.00,{distance},{causes},{returned},0,,,,,"
            f"{_NO_LANDINGS},\n"
        )


def _tail(carrier: str, number: int) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    serial = number * 7919 % 9973
    return f"N{serial % 899 + 100}{letters[serial % 24]}{carrier[-1]}"


def _delay(minutes: int) -> str:
    """Return the four columns of a delay: minutes, minutes not below 0, is late, group."""
    group = max(-2, min(12, minutes // 15))
    return f"{minutes}.00,{max(minutes, 0)}.00,{int(minutes >= _LATE_FROM)}.00,{group}"


def _block(minute: int) -> str:
    return _HOURS[max(0, minute % 1440 // 60 - 5)]


def _miles(one: Airport, other: Airport) -> int:
    """Return a distance that is accurate enough for a made-up flight."""
    return 90 + int(
        55 * abs(one.longitude - other.longitude) + 69 * abs(one.latitude - other.latitude)
    )


def _airports() -> list[Airport]:
    """Return some airports of the United States, with ids in the publisher's format."""
    with (package_folder("airportsdata") / "airports.csv").open(encoding="utf8") as stream:
        known = [
            place
            for place in csv.DictReader(stream)
            if place["country"] == "US" and place["iata"] and place["city"] and place["subd"]
        ]
    chosen = sorted(known, key=lambda place: place["iata"])[:: len(known) // _AIRPORTS][:_AIRPORTS]
    return [
        Airport(
            f'{number},{number}02,{number + 19_000},"{place["iata"]}",'
            f'"{place["city"]}, {place["subd"][:2].upper()}","{place["subd"][:2].upper()}",'
            f'"{number % 56:02}","{place["subd"]}",{number % 93}',
            place["iata"],
            number,
            float(place["lat"]),
            float(place["lon"]),
        )
        for number, place in enumerate(chosen, start=10_135)
    ]


if __name__ == "__main__":
    print(write_month(Path(sys.argv[1])))
