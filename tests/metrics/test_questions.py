"""User input becomes the intended question, or an error message that says why not."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from ontime.metrics.semantics import MetricError, Metrics, nearest

# what users type, and MetricFlow's name for it
SPOKEN = {
    "month": "metric_time__month",
    "year": "metric_time__year",
    "carrier": "flight__carrier_code",
    "carrier_code": "flight__carrier_code",
    "carrier_name": "carrier_key__carrier_name",
    "current_group": "carrier_key__current_group_code",
    "origin_airport": "origin_airport",
    "origin_airport_name": "origin_airport__airport_name",
    "destination_airport_state": "destination_airport__state_name",
    "route": "flight__route",
    "manufacturer": "aircraft_key__manufacturer_name",
    "model": "aircraft_key__model_name",
    "weekday": "calendar_date__weekday_name",
    "Weekday": "calendar_date__weekday_name",
    "is_near_federal_holiday": "calendar_date__is_near_federal_holiday",
    "flight__carrier_code": "flight__carrier_code",
    "metric_time__month": "metric_time__month",
}

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "METRIC misspelt": (
        {"metrics": ["on_time_rate"]},
        r"There is no metric on_time_rate\. Did you mean on_time_arrival_rate",
    ),
    "METRIC like no other": (
        {"metrics": ["zzzq"]},
        r"There is no metric zzzq\. `make metrics` lists what there is\.",
    ),
    "BY misspelt": (
        {"by": ["carier"]},
        r"There is no dimension carier\. Did you mean carrier or",
    ),
    "BY a part of a name": (
        {"by": ["hour"]},
        r"There is no dimension hour\. Did you mean scheduled_departure_hour\?",
    ),
    "BY of which there are two": (
        {"by": ["airport_name"]},
        r"Did you mean destination_airport_name or origin_airport_name",
    ),
    "BY a metric": ({"by": ["cancellation_rate"]}, r"cancellation_rate is a metric: .*\(BY\)"),
    "WHERE unfinished": ({"where": "carrier ="}, r"WHERE is not a condition: carrier ="),
    "WHERE with two statements": ({"where": "1 = 1; drop table x"}, "WHERE is not a condition"),
    "WHERE with a template": ({"where": "{{ Metric('x') }} = 1"}, "WHERE is not a condition"),
    "WHERE a name": ({"where": "carier = 'UA'"}, r"There is no dimension carier\."),
    "WHERE a metric": ({"where": "scheduled_flights > 9"}, r"is a metric: .*\(WHERE\)"),
    "BY of the other table": (
        {"by": ["marketing_carrier"]},
        r"scheduled_flights is made of the rows of fct_flights, which have no marketing_carrier: "
        r"that is a dimension of fct_marketing_flights\.",
    ),
    "WHERE of the other table": (
        {"metrics": ["network_on_time_arrival_rate"], "where": "carrier = 'UA'"},
        r"is made of the rows of fct_marketing_flights, which have no carrier: ",
    ),
    "ORDER elsewhere": (
        {"by": ["carrier"], "order": ["route"]},
        r"The answer has no column route to sort by: it has carrier, scheduled_flights\.",
    ),
    "QUERY misspelt": (
        {"saved": "punctuality_by_carriers", "metrics": []},
        r"There is no saved query .* Did you mean punctuality_by_carrier\b",
    ),
}


TABLES = {"fct_flights", "fct_marketing_flights"}


def dimensions_of(metrics: Metrics, table: str) -> list[str]:
    """Return the dimensions by which the rows of a table can be grouped."""
    return [name for name, each in metrics.group_bys.items() if table in each.facts]


@pytest.mark.parametrize("spoken", SPOKEN)
def test_what_people_say_leads_to_what_metricflow_calls_it(metrics: Metrics, spoken: str) -> None:
    assert metrics.group_by(spoken).qualified == SPOKEN[spoken]


def test_names_come_from_the_project_and_each_means_one_thing(metrics: Metrics) -> None:
    qualified = [each.qualified for each in metrics.group_bys.values()]
    assert len(set(qualified)) == len(qualified)
    assert not metrics.group_bys.keys() & metrics.by_name.keys()
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in metrics.group_bys)


def test_every_metric_can_be_grouped_by_every_dimension(metrics: Metrics) -> None:
    of_tables = [(table, metrics.of_table(table)) for table in sorted(TABLES)]
    assert sorted(name for _, names in of_tables for name in names) == sorted(metrics.by_name)
    for table, names in of_tables:
        assert metrics.sql(names, by=dimensions_of(metrics, table))


def test_shared_dimensions_show_the_metrics_of_both_tables_side_by_side(metrics: Metrics) -> None:
    shared = [name for name, each in metrics.group_bys.items() if each.facts == TABLES]
    assert {"day", "month", "origin_airport", "destination_airport_state"} <= set(shared)
    assert not {"carrier", "marketing_carrier", "route"} & set(shared)
    assert metrics.sql(["scheduled_flights", "network_scheduled_flights"], by=shared)


def test_every_dimension_groups_and_filters_the_published_flights(
    metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    for name in dimensions_of(metrics, "fct_flights"):
        sql = metrics.question(["scheduled_flights"], by=[name], where=f"{name} = {name}")
        answer = published.execute(sql)
        assert [column[0] for column in answer.description] == [name, "scheduled_flights"]
        rows = answer.fetchall()
        assert len({row[0] for row in rows}) == len(rows), name


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_question_is_refused_with_a_sentence(metrics: Metrics, wrong: str) -> None:
    parts, sentence = WRONG[wrong]
    with pytest.raises(MetricError, match=sentence):
        metrics.question(**{"metrics": ["scheduled_flights"], **parts})


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        ("carrier = 'UA'", "carrier_code = 'UA'"),
        ("month >= '2013-06-01'", "flight_month >= '2013-06-01'"),
        (
            "carrier in ('UA', 'B6') and not is_weekend",
            """
            carrier_code in ('UA', 'B6') and isodow(flight_date) < 6""",
        ),
        ("origin_airport = 'JFK' or route like 'LGA-%'", "origin_airport_code in ('JFK', 'LGA')"),
        ("manufacturer is null", "aircraft_key is null"),
        ("carrier = 'name_0_of_where'", "false"),
    ],
)
def test_a_condition_chooses_the_flights_that_it_names(
    metrics: Metrics, published: duckdb.DuckDBPyConnection, where: str, condition: str
) -> None:
    sql = metrics.question(["scheduled_flights"], where=where)
    expected = f"select nullif(count(*), 0) from marts.fct_flights where {condition}"
    assert published.execute(sql).fetchall() == published.execute(expected).fetchall()


def test_rows_come_in_the_order_of_the_dimensions_unless_another_is_asked(
    metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    def asked(**parts: Any) -> list[tuple[Any, ...]]:
        sql = metrics.question(["scheduled_flights"], by=["origin_airport"], **parts)
        return published.execute(sql).fetchall()

    rows = asked()
    assert rows == sorted(rows)
    most = sorted(rows, key=lambda row: -row[1])
    assert asked(order=["-scheduled_flights"]) == most
    assert asked(order=["scheduled_flights DESC"], limit=2) == most[:2]
    assert asked(order=["scheduled_flights"]) == most[::-1]
    assert asked(order=["-origin_airport"]) == rows[::-1]


def test_suggestions_are_the_names_that_hold_the_word_and_then_those_alike() -> None:
    names = ["carrier", "carrier_name", "route", "weekday", "week"]
    assert nearest("carriers", names) == ["carrier", "carrier_name"]
    assert nearest("weekdy", names) == ["weekday", "week"]
    assert nearest("xyz", names) == []
