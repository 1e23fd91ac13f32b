"""Make monthly files of flights as the BTS publishes them, with their oddities.

A flight is a dict under the publisher's current names. Names that it does not contain are empty in
the file: nothing for a number, `""` for a string. `flights` makes up plausible flights (see
`journeys`); `month_zip` writes flights in the format of the monthly archives, `web_form_table` in
that of the web form.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from tests.publisher.journeys import journeys

Flight = Mapping[str, Any]
Header = Literal["2018", "old", "web"]

README = b"<html><body>Record layout of the on-time performance table.</body></html>\n"
WEB_MEMBER = "T_ONTIME_REPORTING.csv"
_PACKED_AT = (2013, 4, 1, 12, 0, 0)

# The 109 columns in their order: # a bare integer, . a number with decimals in most vintages,
# ' a quoted string, - a bare date.
_LAYOUT = """
    #Year #Quarter #Month #DayofMonth #DayOfWeek -FlightDate
    'Reporting_Airline #DOT_ID_Reporting_Airline 'IATA_CODE_Reporting_Airline
    'Tail_Number 'Flight_Number_Reporting_Airline
    #OriginAirportID #OriginAirportSeqID #OriginCityMarketID 'Origin 'OriginCityName
    'OriginState 'OriginStateFips 'OriginStateName #OriginWac
    #DestAirportID #DestAirportSeqID #DestCityMarketID 'Dest 'DestCityName
    'DestState 'DestStateFips 'DestStateName #DestWac
    'CRSDepTime 'DepTime .DepDelay .DepDelayMinutes .DepDel15 #DepartureDelayGroups 'DepTimeBlk
    .TaxiOut 'WheelsOff 'WheelsOn .TaxiIn
    'CRSArrTime 'ArrTime .ArrDelay .ArrDelayMinutes .ArrDel15 #ArrivalDelayGroups 'ArrTimeBlk
    .Cancelled 'CancellationCode .Diverted
    .CRSElapsedTime .ActualElapsedTime .AirTime .Flights .Distance #DistanceGroup
    .CarrierDelay .WeatherDelay .NASDelay .SecurityDelay .LateAircraftDelay
    'FirstDepTime .TotalAddGTime .LongestAddGTime
    #DivAirportLandings .DivReachedDest .DivActualElapsedTime .DivArrDelay .DivDistance
"""
_LANDING = (
    "'Airport #AirportID #AirportSeqID 'WheelsOn .TotalGTime .LongestGTime 'WheelsOff 'TailNum"
)

_WEB_LAYOUT = """
    YEAR QUARTER MONTH DAY_OF_MONTH DAY_OF_WEEK FL_DATE
    OP_UNIQUE_CARRIER OP_CARRIER_AIRLINE_ID OP_CARRIER TAIL_NUM OP_CARRIER_FL_NUM
    ORIGIN_AIRPORT_ID ORIGIN_AIRPORT_SEQ_ID ORIGIN_CITY_MARKET_ID ORIGIN ORIGIN_CITY_NAME
    ORIGIN_STATE_ABR ORIGIN_STATE_FIPS ORIGIN_STATE_NM ORIGIN_WAC
    DEST_AIRPORT_ID DEST_AIRPORT_SEQ_ID DEST_CITY_MARKET_ID DEST DEST_CITY_NAME
    DEST_STATE_ABR DEST_STATE_FIPS DEST_STATE_NM DEST_WAC
    CRS_DEP_TIME DEP_TIME DEP_DELAY DEP_DELAY_NEW DEP_DEL15 DEP_DELAY_GROUP DEP_TIME_BLK
    TAXI_OUT WHEELS_OFF WHEELS_ON TAXI_IN
    CRS_ARR_TIME ARR_TIME ARR_DELAY ARR_DELAY_NEW ARR_DEL15 ARR_DELAY_GROUP ARR_TIME_BLK
    CANCELLED CANCELLATION_CODE DIVERTED
    CRS_ELAPSED_TIME ACTUAL_ELAPSED_TIME AIR_TIME FLIGHTS DISTANCE DISTANCE_GROUP
    CARRIER_DELAY WEATHER_DELAY NAS_DELAY SECURITY_DELAY LATE_AIRCRAFT_DELAY
    FIRST_DEP_TIME TOTAL_ADD_GTIME LONGEST_ADD_GTIME
    DIV_AIRPORT_LANDINGS DIV_REACHED_DEST DIV_ACTUAL_ELAPSED_TIME DIV_ARR_DELAY DIV_DISTANCE
