"""What a metric means, for programs: its formula, and what is counted above and below the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from metricflow_semantic_interfaces.type_enums.metric_type import MetricType

from ontime.metrics.metric_list import formula, unit
from ontime.metrics.semantics import Metrics


def definition(metrics: Metrics, name: str) -> dict[str, str]:
    """Return the parts of a metric's definition, each in words."""
    metric = metrics.by_name[name]
    params = metric.type_params
    parts = {
        "name": name,
        "label": metric.label or name,
        "meaning": _one_line(metric.description or ""),
        "unit": unit(metric),
        "formula": re.sub(r"\[(\w+)\]\(#\w+\)", r"\1", formula(metrics, metric)),
    }
    for head, part in (("numerator", params.numerator), ("denominator", params.denominator)):
        if part:
            meaning = _one_line(metrics.by_name[part.name].description or "")
            parts[head] = f"{part.name}: {meaning}"
    return parts


def with_parts(metrics: Metrics, names: Iterable[str]) -> list[str]:
    """Return metrics followed by those that they are made of, such as a rate's two counts."""
    return list(dict.fromkeys(part for name in names for part in _parts(metrics, name)))


def _parts(metrics: Metrics, name: str) -> Iterator[str]:
    yield name
    if name not in metrics.by_name:
        return
    metric = metrics.by_name[name]
    params = metric.type_params
    if metric.type is MetricType.SIMPLE:
        return
    for part in (params.numerator, params.denominator, *(params.metrics or ())):
        if part:
            yield from _parts(metrics, part.name)


def _one_line(text: str) -> str:
    return " ".join(text.split())
