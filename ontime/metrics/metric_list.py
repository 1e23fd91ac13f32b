"""List the metrics: as text for the terminal, and as the page docs/metrics.md.

Both are generated from the dbt project, so nothing in them is typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from metricflow_semantic_interfaces.implementations.metric import PydanticMetric
from metricflow_semantic_interfaces.type_enums.aggregation_type import AggregationType
from metricflow_semantic_interfaces.type_enums.metric_type import MetricType

from ontime.metrics.semantics import Metrics

_PAGE = """<!-- written by `make dictionary` from the dbt project; do not edit -->

# Metrics

Each metric of punctuality is defined once, in the dbt project: what is measured in
`dbt_project/models/marts/_semantic_models.yml`, what is asked for in `_metrics.yml` beside it.
`make metric` answers from the published file; [MetricFlow](https://github.com/dbt-labs/metricflow)
writes the SQL, and the tests hold its answers against the subject tables and against plain SQL.

```sh
make metrics                                                       # what there is
make metric METRIC=on_time_arrival_rate BY=carrier,month           # any metric by any dimension
make metric METRIC=on_time_arrival_rate,scheduled_flights BY=route \\
  WHERE="origin_airport = 'JFK'" ORDER=-scheduled_flights LIMIT=10
make metric QUERY=punctuality_by_carrier                           # a saved query
make metric METRIC=on_time_arrival_rate BY=month ARGS=--show-sql   # its SQL, to use elsewhere
make metric METRIC=on_time_arrival_rate BY=month ARGS="--format csv"   # or json, or markdown
```

Codes of carriers and airports have their names in a column beside them. A table is rounded; CSV and
JSON hold every digit.

A rate is a number from 0 to 1. Percentiles and rates hold for their own row and cannot be added up:
ask again by what you want to know. A metric can be grouped, and filtered, by every
[dimension](#dimensions) of the flights that it is made of: those of `fct_flights`, by the carrier
that reports them, or those of `fct_marketing_flights`, by the brand that sells them. The two are
separate filings of mostly the same flights: show their metrics side by side, never add them up.

## Rates, averages and what else is made of other metrics

{made}

## Counts, sums and what else is made of columns

{simple}

## Dimensions

| Dimension | Table | Of the flights | Meaning |
|---|---|---|---|
{dimensions}

## Saved queries

| Saved query | Question | Metrics | By |
|---|---|---|---|
{saved}
"""

_AGGREGATIONS = {
    AggregationType.COUNT: "number of rows of `{table}`",
    AggregationType.COUNT_DISTINCT: "number of different `{expr}`",
    AggregationType.SUM_BOOLEAN: "number of rows of `{table}` with `{expr}`",
    AggregationType.SUM: "sum of `{expr}`",
    AggregationType.AVERAGE: "mean of `{expr}`, where it is not null",
    AggregationType.PERCENTILE: "{percent}th percentile of `{expr}`, interpolated",
}


def in_words(metrics: Metrics) -> str:
    """Return the metrics, dimensions and saved queries, as text for a terminal."""
    described: list[tuple[str, dict[str, str | None]]] = [
        ("Metrics (METRIC=)", {name: each.label for name, each in metrics.by_name.items()}),
        (
            "Dimensions to group by (BY=) and to filter by (WHERE=)",
            {name: _first_sentence(each.description) for name, each in metrics.group_bys.items()},
        ),
        ("Saved queries (QUERY=)", {name: each.label for name, each in metrics.saved.items()}),
    ]
    lines = []
    for head, entries in described:
        lines.append(head)
        lines += [f"  {name:<36} {text}" for name, text in entries.items()]
        lines.append("")
    lines += [
        "Try:",
        "  make metric METRIC=on_time_arrival_rate BY=carrier,month",
        "  make metric METRIC=scheduled_flights,arrival_delay_minutes_p95 BY=route "
        "WHERE=\"origin_airport = 'JFK'\" ORDER=-scheduled_flights LIMIT=10",
        "  make metric QUERY=punctuality_by_carrier",
        "docs/metrics.md says what each one means.",
    ]
    return "\n".join(lines)


def as_markdown(metrics: Metrics) -> str:
    """Return the metrics page, as Markdown."""
    simple: list[str] = []
    made: list[str] = []
    for metric in metrics.by_name.values():
        (simple if metric.type is MetricType.SIMPLE else made).append(_section(metrics, metric))
    return _PAGE.format(
        made="\n\n".join(made),
        simple="\n\n".join(simple),
        dimensions="\n".join(
            f"| `{each.name}` | `{each.table}` | {_listed(each.facts)} "
            f"| {_one_line(each.description)} |"
            for each in metrics.group_bys.values()
        ),
        saved="\n".join(
            f"| `{name}` | {saved.label} | {_links(saved.query_params.metrics)} "
            f"| {', '.join(f'`{each.name}`' for each in metrics.saved_group_bys(name))} |"
            for name, saved in metrics.saved.items()
        ),
    )


def formula(metrics: Metrics, metric: PydanticMetric) -> str:
    """Return how a metric is computed, in words."""
    params = metric.type_params
    if metric.type is MetricType.RATIO:
        assert params.numerator  # noqa: S101 - a ratio has both
        assert params.denominator  # noqa: S101
        return f"{_link(params.numerator.name)} / {_link(params.denominator.name)}"
    if metric.type is MetricType.DERIVED:
        return re.sub(r"[a-z_]{2,}", lambda found: _link(found[0]), _one_line(params.expr or ""))
    assert params.measure  # noqa: S101 - a simple metric has a measure
    measure, table = metrics.measures[params.measure.name]
    percentile = measure.agg_params.percentile if measure.agg_params else None
    return _AGGREGATIONS[measure.agg].format(
        table=table,
        expr=_one_line(measure.expr or measure.name),
        percent=round(100 * (percentile or 0)),
    )


def unit(metric: PydanticMetric) -> str:
    """Return the unit of a metric."""
    return str(metric.config.meta.get("unit", "")) if metric.config else ""


def units(metrics: Metrics, names: Iterable[str]) -> str:
    """Return the label and the unit of each metric, one per line."""
    return "\n".join(
        f"{name}: {metrics.by_name[name].label} ({unit(metrics.by_name[name])})"
        for name in dict.fromkeys(names)
    )


def _section(metrics: Metrics, metric: PydanticMetric) -> str:
    params = metric.type_params
    facts = {
        "Formula": formula(metrics, metric),
        "Numerator": params.numerator and _meaning(metrics, params.numerator.name),
        "Denominator": params.denominator and _meaning(metrics, params.denominator.name),
        "Unit": unit(metric),
        "Ask": f"`make metric METRIC={metric.name} BY=month`",
    }
    lines = [
        f"### {metric.name}",
        "",
        f"**{metric.label}.** {_one_line(metric.description or '')}",
        "",
    ]
    lines += [f"- {head}: {text}" for head, text in facts.items() if text]
    return "\n".join(lines)


def _meaning(metrics: Metrics, name: str) -> str:
    return f"{_link(name)}: {_one_line(metrics.by_name[name].description or '')}"


def _links(names: list[str]) -> str:
    return ", ".join(map(_link, names))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _link(name: str) -> str:
    return f"[{name}](#{name})"


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?:])\s", _one_line(text), maxsplit=1)[0].rstrip(":")


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
