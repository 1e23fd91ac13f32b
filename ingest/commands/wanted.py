"""Turn what a user wants from the live sources into requests to the publishers."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from ingest.declarations import Request
from ingest.download.fetching import Offer, probe
from ingest.errors import IngestError, PublisherError
from ingest.landing import store
from ingest.loading.state import icao_codes, last_download
from ingest.months import following, month_of, newest_offered
from ingest.sources import bts, weather

# be polite to a government server
_PROBES_AT_ONCE = 4
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def today() -> date:
    """Return today's date in UTC."""
    return datetime.now(UTC).date()


def newest_published_month() -> str:
    """Ask the publisher which month of flights is the newest that it offers."""
    return newest_offered(today(), _is_offered)


def months_published_since(month: str) -> list[str]:
    """Ask the publisher which months it offers after a given one, up to the first missing month."""
    found = []
    while (month := following(month)) < month_of(today()) and _is_offered(month):
        found.append(month)
    return found


def probe_all(
    requests: Iterable[Request],
) -> list[tuple[Request, Offer | PublisherError | None]]:
    """Ask what a publisher offers for each request, a few at a time; return the answers in order.

    A failed request does not stop the others, but if the first two fail, the rest are not tried.
    """
    requests = list(requests)
    said = [_probed(request) for request in requests[:2]]
    failures = [answer for answer in said if isinstance(answer, PublisherError)]
    if failures and len(failures) == len(said):
        said += [failures[-1]] * (len(requests) - len(said))
    else:
        with ThreadPoolExecutor(_PROBES_AT_ONCE) as threads:
            said += threads.map(_probed, requests[2:])
    return list(zip(requests, said, strict=True))


def weather_request(
    month: str, airports: list[str], stations: frozenset[str] = frozenset()
) -> tuple[Request, list[str]]:
    """Return the weather request for a month, and the airports whose station is not known.

    The request covers the given stations, or else those of the named airports, or else those of the
    airports in the month's flights. It also covers every station whose weather has landed before,
    so that no data is lost.

    Raises:
        IngestError: there is no known station to ask for.

    """
    unknown: list[str] = []
    landed = store.newest(weather.SOURCE.name, month)
    if not stations:
        codes = icao_codes(month, airports)
        stations = _stations(codes)
        unknown = [code for code, icao in codes.items() if not icao]
    if landed:
        stations |= weather.stations_of(landed.asked)
    if not stations and unknown:
        raise IngestError(f"No weather station is known for {', '.join(unknown)}.")
    if not stations:
        raise IngestError(
            f"No flights of {month} are loaded, so there is no airport to ask the weather of: load "
            "them too, or name airports with --airports JFK,LGA."
        )
    return weather.request(month, stations), unknown


def restricting_stations(month: str) -> frozenset[str]:
    """Return a month's stations if they do not cover all airports of its flights, else none."""
    landed = store.newest(weather.SOURCE.name, month)
    asked = weather.stations_of(landed.asked) if landed else frozenset()
    return asked if _stations(icao_codes(month, [])) - asked else frozenset()


def is_complete(month: str) -> bool:
    """Return whether the landed weather of a month was requested after the month was over."""
    landed = store.newest(weather.SOURCE.name, month)
    if landed is None:
        return False
    asked_at = max(landed.landed_at_utc, last_download(weather.SOURCE, month) or _LONG_AGO)
    return asked_at.date() > weather.window(month)[1]


def _probed(request: Request) -> Offer | PublisherError | None:
    try:
        return probe(request)
    except PublisherError as error:
        return error


def _is_offered(month: str) -> bool:
    return probe(bts.request(month)) is not None


def _stations(icao_codes: dict[str, str | None]) -> frozenset[str]:
    return frozenset(weather.station_of(icao) for icao in icao_codes.values() if icao)
