"""What is asked of the service: all stations of a month in one call, and when to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingest import settings
from ingest.errors import IngestError
from ingest.landing import store
from ingest.loading.state import answer, last_download, partition_names
from ingest.publishers import Request, Scope, Verdict, Wanted
from ingest.sources import bts
from ingest.sources.weather.columns import window

SOURCE_NAME = "weather"

_SERVICE = "https://mesonet.agron.iastate.edu/cgi-bin/request/asos.py"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

# the seed from which the models know the codes of an airport that was renamed
_RENAMED_AIRPORTS = Path(__file__).parents[3] / "dbt_project" / "seeds" / "renamed_airports.csv"

# The service may know an airport's reports under its old code, its new one, or each in its time, so
# all of them are asked for.
_AIRPORTS_OF_A_MONTH = """
with renamed as (
    select airport_code, reference_airport_code, icao_code
    from read_csv(?, header = true, all_varchar = true)
),
stations as (
    select iata as airport_code, min(icao) as icao_code
    from raw_airportsdata.airports
    group by iata
    union
    select own.airport_code, every.icao_code
    from renamed as own
    inner join renamed as every using (reference_airport_code)
),
wanted as (
    select unnest(?::varchar[]) as airport_code
    union
    select unnest([origin, dest])
    from raw_bts.on_time
    where _source_partition = ? and len(?::varchar[]) = 0
    union
    select origin
    from raw_nycflights13.flights
    where concat(year, '-', lpad(month, 2, '0')) = ? and len(?::varchar[]) = 0
)
select
    wanted.airport_code,
    coalesce(list(stations.icao_code) filter (where stations.icao_code is not null), [])
from wanted
left join stations on stations.airport_code = wanted.airport_code
group by wanted.airport_code
order by wanted.airport_code
"""


def request(month: str, stations: Iterable[str]) -> Request:
    """Return one request for the reports of all stations in a month.

    It includes a day before and a day after, so that the local month is covered in every time zone.
    """
    codes = sorted(set(stations))
    begin, end = window(month)
    parameters = [
        *(("station", code) for code in codes),
        ("data", "all"),
        ("year1", str(begin.year)),
        ("month1", str(begin.month)),
        ("day1", str(begin.day)),
        ("year2", str(end.year)),
        ("month2", str(end.month)),
        ("day2", str(end.day)),
        ("tz", "UTC"),
        ("format", "onlycomma"),
        ("latlon", "no"),
        ("missing", "M"),
        ("trace", "0.0001"),
        ("report_type", "3"),
        ("report_type", "4"),
    ]
    return Request(
        month,
        settings.address("ONTIME_WEATHER_URL", _SERVICE),
        tuple(parameters),
        asked=",".join(codes),
    )


def stations_of(asked: str) -> frozenset[str]:
    """Return the stations of a request, from the query that was recorded with it."""
    return frozenset(filter(None, asked.split(",")))


def station_of(icao: str) -> str:
    """Return the service's station code for the airport with this ICAO code."""
    return icao[1:] if len(icao) == 4 and icao.startswith("K") else icao  # noqa: PLR2004


def ordered(scope: Scope) -> Iterator[Wanted]:
    """Yield the request for the weather of each month of an order."""
    for month in scope.months:
        yield _wanted(month, scope.airports)


def rehearsed(scope: Scope) -> Iterator[Wanted]:
    """Yield what a dry run says: the stations are known only when the flights are loaded."""
    for month in scope.months:
        if not scope.airports and _is_complete(month):
            said = "is here; more is fetched only for airports that its flights add"
        else:
            airports = ", ".join(scope.airports) or "of the month's flights"
            said = f"would be fetched in one call, of the airports {airports}"
        yield Wanted(request(month, ()), foretold=said)


def refreshed(months: list[str]) -> Iterator[Wanted]:
    """Yield requests for months that have grown, or whose flights have new airports."""
    # determined before the flights change, so that the weather of new airports is loaded too
    stations = _restricting_stations(months[-1])

    def wanted() -> Iterator[Wanted]:
        flown = [month for month in partition_names(bts.SOURCE) if month > months[0]]
        for month in sorted({*months, *flown}):
            if month not in months or store.came_from_the_net(SOURCE_NAME, month):
                yield _wanted(month, (), stations)

    return wanted()


def compared(months: list[str]) -> Iterator[Verdict]:
    """Yield whether the weather of each loaded month is whole."""
    for month in months:
        if not store.came_from_the_net(SOURCE_NAME, month):
            yield Verdict(month, "loaded from a folder")
        elif _is_complete(month):
            yield Verdict(month, "asked after the month was over")
        else:
            said = "asked before the month was over"
            yield Verdict(month, said, f"The weather of {month} is not whole")


def _wanted(month: str, airports: Sequence[str], stations: frozenset[str] = frozenset()) -> Wanted:
    """Return the request for a month, which is sent again if the month was not over."""
    try:
        asked, unknown = _request_for(month, airports, stations)
    except IngestError as error:
        return Wanted(request(month, ()), absent=str(error))
    landed = store.newest(SOURCE_NAME, month)
    has_grown = landed is not None and landed.asked == asked.asked and not _is_complete(month)
    note = f"no weather station is known for {', '.join(unknown)}" if unknown else ""
    return Wanted(asked, is_outdated=has_grown, note=note)


def _request_for(
    month: str, airports: Sequence[str], stations: frozenset[str] = frozenset()
) -> tuple[Request, list[str]]:
    """Return the weather request for a month, and the airports whose station is not known.

    The request covers the given stations, or else those of the named airports, or else those of the
    airports in the month's flights. It also covers every station whose weather has landed before,
    so that no data is lost.

    Raises:
        IngestError: there is no known station to ask for.

    """
    unknown: list[str] = []
    landed = store.newest(SOURCE_NAME, month)
    if not stations:
        codes = _icao_codes(month, airports)
        stations = _stations(codes)
        unknown = [code for code, known in codes.items() if not known]
    if landed:
        stations |= stations_of(landed.asked)
    if not stations and unknown:
        raise IngestError(f"No weather station is known for {', '.join(unknown)}.")
    if not stations:
        raise IngestError(
            f"No flights of {month} are loaded, so there is no airport to ask the weather of: load "
            "them too, or name airports with --airports JFK,LGA."
        )
    return request(month, stations), unknown


def _restricting_stations(month: str) -> frozenset[str]:
    """Return a month's stations if they do not cover all airports of its flights, else none."""
    landed = store.newest(SOURCE_NAME, month)
    asked = stations_of(landed.asked) if landed else frozenset()
    return asked if _stations(_icao_codes(month, [])) - asked else frozenset()


def _is_complete(month: str) -> bool:
    """Return whether the landed weather of a month was requested after the month was over."""
    landed = store.newest(SOURCE_NAME, month)
    if landed is None:
        return False
    asked_at = max(landed.landed_at_utc, last_download(SOURCE_NAME, month) or _LONG_AGO)
    return asked_at.date() > window(month)[1]


def _icao_codes(month: str, airports: Sequence[str]) -> dict[str, list[str]]:
    """Return the ICAO codes of the named airports, or else those of a month's flights."""
    named = list(airports)
    renamed = str(_RENAMED_AIRPORTS)
    return dict(answer(_AIRPORTS_OF_A_MONTH, [renamed, named, month, named, month, named]))


def _stations(codes: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(station_of(icao) for known in codes.values() for icao in known)
