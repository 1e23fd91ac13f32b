"""Draw the map of the airports: the states in the background, a circle for each airport.

dbt-charts would fetch the states from the network while it draws, and silently omit them if it
cannot. Here they come from an installed package, and drawing fails if they are missing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import shapely  # type: ignore[import-untyped,import-not-found,unused-ignore]
import vl_convert
from bokeh_sampledata import us_states  # type: ignore[import-not-found,unused-ignore]

from ontime.site.boards import Chart
from ontime.site.reader import Row
from ontime.site.svg import compact
from ontime.site.values import shown

_SIMPLIFIED_DEGREES = 0.04
_NEAR_LAND_DEGREES = 1
_HALF_A_SCALE = 0.15
_SIZES = {"wide": (930, 540), "half": (400, 250), "narrow": (344, 220)}
_LARGEST_CIRCLE = {"wide": 1300, "half": 500, "narrow": 260}
_FONT = "'Inter Variable', Inter, system-ui, sans-serif"

# pale: average; orange: less punctual; blue: more punctual. Safe for red-green colour blindness.
_COLOURS = ["#8c3a00", "#d9792b", "#f3d9b8", "#7fb1d6", "#084a86"]


@dataclass(frozen=True)
class _Inset:
    """Islands that the projection cannot show: a frame near the states, to which they are moved."""

    name: str
    west: float
    south: float
    east: float
    north: float
    shift: tuple[float, float]

    def holds(self, place: tuple[float, float]) -> bool:
        """Return whether a place, longitude and latitude, is on these islands."""
        return self.west < place[0] < self.east and self.south < place[1] < self.north

    def layers(self, size: str) -> list[dict[str, Any]]:
        """Return the frame and, where there is room for it, its name."""
        east, north = self.shift
        corners = [
            [self.west + east, self.south + north],
            [self.west + east, self.north + north],
            [self.east + east, self.north + north],
            [self.east + east, self.south + north],
            [self.west + east, self.south + north],
        ]
        name = {
            "type": "text",
            "fontSize": 11,
            "fill": "#565b63",
            "text": self.name,
            "align": "center",
            "dy": 12,
        }
        middle = (self.west + self.east) / 2
        frame = {
            "data": {"values": [{"type": "LineString", "coordinates": corners}]},
            "mark": {"type": "geoshape", "filled": False, "stroke": "#b7bec8"},
        }
        if size == "narrow":
            return [frame]
        return [
            frame,
            {
                "data": {"values": [{"x": middle + east, "y": self.south + north}]},
                "mark": name,
                "encoding": {
                    "longitude": {"field": "x", "type": "quantitative"},
                    "latitude": {"field": "y", "type": "quantitative"},
                },
            },
        ]


_INSETS = (
    _Inset("Puerto Rico, Virgin Islands", -68, 17, -64, 19.2, (-8.5, 10)),
    _Inset("Guam, Saipan", 143.5, 12.5, 147, 16, (-268, 17)),
    _Inset("American Samoa", -171.5, -15, -169, -13, (51, 43)),
)


def states() -> list[dict[str, Any]]:
    """Return the outlines of the states, as GeoJSON features (US Census Bureau, simplified)."""
    return [
        {
            "type": "Feature",
            "properties": {"name": state["name"]},
            "geometry": _wound_for_the_sphere(
                json.loads(
                    shapely.to_geojson(shapely.simplify(state["geometry"], _SIMPLIFIED_DEGREES))
                )
            ),
        }
        for state in us_states.records()
    ]


def draw(chart: Chart, rows: list[Row], form: str, links: Mapping[str, str]) -> str:
    """Return the map as SVG; each airport with a report card leads to it."""
    size = "narrow" if form == "narrow" else "half" if chart.is_half else "wide"
    width, height = _SIZES[size]
    spec = chart.spec
    land = shapely.union_all([state["geometry"] for state in us_states.records()])
    shapely.prepare(land)
    places = [
        {
            **_moved(float(row[spec["longitude"]]), float(row[spec["latitude"]])),
            "size": float(row[spec["size"]]),
            "share": float(row[spec["color"]]),
            "tip": f"{row['airport']}: {shown(row[spec['color']], 'percent')} on time, "
            f"{shown(row[spec['size']])} flights",
        }
        for row in rows
        if row[spec["latitude"]] is not None
        and row[spec["color"]] is not None
        and (
            _inset(float(row[spec["longitude"]]), float(row[spec["latitude"]]))
            or shapely.dwithin(
                land,
                shapely.Point(row[spec["longitude"]], row[spec["latitude"]]),
                _NEAR_LAND_DEGREES,
            )
        )
    ]
    insets = [each for each in _INSETS if any(each.holds(place["at"]) for place in places)]
    drawn: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "padding": {"left": 2, "top": 2, "bottom": 2, "right": 40},
        "background": None,
        "projection": {"type": "albersUsa"},
        "config": {"view": {"stroke": None}, "font": _FONT},
        "layer": [
            {
                "data": {"values": states()},
                "mark": {"type": "geoshape", "fill": "#eceff3", "stroke": "#b7bec8"},
            },
            *(layer for inset in insets for layer in inset.layers(size)),
            {
                "data": {"values": sorted(places, key=lambda place: -place["size"])},
                "mark": {
                    "type": "circle",
                    "stroke": "#33373d",
                    "strokeWidth": 0.7,
                    "opacity": 0.92,
                },
                "encoding": _encoding(places, size),
            },
        ],
    }
    svg: str = vl_convert.vegalite_to_svg(drawn, vl_version="5.21")
    return _with_tips(svg, links)


def _inset(longitude: float, latitude: float) -> _Inset | None:
    return next((each for each in _INSETS if each.holds((longitude, latitude))), None)


def _moved(longitude: float, latitude: float) -> dict[str, Any]:
    inset = _inset(longitude, latitude)
    east, north = inset.shift if inset else (0, 0)
    return {
        "longitude": longitude + east,
        "latitude": latitude + north,
        "at": (longitude, latitude),
    }


def _encoding(places: list[dict[str, Any]], size: str) -> dict[str, Any]:
    legend = {
        "orient": "bottom" if size == "narrow" else "right",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": 500,
        "labelColor": "#33373d",
        "titleColor": "#33373d",
        "titleLimit": 0,
    }
    flights = sum(place["size"] for place in places)
    average = sum(place["size"] * place["share"] for place in places) / flights
    return {
        "longitude": {"field": "longitude", "type": "quantitative"},
        "latitude": {"field": "latitude", "type": "quantitative"},
        "size": {
            "field": "size",
            "type": "quantitative",
            "scale": {"range": [12, _LARGEST_CIRCLE[size]], "zero": True},
            "legend": {
                **legend,
                "title": "Flights",
                "format": ",.0f",
                "values": _examples(max(place["size"] for place in places)),
                "symbolFillColor": "#9aa3af",
            },
        },
        "color": {
            "field": "share",
            "type": "quantitative",
            # few flights give extreme shares: values beyond the scale get the colour of its end
            "scale": {
                "range": _COLOURS,
                "domain": [average + step * _HALF_A_SCALE / 2 for step in range(-2, 3)],
                "clamp": True,
                "interpolate": "rgb",
            },
            "legend": {
                **legend,
                "title": "Arrived on time",
                "format": ".0%",
                "values": [average - _HALF_A_SCALE, average, average + _HALF_A_SCALE],
            },
        },
        "description": {"field": "tip", "type": "nominal"},
    }


def _examples(largest: float) -> list[float]:
    """Return round numbers for a size legend; the largest is close to the largest circle."""
    unit = 10 ** math.floor(math.log10(largest))
    return [unit / 10, unit / 2, math.floor(largest / unit) * unit]


def _wound_for_the_sphere(geometry: dict[str, Any]) -> dict[str, Any]:
    """Wind rings the way that d3 expects: the inside is to the right of an outer ring."""

    def area(ring: list[list[float]]) -> float:
        return sum(
            (x2 - x1) * (y2 + y1)
            for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)
        )

    polygons = (
        [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    )
    turned = [
        [ring if (area(ring) > 0) == (place == 0) else ring[::-1] for place, ring in enumerate(p)]
        for p in polygons
    ]
    return {"type": "MultiPolygon", "coordinates": turned}


def _with_tips(svg: str, links: Mapping[str, str]) -> str:
    def linked(tip: str, circle: str) -> str:
        address = links.get(unescape(tip).partition(": ")[0])
        # the table beneath leads to the same pages: the key Tab does not stop at each circle
        return f'<a href="{address}" tabindex="-1">{circle}</a>' if address else circle

    svg = re.sub(
        r'<path\b([^>]*?) aria-label="([^"]+ flights)"([^>]*?)></path>|'
        r'<path\b([^>]*?) aria-label="([^"]+ flights)"([^>]*?)/>',
        lambda mark: linked(
            mark[2] or mark[5],
            f'<path class="airport"{mark[1] or mark[4]}{mark[3] or mark[6]}>'
            f"<title>{mark[2] or mark[5]}</title></path>",
        ),
        svg,
    )
    return compact(svg)
