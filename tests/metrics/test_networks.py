"""The flights under brands are counted in agreement with how the made-up month was decided.

A month of both tables of BTS is made up and counted by `tests.publisher.marketing_files`, which
knows nothing of the models: flights of operators that do not report, flights of one table alone,
cancellations and delays that differ, other flight numbers, and a row that is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.metrics.semantics import Metrics
from tests.commands import Project
from tests.publisher import bts_files, marketing_files
from tests.publisher.marketing_files import DO_NOT_REPORT, made_up_month
from tests.shared import made_once

MONTH = "2024-01"
MADE = made_up_month(MONTH, 400)
# what the tables need, and no more: the rest of the project is as it was built
_MODELS = (
    "int_flight_loads int_carrier_days int_carriers int_airport_month_flights int_airports "
    "int_flight_partitions fct_flights int_marketing_flight_loads fct_marketing_flights "
    "mart_marketing_network_month_punctuality mart_marketing_network_operator_month_punctuality "
    "mart_operator_month_reconciliation"
)

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def tables(small: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield a read-only connection to a warehouse that has built the month."""

    def build(folder: Path) -> None:
        project = small.copy(folder)
        files = folder / "files"
        files.mkdir()
        for module, rows in ((bts_files, MADE.reporting), (marketing_files, MADE.marketing)):
            name, content = module.month_name(MONTH), module.month_zip(MONTH, rows)
            (files / name).write_bytes(content)
        project.ingest("load", "bts", "bts_marketing", "--offline-from", str(files))
        project.dbt("run", "--select", *_MODELS.split())

    folder = made_once(tmp_path_factory, "networks", build)
    with duckdb.connect(str(Project(folder).warehouse_file), read_only=True) as connection:
        yield connection


def test_every_row_is_a_flight_or_excluded_with_a_reason(tables: Any) -> None:
    assert tables.sql("select count(*) from marts.fct_marketing_flights").fetchall() == [
        (len(MADE.marketing) - len(MADE.repeated),)
    ]
    assert tables.sql(
        "select duplicate_flag, set_aside_reason from intermediate.int_marketing_flights_set_aside"
    ).fetchall() == [("Y", "duplicate_key")]
    assert not tables.sql(
        "select * from marts.fct_marketing_flights where has_duplicate_flag"
    ).fetchall()


def test_a_flight_has_its_brand_its_operator_and_both_numbers(tables: Any) -> None:
    def of(row: dict[str, Any]) -> tuple[Any, ...]:
        return (
            row["FlightDate"],
            row["Marketing_Airline_Network"],
            row["Flight_Number_Marketing_Airline"],
            row["Operating_Airline "],
            row["Flight_Number_Operating_Airline"],
            row.get("Originally_Scheduled_Code_Share_Airline"),
            row["DOT_ID_Operating_Airline"],
            row["Origin"],
            row.get("ArrDelay"),
            row.get("CancellationCode"),
        )

    found = tables.sql(
        """
        select
            cast(flight_date as varchar), marketing_carrier_code, marketing_flight_number,
            operating_carrier_code, operating_flight_number, scheduled_operating_carrier_code,
            operating_carrier_dot_id, origin_airport_code, arrival_delay_minutes,
            cancellation_code
        from marts.fct_marketing_flights
        """
    ).fetchall()
    expected = [of(one.marketing) for one in MADE.filed if one.marketing]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_networks_are_counted_and_ranked_with_their_partners(tables: Any) -> None:
    found = tables.sql(
        """
        select
            marketing_carrier_code, scheduled_flights, partner_operated_flights,
            cancelled_flights, diverted_flights, on_time_arrivals,
            arrivals_15_minutes_late_or_more, on_time_rank
        from marts.mart_marketing_network_month_punctuality
        """
    ).fetchall()
    counted = MADE.by_brand()
    shares = {name: of["on_time"] / of["scheduled"] for name, of in counted.items()}
    names = ("scheduled", "partner", "cancelled", "diverted", "on_time", "late")
    assert {row[0]: row[1:] for row in found} == {
        brand: (
            *(of[name] for name in names),
            1 + sum(share > shares[brand] for share in shares.values()),
        )
        for brand, of in counted.items()
    }
    assert len(set(shares.values())) > 1


def test_the_operators_of_a_network_add_up_to_it(tables: Any) -> None:
    assert not tables.sql(
        """
        select marketing_carrier_code, scheduled_flights, on_time_arrivals
        from marts.mart_marketing_network_month_punctuality
        except
        select marketing_carrier_code, sum(scheduled_flights), sum(on_time_arrivals)
        from marts.mart_marketing_network_operator_month_punctuality group by all
        """
    ).fetchall()
    assert set(
        tables.sql(
            "select distinct marketing_carrier_code, operating_carrier_code "
            "from marts.mart_marketing_network_operator_month_punctuality"
        ).fetchall()
    ) == {(one.brand, one.operator) for one in MADE.filed if one.marketing}


def test_the_reconciliation_counts_what_only_one_table_holds(tables: Any) -> None:
    names = {
        "reporting_flights": "reporting", "marketing_flights": "marketing",
        "flights_in_both_tables": "in_both", "reporting_only_flights": "reporting_only",
        "marketing_only_flights": "marketing_only",
        "reporting_cancelled_flights": "reporting_cancelled",
        "marketing_cancelled_flights": "marketing_cancelled",
        "differently_cancelled_flights": "other_cancellation",
        "reporting_late_arrivals": "reporting_late", "marketing_late_arrivals": "marketing_late",
        "differently_late_arrivals": "other_lateness",
        "differently_numbered_flights": "other_number",
    }  # fmt: skip
    found = tables.sql(
        f"select operating_carrier_code, is_reporting_carrier, {', '.join(names)} "
        "from marts.mart_operator_month_reconciliation"
    ).fetchall()
    counted = MADE.counted()
    assert {row[0]: row[1:] for row in found} == {
        operator: (operator not in DO_NOT_REPORT, *(of[name] for name in names.values()))
        for operator, of in counted.items()
    }
    # each kind of difference occurs
    assert all(sum(of[name] for of in counted.values()) for name in names.values())


def test_neither_table_changes_the_other(tables: Any) -> None:
    assert tables.sql(
        "select count(*) from marts.fct_flights where flight_month = date '2024-01-01'"
    ).fetchall() == [(len(MADE.reporting),)]
    # months that one table has alone are compared with nothing
    assert (
        tables.sql(
            "select distinct flight_month from marts.mart_operator_month_reconciliation"
        ).fetchall()
        == tables.sql("select date '2024-01-01'").fetchall()
    )


def test_metrics_of_networks_count_the_same(tables: Any, metrics: Metrics) -> None:
    asked = metrics.question(
        ["network_scheduled_flights", "network_on_time_arrival_rate", "network_cancellation_rate"],
        by=["marketing_carrier"],
    )
    found = {row[0]: row[1:] for row in tables.sql(asked).fetchall()}
    for brand, of in MADE.by_brand().items():
        scheduled, on_time, cancelled = found[brand]
        assert scheduled == of["scheduled"]
        assert on_time == pytest.approx(of["on_time"] / scheduled)
        assert cancelled == pytest.approx(of["cancelled"] / scheduled)
