"""Write what the landing page shows first: the latest month, its trend, and the map."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ontime.site import markup, usmap
from ontime.site.cards.drawings import sparkline
from ontime.site.values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ontime.site.boards import Board, Chart
    from ontime.site.reader import Facts, Reader

# the page, its query or chart; the same rows as there, so that two pages cannot differ
_OVERVIEW, _AIRPORTS = "dashboards/overview.html", "dashboards/airports.html"


def front(boards: Sequence[Board], reader: Reader, links: markup.Links, facts: Facts) -> str:
    """Return the beginning of the landing page, or nothing if no flights are loaded."""
    by_address = {board.address: board for board in boards}
    overview, airports = by_address[_OVERVIEW], by_address[_AIRPORTS]
    latest = reader.rows(overview.queries["latest"]["sql"])
    trend = reader.rows(overview.queries["trend"]["sql"])
    if not latest:
        return ""
    share = shown(latest[0]["on_time_share"], "percent")
    month = (
        '<section class="front"><dl class="number"><dt>Arrived on time in '
        f'{escape(latest[0]["month_name"])}</dt><dd data-chart="front">{share}</dd></dl>'
        f"{sparkline([row['on_time_share'] for row in trend])}"
        f'<p class="answer">{escape(latest[0]["answer"])} <a href="{_OVERVIEW}">The months</a>, or '
        '<a href="explore.html">any airport, carrier and period</a>.</p></section>'
    )
    chart = next(chart for chart in airports.charts if chart.kind == "bubble_map")
    rows = reader.rows(airports.queries[chart.query]["sql"])
    if not rows:
        return month
    svgs = {form: usmap.draw(chart, rows, form, links) for form in ("wide", "narrow")}
    numbers = f'<p class="text"><a href="{_AIRPORTS}">The numbers, and every destination</a></p>'
    finding = _finding(airports, chart, reader)
    figure = markup.picture(chart, svgs, markup.scope(facts.scope), numbers, finding=finding)
    return f"{month}<section>{figure}</section>"


def _finding(board: Board, chart: Chart, reader: Reader) -> str:
    """Return the answer of the section that a chart is in, as the page of the board gives it."""
    section = next(each for each in board.sections if any(chart in row for row in each.rows))
    return " ".join(
        str(row[answer.spec["value"]])
        for row_of_charts in section.rows
        for answer in row_of_charts
        if answer.is_answer
        for row in reader.rows(board.queries[answer.query]["sql"])
    )
