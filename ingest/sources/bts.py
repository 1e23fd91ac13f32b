"""BTS Reporting Carrier On-Time Performance: every domestic flight of the large US carriers.

Published by the Bureau of Transportation Statistics (US government work, public domain): monthly
since October 1987, six to eight weeks after the end of the month. Months can be re-issued later.
Each month is one zip archive with one CSV file and a readme.html. The CSV file is latin-1 with LF
line ends, 109 quoted column names and a trailing comma; strings are quoted, a missing string is
`""`, and a missing number is empty.

Oddities: five columns were renamed in 2018; numbers are `61.00` in most vintages and `61` in some;
clock times can be `2400`; carrier codes can look like `PA (1)`; tail numbers of 2001 contain bytes
that are not text. A wrong URL returns status 200 with an HTML page. Tail numbers and wheels times
are reported since January 1995, causes of delay since June 2003, gate returns and diversions since
October 2008.

January 1990 to December 1999 cannot be downloaded as monthly files. The web form for the same table
offers them as `T_ONTIME_REPORTING.csv`, zipped or plain, with other column names and with dates
such as `1/31/1995 12:00:00 AM`. These files are accepted too; their month is read from the rows.

Reference: https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGJ
"""

from __future__ import annotations

import codecs
import csv
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from ingest import addresses, settings
from ingest.clock import today
from ingest.declarations import Column, Kind, Source, SourceFile, Table
from ingest.download.fetching import probe
from ingest.download.offers import is_same, probe_all
from ingest.errors import PublisherError, RefusedFileError
from ingest.landing import store
from ingest.loading.state import partitions_not_had
from ingest.months import following, is_downloadable, month_of, newest_offered
from ingest.publishers import Publisher, Received, Request, Scope, Verdict, Wanted
from ingest.reading import archives
from ingest.reading.headers import Layout, read_header
from ingest.reading.lines import LONGEST_LINE_BYTES, Dialect, split_fields
from ingest.reading.packing import UNREADABLE, entry

# old files have readings such as 7230, which no clock shows: the models judge them
_CLOCK, _DATE, _WHOLE = Kind.DIGITS, Kind.DATE, Kind.INTEGER

_FOLDER = "https://transtats.bts.gov/PREZIP/"
_STEM = "On_Time_Reporting_Carrier_On_Time_Performance"
_OLDER_STEM = "On_Time_On_Time_Performance"
_WEB_FORM_MEMBER = "T_ONTIME_REPORTING.csv"
# the publisher's name of a month's archive, or the name under which it lands
_FILE_NAME = re.compile(
    rf"(?:(?:{_STEM}_1987_present|{_OLDER_STEM})_|bts-)"
    r"(?P<year>\d{4})[_-](?P<month>1[0-2]|0?[1-9])(?:-[0-9a-f]{16})?\.zip"
)
_WEB_FORM = (
    "is offered by the publisher through a web form only: docs/live-data.md tells how to get it, "
    "and --offline-from FOLDER loads it"
)
_NOT_OFFERED = (
    "is not offered by the publisher; a month is published six to eight weeks after it ends"
)
_LONGEST_NAME_BYTES = 100
_ROWS_LOOKED_AT = 20


