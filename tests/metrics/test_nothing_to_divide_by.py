"""If a group's denominator is zero, a metric is null: never NaN, never infinite."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ontime.metrics.semantics import Metrics
from tests.commands import Project

# for each kind of rate, what a flight that never left gives it: a zero denominator
NULL_FOR_FLIGHTS_THAT_NEVER_LEFT = (
    "average_arrival_delay_minutes",
    "average_departure_delay_minutes",
    "on_time_arrival_rate_of_completed",
    "on_time_departure_rate_of_departed",
    "average_taxi_out_minutes",
    "average_taxi_in_minutes",
    "average_scheduled_block_minutes",
)


@pytest.fixture
def without_departures(built: Project, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a published file whose carriers AS and HA have flights that never left."""
    file = tmp_path / "without_departures.duckdb"
    shutil.copy(built.published_file, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            update marts.fct_flights
            set
                flight_state = 'never_departed', has_departed = false, is_completed = false,
                is_cancelled = false, is_diverted = false, is_never_departed = true,
                is_unresolved = false, is_on_time_departure = false, is_on_time_arrival = false,
                departure_delay_minutes = null, arrival_delay_minutes = null,
                departure_at_utc = null, arrival_at_utc = null, actual_block_minutes = null
            where carrier_code in ('AS', 'HA')
            """
        )
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def _not_numbers(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    relation = connection.sql(sql)
    names = relation.columns
    return sorted(
        {
            f"{name} of {row[0]}"
            for row in relation.fetchall()
            for name, value in zip(names, row, strict=True)
            if isinstance(value, float) and not math.isfinite(value)
        }
    )


@pytest.mark.parametrize(
    "dimension", ["carrier", "destination_airport", "origin_airport", "flight_state", "month"]
)
def test_no_metric_is_nan_or_infinite(
    metrics: Metrics, without_departures: duckdb.DuckDBPyConnection, dimension: str
) -> None:
    asked = metrics.question(metrics.of_table("fct_flights"), by=[dimension])
    assert not _not_numbers(without_departures, asked)


@pytest.mark.parametrize("metric", NULL_FOR_FLIGHTS_THAT_NEVER_LEFT)
def test_a_metric_of_nothing_is_null(
    metrics: Metrics, without_departures: duckdb.DuckDBPyConnection, metric: str
) -> None:
    sql = metrics.question([metric], by=["carrier"], where="carrier in ('AS', 'HA')")
    assert without_departures.sql(sql).fetchall() == [("AS", None), ("HA", None)]


def test_laguardia_is_not_the_destination_with_the_longest_delays(
    metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    asked = metrics.question(
        ["average_arrival_delay_minutes"],
        by=["destination_airport"],
        order=["-average_arrival_delay_minutes"],
    )
    answers = published.sql(asked).fetchall()
    assert answers[0][0] == "CAE"
    assert answers[-1] == ("LGA", None)
