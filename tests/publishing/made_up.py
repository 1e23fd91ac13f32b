"""Small, quickly made publications: one fact table and, optionally, one feature."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ontime.publishing.features import TABLE
from ontime.publishing.months import month_file
from ontime.publishing.placement import make_draft, put_in_place
from ontime.storage.content_hash import CONTENT_HASH_MACRO

FEATURES = """
create temp table ml_arrival_delay_features as
select
    'A' as flight_id, 'evening_before' as prediction_horizon, 'test' as data_split,
    true as is_late_arrival, false as is_cancelled_or_never_departed,
    date '2013-01-01' as flight_date, date '2013-01-01' as flight_month
"""

CATALOGUE = """
create table catalogue.columns as
select table_name, column_name, column_index as ordinal_position,
    lower(data_type) as data_type,
    column_name in ('flight_id', 'prediction_horizon') as is_primary_key,
    'schedule' as known_at, 'What it is.' as description
from duckdb_columns() where schema_name = 'marts' or table_name like 'ml_%';
create table catalogue.source_receipts as select 'flights.csv' as file_name, 'abc' as file_sha256;
"""


def write(file: Path, name: str, on_time: int, *, features: bool = True, rows: int = 10) -> None:
    """Write a finished file: `fct_flights` has `rows` flights, `on_time` of them on time."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema catalogue; create schema marts")
        connection.execute(
            "create table marts.fct_flights as "
            f"select number as flight_id, number < {on_time} as is_on_time from range({rows}) "
            "as flights (number)"
        )
        if features:
            connection.execute(FEATURES)
        connection.execute(CATALOGUE)
        connection.execute(CONTENT_HASH_MACRO)
        connection.execute(
            "create table catalogue.tables (table_name varchar, description varchar, "
            "row_count bigint, content_hash varchar)"
        )
        for table in ("marts.fct_flights", *([f"temp.{TABLE}"] if features else [])):
            connection.execute(
                f"insert into catalogue.tables select '{table.partition('.')[2]}', 'Rows.', "
                f"row_count, content_hash from content_hash('{table}')"
            )
        if features:
            place = month_file(file.parent, TABLE, "2013-01-01")
            place.parent.mkdir(parents=True)
            connection.execute(f"copy temp.{TABLE} to '{place}'")
        connection.execute(
            f"""
            create table catalogue.publication as
            select '{name}' as publication_name, timestamp '2026-01-01' as built_at_utc,
                'unknown' as git_revision, 'made up' as identity,
                content_hash_method() as content_hash_method,
                (select string_agg(content_hash, '' order by table_name) from catalogue.tables)
                    as fingerprint
            """
        )


def publish(name: str, on_time: int, *, features: bool = True) -> str:
    """Publish such a file, as dbt's macros do; return the message."""
    draft = make_draft(name)
    write(draft, name, on_time, features=features)
    return put_in_place(draft)


def seen(published: Path) -> tuple[str, int, str]:
    """Return what a new reader sees: name, flights on time, and the build of the features."""
    with duckdb.connect(str(published / "ontime_marts.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select publication_name, (select count(*) from marts.fct_flights where is_on_time) "
            "from catalogue.publication"
        ).fetchall()
    card = published / "features" / "README.md"
    features = card.read_text(encoding="utf-8").split("Publication `")[1].split("`")[0]
    return rows[0][0], rows[0][1], features
