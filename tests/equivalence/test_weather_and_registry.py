"""Reports and snapshots reach the affected months, in whatever order they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.commands import Project
from tests.equivalence.live_files import load_snapshot, load_weather
from tests.publisher.registry_files import aircraft, former

# the first aircraft that flew in three months of the year, and the first that flew in all months
CHANGING_AND_LEAVING = """
    select min(tail_number) filter (where months = 3), min(tail_number) filter (where months = 12)
    from (
        select tail_number, count(distinct flight_month) as months
        from marts.fct_flights
        where aircraft_match_quality = 'matched'
        group by tail_number
    )
"""
UNKNOWN_IN_SEPTEMBER = """
    select min(tail_number)
    from marts.fct_flights
    where
        aircraft_match_quality = 'not_in_registry'
        and flight_month = '2013-09-01'
        and day(flight_date) between 2 and 20
        and tail_number like 'N%'
"""
MONTHS_OF_A_TAIL = "select distinct month(flight_date) from marts.fct_flights where tail_number = ?"
DAYS_FLOWN = """
    select min(flight_date), max(flight_date), count(*)
    from marts.fct_flights
    where tail_number = ?
"""
DAYS_MATCHED = f"{DAYS_FLOWN} and aircraft_match_quality like 'matched%'"
VERSIONS = "select distinct month(flight_month), _partition_version from marts.fct_flights"
HISTORY = """
    select source_system, serial_number, cast(valid_from_date as varchar),
        cast(valid_to_date as varchar)
    from marts.dim_aircraft
    where tail_number = ?
    order by valid_from_date
"""


def query(project: Project, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds in the warehouse."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return connection.execute(sql, values).fetchall()


def months_built_again(project: Project) -> set[int]:
    """Build the fact table, and return its months that were rebuilt."""
    before = set(query(project, VERSIONS))
    project.build_without_tests("--select", "+fct_flights")
    return {month for month, _ in set(query(project, VERSIONS)) - before}


def test_reports_and_snapshots_in_any_order_give_the_full_refresh(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing, leaving = query(small, CHANGING_AND_LEAVING)[0]
    ((former_tail,),) = query(small, UNKNOWN_IN_SEPTEMBER)
    # in the last list alone; the registry of 1 September does not have it yet
    given_up = {"2013-11-01": [former(former_tail, CANCEL_DATE="20130921", CERT_ISSUE_DATE="")]}
    others = [aircraft(f"N{number}QQ") for number in range(1, 50)]
    snapshots = {
        "2012-06-01": [*others, aircraft(leaving)],
        "2013-05-01": [*others, aircraft(changing), aircraft(leaving)],
        "2013-09-01": [
            *others,
            aircraft(changing, SERIAL_NUMBER="28928", MFR_MDL_CODE="3940032"),
            aircraft(leaving, LAST_ACTION_DATE="20130830", EXPIRATION_DATE="20400101"),
        ],
        "2013-11-01": [
            *others,
            aircraft(changing, SERIAL_NUMBER="28928", MFR_MDL_CODE="3940032"),
        ],
    }

    def load(project: Project, day: str) -> None:
        load_snapshot(project, day, snapshots[day], monkeypatch, given_up.get(day))

    project = small.copy(tmp_path / "day by day")
    load(project, "2013-05-01")
    assert months_built_again(project) == set(range(1, 13))
    load(project, "2013-09-01")
    flown = {month for (month,) in query(project, MONTHS_OF_A_TAIL, changing)}
    assert len(flown) == 3
    assert months_built_again(project) == flown
    # the file of March includes a day of February and one of April
    load_weather(project, "2013-03", monkeypatch)
    assert months_built_again(project) == {2, 3, 4}
    load_weather(project, "2013-02", monkeypatch)
    load_snapshot(
        project, "2013-11-01", snapshots["2013-11-01"], monkeypatch, given_up["2013-11-01"]
    )
    load(project, "2012-06-01")
    project.build_without_tests()
    incremental = project.hashes()
    project.build_without_tests("--full-refresh")
    assert project.hashes() == incremental

    shuffled = small.copy(tmp_path / "shuffled")
    load_weather(shuffled, "2013-02", monkeypatch)
    load_snapshot(
        shuffled, "2013-11-01", snapshots["2013-11-01"], monkeypatch, given_up["2013-11-01"]
    )
    load(shuffled, "2012-06-01")
    shuffled.build_without_tests("--select", "+fct_flights")
    load(shuffled, "2013-09-01")
    load_weather(shuffled, "2013-03", monkeypatch)
    load(shuffled, "2013-05-01")
    shuffled.build_without_tests()
    assert shuffled.hashes() == incremental

    serial = f"SN-{leaving.removeprefix('N')}"
    assert query(project, HISTORY, leaving) == [
        ("registry", serial, "2012-06-01", "2012-12-31"),
        ("nycflights13", None, "2013-01-01", "2013-04-30"),
        ("registry", serial, "2013-05-01", "2013-10-31"),
    ]
    assert query(project, HISTORY, changing) == [
        ("nycflights13", None, "2013-01-01", "2013-04-30"),
        ("registry", f"SN-{changing.removeprefix('N')}", "2013-05-01", "2013-08-31"),
        ("registry", "28928", "2013-09-01", None),
    ]
    assert query(project, HISTORY, former_tail) == [
        ("registry", f"FORMER-{former_tail.removeprefix('N')}", "2013-09-02", "2013-09-20"),
    ]
    assert query(project, DAYS_MATCHED, former_tail) == query(
        small, f"{DAYS_FLOWN} and flight_date between '2013-09-02' and '2013-09-20'", former_tail
    )
    # and the table differs from the one without them, so that the comparisons above are meaningful
    without = small.hashes()
    for table in ("fct_flights", "fct_weather_observations", "dim_aircraft"):
        assert incremental[table] != without[table]
