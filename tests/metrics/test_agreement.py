"""One number from every source: MetricFlow, the subject table, plain SQL over the flights.

The plain SQL is written here by hand and reads the states and the delays, not the booleans that the
metrics count; the project's macro writes the subject tables. The last test of this file fails if a
metric is in no comparison.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import duckdb
import pytest

from ontime.metrics.semantics import Metrics

DEPARTED = "flight_state in ('completed', 'diverted', 'unresolved')"
COMPLETED = "flight_state = 'completed'"
ON_TIME_ARRIVALS = f"count(*) filter (where {COMPLETED} and arrival_delay_minutes <= 14)"
ON_TIME_DEPARTURES = f"count(*) filter (where {DEPARTED} and departure_delay_minutes <= 14)"
OF_COMPLETED = f"count(*) filter (where {COMPLETED})"
OF_DEPARTED = f"count(*) filter (where {DEPARTED})"
NOT_OPERATED = "count(*) filter (where flight_state in ('cancelled', 'never_departed'))"
SCHEDULED_BLOCK = "date_diff('minute', scheduled_departure_at_utc, scheduled_arrival_at_utc)"
ACTUAL_BLOCK = "date_diff('minute', departure_at_utc, arrival_at_utc)"
BLOCKS_KNOWN = f"{COMPLETED} and {SCHEDULED_BLOCK} + {ACTUAL_BLOCK} is not null"
CAUSES = ("carrier", "weather", "national_air_system", "security", "late_aircraft")


def _state(name: str) -> str:
    return f"count(*) filter (where flight_state = '{name}')"


def _total(delay: str, condition: str) -> str:
    return f"coalesce(sum({delay}) filter (where {condition} and {delay} > 0), 0)"


def _net(delay: str, condition: str) -> str:
    return f"coalesce(sum({delay}) filter (where {condition}), 0)"


def _percentile(delay: str, condition: str, share: float) -> str:
    return f"quantile_cont({delay}, {share}) filter (where {condition})"


def _share(part: str, whole: str) -> str:
    return f"{part} / nullif({whole}, 0)"


def _of_sums(part: str, whole: str) -> str:
    return _share(f"sum({part})", f"sum({whole})")


# every metric, in plain SQL over the flights
PLAIN = {
    "scheduled_flights": "count(*)",
    "departed_flights": OF_DEPARTED,
    "completed_flights": OF_COMPLETED,
    "cancelled_flights": _state("cancelled"),
    "diverted_flights": _state("diverted"),
    "never_departed_flights": _state("never_departed"),
    "unresolved_flights": _state("unresolved"),
    "not_operated_flights": NOT_OPERATED,
    "on_time_departures": ON_TIME_DEPARTURES,
    "on_time_arrivals": ON_TIME_ARRIVALS,
    "on_time_arrival_rate": f"{ON_TIME_ARRIVALS} / count(*)",
    "on_time_arrival_rate_of_completed": _share(ON_TIME_ARRIVALS, OF_COMPLETED),
    "on_time_departure_rate": f"{ON_TIME_DEPARTURES} / count(*)",
    "on_time_departure_rate_of_departed": _share(ON_TIME_DEPARTURES, OF_DEPARTED),
    "cancellation_rate": f"{_state('cancelled')} / count(*)",
    "not_operated_rate": f"{NOT_OPERATED} / count(*)",
    "diversion_rate": f"{_state('diverted')} / count(*)",
    **{
        f"{kind}_{delay}": expression(delay, condition)
        for kind, expression in (("total", _total), ("net", _net))
        for delay, condition in (
            ("departure_delay_minutes", DEPARTED),
            ("arrival_delay_minutes", COMPLETED),
        )
    },
    "average_departure_delay_minutes": f"avg(departure_delay_minutes) filter (where {DEPARTED})",
    "average_arrival_delay_minutes": f"avg(arrival_delay_minutes) filter (where {COMPLETED})",
    **{
        f"{delay}_p{percent}": _percentile(delay, condition, percent / 100)
        for percent in (50, 80, 95)
        for delay, condition in (
            ("departure_delay_minutes", DEPARTED),
            ("arrival_delay_minutes", COMPLETED),
        )
    },
    **{f"{cause}_delay_minutes": f"sum({cause}_delay_minutes)" for cause in CAUSES},
    "caused_delay_minutes": f"sum({' + '.join(f'{cause}_delay_minutes' for cause in CAUSES)})",
    "average_scheduled_block_minutes": f"avg({SCHEDULED_BLOCK}) filter (where {BLOCKS_KNOWN})",
    "average_actual_block_minutes": f"avg({ACTUAL_BLOCK}) filter (where {BLOCKS_KNOWN})",
    "average_block_overrun_minutes": (
        f"avg({ACTUAL_BLOCK} - {SCHEDULED_BLOCK}) filter (where {BLOCKS_KNOWN})"
    ),
    "average_taxi_out_minutes": "avg(taxi_out_minutes)",
    "average_taxi_in_minutes": "avg(taxi_in_minutes)",
    "flight_days": "count(distinct flight_date)",
    "flight_hours": "count(distinct (flight_date, scheduled_departure_hour))",
    "scheduled_departures_per_day": "count(*) / count(distinct flight_date)",
    "scheduled_departures_per_hour": (
        "count(*) / count(distinct (flight_date, scheduled_departure_hour))"
    ),
}

# the value of each metric in a subject table whose rows are added up
ADDED_UP = {
    **{
        column: f"sum({column})"
        for column in (
            "scheduled_flights",
            "departed_flights",
            "completed_flights",
            "cancelled_flights",
            "diverted_flights",
            "never_departed_flights",
            "unresolved_flights",
            "on_time_departures",
            "on_time_arrivals",
            "total_departure_delay_minutes",
            "net_departure_delay_minutes",
            "total_arrival_delay_minutes",
            "net_arrival_delay_minutes",
        )
    },
    "not_operated_flights": "sum(cancelled_flights + never_departed_flights)",
    "on_time_arrival_rate": _of_sums("on_time_arrivals", "scheduled_flights"),
    "on_time_arrival_rate_of_completed": _of_sums("on_time_arrivals", "completed_flights"),
    "on_time_departure_rate": _of_sums("on_time_departures", "scheduled_flights"),
    "on_time_departure_rate_of_departed": _share(
        "sum(on_time_departures)", "sum(departed_flights)"
    ),
    "cancellation_rate": _of_sums("cancelled_flights", "scheduled_flights"),
    "not_operated_rate": (
        "sum(cancelled_flights + never_departed_flights) / sum(scheduled_flights)"
    ),
    "diversion_rate": _of_sums("diverted_flights", "scheduled_flights"),
    "average_arrival_delay_minutes": _share(
        "sum(net_arrival_delay_minutes)", "sum(completed_flights)"
    ),
    "average_departure_delay_minutes": _share(
        "sum(net_departure_delay_minutes)", "sum(departed_flights)"
    ),
}

# values that hold only for a single row: a group of more than one is an error
OF_ONE_ROW = {
    f"{event}_delay_minutes_p{percent}": f"sum({event}_delay_minutes_p{percent})"
    for event in ("departure", "arrival")
    for percent in (50, 80, 95)
}

# the tables of other subjects; where a metric is null because values are missing, their sums are 0
OF_CAUSES = {
    **{
        column: ADDED_UP[column]
        for column in (
            "scheduled_flights",
            "completed_flights",
            "cancelled_flights",
            "diverted_flights",
            "never_departed_flights",
            "unresolved_flights",
            "on_time_arrivals",
            "on_time_arrival_rate",
            "total_arrival_delay_minutes",
        )
    },
    **{f"{cause}_delay_minutes": f"nullif(sum({cause}_delay_minutes), 0)" for cause in CAUSES},
    "caused_delay_minutes": "nullif(sum(attributed_delay_minutes), 0)",
}
OF_BLOCKS = {
    "scheduled_flights": "sum(scheduled_flights)",
    "completed_flights": "sum(completed_flights)",
    "average_scheduled_block_minutes": _of_sums("total_scheduled_block_minutes", "timed_flights"),
    "average_actual_block_minutes": _of_sums("total_actual_block_minutes", "timed_flights"),
    "average_block_overrun_minutes": _share(
        "sum(total_actual_block_minutes - total_scheduled_block_minutes)", "sum(timed_flights)"
    ),
}
OF_TAXI_OUT = {"average_taxi_out_minutes": _of_sums("total_taxi_minutes", "taxied_flights")}
OF_TAXI_IN = {"average_taxi_in_minutes": _of_sums("total_taxi_minutes", "taxied_flights")}
OF_DAYS = {
    **ADDED_UP,
    "flight_days": "count(*)",
    "scheduled_departures_per_day": "sum(scheduled_flights) / count(*)",
}
OF_LOAD = {
    "scheduled_flights": "sum(scheduled_departures)",
    "departed_flights": "sum(departed_flights)",
    "on_time_departures": "sum(on_time_departures)",
    "flight_hours": "sum(days_with_departures)",
    "scheduled_departures_per_hour": "sum(scheduled_departures) / sum(days_with_departures)",
}

FLIGHTS = "marts.fct_flights"
CARRIER_MONTHS = "marts.mart_carrier_month_punctuality"
ROUTE_MONTHS = "marts.mart_route_month_punctuality"
HOUR_WEEKDAYS = "marts.mart_hour_weekday_punctuality"
ORIGIN_MONTHS = "marts.mart_airport_month_punctuality where airport_role = 'origin'"
DESTINATION_MONTHS = "marts.mart_airport_month_punctuality where airport_role = 'destination'"
GROUP_MONTHS = "marts.mart_carrier_group_month_punctuality"
DAYS = "marts.mart_network_day_punctuality"
MONTHS = "marts.mart_network_month_punctuality"
CAUSE_MONTHS = "marts.mart_carrier_airport_month_delay_causes"
BLOCK_MONTHS = "marts.mart_route_month_block_times"
TAXI_OUT_MONTHS = "marts.mart_airport_hour_month_taxi_times where airport_role = 'origin'"
TAXI_IN_MONTHS = "marts.mart_airport_hour_month_taxi_times where airport_role = 'destination'"
# an airport to which flights are only scheduled has hours too, but no departures
LOAD_MONTHS = "marts.mart_airport_hour_load where scheduled_departures > 0"


class Table(NamedTuple):
    """A subject table at a grain: its keys, and whether each of its rows is a group of its own.

    `says` maps metrics to their values when the rows are added up. A table that is `is_partial` has
    no rows for a group of flights without any reported values.
    """

    rows: str
    keys: Sequence[str]
    is_own_grain: bool = False
    says: Mapping[str, str] = ADDED_UP
    is_partial: bool = False


class Grain(NamedTuple):
    """What to group by: in the MetricFlow query, in plain SQL, and in subject tables."""

    by: Sequence[str]
    keys: Sequence[str]
    rows: str = FLIGHTS
    tables: Sequence[Table] = ()


GRAINS = {
    "in all": Grain(
        [],
        [],
        tables=[
            Table(CARRIER_MONTHS, []),
            Table(ORIGIN_MONTHS, []),
            Table(DESTINATION_MONTHS, []),
            Table(ROUTE_MONTHS, []),
            Table(HOUR_WEEKDAYS, []),
            Table(GROUP_MONTHS, []),
            Table(MONTHS, []),
            Table(DAYS, [], says=OF_DAYS),
            Table(CAUSE_MONTHS, [], says=OF_CAUSES),
            Table(BLOCK_MONTHS, [], says=OF_BLOCKS),
            Table(TAXI_OUT_MONTHS, [], says=OF_TAXI_OUT),
            Table(TAXI_IN_MONTHS, [], says=OF_TAXI_IN),
        ],
    ),
    "by month": Grain(
        ["month"],
        ["date_trunc('month', flight_date)::date"],
        tables=[
            Table(CARRIER_MONTHS, ["flight_month"]),
            Table(ROUTE_MONTHS, ["flight_month"]),
            Table(MONTHS, ["flight_month"], is_own_grain=True),
            Table(DAYS, ["date_trunc('month', flight_date)::date"], says=OF_DAYS),
            Table(CAUSE_MONTHS, ["flight_month"], says=OF_CAUSES),
            Table(BLOCK_MONTHS, ["flight_month"], says=OF_BLOCKS),
        ],
    ),
    "by day": Grain(
        ["day"],
        ["flight_date"],
        tables=[Table(DAYS, ["flight_date"], is_own_grain=True, says=OF_DAYS)],
    ),
    "by week": Grain(["week"], ["date_trunc('week', flight_date)::date"]),
    "by carrier": Grain(
        ["carrier"],
        ["carrier_code"],
        tables=[
            Table(CARRIER_MONTHS, ["carrier_code"]),
            Table(CAUSE_MONTHS, ["carrier_code"], says=OF_CAUSES),
            Table(BLOCK_MONTHS, ["carrier_code"], says=OF_BLOCKS),
        ],
    ),
    "by group of carriers and month": Grain(
        ["current_group", "month"],
        ["current_group_code", "flight_month"],
        f"{FLIGHTS} join marts.dim_carriers using (carrier_key)",
        tables=[Table(GROUP_MONTHS, ["current_group_code", "flight_month"], is_own_grain=True)],
    ),
    "by carrier and month": Grain(
        ["carrier", "month"],
        ["carrier_code", "flight_month"],
        tables=[Table(CARRIER_MONTHS, ["carrier_code", "flight_month"], is_own_grain=True)],
    ),
    "by origin and month": Grain(
        ["origin_airport", "month"],
        ["origin_airport_code", "flight_month"],
        tables=[
            Table(ORIGIN_MONTHS, ["airport_code", "flight_month"], is_own_grain=True),
            Table(LOAD_MONTHS, ["airport_code", "local_month"], says=OF_LOAD),
            Table(
                TAXI_OUT_MONTHS,
                ["airport_code", "flight_month"],
                says=OF_TAXI_OUT,
                is_partial=True,
            ),
        ],
    ),
    "by destination and month": Grain(
        ["destination_airport", "month"],
        ["destination_airport_code", "flight_month"],
        tables=[
            Table(DESTINATION_MONTHS, ["airport_code", "flight_month"], is_own_grain=True),
            Table(CAUSE_MONTHS, ["destination_airport_code", "flight_month"], says=OF_CAUSES),
            Table(
                TAXI_IN_MONTHS,
                ["airport_code", "flight_month"],
                says=OF_TAXI_IN,
                is_partial=True,
            ),
        ],
    ),
    "by destination": Grain(
        ["destination_airport"],
        ["destination_airport_code"],
        tables=[Table(DESTINATION_MONTHS, ["airport_code"])],
    ),
    "by route": Grain(
        ["route"],
        ["origin_airport_code || '-' || destination_airport_code"],
        tables=[
            Table(ROUTE_MONTHS, ["origin_airport_code || '-' || destination_airport_code"]),
            Table(
                BLOCK_MONTHS,
                ["origin_airport_code || '-' || destination_airport_code"],
                says=OF_BLOCKS,
            ),
        ],
    ),
    "by route and month": Grain(
        ["origin_airport", "destination_airport", "month"],
        ["origin_airport_code", "destination_airport_code", "flight_month"],
        tables=[
            Table(
                ROUTE_MONTHS,
                ["origin_airport_code", "destination_airport_code", "flight_month"],
                is_own_grain=True,
            )
        ],
    ),
    "by hour and weekday": Grain(
        ["scheduled_departure_hour", "iso_weekday"],
        ["scheduled_departure_hour", "isodow(flight_date)"],
        tables=[
            Table(HOUR_WEEKDAYS, ["scheduled_departure_hour", "iso_weekday"], is_own_grain=True)
        ],
    ),
    "by weekday": Grain(["weekday"], ["dayname(flight_date)"]),
    "by state of the destination": Grain(
        ["destination_airport_state"],
        ["state_name"],
        f"{FLIGHTS} join marts.dim_airports on destination_airport_code = airport_code",
    ),
    "by names of both airports": Grain(
        ["origin_airport_name", "destination_airport_name"],
        ["origins.airport_name", "destinations.airport_name"],
        f"{FLIGHTS} join marts.dim_airports as origins"
        " on origin_airport_code = origins.airport_code"
        " join marts.dim_airports as destinations"
        " on destination_airport_code = destinations.airport_code",
    ),
    "by name of the carrier": Grain(
        ["carrier_name", "current_group"],
        ["carrier_name", "current_group_code"],
        f"{FLIGHTS} join marts.dim_carriers using (carrier_key)",
    ),
    "by aircraft": Grain(
        ["manufacturer", "model"],
        ["manufacturer_name", "model_name"],
        f"{FLIGHTS} left join marts.dim_aircraft using (aircraft_key)",
    ),
    "by state of the flight and precipitation": Grain(
        ["flight_state", "departure_precipitation"],
        [
            "flight_state",
            "if(known_weather_precipitation_inches is null, 'unknown',"
            " if(known_weather_precipitation_inches > 0, 'wet', 'dry'))",
        ],
    ),
}

Answer = Mapping[tuple[object, ...], Mapping[str, object]]


class Asked(NamedTuple):
    """A file, hashable so that pytest can cache fixtures and this module can cache answers."""

    name: str
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(params=["published", "made_up"])
def asked(request: pytest.FixtureRequest) -> Asked:
    """Return the published embedded data, then those with made-up values for all they miss."""
    return Asked(request.param, request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def answers(metrics: Metrics) -> dict[tuple[str, str], Answer]:
    """Return a cache of MetricFlow's answers, so that each question is asked once."""
    return {}