def _needed(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that the models cannot do without; `aliases` are its other names."""
    return Column(name, kind, aliases=aliases)


def _known(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that is null if a file does not have it; `aliases` are its other names."""
    return Column(name, kind, required=False, aliases=aliases)


# Each name is followed by the name used before 2018, if different, and those of the web form.
_IDENTITY = (
    _needed("Year", "YEAR", kind=_WHOLE),
    _known("Quarter", "QUARTER", kind=_WHOLE),
    _needed("Month", "MONTH", kind=_WHOLE),
    _known("DayofMonth", "DAY_OF_MONTH", kind=_WHOLE),
    _known("DayOfWeek", "DAY_OF_WEEK", kind=_WHOLE),
    _needed("FlightDate", "FL_DATE", kind=_DATE),
    _needed("Reporting_Airline", "UniqueCarrier", "OP_UNIQUE_CARRIER", "UNIQUE_CARRIER"),
    _needed(
        "DOT_ID_Reporting_Airline", "AirlineID", "OP_CARRIER_AIRLINE_ID", "AIRLINE_ID", kind=_WHOLE
    ),
    _known("IATA_CODE_Reporting_Airline", "Carrier", "OP_CARRIER", "CARRIER"),
    _needed("Tail_Number", "TailNum", "TAIL_NUM"),
    _needed("Flight_Number_Reporting_Airline", "FlightNum", "OP_CARRIER_FL_NUM", "FL_NUM"),
)


def _airport(end: str) -> tuple[Column, ...]:
    web = end.upper()
    return (
        _needed(f"{end}AirportID", f"{web}_AIRPORT_ID", kind=_WHOLE),
        _needed(f"{end}AirportSeqID", f"{web}_AIRPORT_SEQ_ID", kind=_WHOLE),
        _known(f"{end}CityMarketID", f"{web}_CITY_MARKET_ID", kind=_WHOLE),
        _needed(end, web),
        _known(f"{end}CityName", f"{web}_CITY_NAME"),
        _known(f"{end}State", f"{web}_STATE_ABR"),
        _known(f"{end}StateFips", f"{web}_STATE_FIPS"),
        _known(f"{end}StateName", f"{web}_STATE_NM"),
        _known(f"{end}Wac", f"{web}_WAC", kind=_WHOLE),
    )


_TIMES = (
    _needed("CRSDepTime", "CRS_DEP_TIME", kind=Kind.CLOCK),
    _needed("DepTime", "DEP_TIME", kind=_CLOCK),
    _needed("DepDelay", "DEP_DELAY", kind=_WHOLE),
    _known("DepDelayMinutes", "DEP_DELAY_NEW", kind=_WHOLE),
    _known("DepDel15", "DEP_DEL15", kind=_WHOLE),
    _known("DepartureDelayGroups", "DEP_DELAY_GROUP", kind=_WHOLE),
    _known("DepTimeBlk", "DEP_TIME_BLK"),
    _known("TaxiOut", "TAXI_OUT", kind=_WHOLE),
    _known("WheelsOff", "WHEELS_OFF", kind=_CLOCK),
    _known("WheelsOn", "WHEELS_ON", kind=_CLOCK),
    _known("TaxiIn", "TAXI_IN", kind=_WHOLE),
    _needed("CRSArrTime", "CRS_ARR_TIME", kind=_CLOCK),
    _needed("ArrTime", "ARR_TIME", kind=_CLOCK),
    _needed("ArrDelay", "ARR_DELAY", kind=_WHOLE),
    _known("ArrDelayMinutes", "ARR_DELAY_NEW", kind=_WHOLE),
    _known("ArrDel15", "ARR_DEL15", kind=_WHOLE),
    _known("ArrivalDelayGroups", "ARR_DELAY_GROUP", kind=_WHOLE),
    _known("ArrTimeBlk", "ARR_TIME_BLK"),
    _needed("Cancelled", "CANCELLED", kind=_WHOLE),
    _needed("CancellationCode", "CANCELLATION_CODE"),
    _needed("Diverted", "DIVERTED", kind=_WHOLE),
    _needed("CRSElapsedTime", "CRS_ELAPSED_TIME", kind=_WHOLE),
    _needed("ActualElapsedTime", "ACTUAL_ELAPSED_TIME", kind=_WHOLE),
    _known("AirTime", "AIR_TIME", kind=_WHOLE),
    _known("Flights", "FLIGHTS", kind=_WHOLE),
    _needed("Distance", "DISTANCE", kind=_WHOLE),
    _known("DistanceGroup", "DISTANCE_GROUP", kind=_WHOLE),
)

_CAUSES = (
    _known("CarrierDelay", "CARRIER_DELAY", kind=_WHOLE),
    _known("WeatherDelay", "WEATHER_DELAY", kind=_WHOLE),
    _known("NASDelay", "NAS_DELAY", kind=_WHOLE),
    _known("SecurityDelay", "SECURITY_DELAY", kind=_WHOLE),
    _known("LateAircraftDelay", "LATE_AIRCRAFT_DELAY", kind=_WHOLE),
)

_GATE_RETURNS_AND_DIVERSIONS = (
    _known("FirstDepTime", "FIRST_DEP_TIME", kind=_CLOCK),
    _known("TotalAddGTime", "TOTAL_ADD_GTIME", kind=_WHOLE),
    _known("LongestAddGTime", "LONGEST_ADD_GTIME", kind=_WHOLE),
    _known("DivAirportLandings", "DIV_AIRPORT_LANDINGS", kind=_WHOLE),
    _known("DivReachedDest", "DIV_REACHED_DEST", kind=_WHOLE),
    _known("DivActualElapsedTime", "DIV_ACTUAL_ELAPSED_TIME", kind=_WHOLE),
    _known("DivArrDelay", "DIV_ARR_DELAY", kind=_WHOLE),
    _known("DivDistance", "DIV_DISTANCE", kind=_WHOLE),
)


def _diversion_landing(number: int) -> tuple[Column, ...]:
    stem, web = f"Div{number}", f"DIV{number}"
    return (
        _known(f"{stem}Airport", f"{web}_AIRPORT"),
        _known(f"{stem}AirportID", f"{web}_AIRPORT_ID", kind=_WHOLE),
        _known(f"{stem}AirportSeqID", f"{web}_AIRPORT_SEQ_ID", kind=_WHOLE),
        _known(f"{stem}WheelsOn", f"{web}_WHEELS_ON", kind=_CLOCK),
        _known(f"{stem}TotalGTime", f"{web}_TOTAL_GTIME", kind=_WHOLE),
        _known(f"{stem}LongestGTime", f"{web}_LONGEST_GTIME", kind=_WHOLE),
        _known(f"{stem}WheelsOff", f"{web}_WHEELS_OFF", kind=_CLOCK),
        _known(f"{stem}TailNum", f"{web}_TAIL_NUM"),
    )


def month_of_flight_date(text: str) -> str:
    """Return the month of a date in either format, or an empty string if it is in neither."""
    if form := re.match(r"(\d{4})-(\d{2})-", text):
        return f"{form[1]}-{form[2]}"
    if form := re.match(r"(\d{1,2})/\d{1,2}/(\d{4})", text):
        return f"{form[2]}-{int(form[1]):02}"
    return ""


ON_TIME = Table(
    "on_time",
    (
        *_IDENTITY,
        *_airport("Origin"),
        *_airport("Dest"),
        *_TIMES,
        *_CAUSES,
        *_GATE_RETURNS_AND_DIVERSIONS,
        *(column for number in range(1, 6) for column in _diversion_landing(number)),
    ),
    null_markers=("",),
    encoding="latin-1",
    partition_column="FlightDate",
    partition_of=month_of_flight_date,
)

_NAMES = {name.casefold() for column in ON_TIME.columns for name in (column.name, *column.aliases)}
# used to recognise a file before checking that it is complete
_LENIENT = replace(
    ON_TIME, columns=tuple(replace(column, required=False) for column in ON_TIME.columns)
)
# no other table has both columns
_TELLING = {"FlightDate", "Reporting_Airline"}


def request(month: str) -> Request:
    """Return the request for a month's archive; the month number in the URL is not zero-padded."""
    name = f"{_STEM}_1987_present_{_unpadded(month)}.zip"
    return Request(month, addresses.beneath(settings.address("ONTIME_BTS_URL", _FOLDER), name))


def _unpadded(month: str) -> str:
    year, number = month.split("-")
    return f"{year}_{int(number)}"


def _member_pattern(month: str) -> re.Pattern[str]:
    """Return a pattern for a month's CSV file name, as published or from the web form."""
    published = re.escape(f"{_STEM}_(1987_present)_{_unpadded(month)}.csv")
    older = re.escape(f"{_OLDER_STEM}_{_unpadded(month)}.csv")
    return re.compile(f"{published}|{older}|{re.escape(_WEB_FORM_MEMBER)}")


def _check(received: Received) -> None:
    """Refuse a file that is not that of its month; check the members, header and first row."""
    received.stream.seek(0)
    if _is_plain(received.stream):
        _check_table(received.stream, received.name, received.partition)
        return
    member = archives.only_member(received, _member_pattern(received.partition))
    received.stream.seek(0)
    with zipfile.ZipFile(received.stream) as archive, archive.open(member) as table:
        _check_table(table, f"{member} in {received.name}", received.partition)


def _check_table(stream: IO[bytes], name: str, partition: str) -> None:
    try:
        layout = read_header(stream.readline(LONGEST_LINE_BYTES), ON_TIME, name)
    except csv.Error as error:
        raise RefusedFileError(f"{name} cannot be read as delimited text ({error}).") from None
    rows = _first_rows(stream)
    if not rows:
        raise RefusedFileError(f"{name} holds a header and no flights.")
    months = [month for row in rows if (month := _month(row, layout))]
    if partition not in months:
        begins = f"those of {months[0]}" if months else "rows without a month"
        raise RefusedFileError(
            f"{name} should hold the flights of {partition}, but begins with {begins}."
        )


def _first_rows(stream: IO[bytes]) -> list[bytes]:
    """Return the first rows, enough of them that one damaged row does not decide."""
    rows = (stream.readline(LONGEST_LINE_BYTES) for _ in range(_ROWS_LOOKED_AT))
    return [row for row in rows if row]


def _month(row: bytes, layout: Layout) -> str | None:
    """Return the month of a row, from its year and month columns."""
    dialect = Dialect(ON_TIME.encoding, ON_TIME.quoted)
    try:
        fields = split_fields(row.decode(ON_TIME.encoding), dialect)
        values = {column.name: fields[place] for place, column in layout.kept.items()}
        return f"{int(values['Year']):04}-{int(values['Month']):02}"
    except (csv.Error, IndexError, KeyError, ValueError):
        return None


def _is_plain(stream: IO[bytes]) -> bool:
    """Return whether the stream is a plain table, judged by its first name; rewind the stream."""
    first_name = stream.read(_LONGEST_NAME_BYTES).removeprefix(codecs.BOM_UTF8).partition(b",")[0]
    stream.seek(0)
    return first_name.strip(b'" ').decode(ON_TIME.encoding).casefold() in _NAMES


def _keep(received: Received, path: Path) -> None:
    """Write the archive unchanged; put a plain table into an archive."""
    received.stream.seek(0)
    if not _is_plain(received.stream):
        with path.open("wb") as landed:
            shutil.copyfileobj(received.stream, landed)
        return
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open(entry(_WEB_FORM_MEMBER), "w", force_zip64=True) as table,
    ):
        shutil.copyfileobj(received.stream, table)


