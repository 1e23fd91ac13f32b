"""A build tests what it built, an audit tests everything, and neither forgets a fault."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import duckdb

from tests.commands import ARTIFACTS, Project

# hours that no day has, put into a table behind the builds' back
FAULT = (
    "update marts.fct_flights set scheduled_departure_hour = 99 where flight_month = '2013-06-01'"
)
FAILS = "accepted_range_fct_flights_v1_scheduled_departure_hour__23__0"
JUNE_IS_BUILT_AGAIN = (
    "update operations.built_months set invocation_id = 'another' "
    "where model_name = 'fct_flights' and built_month = '2013-06-01'"
)
FACTS = ("--select", "fct_flights")
# also tests that read tables which the selection neither builds nor reads
EAGER = ("--indirect-selection", "eager")
STAGING = ("--select", "stg_nycflights13__flights")


def change(project: Project, *statements: str) -> None:
    """Run statements in the warehouse."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for statement in statements:
            connection.execute(statement)


def passes(project: Project, command: str, options: Sequence[str]) -> bool:
    """Return whether `build` or `test` of dbt passes; otherwise the fault must be what fails."""
    done = project.dbt(command, *options, check=False)
    assert done.returncode == (0 if "ERROR=0" in done.stdout else 1), done.stdout[-2000:]
    return done.returncode == 0


def test_a_fault_in_a_month_is_found_by_the_build_that_builds_it_and_by_every_audit(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    change(project, FAULT)
    # June was tested when it was built, and has not been built since
    assert passes(project, "build", FACTS)
    audit = project.run(sys.executable, "-m", "ontime", "audit", *FACTS, check=False)
    assert audit.returncode == 1
    assert FAILS in audit.stderr
    assert "Not published" not in audit.stdout

    # as if June had been built with the fault
    change(project, JUNE_IS_BUILT_AGAIN)
    # until a whole build passes, every build looks at it again
    for _ in range(2):
        done = project.dbt("build", *FACTS, check=False)
        assert done.returncode == 1
        assert FAILS in done.stdout


def test_a_test_reads_the_months_that_changed_alone(copy_of_small: Project) -> None:
    project, states = copy_of_small, "fct_flights_are_in_exactly_one_state"
    change(project, JUNE_IS_BUILT_AGAIN)
    project.dbt("build", "--select", states, env=ARTIFACTS)
    (compiled,) = (project.folder / "target" / "compiled").rglob(f"{states}.sql")
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        sql = compiled.read_text(encoding="utf-8")
        [(_, plan)] = connection.execute(f"explain (format json) {sql}").fetchall()
    # the condition reaches the scan, which can then skip all other months
    assert re.search(r"\"Filters\":[^}]*flight_month *= *'2013-06-01'", plan), plan


def test_other_variables_and_other_code_test_everything_again(copy_of_small: Project) -> None:
    project = copy_of_small
    change(project, FAULT)
    test = ("--select", FAILS)
    assert passes(project, "build", test)
    other = '{"share_interval_deviations": 2}'
    assert not passes(project, "build", [*test, "--vars", other])
    # what other variables have passed counts for nothing, in either direction
    assert not passes(project, "build", test)


def test_a_partition_of_raw_is_tested_when_it_is_loaded(copy_of_small: Project) -> None:
    project = copy_of_small
    change(
        project,
        "update raw_nycflights13.flights set origin = 'XXX' where _source_row_number = "
        "(select min(_source_row_number) from raw_nycflights13.flights)",
    )
    assert passes(project, "build", STAGING)
    assert not passes(project, "test", STAGING)
    assert not passes(project, "build", [*STAGING, "--full-refresh"])

    change(
        project,
        "update raw_nycflights13.flights set _dlt_load_id = 'another'",
        "update operations.load_receipts set load_id = 'another' where table_name = 'flights'",
    )
    assert not passes(project, "build", STAGING)


def test_a_test_that_compares_tables_looks_at_every_row(copy_of_small: Project) -> None:
    project = copy_of_small
    # the facts have not changed, but what they refer to could have
    change(
        project,
        "update marts.fct_flights set carrier_key = 'nobody' where flight_month = '2013-06-01'",
    )
    assert not passes(project, "build", [*EAGER, "--select", "fct_flights,test_name:relationships"])
    assert passes(project, "build", ["--select", "fct_flights,test_name:expression_is_true"])


def test_a_test_in_a_file_of_its_own_looks_at_the_months_that_changed(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    test = ("--select", "assert_local_times_are_the_instants_in_the_airports_zone")
    change(
        project,
        "update marts.fct_flights set departure_at_local = departure_at_local + interval 5 minute "
        "where flight_month = '2013-06-01'",
    )
    assert passes(project, "build", test)
    assert not passes(project, "test", test)
    change(project, JUNE_IS_BUILT_AGAIN)
    assert not passes(project, "build", test)


def test_a_reference_is_looked_up_in_the_months_that_changed_where_it_is_in_their_version(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    test = ("--select", "fct_weather_observations,test_name:relationships", *EAGER)
    change(
        project,
        "update marts.fct_flights set hour_weather_observation_id = 'nowhere' "
        "where flight_month = '2013-06-01'",
    )
    assert passes(project, "build", test)
    assert not passes(project, "test", test)
    change(project, JUNE_IS_BUILT_AGAIN)
    assert not passes(project, "build", test)


def test_rows_that_warn_are_counted_once_and_stay_counted(copy_of_small: Project) -> None:
    project, name = copy_of_small, "mart_carrier_airport_month_delay_causes_explain_every_minute"
    test = ("--select", name)

    def contradict(month: str) -> int:
        change(
            project,
            "update marts.mart_carrier_airport_month_delay_causes "
            f"set contradicted_delay_minutes = 1 where flight_month = '{month}'",
        )
        with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
            [(rows,)] = connection.execute(
                "select count(*) from marts.mart_carrier_airport_month_delay_causes "
                f"where flight_month = '{month}'"
            ).fetchall()
        return int(rows)

    def warned(command: str) -> int:
        found = re.search(rf"WARN (\d+) {name}", project.dbt(command, *test).stdout)
        return int(found[1]) if found else 0

    assert warned("build") == 0
    june, july = contradict("2013-06-01"), contradict("2013-07-01")
    change(
        project,
        "update operations.built_months set invocation_id = 'another' "
        "where model_name = 'mart_carrier_airport_month_delay_causes' "
        "and built_month = '2013-06-01'",
    )
    # July was counted, and has not been built since
    for _ in range(2):
        assert warned("build") == june
    assert warned("test") == june + july


def test_a_view_over_raw_is_tested_by_the_partitions_that_it_reads(copy_of_small: Project) -> None:
    project = copy_of_small
    rows = ("--select", "int_flights_unioned,test_name:unique_combination_of_columns")
    change(
        project,
        "insert into raw_nycflights13.flights from raw_nycflights13.flights "
        "where _source_row_number = (select min(_source_row_number) from raw_nycflights13.flights)",
    )
    assert passes(project, "build", rows)
    assert not passes(project, "test", rows)
    change(project, "update operations.load_receipts set load_id = 'another'")
    assert not passes(project, "build", rows)