def of_metricflow(
    metrics: Metrics, asked: Asked, grain: str, answers: dict[tuple[str, str], Answer]
) -> Answer:
    """Return MetricFlow's answer for every metric at a grain."""
    question = (asked.name, grain)
    if question not in answers:
        by = GRAINS[grain].by
        names = metrics.of_table("fct_flights")
        answers[question] = _answer(asked, metrics.question(names, by=by), len(by), names)
    return answers[question]


def of_sql(asked: Asked, rows: str, keys: Sequence[str], expressions: Mapping[str, str]) -> Answer:
    """Return the plain SQL answer for expressions over rows at a grain."""
    listed = ", ".join([*keys, *expressions.values(), "count(*)"])
    sql = f"select {listed} from {rows}{' group by ' + ', '.join(keys) if keys else ''}"
    return _answer(asked, sql, len(keys), [*expressions, "rows"])


def _answer(asked: Asked, sql: str, keys: int, names: Iterable[str]) -> Answer:
    rows = asked.connection.execute(sql).fetchall()
    found = {row[:keys]: dict(zip(names, row[keys:], strict=True)) for row in rows}
    assert len(found) == len(rows)
    return found


def assert_same(left: Answer, right: Answer, names: Iterable[str]) -> None:
    """Fail if two answers differ in their groups, or in a metric of one of these names."""
    assert left.keys() == right.keys()
    different = [
        (name, key, left[key][name], right[key][name])
        for name in names
        for key in left
        if not _is_same(left[key][name], right[key][name])
    ]
    assert not different, different[:5]


