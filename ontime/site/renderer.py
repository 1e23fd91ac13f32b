"""Have dbt-charts draw the charts, each on a board of its own, wide and narrow.

A board of dbt-charts is one picture of fixed width, text and tables included: on a phone its text
shrinks, and nobody can select its tables or have them read aloud. So `ontime.site.pages`
writes the page around the charts, and each chart is drawn twice, for wide and for narrow windows.

`ontime.site.reader` has read the rows before and passes them as values, so that the
renderer opens no data file. One process draws all charts, because starting it takes the most time.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.site.boards import Board, Chart
from ontime.site.markup import words_of
from ontime.site.reader import Row
from ontime.site.svg import compact

# size of the picture itself, in pixels; a board adds its margins
WIDTHS = {"wide": 1064, "half": 516, "narrow": 344}
_MARGINS = 2 * 36
_CONFIGURATION = "sources: {}\n"

_INVISIBLE = "\u200b-\u200d\u2060-\u2064"
_PLACE_OF_A_LINE = "\u200c[0-9]+"

# labels of an axis, those that are turned upright, and the distance that their letters need
_AXIS_LABELS = re.compile(r'<g class="mark-text role-axis-label".*?</g>', re.DOTALL)
_UPRIGHT = re.compile(
    r'<text[^>]*transform="translate\(([\d.]+),[^>]*rotate\(270\)[^>]*>.*?</text>'
)
_CLEAR_PIXELS = 13
_GROUND = re.compile(r'(?<=>)<rect width="[\d.]+" height="[\d.]+" fill="#FFFFFF"/>')

DRAWN = {"bar", "line", "area", "scatter", "heatmap"}


class RenderError(Exception):
    """dbt-charts could not draw a board: the message is its error output."""


@dataclass(frozen=True)
class Drawing:
    """One chart to draw."""

    key: str
    board: Board
    chart: Chart
    rows: list[Row]


def draw(drawings: list[Drawing], folder: Path) -> dict[tuple[str, str], str]:
    """Return each chart as SVG, by its key and by `wide` or `narrow`; work in `folder`.

    Raises:
        RenderError: a chart cannot be drawn.

    """
    charts = folder / "charts"
    charts.mkdir(parents=True)
    (folder / "dbt_charts.yml").write_text(_CONFIGURATION, encoding="utf-8")
    for drawing in drawings:
        for form in ("wide", "narrow"):
            board = _board_of_one(drawing, form)
            path = charts / f"{drawing.key}-{form}.yml"
            path.write_text(yaml.safe_dump(board, sort_keys=False, allow_unicode=True), "utf-8")
    names = [f"charts/{path.name}" for path in sorted(charts.glob("*.yml"))]
    done = subprocess.run(  # noqa: S603
        [
            *(str(Path(sys.executable).parent / "dct"), "render", *names, "--format", "svg"),
            *("--output", "drawn/{stem}.svg", "--no-cache", "--no-warnings"),
        ],
        cwd=folder,
        env={**os.environ, "DO_NOT_TRACK": "1", "DCT_NO_WORKSPACE_GUARD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RenderError(f"dbt-charts could not draw a board.\n{done.stdout}{done.stderr}")
    return {
        (drawing.key, form): _picture(
            (folder / "drawn" / f"{drawing.key}-{form}.svg").read_text(encoding="utf-8"),
            f"{drawing.key}-{form}",
            str(drawing.chart.spec.get("x_label") or ""),
        )
        for drawing in drawings
        for form in ("wide", "narrow")
    }


def with_gaps(chart: Chart, rows: list[Row]) -> list[Row]:
    """Return the rows of a line, with an empty row for each month missing between them.

    Without it the line would cross months without data, as if their values were known.
    """
    x, series = str(chart.spec.get("x")), str(chart.spec.get("color"))
    if chart.kind not in {"line", "area"} or not x.endswith("_month"):
        return rows
    months = sorted({row[x] for row in rows})
    every = [months[0]]
    while every[-1] < months[-1]:
        last = every[-1]
        every.append(date(last.year + last.month // 12, last.month % 12 + 1, 1))
    known = {(row[x], row.get(series)): row for row in rows}
    names = list(dict.fromkeys(row.get(series) for row in rows))
    nothing = dict.fromkeys(rows[0])
    return [
        known.get((month, name)) or {**nothing, x: month, **({series: name} if name else {})}
        for month in every
        for name in names
    ]


def _board_of_one(drawing: Drawing, form: str) -> dict[str, Any]:
    chart = drawing.chart
    rows = with_gaps(chart, drawing.rows)
    hidden = {"title", "notes", "subtitle"}
    spec = {name: value for name, value in chart.spec.items() if name not in hidden}
    size = "narrow" if form == "narrow" else "half" if chart.is_half else "wide"
    columns = list(drawing.rows[0])
    query: dict[str, Any] = {
        "type": "values",
        "columns": columns,
        "values": [[_plain(row[column]) for column in columns] for row in rows],
    }
    if formats := drawing.board.queries[chart.query].get("formats"):
        query["formats"] = formats
    return {
        "width": WIDTHS[size] + _MARGINS,
        "queries": {chart.query: query},
        "charts": {chart.name: spec},
        "rows": [chart.name],
    }


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
    return value


def _picture(board: str, key: str, x_label: str) -> str:
    """Return the chart alone, with unique ids, and its values as tooltips."""
    start = board.index("<svg", board.index('class="dbt-chart"'))
    depth, end = 0, start
    for tag in re.finditer(r"<svg\b|</svg>", board[start:]):
        depth += 1 if tag[0] != "</svg>" else -1
        if depth == 0:
            end = start + tag.end()
            break
    # without the ground that it is drawn on, so that it follows the page's
    svg = _GROUND.sub("", board[start:end], count=1)
    svg = re.sub(r'(id="|url\(#|href="#)([\w-]+)', rf"\g<1>{key}-\2", svg)
    svg = re.sub(
        r'<(path|rect|circle)\b([^>]*?) aria-label="([^"]+)"([^>]*?)/>',
        lambda mark: (
            f"<{mark[1]}{mark[2]}{mark[4]}><title>{tip(mark[3], x_label)}</title></{mark[1]}>"
        ),
        svg,
    )
    return _thinned(compact(svg))


def _thinned(svg: str) -> str:
    """Return a chart whose upright labels stand clear of each other: every second, or fewer."""

    def of_axis(axis: re.Match[str]) -> str:
        labels = list(_UPRIGHT.finditer(axis[0]))
        places = [float(label[1]) for label in labels]
        gaps = [after - before for before, after in pairwise(places)]
        if not gaps or min(gaps) <= 0 or min(gaps) >= _CLEAR_PIXELS:
            return axis[0]
        step = ceil(_CLEAR_PIXELS / min(gaps))
        text = axis[0]
        for number, label in reversed(list(enumerate(labels))):
            if number % step:
                text = text[: label.start()] + text[label.end() :]
        return text

    return _AXIS_LABELS.sub(of_axis, svg)


def tip(label: str, x_label: str = "") -> str:
    """Return the tooltip of a mark: first the point, then its value.

    dbt-charts writes `Dec 2013; New York (LGA); 1; on time share: 72%`, with invisible characters:
    the number is the position of the line, the name is that of the query's column. The label of
    the axis follows the point.
    """
    parts = [_seen(part) for part in label.split("; ") if not re.fullmatch(_PLACE_OF_A_LINE, part)]
    name, _, value = parts[-1].rpartition(": ")
    column = name.lower().replace(" ", "_")
    said = f"{value} {words_of(column)}" if name else value
    said = said.removesuffix("s") if value == "1" else said
    if x_label and len(parts) > 1:
        parts[0] = f"{parts[0]} {x_label.lower()}"
    return ": ".join(filter(None, [", ".join(parts[:-1]), said]))


def _seen(text: str) -> str:
    return re.sub(f"[{_INVISIBLE}]", "", text)
