"""The same files give the same tables, whichever way they are built.

Every test builds a warehouse in another way and compares the content hash of every mart.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.commands import Project
from tests.shared import made_once


@pytest.fixture(scope="module")
def expected(built: Project) -> dict[str, str]:
    """Return the hashes of the marts of the ordinary build: eight tables and more."""
    hashes = built.hashes()
    assert len(hashes) >= 10
    return hashes


def raw_only(built: Project, folder: Path) -> Project:
    """Return a project with the raw tables and without anything that dbt builds."""
    project = built.copy(folder)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for schema in ("marts", "intermediate", "staging", "seeds"):
            connection.execute(f"drop schema {schema} cascade")
    return project


@pytest.fixture(scope="module")
def three_months(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a warehouse of the months in which clocks change and one before, built once."""

    def build(folder: Path) -> None:
        project = raw_only(built, folder)
        with duckdb.connect(str(project.warehouse_file)) as connection:
            for table in ("flights", "weather"):
                connection.execute(
                    f"delete from raw_nycflights13.{table} where month not in ('2', '3', '11')"
                )
        project.build_without_tests()

    return Project(made_once(tmp_path_factory, "three_months", build))


# Each build differs from the ordinary one in its zone, and also in threads and locale. The zones
# are east and west of Greenwich, at whole and fractional hours, and across the date line.
@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "America/New_York", "ONTIME_THREADS": "1", "LC_ALL": "C"},
        {"TZ": "Pacific/Kiritimati", "ONTIME_THREADS": "2", "LC_ALL": "C.UTF-8"},
        {"TZ": "America/St_Johns", "ONTIME_THREADS": "8", "LC_ALL": "de_DE.UTF-8"},
        {"TZ": "Europe/Dublin", "ONTIME_THREADS": "1", "LC_ALL": "POSIX"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_zone_threads_and_locale_do_not_matter(
    three_months: Project, tmp_path: Path, environment: dict[str, str]
) -> None:
    expected = three_months.hashes()
    assert len(expected) >= 10
    with duckdb.connect(str(three_months.warehouse_file), read_only=True) as connection:
        months = connection.execute("select distinct flight_month from marts.fct_flights")
        assert len(months.fetchall()) == 3
    project = raw_only(three_months, tmp_path)
    project.build_without_tests(**environment)
    assert project.hashes() == expected


def test_zone_threads_and_locale_do_not_matter_in_the_whole_year(
    built: Project, expected: dict[str, str], tmp_path: Path
) -> None:
    project = raw_only(built, tmp_path)
    project.build_without_tests(
        **{"TZ": "Asia/Kathmandu", "ONTIME_THREADS": "8", "LC_ALL": "tr_TR.UTF-8"}
    )
    assert project.hashes() == expected


def test_building_again_changes_nothing(expected: dict[str, str], copy_of_built: Project) -> None:
    copy_of_built.build_without_tests()
    assert copy_of_built.hashes() == expected


def test_loading_and_building_again_changes_nothing(
    built: Project, expected: dict[str, str], copy_of_built: Project
) -> None:
    copy_of_built.ingest("load", "--force")
    copy_of_built.build_without_tests()
    assert copy_of_built.hashes() == expected
    assert copy_of_built.hashes("raw_nycflights13") == built.hashes("raw_nycflights13")