def _is_same(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(float(str(left)), float(str(right)), rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("grain", GRAINS)
def test_every_metric_is_what_plain_sql_over_the_flights_says(
    metrics: Metrics, asked: Asked, answers: dict[tuple[str, str], Answer], grain: str
) -> None:
    plain = of_sql(asked, GRAINS[grain].rows, GRAINS[grain].keys, PLAIN)
    assert_same(of_metricflow(metrics, asked, grain, answers), plain, PLAIN)


@pytest.mark.parametrize(
    ("grain", "table"),
    [
        pytest.param(name, table, id=f"{name}, {table.rows.partition('.')[2]}")
        for name, grain in GRAINS.items()
        for table in grain.tables
    ],
)
def test_every_metric_of_a_subject_table_is_what_the_table_says(
    metrics: Metrics,
    asked: Asked,
    answers: dict[tuple[str, str], Answer],
    grain: str,
    table: Table,
) -> None:
    compared = {**table.says, **(OF_ONE_ROW if table.is_own_grain else {})}
    said = of_sql(asked, table.rows, table.keys, compared)
    if table.is_own_grain:
        assert {group["rows"] for group in said.values()} == {1}
    answer = of_metricflow(metrics, asked, grain, answers)
    if table.is_partial:
        missing = answer.keys() - said.keys()
        assert all(answer[key][name] is None for key in missing for name in compared)
        answer = {key: answer[key] for key in said}
    assert_same(answer, said, compared)


def test_what_is_made_up_leaves_no_metric_empty(
    metrics: Metrics, made_up: duckdb.DuckDBPyConnection
) -> None:
    asked = Asked("made_up", made_up)
    (said,) = of_metricflow(metrics, asked, "in all", {}).values()
    assert not [name for name, value in said.items() if not value]


def test_every_metric_is_compared(metrics: Metrics) -> None:
    assert set(metrics.of_table("fct_flights")) == set(PLAIN)
    held = {
        name
        for grain in GRAINS.values()
        for table in grain.tables
        for name in (*table.says, *(OF_ONE_ROW if table.is_own_grain else ()))
    }
    assert held == set(PLAIN), "a metric is in no subject table"


def test_every_saved_query_is_its_question_asked_in_full(
    metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    assert metrics.saved
    for name, saved in metrics.saved.items():
        by = [each.name for each in metrics.saved_group_bys(name)]
        asked = published.execute(metrics.question(saved.query_params.metrics, by=by))
        columns, rows = [column[0] for column in asked.description], asked.fetchall()
        assert columns == [*by, *saved.query_params.metrics], name
        assert published.execute(metrics.question([], saved=name)).fetchall() == rows, name
