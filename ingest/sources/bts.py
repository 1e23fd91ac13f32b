"""BTS Reporting Carrier On-Time Performance: every domestic flight of the large US carriers.

Published monthly since 1987 by the Bureau of Transportation Statistics (US government work, public
domain): one zip archive a month with one CSV file of 109 quoted columns and a trailing comma,
latin-1, `""` for an absent string and nothing for an absent number. Five columns were renamed in
2018; both names are known here. Downloading is not part of this module yet: the table is declared,
so that it exists and every model can be built over it, and it is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.declarations import Column, Kind, Source, SourceFile, Table

_CLOCK, _DATE, _WHOLE = Kind.CLOCK, Kind.DATE, Kind.INTEGER

_IDENTITY = (
    Column("Year", _WHOLE),
    Column("Quarter", _WHOLE),
    Column("Month", _WHOLE),
    Column("DayofMonth", _WHOLE),
    Column("DayOfWeek", _WHOLE),
    Column("FlightDate", _DATE),
    Column("Reporting_Airline", aliases=("UniqueCarrier",)),
    Column("DOT_ID_Reporting_Airline", _WHOLE, aliases=("AirlineID",)),
    Column("IATA_CODE_Reporting_Airline", aliases=("Carrier",)),
    Column("Tail_Number", aliases=("TailNum",)),
    Column("Flight_Number_Reporting_Airline", aliases=("FlightNum",)),
)


def _airport(end: str) -> tuple[Column, ...]:
    return (
        Column(f"{end}AirportID", _WHOLE),
        Column(f"{end}AirportSeqID", _WHOLE),
        Column(f"{end}CityMarketID", _WHOLE),
        Column(end),
        Column(f"{end}CityName"),
        Column(f"{end}State"),
        Column(f"{end}StateFips"),
        Column(f"{end}StateName"),
        Column(f"{end}Wac", _WHOLE),
    )


_TIMES = (
    Column("CRSDepTime", _CLOCK),
    Column("DepTime", _CLOCK),
    Column("DepDelay", _WHOLE),
    Column("DepDelayMinutes", _WHOLE),
    Column("DepDel15", _WHOLE),
    Column("DepartureDelayGroups", _WHOLE),
    Column("DepTimeBlk"),
    Column("TaxiOut", _WHOLE),
    Column("WheelsOff", _CLOCK),
    Column("WheelsOn", _CLOCK),
    Column("TaxiIn", _WHOLE),
    Column("CRSArrTime", _CLOCK),
    Column("ArrTime", _CLOCK),
    Column("ArrDelay", _WHOLE),
    Column("ArrDelayMinutes", _WHOLE),
    Column("ArrDel15", _WHOLE),
    Column("ArrivalDelayGroups", _WHOLE),
    Column("ArrTimeBlk"),
    Column("Cancelled", _WHOLE),
    Column("CancellationCode"),
    Column("Diverted", _WHOLE),
    Column("CRSElapsedTime", _WHOLE),
    Column("ActualElapsedTime", _WHOLE),
    Column("AirTime", _WHOLE),
    Column("Flights", _WHOLE),
    Column("Distance", _WHOLE),
    Column("DistanceGroup", _WHOLE),
)

_CAUSES = tuple(
    Column(f"{cause}Delay", _WHOLE)
    for cause in ("Carrier", "Weather", "NAS", "Security", "LateAircraft")
)

# Gate returns and diversions are known since October 2008; older vintages may lack the columns.
_GATE_RETURNS_AND_DIVERSIONS = (
    Column("FirstDepTime", _CLOCK, required=False),
    Column("TotalAddGTime", _WHOLE, required=False),
    Column("LongestAddGTime", _WHOLE, required=False),
    Column("DivAirportLandings", _WHOLE, required=False),
    Column("DivReachedDest", _WHOLE, required=False),
    Column("DivActualElapsedTime", _WHOLE, required=False),
    Column("DivArrDelay", _WHOLE, required=False),
    Column("DivDistance", _WHOLE, required=False),
)


def _diversion_landing(number: int) -> tuple[Column, ...]:
    stem = f"Div{number}"
    return (
        Column(f"{stem}Airport", required=False),
        Column(f"{stem}AirportID", _WHOLE, required=False),
        Column(f"{stem}AirportSeqID", _WHOLE, required=False),
        Column(f"{stem}WheelsOn", _CLOCK, required=False),
        Column(f"{stem}TotalGTime", _WHOLE, required=False),
        Column(f"{stem}LongestGTime", _WHOLE, required=False),
        Column(f"{stem}WheelsOff", _CLOCK, required=False),
        Column(f"{stem}TailNum", required=False),
    )


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
)


def files() -> Iterator[SourceFile]:
    """Yield nothing: no month is fetched yet."""
    return iter(())


SOURCE = Source(
    name="bts",
    title="Reporting Carrier On-Time Performance, monthly since 1987",
    licence="US government work, public domain",
    tables=(ON_TIME,),
    files=files,
)
