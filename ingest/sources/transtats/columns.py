"""What the tables of flights have in common: their columns, under every name that they have had."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from ingest.declarations import Agreement, Column, Kind, Table
from ingest.reading.kinds import reads_as

# old files have readings such as 7230, which no clock shows: the models judge them
_CLOCK, _DATE, _WHOLE = Kind.DIGITS, Kind.DATE, Kind.INTEGER


def needed(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that the models cannot do without, with a value in each row."""
    return Column(name, kind, aliases=aliases, in_each_row=True)


def needed_if_known(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that the models cannot do without, and that is empty in some rows."""
    return Column(name, kind, aliases=aliases, in_some_row=True)


def known(name: str, *aliases: str, kind: Kind = Kind.TEXT) -> Column:
    """Declare a column that is null if a file does not have it; `aliases` are its other names."""
    return Column(name, kind, required=False, aliases=aliases)


# Each name is followed by the one used before 2018, if different, and those of the web form.
_DAY = (
    known("Year", "YEAR", kind=_WHOLE),
    known("Quarter", "QUARTER", kind=_WHOLE),
    known("Month", "MONTH", kind=_WHOLE),
    known("DayofMonth", "DAY_OF_MONTH", kind=_WHOLE),
    known("DayOfWeek", "DAY_OF_WEEK", kind=_WHOLE),
    needed("FlightDate", "FL_DATE", kind=_DATE),
)


def _airport(end: str) -> tuple[Column, ...]:
    web = end.upper()
    return (
        known(f"{end}AirportID", f"{web}_AIRPORT_ID", kind=_WHOLE),
        known(f"{end}AirportSeqID", f"{web}_AIRPORT_SEQ_ID", kind=_WHOLE),
        known(f"{end}CityMarketID", f"{web}_CITY_MARKET_ID", kind=_WHOLE),
        needed(end, web, kind=Kind.AIRPORT),
        known(f"{end}CityName", f"{web}_CITY_NAME"),
        known(f"{end}State", f"{web}_STATE_ABR"),
        known(f"{end}StateFips", f"{web}_STATE_FIPS"),
        known(f"{end}StateName", f"{web}_STATE_NM"),
        known(f"{end}Wac", f"{web}_WAC", kind=_WHOLE),
    )


_TIMES = (
    needed("CRSDepTime", "CRS_DEP_TIME", kind=Kind.CLOCK),
    known("DepTime", "DEP_TIME", kind=_CLOCK),
    needed_if_known("DepDelay", "DEP_DELAY", kind=_WHOLE),
    known("DepDelayMinutes", "DEP_DELAY_NEW", kind=_WHOLE),
    known("DepDel15", "DEP_DEL15", kind=_WHOLE),
    known("DepartureDelayGroups", "DEP_DELAY_GROUP", kind=_WHOLE),
    known("DepTimeBlk", "DEP_TIME_BLK"),
    known("TaxiOut", "TAXI_OUT", kind=_WHOLE),
    known("WheelsOff", "WHEELS_OFF", kind=_CLOCK),
    known("WheelsOn", "WHEELS_ON", kind=_CLOCK),
    known("TaxiIn", "TAXI_IN", kind=_WHOLE),
    needed_if_known("CRSArrTime", "CRS_ARR_TIME", kind=_CLOCK),
    known("ArrTime", "ARR_TIME", kind=_CLOCK),
    needed_if_known("ArrDelay", "ARR_DELAY", kind=_WHOLE),
    known("ArrDelayMinutes", "ARR_DELAY_NEW", kind=_WHOLE),
    known("ArrDel15", "ARR_DEL15", kind=_WHOLE),
    known("ArrivalDelayGroups", "ARR_DELAY_GROUP", kind=_WHOLE),
    known("ArrTimeBlk", "ARR_TIME_BLK"),
    needed_if_known("Cancelled", "CANCELLED", kind=_WHOLE),
    known("CancellationCode", "CANCELLATION_CODE"),
    needed_if_known("Diverted", "DIVERTED", kind=_WHOLE),
    known("CRSElapsedTime", "CRS_ELAPSED_TIME", kind=_WHOLE),
    known("ActualElapsedTime", "ACTUAL_ELAPSED_TIME", kind=_WHOLE),
    known("AirTime", "AIR_TIME", kind=_WHOLE),
    known("Flights", "FLIGHTS", kind=_WHOLE),
    needed_if_known("Distance", "DISTANCE", kind=_WHOLE),
    known("DistanceGroup", "DISTANCE_GROUP", kind=_WHOLE),
)

_CAUSES = (
    known("CarrierDelay", "CARRIER_DELAY", kind=_WHOLE),
    known("WeatherDelay", "WEATHER_DELAY", kind=_WHOLE),
    known("NASDelay", "NAS_DELAY", kind=_WHOLE),
    known("SecurityDelay", "SECURITY_DELAY", kind=_WHOLE),
    known("LateAircraftDelay", "LATE_AIRCRAFT_DELAY", kind=_WHOLE),
)

_GATE_RETURNS_AND_DIVERSIONS = (
    known("FirstDepTime", "FIRST_DEP_TIME", kind=_CLOCK),
    known("TotalAddGTime", "TOTAL_ADD_GTIME", kind=_WHOLE),
    known("LongestAddGTime", "LONGEST_ADD_GTIME", kind=_WHOLE),
    known("DivAirportLandings", "DIV_AIRPORT_LANDINGS", kind=_WHOLE),
    known("DivReachedDest", "DIV_REACHED_DEST", kind=_WHOLE),
    known("DivActualElapsedTime", "DIV_ACTUAL_ELAPSED_TIME", kind=_WHOLE),
    known("DivArrDelay", "DIV_ARR_DELAY", kind=_WHOLE),
    known("DivDistance", "DIV_DISTANCE", kind=_WHOLE),
)


def _diversion_landing(number: int) -> tuple[Column, ...]:
    stem, web = f"Div{number}", f"DIV{number}"
    return (
        known(f"{stem}Airport", f"{web}_AIRPORT"),
        known(f"{stem}AirportID", f"{web}_AIRPORT_ID", kind=_WHOLE),
        known(f"{stem}AirportSeqID", f"{web}_AIRPORT_SEQ_ID", kind=_WHOLE),
        known(f"{stem}WheelsOn", f"{web}_WHEELS_ON", kind=_CLOCK),
        known(f"{stem}TotalGTime", f"{web}_TOTAL_GTIME", kind=_WHOLE),
        known(f"{stem}LongestGTime", f"{web}_LONGEST_GTIME", kind=_WHOLE),
        known(f"{stem}WheelsOff", f"{web}_WHEELS_OFF", kind=_CLOCK),
        known(f"{stem}TailNum", f"{web}_TAIL_NUM"),
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


def web_name(column: Column) -> str:
    """Return the name that a column has in the web form's files."""
    return next(alias for alias in column.aliases if alias.isupper())


def flights_table(carriers: Sequence[Column], others: Sequence[Column] = ()) -> Table:
    """Return a table of flights: `carriers` say who flew which flight, `others` come last."""
    columns = (
        *_DAY,
        *carriers,
        *_airport("Origin"),
        *_airport("Dest"),
        *_TIMES,
        *_CAUSES,
        *_GATE_RETURNS_AND_DIVERSIONS,
        *(column for number in range(1, 6) for column in _diversion_landing(number)),
        *others,
    )
    return Table(
        "on_time",
        columns,
        null_markers=("",),
        encoding="latin-1",
        partition_column="FlightDate",
        partitions_of=_months_of_flight_date,
        agreement=Agreement(("FlightDate", "Year", "Month", "DayofMonth"), disagreement),
        advice=partial(_advice, columns),
        if_empty="download the whole month, since cancelled flights alone have no delays",
    )


def _advice(columns: Sequence[Column], header: Sequence[str], missing: Sequence[Column]) -> str:
    """Name missing columns as the web form does, if the file is from there: what to tick."""
    names = {name.casefold() for name in header}
    published = {column.name.casefold() for column in columns}
    of_the_form = {
        alias.casefold() for column in columns for alias in column.aliases if alias.isupper()
    }
    if len(names & of_the_form) <= len(names & published):
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
