"""With another value of any variable of `dbt_project.yml`, all tests of the build pass."""

from __future__ import annotations

import json

import duckdb

from tests.commands import Project


def test_another_threshold_of_punctuality_gives_what_plain_sql_says(copy_of_small: Project) -> None:
    # the first model that uses the threshold, everything downstream of it, and all their tests
    done = copy_of_small.dbt(
        "build",
        "--select",
        "int_flights_classified+",
        "--vars",
        json.dumps({"on_time_threshold_minutes": 20}),
    )
    assert "ERROR=0" in done.stdout
    with duckdb.connect(str(copy_of_small.warehouse_file), read_only=True) as connection:
        plain = connection.execute(
            """
            select
                count(*) filter (where departure_delay_minutes < 20),
                count(*) filter (where flight_state = 'completed' and arrival_delay_minutes < 20),
                count(*) filter (where flight_state = 'completed' and arrival_delay_minutes >= 15)
            from marts.fct_flights
            """
        ).fetchone()
        assert plain == (8_685, 8_329, 2_654)
        for table in (
            "mart_network_month_punctuality",
            "mart_carrier_month_punctuality",
            "mart_route_month_punctuality",
            "mart_aircraft_type_age_punctuality",
        ):
            counted = connection.execute(
                f"""
                select
                    sum(on_time_departures),
                    sum(on_time_arrivals),
                    sum(arrivals_15_minutes_late_or_more)
                from marts.{table}
                """
            ).fetchone()
            assert counted == plain, table
        late = connection.execute(
            """
            select
                sum(late_arrivals),
                (
                    select count(*) filter (where is_late_arrival) // 2
                    from marts.ml_arrival_delay_features
                )
            from marts.mart_carrier_airport_month_delay_causes
            """
        ).fetchone()
        assert late == (10_596 - plain[1], 10_596 - plain[1])
