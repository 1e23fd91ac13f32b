"""Draw the charts of the guides: a few plain, reproducible forms, legible without colour.

Matplotlib draws every chart as SVG with its labels as text, so that the chart scales, can be
searched, and stays small in git. The description inside the file contains a checksum of the data
drawn. It shows whether a chart is out of date without comparing strokes, which differ between
machines.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FORMS = {
    "bars": ("label", "value"),
    "lines": ("x", "y"),
    "heat": ("x", "y", "value"),
}

# Okabe and Ito's palette, which is safe for colour-blind readers
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_FEW_POINTS = 40
_FEW_WORDS = 8
_AXIS_NUMBERS = "{x:,.10g}"
_WIDTH_INCHES = 7.2
_INCHES_A_ROW = 0.28
_TITLE_CHARACTERS = 95


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
    # imported here because matplotlib is slow to import and only one command draws charts
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    if unknown := set(chart.parts.values()) - set(columns):
        raise ValueError(f"the chart needs the column {min(unknown)}, which the query lacks.")
    if not rows:
        raise ValueError("a chart of no rows shows nothing: say `chart: none`.")
    values = {
        part: [row[list(columns).index(column)] for row in rows]
        for part, column in chart.parts.items()
    }
    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "ontime",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.titlesize": 10,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(_WIDTH_INCHES, _height(chart, values)), layout="constrained")
        axes = figure.add_subplot()
        _DRAWERS[chart.form](axes, chart, values)
        # the title spans the whole figure: long labels on the left can make the axes narrow
        figure.suptitle("\n".join(wrap(title, _TITLE_CHARACTERS)), x=0.01, ha="left")
        written = io.StringIO()
        description = f"shows {checksum(chart, title, columns, rows)}"
        metadata = {"Date": None, "Creator": None, "Title": title, "Description": description}
        figure.savefig(written, format="svg", metadata=metadata)
    # strip trailing whitespace, which git and editors complain about
    return re.sub(r"[ \t]+$", "", written.getvalue(), flags=re.MULTILINE)


def _height(chart: Chart, values: dict[str, list[Any]]) -> float:
    match chart.form:
        case "bars":
            return 1.0 + _INCHES_A_ROW * len(values["label"])
        case "heat":
            return 1.4 + _INCHES_A_ROW * len(set(values["y"]))
        case _:
            return 3.4


def _bars(axes: Axes, chart: Chart, values: dict[str, list[Any]]) -> None:
    labels = [_words(label) for label in values["label"]]
    places = range(len(labels))
    bars = axes.barh(places, [float(value or 0) for value in values["value"]], color=_COLOURS[0])
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.bar_label(bars, [_number(value) for value in values["value"]], padding=3)
    axes.margins(x=0.12)
    axes.set_xlabel(chart.unit)
    axes.xaxis.set_major_formatter(_AXIS_NUMBERS)
    axes.tick_params(axis="y", length=0)


def _lines(axes: Axes, chart: Chart, values: dict[str, list[Any]]) -> None:
    series = values.get("series", [""] * len(values["x"]))
    names = list(dict.fromkeys(series))
    for name, colour, mark in zip(names, _repeated(_COLOURS), _repeated(_MARKS), strict=False):
        points = [place for place, other in enumerate(series) if other == name]
        axes.plot(
            [values["x"][place] for place in points],
            [_real(values["y"][place]) for place in points],
            color=colour,
            marker=mark if len(points) <= _FEW_POINTS else None,
            markersize=4,
            linewidth=1.4,
            label=_words(name),
        )
    axes.set_ylabel(chart.unit)
    axes.yaxis.set_major_formatter(_AXIS_NUMBERS)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    is_time = all(isinstance(value, date) for value in values["x"])
    if is_time or (len(set(values["x"])) > _FEW_WORDS and isinstance(values["x"][0], str)):
        axes.figure.autofmt_xdate()
    if all(isinstance(value, int) for value in values["x"]):
        axes.locator_params(axis="x", integer=True)
    if not is_time:
        axes.set_xlabel(chart.parts["x"].replace("_", " "))
    if "series" in values:
        axes.figure.legend(
            loc="outside lower center", frameon=False, fontsize=8, ncols=min(len(names), 5)
        )


def _heat(axes: Axes, chart: Chart, values: dict[str, list[Any]]) -> None:
    across, down = (list(dict.fromkeys(values[part])) for part in ("x", "y"))
    grid = [[float("nan")] * len(across) for _ in down]
    for x, y, value in zip(values["x"], values["y"], values["value"], strict=True):
        grid[down.index(y)][across.index(x)] = _real(value)
    mesh = axes.pcolormesh(grid, cmap="cividis")
    axes.set_xticks([place + 0.5 for place in range(len(across))], [_words(x) for x in across])
    axes.set_yticks([place + 0.5 for place in range(len(down))], [_words(y) for y in down])
    axes.invert_yaxis()
    axes.tick_params(length=0)
    for part, label in (("x", axes.set_xlabel), ("y", axes.set_ylabel)):
        label(chart.parts[part].replace("_", " "))
    axes.figure.colorbar(mesh, ax=axes, label=chart.unit)


_DRAWERS: dict[str, Callable[[Any, Chart, dict[str, list[Any]]], None]] = {
    "bars": _bars,
    "lines": _lines,
    "heat": _heat,
}


def _repeated(choices: Sequence[str]) -> Sequence[str]:
    """Return enough choices for any number of series that a legend could hold."""
    return list(choices) * 5


def _real(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _number(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def _words(value: Any) -> str:
    """Return a value as a label."""
    return "not known" if value is None else str(value)
