"""Build the site of many airports and months, and report what becomes large: minutes, run by hand.

    python -m benchmarks.wide_site FOLDER [--airports 300] [--months 36]

FOLDER holds a built warehouse of the embedded year (`data/`), and is changed: run it on a copy. The
made-up flights are those of the embedded year: a month is filled with the flights of its twin in
2013, between other airports: a few are large and most are small. Their times, delays and
carriers stay, so the shares are plausible and the airports are not. Only the models that pages read
are built, and nothing is tested.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

import duckdb

from tests.commands import Project

MODELS = (
    "mart_source_coverage",
    "int_subject_month_counts",
    "mart_default_scope_shares",
    "mart_network_month_punctuality",
    "mart_network_day_punctuality",
    "mart_carrier_month_punctuality",
    "mart_carrier_group_month_punctuality",
    "mart_carrier_year_delay_tail",
    "mart_airport_month_punctuality",
    "mart_airport_hour_load",
    "mart_weather_class_punctuality",
    "mart_route_month_block_times",
    "mart_carrier_airport_month_cancellations",
    "mart_carrier_airport_month_delay_causes",
    "mart_aircraft_type_age_punctuality",
)
# the carriers of the year before and after are almost the same
_FIRST_YEAR, _TWIN = 2011, 2013
_LARGEST = 12


def main() -> None:
    """Make the warehouse and its site, and print a table of what they weigh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--airports", type=int, default=300)
    parser.add_argument("--months", type=int, default=36)
    words = parser.parse_args()
    project = Project(words.folder.resolve())
    fill(project, words.airports, words.months)
    project.dbt("run", "--quiet", "--select", *MODELS)
    publish(project)
    began = time.monotonic()
    site = project.folder / "site"
    done = project.run(
        *(sys.executable, "-m", "ontime", "dashboards", "--quick", "--folder", site), check=False
    )
    print(done.stdout, done.stderr, f"{time.monotonic() - began:.0f} s", sep="\n")
    print("\n".join(weights(site)))


def fill(project: Project, airports: int, months: int) -> None:
    """Replace the flights by made-up ones of as many airports and months."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(_AIRPORTS, [airports])
        connection.execute("create temp table twins as from marts.fct_flights")
        connection.execute("delete from marts.fct_flights")
        connection.execute("delete from operations.built_months where model_name = 'fct_flights'")
        for place in range(months):
            year, month = _FIRST_YEAR + place // 12, place % 12 + 1
            connection.execute(_MONTH, {"year": year, "month": month, "twin": _TWIN})
            connection.execute(
                "insert into operations.built_months "
                "select 'fct_flights', flight_month, 'made up', count(*), 'made up' "
                "from marts.fct_flights where flight_month = make_date($1, $2, 1) "
                "group by flight_month",
                [year, month],
            )


def publish(project: Project) -> None:
    """Write the tables that were built into the published file, without its keys."""
    copied = project.folder / "wide.duckdb"
    built = {"fct_flights", *MODELS}
    with duckdb.connect(str(copied)) as connection:
        connection.execute(f"attach '{project.published_file}' as published (read_only)")
        connection.execute(f"attach '{project.warehouse_file}' as warehouse (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'published'"
        ).fetchall()
        for schema, table in tables:
            source = "warehouse" if table in built else "published"
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as from {source}.{schema}.{table}")
        # what the page that asks in SQL reads, to decide what it holds
        for schema, table in tables:
            if schema == "marts":
                connection.execute(
                    f"update catalogue.tables set row_count = (select count(*) from marts.{table}) "
                    "where table_name = $1",
                    [table],
                )
    project.published_file.unlink()
    shutil.move(copied, project.published_file)


def weights(site: Path) -> list[str]:
    """Return the largest files of a site, and the sum of each kind, as a table in Markdown."""
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    kinds: dict[str, list[int]] = {}
    for path, size in sizes.items():
        kinds.setdefault(path.relative_to(site).parts[0], []).append(size)
    lines = ["| what | files | kB | largest, kB |", "|---|---:|---:|---:|"]
    lines += [
        f"| {kind} | {len(of_kind)} | {sum(of_kind) / 1e3:,.0f} | {max(of_kind) / 1e3:,.0f} |"
        for kind, of_kind in sorted(kinds.items())
    ]
    largest = sorted(sizes, key=lambda path: -sizes[path])[:_LARGEST]
    return [
        *lines,
        *(f"| {path.relative_to(site)} | | {sizes[path] / 1e3:,.0f} | |" for path in largest),
    ]


# the airports of the United States that have a code, in an order that nothing depends on
_AIRPORTS = """
create temp table wanted as
select airport_code, row_number() over (order by md5(airport_code)) - 1 as place
from marts.dim_airports
where
    country_code = 'US'
    and latitude_degrees between 25 and 49
    and longitude_degrees between -125 and -67
qualify row_number() over (order by md5(airport_code)) <= $1
"""

# the larger of two numbers by chance is rarely small: so a few airports get most of the flights
_MONTH = """
insert into marts.fct_flights by name
with placed as (
    select
        twins.*,
        cast(floor(
            (select count(*) from wanted)
            * power((hash(flight_id || 'from') % 10007) / 10007.0, 2.5)
        ) as integer) as origin_place,
        cast(floor(
            (select count(*) from wanted)
            * power((hash(flight_id || 'to') % 10009) / 10009.0, 2.5)
        ) as integer) as destination_place
    from twins
    where
        month(flight_month) = $month and year(flight_month) = $twin and day(flight_date) <= 28
)
select
    placed.* exclude (origin_place, destination_place) replace (
        cast($year as varchar) || flight_id as flight_id,
        'bts' as source_system,
        origins.airport_code as origin_airport_code,
        destinations.airport_code as destination_airport_code,
        case when is_never_departed then 'cancelled' else flight_state end as flight_state,
        case when is_never_departed then 'B' end as cancellation_code,
        is_never_departed as is_cancelled,
        false as is_never_departed,
        make_date($year, $month, day(flight_date)) as flight_date,
        make_date($year, $month, 1) as flight_month
    )
from placed
inner join wanted as origins on placed.origin_place = origins.place
inner join wanted as destinations on placed.destination_place = destinations.place
where placed.origin_place <> placed.destination_place
"""


if __name__ == "__main__":
    main()
