"""What Spark writes as an instant is read as a time in UTC, in any time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ontime.cluster.tables import reading, rows_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file as Spark writes it, with instants."""
    duckdb.sql(
        "select 7 as key, '2013-07-04 16:00:00+00'::timestamptz as departed_at_utc, "
        "null::timestamptz as landed_at_utc"
    ).write_parquet(str(tmp_path / "rows.parquet"))
    return tmp_path / "rows.parquet"


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Pacific/Kiritimati"])
def test_instants_are_times_in_utc(file: Path, zone: str) -> None:
    columns = {"departed_at_utc": "TIMESTAMP", "key": "BIGINT", "landed_at_utc": "TIMESTAMP"}
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{zone}'")
        found = connection.sql(reading(connection, [file]))
        assert found.types == ["INTEGER", "TIMESTAMP", "TIMESTAMP"]
        assert found.fetchall() == [(7, datetime(2013, 7, 4, 16), None)]
        found = connection.sql(rows_of(connection, [file], columns))
        assert found.fetchall() == [(datetime(2013, 7, 4, 16), 7, None)]


def test_what_is_an_instant_in_the_warehouse_stays_one(file: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'America/St_Johns'")
        columns = {"departed_at_utc": "TIMESTAMP WITH TIME ZONE"}
        [(found,)] = connection.sql(rows_of(connection, [file], columns)).fetchall()
    assert found == datetime(2013, 7, 4, 16, tzinfo=UTC)
