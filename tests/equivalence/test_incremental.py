"""A change of weather or of a rule reaches the affected months, as a full refresh would.

The tests in `tests/live` cover how months of flights are added, changed and removed.
"""

from __future__ import annotations

from datetime import date

import duckdb

from tests.commands import Project

JULY = date(2013, 7, 1)


def versions(project: Project) -> dict[date, str]:
    """Return the version under which each month of the fact table was built."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return dict(
            connection.execute(
                "select distinct flight_month, _partition_version from marts.fct_flights"
            ).fetchall()
        )


def test_other_weather_and_other_rules_reach_the_months_they_concern(
    small: Project, copy_of_small: Project
) -> None:
    project = copy_of_small
    before = versions(project)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "update raw_nycflights13.weather set visib = '0.5', _dlt_load_id = 'another' "
            "where (month = '7' and day = '15') or (month = '10' and day = '31')"
        )
    project.build_without_tests("--select", "+fct_flights")
    after = versions(project)
    # the weather of the last day of October is also that of the first flights of November
    assert {month for month in before if before[month] != after[month]} == {
        JULY,
        date(2013, 10, 1),
        date(2013, 11, 1),
    }

    other_rule = ("--vars", '{"known_weather_max_age_minutes": 5}')
    project.build_without_tests(*other_rule)
    incremental = project.hashes()
    project.build_without_tests(*other_rule, "--full-refresh")
    assert project.hashes() == incremental
    assert incremental["fct_flights"] != small.hashes()["fct_flights"]
