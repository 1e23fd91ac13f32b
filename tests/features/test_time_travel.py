"""Features do not know the future: a warehouse without it gives the same features."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.commands import Project
from tests.features.conftest import STORM, copy_of_warehouse
from tests.features.time_travel import TARGETS, compared, forget, rebuild
from tests.publisher import bts_files

BLIZZARD = datetime(2013, 2, 9, 0, 0)  # midnight in UTC, snow in New York
SPRING_FORWARD = datetime(2013, 3, 10, 6, 59)  # a minute before 02:00 becomes 03:00
FALL_BACK = datetime(2013, 11, 3, 6, 30)  # 01:30 for the second time
SNOW_BEFORE_CHRISTMAS = datetime(2013, 12, 15, 5, 0)  # midnight in New York


@pytest.mark.parametrize(
    ("year", "cutoff", "rows"),
    [
        ("small", BLIZZARD, 2_112),
        ("small", SPRING_FORWARD, 3_665),
        ("built", STORM, 350_576),
        ("small", FALL_BACK, 18_278),
        ("small", SNOW_BEFORE_CHRISTMAS, 20_642),
    ],
    ids=str,
)
def test_what_happens_later_changes_no_feature(
    request: pytest.FixtureRequest, tmp_path: Path, year: str, cutoff: datetime, rows: int
) -> None:
    whole: Project = request.getfixturevalue(year)
    past = copy_of_warehouse(whole, tmp_path)
    forget(past, cutoff)
    rebuild(past)
    found, lonely, differences = compared(whole.warehouse_file, past.warehouse_file, cutoff)
    assert found == rows
    assert lonely == 0
    assert not differences
    # the later data are really gone, and a feature that used them would have differed
    _, lonely, later = compared(whole.warehouse_file, past.warehouse_file, datetime(2014, 1, 2))
    assert lonely == 0
    for group in ("_history_", "recent_", "known_weather_"):
        assert [name for name in later if group in name]
    with duckdb.connect(str(past.warehouse_file), read_only=True) as connection:
        latest = connection.execute(
            """
            select
                (select max(departure_at_utc) from marts.fct_flights),
                (select max(arrival_at_utc) from marts.fct_flights),
                (select max(known_at_utc) from intermediate.int_weather_observations)
            """
        ).fetchone()
    assert latest
    assert max(latest) <= cutoff


def test_what_happens_later_changes_no_feature_of_inbound_flights(
    small: Project, tmp_path: Path
) -> None:
    cutoff = datetime(2024, 1, 19, 18, 30)
    offered = tmp_path / "offered"
    offered.mkdir()
    archive = bts_files.month_zip("2024-01", bts_files.flights("2024-01", 6000))
    (offered / bts_files.month_name("2024-01")).write_bytes(archive)
    whole = copy_of_warehouse(small, tmp_path / "whole")
    whole.ingest("load", "bts", "--months", "2024-01", "--offline-from", str(offered))
    rebuild(whole)
    past = copy_of_warehouse(whole, tmp_path / "past")
    forget(past, cutoff)
    rebuild(past)
    found, lonely, differences = compared(whole.warehouse_file, past.warehouse_file, cutoff)
    assert found > 21_592
    assert lonely == 0
    assert not differences
    with duckdb.connect(str(whole.warehouse_file), read_only=True) as connection:
        inbound = connection.execute(
            """
            select
                count(inbound_mean_departure_delay_minutes),
                count(inbound_mean_arrival_delay_minutes)
            from marts.ml_arrival_delay_features
            where prediction_at_utc <= $cutoff and flight_month = '2024-01-01'
            """,
            {"cutoff": cutoff},
        ).fetchone()
    assert inbound
    assert min(inbound) > 100
    _, _, later = compared(whole.warehouse_file, past.warehouse_file, datetime(2024, 3, 1))
    assert {"inbound_mean_departure_delay_minutes", "inbound_mean_arrival_delay_minutes"} <= set(
        later
    )


def test_the_targets_are_all_that_is_left_out(published: duckdb.DuckDBPyConnection) -> None:
    targets = published.execute(
        "select column_name from catalogue.columns where known_at = 'target' order by all"
    ).fetchall()
    assert [name for (name,) in targets] == sorted(TARGETS)
