"""A published file with two coverages: New York in 2013, and made-up months of BTS in 2024.

The made-up flights are those of February 2013, moved by eleven years, from other airports and
partly of another carrier; flights that never departed are reported as cancelled. March 2024 is
missing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from tests.commands import Project

# the days of the week shift; nothing here depends on them
_DAYS = {"2024-02-01": 4017, "2024-04-01": 4077}

# the counts by month that some of the models below add up
_COUNTS = ("int_source_airport_months", "int_route_month_blocks", "int_subject_month_counts")
# the models that pages read and that the added months change
_REBUILT = (
    "mart_source_coverage",
    "mart_default_scope_shares",
    "mart_network_month_punctuality",
    "mart_network_day_punctuality",
    "mart_carrier_month_punctuality",
    "mart_airport_month_punctuality",
    "mart_route_month_block_times",
    "mart_carrier_airport_month_cancellations",
    "mart_carrier_airport_month_delay_causes",
)


def make(built: Project, folder: Path) -> None:
    """Make the pooled publication in a folder, with the project's own models."""
    project = built.copy(folder)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for month, days in _DAYS.items():
            connection.execute(_MONTH, {"days": days, "month": month})
            # the tables of months are made from the months that are recorded
            connection.execute(
                "insert into operations.built_months "
                "select 'fct_flights', flight_month, 'made up', count(*), 'made up' "
                "from marts.fct_flights where flight_month = $1 group by flight_month",
                [month],
            )
    project.dbt("run", "--quiet", "--select", *_COUNTS, *_REBUILT)
    # the keys of a published file prevent its tables from being replaced: copy without keys
    copied = folder / "pooled.duckdb"
    with duckdb.connect(str(copied)) as connection:
        connection.execute(f"attach '{project.published_file}' as published (read_only)")
        connection.execute(f"attach '{project.warehouse_file}' as warehouse (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'published'"
        ).fetchall()
        for schema, table in tables:
            source = "warehouse" if table in ("fct_flights", *_REBUILT) else "published"
            rows = "where false" if table.startswith("ml_") else ""
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(
                f"create table {schema}.{table} as from {source}.{schema}.{table} {rows}"
            )
    project.published_file.unlink()
    shutil.move(copied, project.published_file)


_MONTH = """
insert into marts.fct_flights by name
select
    flights.* replace (
        'made-up-' || $month || flights.flight_id as flight_id,
        'bts' as source_system,
        case flights.carrier_code when 'FL' then 'NK' else flights.carrier_code end as carrier_code,
        coalesce(
            (
                select max(carrier_key) from marts.dim_carriers
                where
                    carrier_code
                    = case flights.carrier_code when 'FL' then 'NK' else flights.carrier_code end
                    and cast($month as date)
                    between valid_from_date and coalesce(valid_to_date, date '9999-12-31')
            ),
            flights.carrier_key
        ) as carrier_key,
        case flights.origin_airport_code
            when 'EWR' then 'ORD' when 'JFK' then 'SFO' else 'DFW'
        end as origin_airport_code,
        case when flights.is_never_departed then 'cancelled' else flights.flight_state end
            as flight_state,
        case when flights.is_never_departed then 'B' end as cancellation_code,
        flights.is_never_departed as is_cancelled,
        false as is_never_departed,
        cast(flights.flight_date + cast($days as integer) as date) as flight_date,
        cast($month as date) as flight_month
    )
from marts.fct_flights as flights
where flights.flight_month = '2013-02-01'
"""
