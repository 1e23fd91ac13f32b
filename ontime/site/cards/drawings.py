"""Draw the charts of a report card as SVG.

They are written directly, because a national site has thousands of them. Colours are classes of
the style sheet, so that they follow the dark mode; each mark has its value as a title.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from ontime.site.values import MONTH, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ontime.site.reader import Row

_WIDTH = 440
_LEFT, _RIGHT, _TOP = 10, 44, 10
_TREND_HEIGHT, _HOUR_HEIGHT, _BAR_STEP = 190, 170, 40
_NAMED_MONTHS = 7


def trend(rows: Sequence[Row], verb: str) -> str:
    """Return a line of shares by month with its 95 % interval, and a dashed one of all flights."""
    shares = [row[name] for row in rows for name in ("share_low", "share_high", "network_share")]
    low, high = _bounds(min(shares), max(shares))
    first = rows[0]["flight_month"]
    places = [_months_between(first, row["flight_month"]) for row in rows]
    inner = _WIDTH - _LEFT - _RIGHT

    def x(place: int) -> float:
        return _LEFT + 8 + (inner - 16) * (place / places[-1] if places[-1] else 0.5)

    def y(share: float) -> float:
        return _TOP + _TREND_HEIGHT * (1 - (share - low) / (high - low))

    parts = [_grid(low, high, y)]
    step = math.ceil((places[-1] + 1) / _NAMED_MONTHS)
    for place in range(0, places[-1] + 1, step):
        year, month = divmod(first.year * 12 + first.month - 1 + place, 12)
        named = first.replace(year=year, month=month + 1)
        parts.append(_text(x(place), _TOP + _TREND_HEIGHT + 18, named.strftime("%b"), "middle"))
        if place == 0 or month < step:
            parts.append(_text(x(place), _TOP + _TREND_HEIGHT + 34, str(year), "middle"))
    for run in _runs(rows, places):
        band = [(x(p), y(row["share_high"])) for p, row in run]
        band += [(x(p), y(row["share_low"])) for p, row in reversed(run)]
        parts.append(f'<path class="band" d="M{_points(band)}Z"/>')
        parts.append(_line("all", [(x(p), y(row["network_share"])) for p, row in run]))
        parts.append(_line("own", [(x(p), y(row["on_time_share"])) for p, row in run]))
        parts += [
            f'<circle class="own" cx="{x(p):.1f}" cy="{y(row["on_time_share"]):.1f}" r="4">'
            f"<title>{shown(row['flight_month'], MONTH)}: {shown(row['on_time_share'], 'percent')} "
            f"of {shown(row['scheduled_flights'])} flights {verb} on time; all flights "
            f"{shown(row['network_share'], 'percent')}</title></circle>"
            for p, row in run
        ]
    return _svg(_TOP + _TREND_HEIGHT + 40, parts)


def hours(rows: Sequence[Row], verb: str) -> str:
    """Return a column for each scheduled hour, with its 95 % interval."""
    step = (_WIDTH - _LEFT - _RIGHT) / len(rows)

    def y(share: float) -> float:
        return _TOP + _HOUR_HEIGHT * (1 - share)

    parts = [_grid(0, 1, y)]
    every = 2 if len(rows) > _HOURS_SIDE_BY_SIDE else 1
    for place, row in enumerate(rows):
        left, middle = _LEFT + step * (place + 0.15), _LEFT + step * (place + 0.5)
        tip = (
            f"{row['departure_hour']}: {shown(row['on_time_share'], 'percent')} of "
            f"{shown(row['scheduled_flights'])} flights {verb} on time"
        )
        parts.append(
            f'<rect class="bar" x="{left:.1f}" y="{y(row["on_time_share"]):.1f}" '
            f'width="{step * 0.7:.1f}" height="{_HOUR_HEIGHT * row["on_time_share"]:.1f}">'
            f"<title>{tip}</title></rect>"
            f'<path class="whisker" d="M{middle:.1f},{y(row["share_low"]):.1f}'
            f'V{y(row["share_high"]):.1f}"/>'
        )
        if place % every == 0:
            hour = row["departure_hour"][:2]
            parts.append(_text(middle, _TOP + _HOUR_HEIGHT + 17, hour, "middle"))
    return _svg(_TOP + _HOUR_HEIGHT + 24, parts)


_HOURS_SIDE_BY_SIDE = 14


def bars(rows: Sequence[tuple[str, float, str, float | None, float | None]]) -> str:
    """Return a bar for each row: its name above it, its share, what that is of, and bounds."""
    largest = max(row[4] or row[1] for row in rows)
    end = 1 if largest > 1 / 2 else largest * 1.05 or 1
    parts = []
    for place, (name, share, of, low, high) in enumerate(rows):
        top = _BAR_STEP * place
        tip = f"{name}: {shown(share, 'percent')} {of}"
        parts.append(
            f'<text class="name" x="0" y="{top + 14}">{escape(name)}</text>'
            f'<text class="share" x="{_WIDTH - 92}" y="{top + 14}" text-anchor="end">'
            f"{shown(share, 'percent')}</text>"
            f'<text x="{_WIDTH}" y="{top + 14}" text-anchor="end">{escape(of)}</text>'
            f'<rect class="bar" x="0" y="{top + 20}" height="12" '
            f'width="{_WIDTH * share / end:.1f}"><title>{escape(tip)}</title></rect>'
        )
        if low is not None and high is not None:
            parts.append(
                f'<path class="whisker" d="M{_WIDTH * low / end:.1f},{top + 26}'
                f'H{_WIDTH * min(high / end, 1):.1f}"/>'
            )
    return _svg(_BAR_STEP * len(rows), parts)


def sparkline(shares: Sequence[float]) -> str:
    """Return a small line without axes."""
    low, high = min(shares), max(shares)
    points = [
        (4 + 232 * place / max(len(shares) - 1, 1), 46 - 38 * (share - low) / ((high - low) or 1))
        for place, share in enumerate(shares)
    ]
    last = points[-1]
    drawn = (
        _line("own", points) + f'<circle class="own" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="4"/>'
    )
    return f'<svg viewBox="0 0 240 54" class="spark" aria-hidden="true">{drawn}</svg>'


def _bounds(low: float, high: float) -> tuple[float, float]:
    low, high = math.floor(low * 10) / 10, math.ceil(high * 10) / 10
    return (low, high) if high > low else (max(low - 0.1, 0), min(low + 0.1, 1))


def _months_between(first: object, second: object) -> int:
    years = second.year - first.year  # type: ignore[attr-defined]
    return int(12 * years + second.month - first.month)  # type: ignore[attr-defined]


def _runs(rows: Sequence[Row], places: Sequence[int]) -> list[list[tuple[int, Row]]]:
    """Return the rows with their places, cut where months are missing."""
    runs: list[list[tuple[int, Row]]] = []
    for place, row in zip(places, rows, strict=True):
        if not runs or runs[-1][-1][0] != place - 1:
            runs.append([])
        runs[-1].append((place, row))
    return runs


def _grid(low: float, high: float, y: object) -> str:
    tenths = range(round(low * 10), round(high * 10) + 1)
    every = 1 if len(tenths) <= _NAMED_TENTHS else 2
    return "".join(
        f'<path class="grid" d="M{_LEFT},{y(tenth / 10):.1f}H{_WIDTH - _RIGHT}"/>'  # type: ignore[operator]
        + _text(_WIDTH - _RIGHT + 6, y(tenth / 10) + 4, f"{tenth * 10}%", "start")  # type: ignore[operator]
        for tenth in tenths
        if (tenth - tenths[0]) % every == 0
    )


_NAMED_TENTHS = 6


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<path class="{kind} line" d="M{_points(points)}"/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" class="card">{"".join(parts)}</svg>'
