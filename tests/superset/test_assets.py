"""Superset's inputs: metrics as SQL, and assets that match the publication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ontime.catalog.published import Column, Table
from ontime.serving.superset import assets, semantics
from ontime.serving.superset.catalogue import label

Element = dict[str, Any]


def of_measures(*aggregations: tuple[str, str, str]) -> Element:
    """Return a manifest in the form that keeps aggregations in measures."""
    return {
        "semantic_models": [
            {
                "name": "flights",
                "node_relation": {"alias": "fct_flights"},
                "entities": [],
                "dimensions": [],
                "measures": [
                    {"name": name, "agg": how, "expr": what, "agg_params": {"percentile": 0.95}}
                    for name, how, what in aggregations
                ],
            }
        ],
        "metrics": [
            metric(name, "simple", measure={"name": name, "filter": None})
            for name, _, _ in aggregations
        ],
    }


def of_metrics(*aggregations: tuple[str, str, str]) -> Element:
    """Return a manifest in the form that keeps aggregations in the metrics."""
    manifest = of_measures(*aggregations)
    manifest["semantic_models"][0]["measures"] = []
    manifest["metrics"] = [
        metric(
            name,
            "simple",
            expr=what,
            metric_aggregation_params={
                "semantic_model": "flights",
                "agg": how,
                "agg_params": {"percentile": 0.95},
            },
        )
        for name, how, what in aggregations
    ]
    return manifest


def metric(name: str, kind: str, **params: Any) -> Element:
    return {
        "name": name,
        "label": None,
        "description": f"The {name}.",
        "type": kind,
        "type_params": params,
        "filter": None,
        "config": {"meta": {"unit": "flights"}},
    }


def expressions(manifest: Element) -> dict[str, str]:
    return {each.name: each.expression for each in semantics.metrics(manifest, "fct_flights")}


@pytest.mark.parametrize("form", [of_measures, of_metrics])
@pytest.mark.parametrize(
    ("how", "what", "sql"),
    [
        ("count", "flight_id", "count(flight_id)"),
        ("count_distinct", "flight_date", "count(distinct flight_date)"),
        ("sum", "minutes", "sum(minutes)"),
        ("average", "minutes", "avg(minutes)"),
        ("sum_boolean", "is_late", "sum(case when is_late then 1 else 0 end)"),
        ("percentile", "minutes", "percentile_cont(0.95) within group (order by minutes)"),
        ("median", "minutes", "percentile_cont(0.5) within group (order by minutes)"),
    ],
)
def test_an_aggregation_is_the_same_sql_in_either_form(
    form: Any, how: str, what: str, sql: str
) -> None:
    assert expressions(form(("asked", how, what))) == {"asked": sql}


@pytest.mark.parametrize("form", [of_measures, of_metrics])
def test_metrics_made_of_metrics_become_one_expression(form: Any) -> None:
    manifest = form(("late", "sum_boolean", "is_late"), ("all", "count", "flight_id"))
    manifest["metrics"] += [
        metric("rate", "ratio", numerator={"name": "late"}, denominator={"name": "all"}),
        metric(
            "twice",
            "derived",
            expr="late + l",
            metrics=[{"name": "late"}, {"name": "late", "alias": "l"}],
        ),
    ]
    late, everything = "sum(case when is_late then 1 else 0 end)", "count(flight_id)"
    found = expressions(manifest)
    assert found["rate"] == f"{late} * 1.0 / nullif({everything}, 0)"
    assert found["twice"] == f"({late}) + ({late})"


def test_a_metric_of_another_table_is_left_out() -> None:
    assert semantics.metrics(of_measures(("late", "sum", "x")), "dim_dates") == []


@pytest.mark.parametrize(
    "change",
    [
        {"filter": {"where_filters": []}},
        {"type": "cumulative", "type_params": {"metrics": [{"name": "late"}]}},
        {"type": "derived", "type_params": {"metrics": [{"name": "late", "offset_window": {}}]}},
    ],
)
def test_what_a_bi_tool_cannot_express_is_refused_by_name(change: Element) -> None:
    manifest = of_measures(("late", "sum", "x"))
    change = {"filter": None, **change}
    if change["filter"] is not None:
        change["filter"] = {"where_filters": ["late"]}
    if change.get("type") == "derived":
        change["type_params"]["metrics"][0]["offset_window"] = {"count": 1}
        change["type_params"]["expr"] = "late"
    asked = {**metric("asked", "simple", measure={"name": "late"}), **change}
    manifest["metrics"].append(asked)
    with pytest.raises(semantics.SemanticsError, match="asked"):
        semantics.metrics(manifest, "fct_flights")


def test_a_chart_of_what_is_not_published_is_refused_by_name() -> None:
    carriers = table("dim_carriers", column("carrier_key"))
    with pytest.raises(assets.AssetError, match=r"arrival_delay_p95.yaml|carriers.yaml"):
        assets.made(Path("published.duckdb"), [carriers], of_measures())
    flights = table("fct_flights", column("flight_id"))
    with pytest.raises(assets.AssetError, match="has no metric arrival_delay_minutes_p95"):
        assets.made(Path("published.duckdb"), [flights], of_measures())


def test_a_label_is_words_with_the_unit_in_brackets() -> None:
    assert label(column("taxi_out_minutes", "minutes")) == "Taxi out (minutes)"
    assert label(column("distance_miles", "statute miles")) == "Distance (statute miles)"
    assert label(column("late_flights", "flights")) == "Late flights"
    assert label(column("departure_at_utc", "UTC timestamp")) == "Departure (UTC)"
    assert label(column("origin_airport_dot_id")) == "Origin airport DOT ID"


def test_identifiers_never_change() -> None:
    """An import uses them to find the assets that it replaces."""
    assert assets.identifier("dataset", "flights") == "dfae9a26-5cb0-590b-9908-39acab3de03c"
    assert assets.identifier("dashboard", "punctuality") == "dfc77d6b-b94d-52f0-a728-2a77dba19d93"


def column(name: str, unit: str | None = None) -> Column:
    return Column(
        name,
        "varchar",
        is_nullable=True,
        is_primary_key=False,
        references=None,
        unit=unit,
        description="",
    )


def table(name: str, *columns: Column) -> Table:
    return Table("marts", name, columns, row_count=0, content_hash=None, description=name)