def _files(path: Path, partition: str) -> list[SourceFile]:
    with zipfile.ZipFile(path) as archive:
        return [SourceFile(ON_TIME, partition, path, _only_table(archive))]


def _only_table(archive: zipfile.ZipFile) -> str | None:
    tables = [name for name in archive.namelist() if name.lower().endswith(".csv")]
    return tables[0] if len(tables) == 1 else None


def _recognise(path: Path) -> str | None:
    """Recognise a table of flights by its file name, or else by its header and first rows.

    A damaged file that has the publisher's file name is recognised too, so that it is refused with
    a message instead of being skipped silently.
    """
    if named := _FILE_NAME.fullmatch(path.name):
        return f"{named['year']}-{int(named['month']):02}"
    try:
        with path.open("rb") as stream:
            if _is_plain(stream):
                return _recognised_month(stream)
            with zipfile.ZipFile(stream) as archive:
                table = _only_table(archive)
                if table is None:
                    return None
                with archive.open(table) as lines:
                    return _recognised_month(lines)
    except (*UNREADABLE, csv.Error, RefusedFileError):
        return None


def _recognised_month(stream: IO[bytes]) -> str | None:
    layout = read_header(stream.readline(LONGEST_LINE_BYTES), _LENIENT, "")
    if not _TELLING.issubset(column.name for column in layout.kept.values()):
        return None
    return next((month for row in _first_rows(stream) if (month := _month(row, layout))), None)