"""
_WEB_LANDING = (
    "AIRPORT AIRPORT_ID AIRPORT_SEQ_ID WHEELS_ON TOTAL_GTIME LONGEST_GTIME WHEELS_OFF TAIL_NUM"
)

_LANDINGS = range(1, 6)
_FORMS = {word[1:]: word[0] for word in _LAYOUT.split()} | {
    f"Div{number}{word[1:]}": word[0] for number in _LANDINGS for word in _LANDING.split()
}
COLUMNS = tuple(_FORMS)

RENAMED_IN_2018 = {
    "Reporting_Airline": "UniqueCarrier",
    "DOT_ID_Reporting_Airline": "AirlineID",
    "IATA_CODE_Reporting_Airline": "Carrier",
    "Tail_Number": "TailNum",
    "Flight_Number_Reporting_Airline": "FlightNum",
}

WEB_NAMES = dict(
    zip(
        COLUMNS,
        [
            *_WEB_LAYOUT.split(),
            *(f"DIV{number}_{word}" for number in _LANDINGS for word in _WEB_LANDING.split()),
        ],
        strict=True,
    )
)


def flights(month: str, count: int) -> list[dict[str, Any]]:
    """Return flights of a month, `2024-01`: one in 50 is cancelled and one in 50 is diverted."""
    rows = []
    for number, journey in enumerate(journeys(month, count), start=1):
        if number % 50 == 7:
            row = journey.cancelled()
        elif number % 50 == 33:
            row = journey.diverted("ORD", reaches_destination=number % 100 == 33)
        else:
            row = journey.completed()
        rows.append(row)
    return rows


def month_name(month: str) -> str:
    """Return the name of a month's archive."""
    return f"On_Time_Reporting_Carrier_On_Time_Performance_1987_present_{_unpadded(month)}.zip"


def member_name(month: str) -> str:
    """Return the name of the table in a month's archive."""
    return f"On_Time_Reporting_Carrier_On_Time_Performance_(1987_present)_{_unpadded(month)}.csv"


def month_zip(  # noqa: PLR0913 - each is one way in which files differ
    month: str,
    rows: Iterable[Flight],
    header: Header = "2018",
    *,
    decimals: bool = True,
    member: str | None = None,
    columns: Sequence[str] = COLUMNS,
    extra_members: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the archive of a month or, with header `web`, one from the web form.

    `columns` omits columns or adds unknown ones; `extra_members` are further files in it.
    """
    if header == "web":
        table = web_form_table(rows, columns=columns, decimals=decimals)
        return packed({member or WEB_MEMBER: table, **(extra_members or {})})
    table = month_table(rows, header, decimals=decimals, columns=columns)
    members = {member or member_name(month): table, "readme.html": README}
    return packed({**members, **(extra_members or {})})


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip archive, the same bytes for the same members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _PACKED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return written.getvalue()


def month_table(
    rows: Iterable[Flight],
    header: Header = "2018",
    *,
    decimals: bool = True,
    columns: Sequence[str] = COLUMNS,
) -> bytes:
    """Return the table of a month: quoted names, a trailing comma, latin-1, LF."""
    renamed = RENAMED_IN_2018 if header == "old" else {}
    written = io.BytesIO()
    written.write("".join(f'"{renamed.get(name, name)}",' for name in columns).encode() + b"\n")
    forms = [(name, _FORMS.get(name, "'")) for name in columns]
    for row in rows:
        values = (_written(row.get(name), form, decimals) for name, form in forms)
        written.write((",".join(values) + ",\n").encode("latin-1"))
    return written.getvalue()


def web_form_table(
    rows: Iterable[Flight],
    *,
    columns: Sequence[str] = COLUMNS,
    decimals: bool = True,
    iso_dates: bool = False,
    older_names: bool = False,
) -> bytes:
    """Return a table in the web form's format: its own names, quotes only around a comma.

    Its dates have a time of day; years ago they had none, and the carrier columns had other names.
    """
    names = dict(WEB_NAMES)
    if older_names:
        names |= {
            "Reporting_Airline": "UNIQUE_CARRIER",
            "DOT_ID_Reporting_Airline": "AIRLINE_ID",
            "IATA_CODE_Reporting_Airline": "CARRIER",
            "Flight_Number_Reporting_Airline": "FL_NUM",
        }
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([names.get(name, name) for name in columns])
    for row in rows:
        writer.writerow(
            _web_date(row[name])
            if name == "FlightDate" and not iso_dates
            else _written(row.get(name), _FORMS.get(name, "'"), decimals).strip('"')
            for name in columns
        )
    return written.getvalue().encode("latin-1")


def _unpadded(month: str) -> str:
    year, number = month.split("-")
    return f"{year}_{int(number)}"


def _written(value: Any, form: str, decimals: bool) -> str:
    """Write one value in its column's format; bytes and unformatted text are written unchanged."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if form == "'":
        return f'"{"" if value is None else value}"'
    if value is None:
        return ""
    if form == "." and decimals and not isinstance(value, str):
        return f"{value:.2f}"
    return str(value)


def _web_date(day: date | str) -> str:
    day = date.fromisoformat(str(day))
    return f"{day.month}/{day.day}/{day.year} 12:00:00 AM"


def without(names: Iterable[str], columns: Sequence[str] = COLUMNS) -> list[str]:
    """Return the columns without some of them."""
    left_out = set(names)
    return [name for name in columns if name not in left_out]
