"""Real airports of the United States, with their place and their clocks."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ingest.sources.packages import package_folder

# the busiest come first, and most flights begin or end at one of them
_HUBS = (  # noqa: SIM905 - easier to read
    "ATL DFW DEN ORD LAX CLT MCO LAS PHX MIA SEA IAH JFK EWR FLL MSP SFO DTW BOS SLC "
    "PHL BWI TPA SAN LGA MDW BNA IAD DCA DAL PDX AUS STL HOU MCI RDU SMF SJC OAK SNA"
).split()
HUB_COUNT = len(_HUBS)
_FIRST_ID = 10_135


@dataclass(frozen=True, eq=False)
class Airport:
    """An airport: its values as the monthly file writes them, and what flights and weather need."""

    code: str
    station: str
    number: int
    values: str
    latitude: float
    longitude: float
    zone: ZoneInfo

    def offset(self, utc: datetime) -> int:
        """Return how many minutes its clocks are ahead of UTC at a moment."""
        ahead = utc.replace(tzinfo=UTC).astimezone(self.zone).utcoffset() or timedelta()
        return int(ahead.total_seconds()) // 60

    def miles_to(self, other: Airport) -> int:
        """Return a distance that is accurate enough for a made-up flight."""
        east_west = 55 * abs(self.longitude - other.longitude)
        return 90 + int(east_west + 69 * abs(self.latitude - other.latitude))


@cache
def airports(count: int) -> tuple[Airport, ...]:
    """Return this many airports: the hubs, and others spread over the alphabet."""
    with (package_folder("airportsdata") / "airports.csv").open(encoding="utf8") as stream:
        known = {
            place["iata"]: place
            for place in csv.DictReader(stream)
            if place["country"] == "US"
            and place["iata"]
            and place["icao"].startswith("K")
            and place["city"]
            and place["subd"]
        }
    others = sorted(code for code in known if code not in _HUBS)
    wanted = max(count - HUB_COUNT, 1)
    chosen = [*_HUBS, *others[:: len(others) // wanted][:wanted]][:count]
    return tuple(
        _airport(number, known[code]) for number, code in enumerate(chosen, start=_FIRST_ID)
    )


def _airport(number: int, place: dict[str, str]) -> Airport:
    state = place["subd"][:2].upper()
    return Airport(
        code=place["iata"],
        station=place["icao"].removeprefix("K"),
        number=number,
        values=(
            f'{number},{number}02,{number + 19_000},"{place["iata"]}","{place["city"]}, {state}",'
            f'"{state}","{number % 56:02}","{place["subd"]}",{number % 93}'
        ),
        latitude=float(place["lat"]),
        longitude=float(place["lon"]),
        zone=ZoneInfo(place["tz"]),
    )
