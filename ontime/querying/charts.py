"""Draw the charts of the guides: a few plain, reproducible forms, legible without colour.

The description inside a file contains a checksum of the data drawn. It shows whether a chart is out
of date without comparing strokes, which differ between machines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ontime.querying import vega

_FORMS = {
    "bars": ("label", "value"),
    "lines": ("x", "y"),
    "heat": ("x", "y", "value"),
}

_FEW_POINTS = 40
_FEW_WORDS = 8
_WIDTH = 640
_PIXELS_A_ROW = 24
_PIXELS_OF_LINES = 260
# makes a label that occurs twice another one, and is not seen
_UNSEEN = "\u200b"


@dataclass(frozen=True)
class Chart:
    """A chart's form, the column that fills each of its parts, and the unit in words."""

    form: str
    parts: dict[str, str]
    unit: str

    @classmethod
    def from_heading(cls, text: str) -> Chart | None:
        """Parse a chart from a line such as `bars, label=a, value=b, unit=flights`.

        Raises:
            ValueError: the form does not exist, or one of its parts is missing.

        """
        # the unit comes last, because it is free text and may contain commas
        before, _, unit = text.partition("unit=")
        form, *rest = (word.strip() for word in before.split(","))
        if form == "none":
            return None
        parts = dict(re.split(r"\s*=\s*", word, maxsplit=1) for word in rest if "=" in word)
        if form not in _FORMS:
            raise ValueError(f"there is no chart of the form `{form}`: take {', '.join(_FORMS)}.")
        if missing := [part for part in _FORMS[form] if part not in parts]:
            raise ValueError(f"a chart of the form `{form}` needs {', '.join(missing)}.")
        return cls(form, {part: column for part, column in parts.items() if column}, unit.strip())


def checksum(chart: Chart, title: str, columns: Sequence[str], rows: Sequence[Any]) -> str:
    """Return a checksum of everything that a chart shows."""
    shown = repr((chart, title, list(columns), list(rows)))
    return hashlib.sha256(shown.encode()).hexdigest()


