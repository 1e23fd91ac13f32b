"""What a warehouse that grows costs: a page with a table, a slope and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from benchmarks.growth.growing import GROWING
from benchmarks.growth.record import Measurement
from benchmarks.growth.steps import MORE_BUILD, MORE_INGEST
from ontime.querying import vega

# from October 1987 to June 2026, as others count the publisher's files
WHOLE_HISTORY_MONTHS = 465

Measured = Mapping[tuple[int, str], Measurement]


def write_report(page: Path, picture: Path, measured: Measured, how: str) -> None:
    """Write the page and its picture."""
    lines = [
        "# A warehouse that grows by months of the whole country",
        "",
        "Written by `make bench-full`.",
        "",
        how,
        "",
        "| months | flights | step | processor seconds | seconds | peak memory, MB "
        "| warehouse, MB | publication, MB |",
        "|---:|---:|---|---:|---:|---:|---:|---:|",
        *_rows(measured),
    ]
    costs = _costs_of_one_more(measured)
    if len(costs) > 1:
        picture.write_text(_picture(costs), encoding="utf-8")
        lines += ["", _slope(costs), "", f"![{_finding(costs)}]({picture.name})"]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(measured: Measured) -> Iterator[str]:
    for months in sorted({months for months, _ in measured}):
        for step in GROWING:
            if one := measured.get((months, step)):
                published = f"{one.published_bytes / 1e6:,.0f}" if one.published_bytes else ""
                yield (
                    f"| {months} | {one.flights:,} | {step} | {one.processor_seconds:,.0f} "
                    f"| {one.seconds:,.0f} | {one.peak_bytes / 1e6:,.0f} "
                    f"| {one.warehouse_bytes / 1e6:,.0f} | {published} |"
                )


def _costs_of_one_more(measured: Measured) -> list[tuple[int, float]]:
    """Return the processor seconds of loading and building one more month, by months before it."""
    found = []
    for months in sorted({months for months, _ in measured}):
        steps = [measured.get((months, step)) for step in (MORE_INGEST, MORE_BUILD)]
        if all(steps):
            found.append((months, sum(one.processor_seconds for one in steps if one)))
    return found


def _line(costs: list[tuple[int, float]]) -> tuple[float, float]:
    """Return the slope and the beginning of the line of least squares."""
    months, seconds = zip(*costs, strict=True)
    slope, beginning = np.polyfit(months, seconds, 1)
    return float(slope), float(beginning)


def _slope(costs: list[tuple[int, float]]) -> str:
    slope, beginning = _line(costs)
    return (
        f"One more month costs {beginning:,.0f} processor seconds, and {slope:,.2f} for each month "
        f"that is there already. On that line, a month on {WHOLE_HISTORY_MONTHS} months costs "
        f"{beginning + slope * WHOLE_HISTORY_MONTHS:,.0f} seconds; nothing of that size was built."
    )


def _finding(costs: list[tuple[int, float]]) -> str:
    (first, least), (last, most) = costs[0], costs[-1]
    return (
        f"One more month costs {least:,.0f} processor seconds on {first} months and {most:,.0f} "
        f"on {last}"
    )


def _picture(costs: list[tuple[int, float]]) -> str:
    slope, beginning = _line(costs)
    points = [{"months": months, "seconds": seconds} for months, seconds in costs]
    ends = [
        {"months": months, "seconds": beginning + slope * months} for months in (0, costs[-1][0])
    ]
    x = {"field": "months", "type": "quantitative", "title": "months that are there already"}
    y = {"field": "seconds", "type": "quantitative", "title": "processor seconds of one more month"}
    return vega.svg(
        {
            "width": 520,
            "height": 240,
            "encoding": {"x": x, "y": {**y, "scale": {"zero": True}}},
            "layer": [
                {"data": {"values": ends}, "mark": {"type": "line", "color": vega.BAR}},
                {
                    "data": {"values": points},
                    "mark": {"type": "point", "filled": True, "size": 60, "color": vega.MARK},
                },
            ],
        },
        _finding(costs),
    )