def _ordered(scope: Scope) -> Iterator[Wanted]:
    return _wanted(scope.months)


def _wanted(months: Iterable[str]) -> Iterator[Wanted]:
    """Yield what the publisher offers for each month; all that it has are asked for first."""
    months = list(months)
    offers = dict(probe_all(request(month) for month in months if is_downloadable(month)))
    for month in months:
        asked = request(month)
        offer = offers.get(asked)
        if isinstance(offer, PublisherError):
            yield Wanted(asked, trouble=offer)
        elif offer or store.newest(SOURCE.name, month):
            yield Wanted(asked, offer)
        else:
            why = _NOT_OFFERED if is_downloadable(month) else _WEB_FORM
            yield Wanted(asked, absent=f"{month} {why}.", foretold=why)


def _rehearsed(scope: Scope) -> Iterator[Wanted]:
    yield from _wanted(filter(is_downloadable, scope.months))
    for month in scope.months:
        if not is_downloadable(month):
            yield Wanted(request(month), foretold=_WEB_FORM)


def _refreshed(months: list[str]) -> Iterator[Wanted]:
    """Yield loaded months that may have been re-issued, those that failed before, and new ones."""
    failed = partitions_not_had(SOURCE, months)
    yield from _wanted([*filter(_can_change, months), *filter(is_downloadable, failed)])
    yield from _wanted(_published_since(max(months[-1], *failed, "")))


