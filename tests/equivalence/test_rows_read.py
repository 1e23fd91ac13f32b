"""A build of one month reads the rows of that month: DuckDB counts the rows that its scans read."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.commands import Project

MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06")
# DuckDB keeps this many rows together, with the least and the greatest value of each column
ROWS_TOGETHER = 122_880

FLIGHTS = f"""
insert into raw_bts.on_time by name
select
    $month || '-' || lpad(cast(1 + number % 28 as varchar), 2, '0') as flight_date,
    'UA' as reporting_airline,
    cast(number as varchar) as flight_number_reporting_airline,
    'EWR' as origin,
    'BOS' as dest,
    '0900' as crs_dep_time,
    'N' || number % 100 as tail_number,
    case when number % 1000 = 0 then 'BIS' end as div1_airport,
    'made up' as _source_file,
    $month as _source_partition,
    number as _source_row_number,
    'made up' as _dlt_load_id
from range({ROWS_TOGETHER}) as numbers (number)
"""
REPORTS = f"""
insert into raw_weather.reports by name
select
    'EWR' as station,
    $month || '-' || lpad(cast(1 + number % 28 as varchar), 2, '0') || ' 06:51' as valid,
    'made up' as _source_file,
    $month as _source_partition,
    number as _source_row_number,
    'made up' as _dlt_load_id
from range({ROWS_TOGETHER}) as numbers (number)
"""
OBSERVATIONS = f"""
insert into intermediate.int_weather_observations by name
select
    'EWR ' || number as weather_observation_id,
    'EWR' as airport_code,
    cast($month || '-01' as date) as observed_month,
    cast($month || '-15' as timestamp) as observed_hour_at_utc,
    cast($month || '-15' as timestamp) as known_at_utc
from range({ROWS_TOGETHER}) as numbers (number)
"""
FACTS = f"""
insert into marts.fct_flights by name
select
    $month || '-' || lpad(cast(1 + number % 28 as varchar), 2, '0') || '-' || number as flight_id,
    'bts' as source_system,
    'UA' as carrier_code,
    'N' || number % 1000 as tail_number,
    'EWR' as origin_airport_code,
    'BOS' as destination_airport_code,
    true as has_departed,
    true as is_completed,
    cast($month || '-01' as date) + cast(number % 28 as integer) as flight_date,
    cast($month || '-01' as date) as flight_month,
    flight_date + to_minutes(number // 28 % 1440) as scheduled_departure_at_local
from range({ROWS_TOGETHER}) as numbers (number)
"""
# months that are read: the month itself, and with files that overlap those around it
READ = {
    "fct_flights": {"on_time": 1, "int_weather_observations": 2},
    "int_flight_month_rows": {"on_time": 1},
    "int_airport_month_flights": {"on_time": 1},
    "int_airport_identity_months": {"on_time": 1},
    "int_aircraft_days": {"on_time": 1},
    "int_carrier_days": {"on_time": 1},
    "int_diversion_landings": {"on_time": 1},
    "int_weather_reports": {"reports": 3},
    "fct_diversion_landings": {"fct_flights": 1},
    "int_flight_day_counts": {"fct_flights": 1},
    "int_route_month_blocks": {"fct_flights": 1},
    "int_source_airport_months": {"fct_flights": 1},
    "mart_tarmac_delays": {"fct_flights": 1},
    "int_hour_weekday_month_delays": {"fct_flights": 1},
    "int_aircraft_month_types": {"fct_flights": 1},
    "int_aircraft_type_month_delays": {"fct_flights": 1},
    "int_weather_month_rows": {"int_weather_observations": 1},
    # also the months before and after it
    "mart_aircraft_rotations": {"fct_flights": 3},
    "mart_airport_hour_load": {"fct_flights": 3},
    # a year that begins with this month: all months that are left
    "mart_carrier_year_delay_tail": {"fct_flights": 4},
}


@pytest.fixture(scope="module")
def half_a_year(small: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse with half a year of made-up rows in its large tables, not built."""
    file = tmp_path_factory.mktemp("rows") / "ontime.duckdb"
    shutil.copyfile(small.warehouse_file, file)
    with duckdb.connect(str(file)) as connection:
        # without what must not be null, because a row here has only what narrows a scan
        connection.execute(
            "create or replace table marts.fct_flights as from marts.fct_flights limit 0"
        )
        for insert in (FLIGHTS, REPORTS, OBSERVATIONS, FACTS):
            for month in MONTHS:
                connection.execute(insert, {"month": month})
    return file


@pytest.mark.parametrize("model", READ)
def test_a_month_is_built_from_the_rows_of_its_own_month(
    small: Project, half_a_year: Path, tmp_path: Path, model: str
) -> None:
    found = (small.folder / "target" / "compiled").rglob(f"{model}.sql")
    [compiled] = [path for path in found if path.parent.suffix != ".yml"]
    sql = compiled.read_text(encoding="utf-8")
    for end_of_time in ("cast('1000-01-01' as date)", "cast('3000-12-01' as date)"):
        assert end_of_time in sql
        sql = sql.replace(end_of_time, "date '2021-03-01'")
    profile = tmp_path / "profile.json"
    with duckdb.connect(str(half_a_year), read_only=True) as connection:
        connection.execute("set enable_profiling = 'json'")
        connection.execute("set profiling_output = $1", [str(profile)])
        connection.sql(f"select count(*) from ({sql})").fetchall()
    read: Counter[str] = Counter()
    for table, rows in rows_scanned(json.loads(profile.read_text(encoding="utf-8"))):
        read[table] = max(read[table], rows)
    for table, months in READ[model].items():
        # a month can begin and end within rows that are kept together with those of another
        assert 0 < read[table] <= (months + 1) * ROWS_TOGETHER, (table, read)
        assert months + 1 < len(MONTHS)


def rows_scanned(node: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the tables that a profile names, with the rows that each scan read."""
    found = []
    table = node.get("extra_info", {}).get("Table")
    if table:
        found.append((str(table).split(".")[-1], int(node["operator_rows_scanned"])))
    for child in node.get("children", []):
        found += rows_scanned(child)
    return found
