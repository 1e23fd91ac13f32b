"""The table of flights: its 109 columns under every name that they have had."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.declarations import Agreement, Column, Kind, Table
from ingest.reading.kinds import reads_as

# old files have readings such as 7230, which no clock shows: the models judge them
_CLOCK, _DATE, _WHOLE = Kind.DIGITS, Kind.DATE, Kind.INTEGER


def _needed(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that the models cannot do without, with a value in each row."""
    return Column(name, kind, aliases=aliases, in_each_row=True)


def _needed_if_known(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that the models cannot do without, and that is empty in some rows."""
    return Column(name, kind, aliases=aliases, in_some_row=True)


def _known(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that is null if a file does not have it; `aliases` are its other names."""
    return Column(name, kind, required=False, aliases=aliases)


# Each name is followed by the name used before 2018, if different, and those of the web form.
_IDENTITY = (
    _known("Year", "YEAR", kind=_WHOLE),
    _known("Quarter", "QUARTER", kind=_WHOLE),
    _known("Month", "MONTH", kind=_WHOLE),
    _known("DayofMonth", "DAY_OF_MONTH", kind=_WHOLE),
    _known("DayOfWeek", "DAY_OF_WEEK", kind=_WHOLE),
    _needed("FlightDate", "FL_DATE", kind=_DATE),
    _needed("Reporting_Airline", "UniqueCarrier", "OP_UNIQUE_CARRIER", "UNIQUE_CARRIER"),
    _known(
        "DOT_ID_Reporting_Airline", "AirlineID", "OP_CARRIER_AIRLINE_ID", "AIRLINE_ID", kind=_WHOLE
    ),
    _known("IATA_CODE_Reporting_Airline", "Carrier", "OP_CARRIER", "CARRIER"),
    _known("Tail_Number", "TailNum", "TAIL_NUM"),
    _needed("Flight_Number_Reporting_Airline", "FlightNum", "OP_CARRIER_FL_NUM", "FL_NUM"),
)


def _airport(end: str) -> tuple[Column, ...]:
    web = end.upper()
    return (
        _known(f"{end}AirportID", f"{web}_AIRPORT_ID", kind=_WHOLE),
        _known(f"{end}AirportSeqID", f"{web}_AIRPORT_SEQ_ID", kind=_WHOLE),
        _known(f"{end}CityMarketID", f"{web}_CITY_MARKET_ID", kind=_WHOLE),
        _needed(end, web, kind=Kind.AIRPORT),
        _known(f"{end}CityName", f"{web}_CITY_NAME"),
        _known(f"{end}State", f"{web}_STATE_ABR"),
        _known(f"{end}StateFips", f"{web}_STATE_FIPS"),
        _known(f"{end}StateName", f"{web}_STATE_NM"),
        _known(f"{end}Wac", f"{web}_WAC", kind=_WHOLE),
    )


_TIMES = (
    _needed("CRSDepTime", "CRS_DEP_TIME", kind=Kind.CLOCK),
    _known("DepTime", "DEP_TIME", kind=_CLOCK),
    _needed_if_known("DepDelay", "DEP_DELAY", kind=_WHOLE),
    _known("DepDelayMinutes", "DEP_DELAY_NEW", kind=_WHOLE),
    _known("DepDel15", "DEP_DEL15", kind=_WHOLE),
    _known("DepartureDelayGroups", "DEP_DELAY_GROUP", kind=_WHOLE),
    _known("DepTimeBlk", "DEP_TIME_BLK"),
    _known("TaxiOut", "TAXI_OUT", kind=_WHOLE),
    _known("WheelsOff", "WHEELS_OFF", kind=_CLOCK),
    _known("WheelsOn", "WHEELS_ON", kind=_CLOCK),
    _known("TaxiIn", "TAXI_IN", kind=_WHOLE),
    _needed_if_known("CRSArrTime", "CRS_ARR_TIME", kind=_CLOCK),
    _known("ArrTime", "ARR_TIME", kind=_CLOCK),
    _needed_if_known("ArrDelay", "ARR_DELAY", kind=_WHOLE),
    _known("ArrDelayMinutes", "ARR_DELAY_NEW", kind=_WHOLE),
    _known("ArrDel15", "ARR_DEL15", kind=_WHOLE),
    _known("ArrivalDelayGroups", "ARR_DELAY_GROUP", kind=_WHOLE),
    _known("ArrTimeBlk", "ARR_TIME_BLK"),
    _needed_if_known("Cancelled", "CANCELLED", kind=_WHOLE),
    _known("CancellationCode", "CANCELLATION_CODE"),
    _needed_if_known("Diverted", "DIVERTED", kind=_WHOLE),
    _known("CRSElapsedTime", "CRS_ELAPSED_TIME", kind=_WHOLE),
    _known("ActualElapsedTime", "ACTUAL_ELAPSED_TIME", kind=_WHOLE),
    _known("AirTime", "AIR_TIME", kind=_WHOLE),
    _known("Flights", "FLIGHTS", kind=_WHOLE),
    _needed_if_known("Distance", "DISTANCE", kind=_WHOLE),
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


def day_of_flight_date(text: str) -> str:
    """Return the day of a date in either format, or an empty string if it is in neither."""
    if form := re.match(r"\d{4}-\d{2}-\d{2}", text):
        return form[0]
    if form := re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return f"{form[3]}-{int(form[1]):02}-{int(form[2]):02}"
    return ""


def month_of_flight_date(text: str) -> str:
    """Return the month of a date in either format, or an empty string if it is in neither."""
    return day_of_flight_date(text)[:7]


def _months_of_flight_date(text: str) -> tuple[str, ...]:
    return (month_of_flight_date(text),)


def disagreement(
    flight_date: str | None, year: str | None, month: str | None, day: str | None
) -> str:
    """Return why the date of a flight cannot be right, or an empty text."""
    stated = zip((year, month, day), day_of_flight_date(flight_date or "").split("-"), strict=False)
    for text, part in stated:
        if text and part and reads_as(text, Kind.INTEGER) and int(float(text)) != int(part):
            return "not the day that Year, Month and DayofMonth state"
    return ""


def _advice(header: Sequence[str], missing: Sequence[Column]) -> str:
    """Name missing columns as the web form does, if the file is from there: what to tick."""
    names = {name.casefold() for name in header}
    if len(names & _WEB_NAMES) <= len(names & _PUBLISHED_NAMES):
        return ""
    lateness = [
        f"; {web_name(column)}_NEW counts early flights as 0 and cannot replace {web_name(column)}"
        for column in missing
        if f"{web_name(column)}_new".casefold() in names
    ]
    boxes = "box" if len(missing) == 1 else "boxes"
    return (
        f"{', '.join(map(web_name, missing))}: tick the {boxes} "
        f"{', '.join(column.name for column in missing)} in the web form and download the file "
        f"again{''.join(lateness)}."
    )


def web_name(column: Column) -> str:
    """Return the name that a column has in the web form's files."""
    return next(alias for alias in column.aliases if alias.isupper())


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
    partitions_of=_months_of_flight_date,
    agreement=Agreement(("FlightDate", "Year", "Month", "DayofMonth"), disagreement),
    advice=_advice,
    if_empty="download the whole month, since cancelled flights alone have no delays",
)

_PUBLISHED_NAMES = frozenset(column.name.casefold() for column in ON_TIME.columns)
_WEB_NAMES = frozenset(
    alias.casefold() for column in ON_TIME.columns for alias in column.aliases if alias.isupper()
)