def draw(chart: Chart, title: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return a chart of rows as SVG.

    Raises:
        ValueError: there are no rows, or a column that the chart needs is missing.

    """
    if unknown := set(chart.parts.values()) - set(columns):
        raise ValueError(f"the chart needs the column {min(unknown)}, which the query lacks.")
    if not rows:
        raise ValueError("a chart of no rows shows nothing: say `chart: none`.")
    values = {
        part: [row[list(columns).index(column)] for row in rows]
        for part, column in chart.parts.items()
    }
    spec = _DRAWERS[chart.form](chart, values)
    return vega.svg(spec, title, f"shows {checksum(chart, title, columns, rows)}")


def _bars(chart: Chart, values: dict[str, list[Any]]) -> dict[str, Any]:
    labels: list[str] = []
    for value in values["label"]:
        label = _words(value)
        while label in labels:
            label += _UNSEEN
        labels.append(label)
    rows = [
        {"label": label, "value": float(value or 0), "shown": _number(value)}
        for label, value in zip(labels, values["value"], strict=True)
    ]
    down = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": 320},
    }
    across = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": chart.unit, "tickCount": 6},
    }
    return {
        "width": _WIDTH,
        "height": {"step": _PIXELS_A_ROW},
        "data": {"values": rows},
        "encoding": {"y": down, "x": across},
        "layer": [
            {"mark": {"type": "bar", "color": vega.BAR}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "color": vega.INK},
                "encoding": {"text": {"field": "shown"}},
            },
        ],
    }


def _lines(chart: Chart, values: dict[str, list[Any]]) -> dict[str, Any]:
    series = [_words(name) for name in values.get("series", [""] * len(values["x"]))]
    rows = [
        {"x": _point(x), "y": None if y is None else float(y), "series": name}
        for x, y, name in zip(values["x"], values["y"], series, strict=True)
    ]
    names = list(dict.fromkeys(series))
    many = max(series.count(name) for name in names) > _FEW_POINTS
    is_time = all(isinstance(value, date) for value in values["x"])
    is_number = all(isinstance(value, int | float) for value in values["x"])
    is_slanted = not is_time and not is_number and len(set(values["x"])) > _FEW_WORDS
    axis = {
        "title": None if is_time else chart.parts["x"].replace("_", " "),
        "grid": False,
        "labelOverlap": True,
        **({"labelAngle": -40} if is_slanted else {"labelAngle": 0}),
        **({"format": "%b %Y"} if is_time else {}),
        **({"format": "d", "tickMinStep": 1} if is_number else {}),
    }
    kind = "temporal" if is_time else "quantitative" if is_number else "ordinal"
    across: dict[str, Any] = {"field": "x", "type": kind, "axis": axis}
    across |= {"scale": {"zero": False, "nice": False}} if is_number else {}
    if not is_time and not is_number:
        across["sort"] = None
    encoding: dict[str, Any] = {
        "x": across,
        "y": {
            "field": "y",
            "type": "quantitative",
            "scale": {"zero": False},
            "axis": {"title": chart.unit, "tickCount": 6},
        },
    }
    lines, points = dict(encoding), dict(encoding)
    if "series" in values:
        legend = {"title": None, "orient": "bottom", "columns": min(len(names), 5)}
        of_series: dict[str, Any] = {"field": "series", "type": "nominal", "sort": None}
        # the points have a form for each series as well, so that nobody needs to tell colours
        # apart; their legend shows both, and the lines need none of their own
        lines["stroke"] = {**of_series, "legend": legend if many else None}
        points |= {channel: {**of_series, "legend": legend} for channel in ("color", "shape")}
    line = {"type": "line", "strokeWidth": 1.8, "color": vega.MARK}
    point = {"type": "point", "filled": True, "size": 36, "opacity": 1, "color": vega.MARK}
    return {
        "width": _WIDTH,
        "height": _PIXELS_OF_LINES,
        "data": {"values": rows},
        "layer": [
            {"mark": line, "encoding": lines},
            *([] if many else [{"mark": point, "encoding": points}]),
        ],
    }


def _heat(chart: Chart, values: dict[str, list[Any]]) -> dict[str, Any]:
    rows = [
        {"x": _words(x), "y": _words(y), "value": None if value is None else float(value)}
        for x, y, value in zip(values["x"], values["y"], values["value"], strict=True)
    ]
    places = {
        part: {
            "field": part,
            "type": "ordinal",
            "sort": None,
            "axis": {
                "title": chart.parts[part].replace("_", " "),
                "ticks": False,
                "domain": False,
                "labelAngle": 0,
                "labelOverlap": True,
            },
        }
        for part in ("x", "y")
    }
    colour = {
        "field": "value",
        "type": "quantitative",
        "scale": {"scheme": "blues"},
        "legend": {
            "title": chart.unit,
            "orient": "bottom",
            "gradientLength": 240,
            "gradientThickness": 10,
            "titleLimit": _WIDTH,
        },
    }
    return {
        "width": _WIDTH,
        "height": {"step": _PIXELS_A_ROW},
        "data": {"values": rows},
        "mark": "rect",
        "encoding": {**places, "color": colour},
    }


_DRAWERS: dict[str, Callable[[Chart, dict[str, list[Any]]], dict[str, Any]]] = {
    "bars": _bars,
    "lines": _lines,
    "heat": _heat,
}


def _point(value: Any) -> Any:
    if isinstance(value, date):
        # a moment of its own time zone: a date alone would be taken for one in UTC
        return f"{value.isoformat()}T00:00:00"
    return value if isinstance(value, int | float) else _words(value)


def _number(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def _words(value: Any) -> str:
    """Return a value as a label."""
    return "not known" if value is None else str(value)
