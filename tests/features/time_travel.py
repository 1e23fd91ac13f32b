"""Take a warehouse back to an instant: it has nothing that happened or became known later.

Data are removed from the raw tables, before any model has touched them. The schedule stays, because
it is published in advance. A complete warehouse gives the time of each event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from tests.commands import Project

TARGETS = (
    "arrival_delay_minutes",
    "is_late_arrival",
    "is_cancelled",
    "is_cancelled_or_never_departed",
)

# the raw columns that report an arrival, and those that report any outcome
NYC_ARRIVAL = ("arr_time", "arr_delay", "air_time")
NYC_DEPARTURE = ("dep_time", "dep_delay", "tailnum", *NYC_ARRIVAL)
BTS_ARRIVAL = (
    *("wheels_on", "taxi_in", "arr_time", "arr_delay", "arr_delay_minutes", "arr_del15"),
    *("arrival_delay_groups", "actual_elapsed_time", "air_time", "carrier_delay", "weather_delay"),
    *("nas_delay", "security_delay", "late_aircraft_delay", "div_airport_landings"),
    *("div_reached_dest", "div_actual_elapsed_time", "div_arr_delay", "div_distance"),
    *("div1_airport", "div1_airport_id", "div1_airport_seq_id", "div1_wheels_on"),
    *("div1_total_g_time", "div1_longest_g_time", "div1_wheels_off", "div1_tail_num"),
)
BTS_DEPARTURE = (
    *("tail_number", "dep_time", "dep_delay", "dep_delay_minutes", "dep_del15"),
    *("departure_delay_groups", "taxi_out", "wheels_off", "cancellation_code", "first_dep_time"),
    *("total_add_g_time", "longest_add_g_time", *BTS_ARRIVAL),
)

# when a row's events happened, by the row's position in its file
EVENTS = """
create or replace temp table events as
select
    _source_file,
    _source_row_number,
    scheduled_departure_at_utc,
    coalesce(departure_at_utc > $cutoff, true) as has_yet_to_depart,
    coalesce(arrival_at_utc > $cutoff, true) as has_yet_to_arrive
from marts.fct_flights
"""

BUILD = (
    "run",
    "--full-refresh",
    "--select",
    # views follow their tables: only stored tables must be rebuilt
    "+ml_arrival_delay_features,config.materialized:table",
    "+ml_arrival_delay_features,config.materialized:monthly",
)


def forget(project: Project, cutoff: datetime) -> None:
    """Remove what happened after an instant from the raw tables of a built warehouse."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(EVENTS, {"cutoff": cutoff})
        for relation, departure, arrival in (
            ("raw_nycflights13.flights", NYC_DEPARTURE, NYC_ARRIVAL),
            ("raw_bts.on_time", BTS_DEPARTURE, BTS_ARRIVAL),
        ):
            for columns, condition in (
                (departure, "has_yet_to_depart"),
                (arrival, "has_yet_to_arrive"),
            ):
                settings = ", ".join(f"{column} = null" for column in columns)
                connection.execute(
                    f"""
                    update {relation} as flights set {settings} from events
                    where flights._source_file = events._source_file
                    and flights._source_row_number = events._source_row_number
                    and events.{condition}
                    """
                )
        # a cancellation or diversion is known once the flight has not left or not arrived
        for flag in ("cancelled", "diverted"):
            connection.execute(
                f"""
                update raw_bts.on_time as flights set {flag} = '0' from events
                where flights._source_file = events._source_file
                and flights._source_row_number = events._source_row_number
                and events.scheduled_departure_at_utc > $day_before
                """,
                {"day_before": cutoff - timedelta(hours=24)},
            )
        # the weather of an hour is known when the hour is over
        connection.execute(
            "delete from raw_nycflights13.weather "
            "where cast(replace(time_hour, 'Z', '') as timestamp) + interval 1 hour > $cutoff",
            {"cutoff": cutoff},
        )


def rebuild(project: Project) -> None:
    """Rebuild the features from the raw tables as they are."""
    project.dbt(*BUILD)


def compared(full: Path, past: Path, cutoff: datetime) -> tuple[int, int, dict[str, int]]:
    """Compare two warehouses' features of the predictions up to an instant.

    Returns the rows compared, the rows that only one of the warehouses has, and for each column in
    how many of the rows it differs. Targets are excluded, because they are not known yet.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{full}' as whole (read_only)")
        connection.execute(f"attach '{past}' as past (read_only)")
        columns = [
            name
            for (name,) in connection.execute(
                """
                select column_name from duckdb_columns()
                where database_name = 'whole' and schema_name = 'marts'
                and table_name = 'ml_arrival_delay_features' order by column_index
                """
            ).fetchall()
            if name not in (*TARGETS, "flight_id", "prediction_horizon")
        ]
        differences = ", ".join(
            f"count(*) filter (where one.{name} is distinct from other.{name})" for name in columns
        )
        found = connection.execute(
            f"""
            select
                count(*),
                count(*) filter (where one.flight_id is null or other.flight_id is null),
                {differences}
            from (
                from whole.marts.ml_arrival_delay_features where prediction_at_utc <= $cutoff
            ) as one
            full join (
                from past.marts.ml_arrival_delay_features where prediction_at_utc <= $cutoff
            ) as other
                on one.flight_id = other.flight_id
                and one.prediction_horizon = other.prediction_horizon
            """,
            {"cutoff": cutoff},
        ).fetchone()
    assert found is not None
    counts = dict(zip(columns, found[2:], strict=True))
    return found[0], found[1], {name: count for name, count in counts.items() if count}
