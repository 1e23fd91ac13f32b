"""What a user wants of the live sources, as the requests that get it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from ingest import landing
from ingest.declarations import Request
from ingest.download import Offer, probe
from ingest.errors import IngestError
from ingest.months import following, month_of, newest_offered
from ingest.sources import bts, weather
from ingest.state import icao_codes

# a publisher of the government is asked politely
_PROBES_AT_ONCE = 4


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def newest_published_month() -> str:
    """Ask the publisher for the newest month of flights that it offers."""
    return newest_offered(today(), _is_offered)


def months_published_since(month: str) -> list[str]:
    """Ask the publisher which months of flights it offers after one, up to the first it lacks."""
    found = []
    while (month := following(month)) < month_of(today()) and _is_offered(month):
        found.append(month)
    return found


def probe_all(requests: Iterable[Request]) -> list[tuple[Request, Offer | None]]:
    """Ask what the publishers offer for each request, a few at a time, in their order."""
    requests = list(requests)
    with ThreadPoolExecutor(_PROBES_AT_ONCE) as threads:
        return list(zip(requests, threads.map(probe, requests), strict=True))


def weather_request(
    month: str, airports: list[str], stations: frozenset[str] = frozenset()
) -> tuple[Request, list[str]]:
    """Return what to ask the weather service for a month, and the airports it cannot be asked of.

    Asked for are the stations given, or else those of the airports named, or else those of the
    airports of the month's flights; besides those whose weather has landed before: nothing that
    was there goes away.

    Raises:
        IngestError: no station is known to ask for.

    """
    unknown: list[str] = []
    if not stations:
        codes = icao_codes(month, airports)
        stations = _stations(codes)
        unknown = [code for code, icao in codes.items() if not icao]
    if not stations:
        raise IngestError(
            f"No flights of {month} are loaded whose airports are known, so there is no weather to "
            "ask for: load the flights too, or name airports with --airports JFK,LGA."
        )
    landed = landing.newest(weather.SOURCE.name, month)
    if landed:
        stations |= weather.stations_of(landed.asked)
    return weather.request(month, stations), unknown


def restricting_stations(month: str) -> frozenset[str]:
    """Return the stations of a month if they were fewer than those of its flights, else none."""
    landed = landing.newest(weather.SOURCE.name, month)
    asked = weather.stations_of(landed.asked) if landed else frozenset()
    return asked if _stations(icao_codes(month, [])) - asked else frozenset()


def is_complete(month: str) -> bool:
    """Tell whether what has landed of a month's weather was asked for after it was over."""
    landed = landing.newest(weather.SOURCE.name, month)
    return landed is not None and landed.landed_at_utc.date() > weather.window(month)[1]


def _is_offered(month: str) -> bool:
    return probe(bts.request(month)) is not None


def _stations(icao_codes: dict[str, str | None]) -> frozenset[str]:
    return frozenset(weather.station_of(icao) for icao in icao_codes.values() if icao)
