"""Faults injected into the raw data are identified; the unmodified year gives no findings."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from tests.commands import Project
from tests.golden import independent as files

Findings = dict[str, tuple[str, str]]

# an ordinary Wednesday, far from holidays and storms
WHERE = "month = '10' and day = '23'"


def findings(project: Project) -> Findings:
    """Return severity and sentence of every finding, by its identity."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        rows = connection.execute(
            "select finding_id, severity, finding_text from marts.mart_quality_findings"
        ).fetchall()
    return {name: (severity, text) for name, severity, text in rows}


def with_faults(built: Project, project: Project, *statements: str) -> Findings:
    """Return the new findings after a change of the raw data."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("update raw_nycflights13.flights set _dlt_load_id = '1'")
        connection.execute(
            "update operations.load_receipts set load_id = '1' where table_name = 'flights'"
        )
    project.build_without_tests("--select", "+mart_quality_findings", "+mart_table_month_quality")
    before = findings(built)
    return {name: found for name, found in findings(project).items() if before.get(name) != found}


def month_of_flights(project: Project, month: str) -> dict[str, Any]:
    """Return the row of the quality mart of a month of flights."""
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        relation = connection.execute(
            """
            select * from marts.mart_table_month_quality
            where table_name = 'fct_flights' and data_month = ?
            """,
            [month],
        )
        (row,) = relation.fetchall()
        return dict(zip([column[0] for column in relation.description], row, strict=True))


def test_lost_and_doubled_flights_and_lost_tail_numbers_are_found(
    built: Project, copy_of_built: Project
) -> None:
    new = with_faults(
        built,
        copy_of_built,
        # a carrier's day is missing
        f"delete from raw_nycflights13.flights where {WHERE} and carrier = 'US'",
        # half of the tail numbers of a carrier are missing, for a week
        """
        update raw_nycflights13.flights set tailnum = null
        where month = '10' and day in ('7', '8', '9', '10', '11', '12', '13')
            and carrier = 'UA' and cast(flight as integer) % 2 = 0
        """,
        # a carrier's day appears twice, the second time as other flights
        f"""
        insert into raw_nycflights13.flights
        select * replace (
            '9' || lpad(flight, 4, '0') as flight,
            _source_row_number + 1000000 as _source_row_number
        )
        from raw_nycflights13.flights where {WHERE} and carrier = 'DL'
        """,
        # another carrier's day appears twice, row by row
        f"""
        insert into raw_nycflights13.flights
        select * replace (_source_row_number + 1000000 as _source_row_number)
        from raw_nycflights13.flights where {WHERE} and carrier = 'EV'
        """,
    )
    lost = new["flight_volume/day/carrier/US/2013-10-23"]
    assert lost[0] == "error"
    assert lost[1].startswith("On 2013-10-23, carrier US: 0 scheduled flights, where ")
    assert "below" in lost[1]
    doubled = new["flight_volume/day/carrier/DL/2013-10-23"]
    assert doubled[0] in {"warning", "error"}
    assert "above" in doubled[1]
    for day in range(7, 14):
        severity, text = new[f"tail_number_missing_rate/day/carrier/UA/2013-10-{day:02}"]
        assert severity == "error"
        assert "of departed flights have no tail number, where 0.0 % were expected" in text
    assert "tail_number_missing_rate/month/carrier/UA/2013-10-01" in new
    # exact duplicates are rejected, and counted
    assert not [name for name in new if "/EV/" in name and "flight_volume" in name]
    flown = files.count(
        lambda flight: (
            flight.carrier == "EV"
            and (flight.month, flight.scheduled_departure_local.day) == (10, 23)
        )
    )
    october = month_of_flights(copy_of_built, "2013-10-01")
    assert october["repeated_rows"] == flown > 100
    assert october["loaded_rows"] == october["published_rows"] + flown
    assert october["error_findings"] >= 9


def test_a_month_and_a_day_that_are_lost_are_found(built: Project, copy_of_built: Project) -> None:
    new = with_faults(
        built,
        copy_of_built,
        f"delete from raw_nycflights13.flights where {WHERE}",
        "delete from raw_nycflights13.flights where month = '5' and carrier = 'B6'",
        "delete from raw_nycflights13.flights where month in ('11', '12') and carrier = 'VX'",
        "delete from raw_nycflights13.weather where time_hour like '2013-08%'",
    )
    for series in ("all/all", "origin_airport/EWR", "origin_airport/JFK", "origin_airport/LGA"):
        severity, text = new[f"flight_volume/day/{series}/2013-10-23"]
        assert severity == "error"
        assert ": 0 scheduled flights, where " in text
    assert new["flight_volume/month/carrier/B6/2013-05-01"][0] == "error"
    assert new["series_ended/month/carrier/VX/fct_flights/2013-11-01"] == (
        "notice",
        "From 2013-11, there is no flight of carrier VX, though there are of others.",
    )
    absent = [text for name, (_, text) in new.items() if name.startswith("weather_absent/")]
    assert absent == ["There are flights of 2013-08 and no weather of any airport."]


def test_the_quiet_year_is_quiet(built: Project) -> None:
    found = findings(built)
    kinds = Counter((name.split("/")[0], severity) for name, (severity, _) in found.items())
    with duckdb.connect(str(built.warehouse_file), read_only=True) as connection:
        ((compared,),) = connection.execute(
            "select count(*) from marts.mart_quality_comparisons"
        ).fetchall()
    # one in a hundred, most of them low punctuality in storms
    assert compared > 30_000
    assert 300 < len(found) < 500
    assert not [kind for kind in kinds if kind[1] == "error"]
    # missing weather on the last day: for all flights, and for three airports
    assert kinds["known_weather_missing_rate", "warning"] == 4
    assert "known_weather_missing_rate/day/all/all/2013-12-31" in found
    # the blizzard of February, for all flights and nearly every carrier
    assert found["not_completed_rate/day/all/all/2013-02-09"][0] == "warning"
    # days with fewer or more flights than usual are all holidays
    volumes = {name for name in found if name.startswith("flight_volume/day/all/")}
    assert volumes == {
        f"flight_volume/day/all/all/2013-{day}"
        for day in (
            "05-26", "07-04", "07-05", "09-01", "11-28", "11-29", "11-30", "12-24", "12-25",
            "12-31",
        )
    }  # fmt: skip


def daily(count: Callable[[files.Flight], bool]) -> dict[date, int]:
    """Return how many flights of each day meet a condition, straight from the source file."""
    days = Counter(
        flight.scheduled_departure_local.date() for flight in files.flights() if count(flight)
    )
    return {
        date(2013, 1, 1) + timedelta(days=number): days[date(2013, 1, 1) + timedelta(days=number)]
        for number in range(365)
    }


def deviations(
    values: dict[date, float], floors: Callable[[date, float], float]
) -> dict[date, float]:
    """Return the robust z of each day with enough history, by the textbook definition."""
    found = {}
    for day, value in values.items():
        like = [
            values[other]
            for weeks in range(-8, 9)
            if weeks and (other := day + timedelta(weeks=weeks)) in values
        ]
        if len(like) < 8:
            continue
        middle = statistics.median(like)
        mad = statistics.median(abs(other - middle) for other in like)
        found[day] = (value - middle) / max(1.4826 * mad, floors(day, middle))
    return found


@pytest.mark.parametrize("carrier", ["UA", "EV", "HA", "OO"])
def test_deviations_are_those_that_the_source_files_give(built: Project, carrier: str) -> None:
    flights = daily(lambda flight: flight.carrier == carrier)
    months = {day.replace(day=1) for day, number in flights.items() if number}
    flights = {
        day: number
        for day, number in flights.items()
        if min(months) <= day.replace(day=1) <= max(months)
    }
    on_time = daily(
        lambda flight: (
            flight.carrier == carrier
            and flight.state == "completed"
            and flight.arrival_delay is not None
            and flight.arrival_delay < 15
        )
    )
    expected = {
        "flight_volume": deviations(
            {day: 2 * number**0.5 for day, number in flights.items()}, lambda _day, _middle: 1
        ),
        "on_time_rate": deviations(
            {day: on_time[day] / number for day, number in flights.items() if number},
            lambda day, middle: (
                (
                    (middle * flights[day] + 1)
                    * ((1 - middle) * flights[day] + 1)
                    / (flights[day] + 2) ** 2
                    / flights[day]
                )
                ** 0.5
            ),
        ),
    }
    with duckdb.connect(str(built.warehouse_file), read_only=True) as connection:
        for check, by_day in expected.items():
            found = dict(
                connection.execute(
                    """
                    select period_date, robust_z
                    from marts.mart_quality_comparisons
                    where check_name = ? and period_type = 'day' and series_code = ?
                    """,
                    [check, carrier],
                ).fetchall()
            )
            assert found == pytest.approx(by_day, rel=1e-9, abs=1e-9)
            assert len(found) > 300 or carrier == "OO"
