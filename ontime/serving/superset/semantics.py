"""The metrics and dimensions of the semantic models, as SQL that a BI tool can group by itself.

A metric is defined once, in the dbt project; here its definition is read from the semantic manifest
that dbt writes when it parses the project. MetricFlow answers whole questions; a BI tool needs only
the aggregate, to use it in its own queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Element = Mapping[str, Any]


class SemanticsError(Exception):
    """The semantic models cannot be written as plain SQL; the message says which and why."""


@dataclass(frozen=True)
class Metric:
    """A metric: an aggregate over the rows of one table."""

    name: str
    label: str
    description: str
    unit: str
    expression: str


@dataclass(frozen=True)
class Dimension:
    """Something to group facts by that is not one of their columns.

    It is either an expression over the facts, or a column of another table that a key refers to.
    """

    name: str
    expression: str
    table: str
    column: str
    description: str


@dataclass(frozen=True)
class Join:
    """A table that a key of the facts refers to, under the name of the entity."""

    entity: str
    table: str
    key: str
    foreign_key: str


def metrics(manifest: Element, table: str) -> list[Metric]:
    """Return the metrics that are aggregates over one table, sorted by name.

    Raises:
        SemanticsError: one of them cannot be written as one aggregate expression.

    """
    by_name = {metric["name"]: metric for metric in manifest["metrics"]}
    measures = {
        measure["name"]: (measure, model["node_relation"]["alias"])
        for model in manifest["semantic_models"]
        for measure in model.get("measures") or ()
    }
    tables = {
        model["name"]: model["node_relation"]["alias"] for model in manifest["semantic_models"]
    }
    resolver = _Resolver(by_name, measures, tables)
    found = []
    for name, metric in sorted(by_name.items()):
        if resolver.tables_of(name) == {table}:
            unit = ((metric.get("config") or {}).get("meta") or {}).get("unit") or ""
            found.append(
                Metric(
                    name=name,
                    label=metric.get("label") or name.replace("_", " ").capitalize(),
                    description=" ".join((metric.get("description") or "").split()),
                    unit=unit,
                    expression=resolver.expression(name),
                )
            )
    return found


def dimensions(manifest: Element, table: str) -> tuple[list[Join], list[Dimension]]:
    """Return what the rows of a table can be grouped by beyond their own columns.

    If a table is joined more than once, as airports are, the entity's name precedes the names of
    its columns.
    """
    joins: list[Join] = []
    found: list[Dimension] = []
    facts = [model for model in manifest["semantic_models"] if _alias(model) == table]
    for fact in facts:
        found += [
            Dimension(
                name=dimension["name"],
                expression=dimension["expr"],
                table="",
                column="",
                description=" ".join((dimension.get("description") or "").split()),
            )
            for dimension in fact["dimensions"]
            if dimension.get("expr") and dimension["expr"] != dimension["name"]
        ]
        joins += [
            Join(entity, _alias(parent), parent_key, key)
            for entity, key, parent, parent_key in _led_to(manifest, fact)
        ]
    joined = [
        (join, dimension)
        for join in joins
        for model in manifest["semantic_models"]
        if _alias(model) == join.table
        for dimension in model["dimensions"]
        if not dimension.get("expr")
    ]
    names = [dimension["name"] for _, dimension in joined]
    for join, dimension in joined:
        name = dimension["name"]
        found.append(
            Dimension(
                name=name if names.count(name) == 1 else _under(join.entity, name),
                expression=f"{join.entity}.{name}",
                table=join.table,
                column=name,
                description="",
            )
        )
    return joins, found


def _led_to(manifest: Element, fact: Element) -> Iterator[tuple[str, str, Element, str]]:
    for entity in fact["entities"]:
        if entity["type"] != "foreign":
            continue
        for model in manifest["semantic_models"]:
            for other in model["entities"]:
                if other["type"] != "foreign" and other["name"] == entity["name"]:
                    yield (
                        entity["name"],
                        entity.get("expr") or entity["name"],
                        model,
                        other.get("expr") or other["name"],
                    )


def _under(entity: str, name: str) -> str:
    """Join the names of an entity and a column; a word that both share appears once."""
    return f"{entity}_{name.removeprefix(entity.rpartition('_')[2] + '_')}"


def _alias(model: Element) -> str:
    return str(model["node_relation"]["alias"])


@dataclass(frozen=True)
class _Resolver:
    """Resolve metrics that are made of metrics, down to aggregates of columns.

    dbt writes the aggregation of a simple metric either into the metric itself or, in the older
    form, into a measure of a semantic model that the metric names.
    """

    by_name: Mapping[str, Element]
    measures: Mapping[str, tuple[Element, str]]
    tables: Mapping[str, str]

    def tables_of(self, name: str) -> set[str]:
        """Return the tables whose rows a metric needs."""
        metric = self._metric(name)
        params = metric["type_params"]
        if metric["type"] == "simple":
            own = params.get("metric_aggregation_params")
            if own:
                return {self.tables[own["semantic_model"]]}
            return {self.measures[params["measure"]["name"]][1]}
        return {
            table for each in self._inputs(metric) for table in self.tables_of(str(each["name"]))
        }

    def expression(self, name: str) -> str:
        """Return a metric as one SQL expression over the rows of its table."""
        metric = self._metric(name)
        params = metric["type_params"]
        _refuse_filter(name, metric)
        if metric["type"] == "simple":
            return _aggregate(name, *self._aggregation(params))
        for each in self._inputs(metric):
            _refuse_filter(name, each)
            if each.get("offset_window") or each.get("offset_to_grain"):
                raise SemanticsError(f"The metric {name} looks at another time than its own.")
        if metric["type"] == "ratio":
            numerator = self.expression(params["numerator"]["name"])
            denominator = self.expression(params["denominator"]["name"])
            return f"{numerator} * 1.0 / nullif({denominator}, 0)"
        if metric["type"] == "derived":
            inputs = {
                each.get("alias") or each["name"]: f"({self.expression(each['name'])})"
                for each in self._inputs(metric)
            }
            words = "|".join(re.escape(word) for word in inputs)
            return re.sub(rf"\b({words})\b", lambda found: inputs[found[1]], params["expr"])
        raise SemanticsError(
            f"The metric {name} is {metric['type']}: that is not one aggregate of a table's rows."
        )

    def _metric(self, name: str) -> Element:
        if name not in self.by_name:
            raise SemanticsError(f"A metric is made of {name}, and there is no such metric.")
        return self.by_name[name]

    def _inputs(self, metric: Element) -> list[Element]:
        params = metric["type_params"]
        if metric["type"] == "ratio":
            return [params["numerator"], params["denominator"]]
        return list(params.get("metrics") or ())

    def _aggregation(self, params: Element) -> tuple[str, str, Element]:
        """Return the aggregation of a simple metric, its expression, and its parameters."""
        own = params.get("metric_aggregation_params")
        if own:
            return own["agg"], params["expr"], own.get("agg_params") or {}
        measure, _ = self.measures[params["measure"]["name"]]
        _refuse_filter(measure["name"], params["measure"])
        expression = measure.get("expr") or measure["name"]
        return measure["agg"], expression, measure.get("agg_params") or {}


def _aggregate(name: str, how: str, expression: str, params: Element) -> str:
    plain = {"sum": "sum", "average": "avg", "min": "min", "max": "max", "count": "count"}
    if how in plain:
        return f"{plain[how]}({expression})"
    if how == "count_distinct":
        return f"count(distinct {expression})"
    if how == "sum_boolean":
        return f"sum(case when {expression} then 1 else 0 end)"
    if how in ("median", "percentile"):
        share = 0.5 if how == "median" else params["percentile"]
        kind = "disc" if params.get("use_discrete_percentile") else "cont"
        return f"percentile_{kind}({share}) within group (order by {expression})"
    raise SemanticsError(f"The metric {name} aggregates by {how}, which is not known here.")


def _refuse_filter(name: str, element: Element) -> None:
    if element.get("filter"):
        raise SemanticsError(f"The metric {name} has a filter, which a BI tool cannot be told.")
