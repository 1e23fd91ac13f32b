"""Draw shares as bars with their 95 % intervals and the number of flights next to each.

dbt-charts would draw the share of 38 flights with the same confidence as that of 250,000.
"""

from __future__ import annotations

import re
from typing import Any

import vl_convert

from ontime.site.boards import Chart
from ontime.site.reader import Row
from ontime.site.svg import compact
from ontime.site.values import shown

_COLUMNS = {"event_share", "share_low", "share_high"}
_WIDTHS = {"wide": 620, "half": 470, "narrow": 330}
_FONT = "'Inter Variable', Inter, system-ui, sans-serif"
_INK, _MUTED, _BAR = "#22252a", "#565b63", "#9db4d6"
_WIDE_STEP, _NARROW_STEP = 30, 44
_LETTER_WIDTH, _LONGEST_NAME = 7.2, 340


def has_intervals(rows: list[Row]) -> bool:
    """Return whether the rows are shares with their intervals."""
    return bool(rows) and rows[0].keys() >= _COLUMNS


def draw(chart: Chart, rows: list[Row], form: str) -> str:
    """Return the bars as SVG, in row order; in the narrow form, names are above the bars."""
    size = "narrow" if form == "narrow" else "half" if chart.is_half else "wide"
    is_wide = size == "wide"
    places = [
        {
            "place": place,
            "name": str(row[chart.spec["x"]]),
            "share": float(row["event_share"]),
            "low": float(row["share_low"]),
            "high": float(row["share_high"]),
            "label": shown(row["event_share"], "percent"),
            "flights": f"of {shown(row['counted_flights'])}",
            "tip": f"{row[chart.spec['x']]}: {shown(row['event_share'], 'percent')} of "
            f"{shown(row['counted_flights'])} flights "
            f"(95% interval {shown(row['share_low'], 'percent')} "
            f"to {shown(row['share_high'], 'percent')})",
        }
        for place, row in enumerate(rows)
        if row["event_share"] is not None
    ]
    step = _WIDE_STEP if is_wide else _NARROW_STEP
    specification: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTHS[size],
        "height": {"step": step},
        "padding": {"left": 4, "top": 2, "bottom": 2, "right": 4},
        "background": None,
        "config": {"view": {"stroke": None}, "font": _FONT},
        "data": {"values": places},
        "encoding": {"y": _places(places, is_wide=is_wide)},
        "layer": _layers(places, _WIDTHS[size], is_wide=is_wide),
    }
    svg: str = vl_convert.vegalite_to_svg(specification, vl_version="5.21")
    return _with_tips(svg)


def _places(places: list[dict[str, Any]], *, is_wide: bool) -> dict[str, Any]:
    names = {place["place"]: place["name"] for place in places}
    axis = {
        "domain": False,
        "ticks": False,
        "labelFontSize": 12.5,
        "labelColor": _INK,
        "labelPadding": 8,
        "labelLimit": _LONGEST_NAME,
        # text is measured in a font that may be narrower than the reader's
        "minExtent": min(_LONGEST_NAME, _LETTER_WIDTH * max(map(len, names.values())) + 8),
        "title": None,
        "labelExpr": " : ".join(
            [*(f"datum.value == {place} ? {_quoted(name)}" for place, name in names.items()), "''"]
        ),
    }
    return {
        "field": "place",
        "type": "ordinal",
        "sort": None,
        "axis": axis if is_wide else None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.15},
    }


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _layers(places: list[dict[str, Any]], width: int, *, is_wide: bool) -> list[dict[str, Any]]:
    largest = max(place["high"] for place in places)
    # shares above one half get an axis up to 100 %, so that neighbouring charts are comparable
    end = 1 if largest > 1 / 2 else largest * 1.05
    share = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, end]},
        "axis": {
            "format": ".0%",
            "tickCount": 5,
            "grid": True,
            "gridColor": "#e6e9ee",
            "domain": False,
            "ticks": False,
            "labelColor": _MUTED,
            "labelFontSize": 11,
            "title": None,
        },
    }
    # below the name if there is no room next to it
    shift, thickness = (0, 16) if is_wide else (9, 13)
    tip = {"field": "tip", "type": "nominal"}
    words = {"type": "text", "fontSize": 12, "baseline": "middle"}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "color": _BAR, "height": thickness, "yOffset": shift},
            "encoding": {"x": share, "description": tip},
        },
        {
            "mark": {"type": "rule", "color": _INK, "strokeWidth": 1.5, "yOffset": shift},
            "encoding": {
                "x": {**share, "field": "low"},
                "x2": {"field": "high"},
                "description": tip,
            },
        },
    ]
    if is_wide:
        layers += [
            {
                "mark": {**words, "align": "right", "fontWeight": 600, "color": _INK},
                "encoding": {"x": {"value": width + 56}, "text": {"field": "label"}},
            },
            {
                "mark": {**words, "align": "right", "color": _MUTED},
                "encoding": {"x": {"value": width + 138}, "text": {"field": "flights"}},
            },
        ]
    else:
        above = {**words, "dy": -9}
        layers += [
            {
                "mark": {
                    **above,
                    "align": "left",
                    "color": _INK,
                    "limit": width - 128,
                },
                "encoding": {"x": {"value": 0}, "text": {"field": "name"}},
            },
            {
                "mark": {**above, "align": "right", "fontWeight": 600, "color": _INK},
                "encoding": {"x": {"value": width - 70}, "text": {"field": "label"}},
            },
            {
                "mark": {**above, "align": "right", "color": _MUTED},
                "encoding": {"x": {"value": width}, "text": {"field": "flights"}},
            },
        ]
    return layers


def _with_tips(svg: str) -> str:
    svg = re.sub(
        r'<(path|line)\b([^>]*?) aria-label="([^"]*% interval [^"]*)"([^>]*?)(?:/>|></\1>)',
        r"<\1\2\4><title>\3</title></\1>",
        svg,
    )
    return compact(svg)
