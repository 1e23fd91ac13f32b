"""The list of metrics matches the project's definitions, and is complete."""

from __future__ import annotations

import re

from ontime.metrics.metric_list import as_markdown, formula, in_words, unit
from ontime.metrics.semantics import Metrics
from tests.commands import ROOT

STALE = "metrics.md is not what the project says: run `make dictionary` and commit the result"


def test_the_list_of_the_metrics_is_what_the_project_says(metrics: Metrics) -> None:
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == as_markdown(metrics), STALE


def test_every_metric_dimension_and_saved_query_is_listed(metrics: Metrics) -> None:
    page, words = as_markdown(metrics), in_words(metrics)
    assert sorted(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == sorted(metrics.by_name)
    for name in (*metrics.group_bys, *metrics.saved):
        assert f"| `{name}` |" in page
    for name in (*metrics.by_name, *metrics.group_bys, *metrics.saved):
        assert re.search(rf"^  {name} ", words, re.MULTILINE), name


def test_everything_is_described(metrics: Metrics) -> None:
    for metric in metrics.by_name.values():
        assert (metric.description or "").strip().endswith("."), metric.name
        assert metric.label not in {None, "", metric.name}, metric.name
        assert unit(metric), metric.name
    for saved in metrics.saved.values():
        assert (saved.description or "").strip().endswith("."), saved.name
        assert (saved.label or "").endswith("?"), saved.name
    assert not metrics.undescribed()


def test_a_unit_comes_from_the_name_where_the_name_has_one(metrics: Metrics) -> None:
    for name, metric in metrics.by_name.items():
        if name.endswith("_rate") or "_rate_of_" in name:
            assert unit(metric) == "share", name
        elif "_minutes" in name:
            assert unit(metric) == "minutes", name
        elif name.endswith(("_flights", "_departures", "_arrivals")):
            assert unit(metric) == "flights", name


def test_formulas_are_explained_in_words(metrics: Metrics) -> None:
    formulas = {name: formula(metrics, metric) for name, metric in metrics.by_name.items()}
    assert formulas["scheduled_flights"] == "number of rows of `fct_flights`"
    assert (
        formulas["on_time_arrivals"] == "number of rows of `fct_flights` with `is_on_time_arrival`"
    )
    assert formulas["on_time_arrival_rate"] == (
        "[on_time_arrivals](#on_time_arrivals) / [scheduled_flights](#scheduled_flights)"
    )
    assert formulas["arrival_delay_minutes_p95"] == (
        "95th percentile of `case when is_completed then arrival_delay_minutes end`, interpolated"
    )
    assert formulas["caused_delay_minutes"].count("](#") == 5


def test_the_rule_of_punctuality_is_the_marts_own(metrics: Metrics) -> None:
    threshold = re.compile(r"(?<![\w.])1[45](?![\w.])")
    expressions = {name: measure.expr for name, (measure, _) in metrics.measures.items()}
    expressions |= {
        name: metric.type_params.expr
        for name, metric in metrics.by_name.items()
        if name not in expressions
    }
    assert expressions["on_time_arrivals"] == "is_on_time_arrival"
    assert expressions["on_time_departures"] == "is_on_time_departure"
    assert not [name for name, expr in expressions.items() if threshold.search(expr or "")]
