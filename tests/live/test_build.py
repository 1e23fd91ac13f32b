"""Live data are built, tested and published without the embedded data."""

from __future__ import annotations

import duckdb

from tests.live.live_project import FLIGHTS_A_MONTH, LiveProject


def test_live_data_alone_pass_every_test_and_are_published(
    live: LiveProject,
) -> None:
    live.has_passed_unit_tests()
    done = live.build_with_data_tests()
    assert "published: " in done.stdout
    with duckdb.connect(str(live.published_file), read_only=True) as connection:
        flights = connection.execute(
            """
            select
                count(*),
                count(*) filter (where is_diverted),
                sum(diversion_landing_count),
                count(*) filter (where is_completed and wheels_off_at_utc >= departure_at_utc
                    and wheels_on_at_utc > wheels_off_at_utc and arrival_at_utc >= wheels_on_at_utc)
                    = count(*) filter (where is_completed),
                count(*) filter (where has_known_weather_match and has_hour_weather_match)
            from marts.fct_flights
            """
        ).fetchall()[0]
        landings = connection.execute("select count(*) from marts.fct_diversion_landings")
        # of 50 flights one is diverted, and one is cancelled; the stations report every hour
        assert flights[0] == 2 * FLIGHTS_A_MONTH
        assert flights[1] == 2 * (FLIGHTS_A_MONTH // 50)
        assert flights[2] == landings.fetchall()[0][0] > 0
        assert flights[3] is True
        assert flights[4] == 2 * FLIGHTS_A_MONTH
        receipts = connection.execute(
            "select source_name, missing_columns from catalogue.source_receipts order by all"
        ).fetchall()
        # the made-up reports have no depth of snow
        assert any(name == "weather" and "snowdepth" in columns for name, columns in receipts)
        assert ("registry", None) in receipts
        ((comment,),) = connection.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'source_receipts' and column_name = 'missing_columns'"
        ).fetchall()
        assert comment.startswith("Declared columns without a value in any row of the file")
    assert (
        live.query(
            "select source_name, missing_columns from operations.loaded_partitions order by all"
        )
        == receipts
    )
    assert "Nothing is pending." in live.command("status").stdout

    # as if the airport with most arrivals were an hour east of where it is
    with duckdb.connect(str(live.warehouse_file)) as connection:
        connection.execute(
            """
            update marts.fct_flights
            set scheduled_arrival_at_local = scheduled_arrival_at_local + interval 1 hour
            where destination_airport_code = (
                select destination_airport_code from marts.fct_flights
                group by all order by count(*) desc, destination_airport_code limit 1
            )
            """
        )
    check = "assert_no_airport_is_whole_hours_off_its_printed_clocks"
    few = ("--vars", '{"clock_check_min_arrivals": 3}')
    done = live.dbt("test", "--select", check, *few, check=False)
    assert done.returncode == 1
    # both of its months
    assert f"FAIL 2 {check}" in done.stdout


def test_a_warehouse_without_receipts_is_reported_in_a_sentence(fresh: LiveProject) -> None:
    fresh.data.mkdir()
    with duckdb.connect(str(fresh.warehouse_file)) as connection:
        connection.execute("create table mine (answer integer)")
    done = fresh.command("status", code=2)
    assert "lacks tables that ingestion writes: run `make ingest` once" in done.stderr