def _can_change(month: str) -> bool:
    """Return whether the publisher's headers can show that a loaded month was re-issued."""
    return is_downloadable(month) and store.came_from_the_net(SOURCE.name, month)


def _compared(months: list[str]) -> Iterator[Verdict]:
    from_net = [month for month in months if store.came_from_the_net(SOURCE.name, month)]
    for month in months:
        if month not in from_net:
            yield Verdict(month, "loaded from a folder")
    for asked, offer in probe_all(request(month) for month in from_net):
        month = asked.partition
        landed = store.newest(SOURCE.name, month)
        if isinstance(offer, PublisherError):
            raise offer
        if offer is None:
            yield Verdict(month, "offered no more")
        elif landed and is_same(offer, landed, asked):
            yield Verdict(month, "unchanged")
        else:
            yield Verdict(month, "issued again", f"{month} was issued again")
    if from_net and (newer := _published_since(months[-1])):
        yield Verdict(newer[-1], "", f"Flights were published of {', '.join(newer)}")


def _newest_month() -> str:
    """Ask which month is the newest that is offered."""
    return newest_offered(today(), _is_offered)


def _published_since(month: str) -> list[str]:
    """Ask which months are offered after a given one, up to the first missing month."""
    found = []
    while (month := following(month)) < month_of(today()) and _is_offered(month):
        found.append(month)
    return found


def _is_offered(month: str) -> bool:
    return probe(request(month)) is not None


SOURCE = Source(
    name="bts",
    title="Reporting Carrier On-Time Performance, monthly since 1987",
    licence="US government work, public domain",
    tables=(ON_TIME,),
    publisher=Publisher(
        suffix=".zip",
        check=_check,
        keep=_keep,
        files=_files,
        recognise=_recognise,
        ordered=_ordered,
        rehearsed=_rehearsed,
        refreshed=_refreshed,
        compared=_compared,
        by_month=True,
        newest_month=_newest_month,
        series="flights",
    ),
)
