"""Write pages: the frame that all of them share, and the pages of charts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from ontime.site import intervals, markup, usmap
from ontime.site.renderer import DRAWN, Drawing
from ontime.site.values import shown
from ontime.terminal.console import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ontime.site.boards import Board, Chart, Section
    from ontime.site.reader import Facts, Reader, Row

_MAP = "bubble_map"
_CODE_LENGTH = 12
_NOT_LOADED = "The source of these flights is not loaded"


@dataclass(frozen=True)
class Context:
    """What the charts of a section are shown with: pictures, scope, links, and their finding."""

    drawn: dict[tuple[str, str], str]
    facts: Facts
    links: markup.Links
    finding: str


def frame(  # noqa: PLR0913 (a page has this many parts)
    title: str,
    body: str,
    *,
    address: str,
    menu: Sequence[tuple[str, str]] = (),
    about: str = "",
    facts: Facts | None = None,
    scripts: Sequence[str] = (),
    policy: str = "",
) -> str:
    """Return a whole page; `address` is its path in the site, `menu` the links to other pages.

    `policy` says what the page may load, for a page on which readers run what they write.
    """
    up = "../" * address.count("/")
    entries = "".join(
        f'<li><a href="{up}{target}"{current}>{escape(name)}</a></li>'
        for name, target in menu
        for current in [' aria-current="page"' if target == address else ""]
    )
    neighbours = f'<nav aria-label="Pages"><ul>{entries}</ul></nav>' if entries else ""
    loaded = "".join(
        f'<script src="{up}assets/{name}" defer></script>\n'
        for name in ("site.js", "figures.js", *scripts)
    )
    allowed = (
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=True)}">\n'
        if policy
        else ""
    )
    intro = f'<p class="intro">{escape(about)}</p>' if about else ""
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{allowed}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(about or title, quote=True)}">
<title>{escape(title)} · ontime</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}assets/fonts.css">
<link rel="stylesheet" href="{up}assets/site.css">
{loaded}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="brand"><a href="{up}index.html">ontime</a> US flight punctuality</p>
{neighbours}
</header>
<main id="content">
<h1>{escape(title)}</h1>
{intro}{_covered(facts) if facts else ""}
{body}
</main>
<footer>{_provenance(facts, up) if facts else ""}</footer>
</body>
</html>
"""
    return printable(page)


def _covered(facts: Facts) -> str:
    others = "".join(f"<li>{escape(each)}</li>" for each in facts.other_coverages)
    loaded = (
        "<div><dt>Loaded</dt><dd>These runs of months are not added to it, because what they cover "
        f"differs: <ul>{others}</ul></dd></div>"
        if others
        else ""
    )
    return (
        f'<details class="about"><summary>{escape(facts.scope)}</summary><dl class="facts">'
        f'<div><dt>Scope</dt><dd class="scope">{escape(facts.scope)}.</dd></div>{loaded}'
        f"<div><dt>Built</dt><dd>{shown(facts.built_at_utc)} UTC</dd></div>"
        f"<div><dt>On time</dt><dd>{escape(facts.on_time)} Where no other share is named, it is of "
        f"{escape(facts.on_time_share[:1].lower() + facts.on_time_share[1:])}</dd></div>"
        "</dl></details>"
    )


def _provenance(facts: Facts, up: str) -> str:
    return (
        f"<p>Publication {escape(facts.publication_name)}, "
        f"revision {escape(facts.git_revision[:_CODE_LENGTH])}. Every number is read from the "
        f'published marts; <a href="{up}docs/data-dictionary.html">the data dictionary</a> says '
        "what each column means. State outlines: US Census Bureau, TIGER/Line.</p>"
    )


def read_charts(board: Board, reader: Reader) -> dict[str, list[Row]]:
    """Return the rows of each query of a board, asked once."""
    return {name: reader.rows(query["sql"]) for name, query in board.queries.items()}


def is_loaded(board: Board, rows: dict[str, list[Row]]) -> bool:
    """Return whether what a board is about is loaded; the default scope counts as loaded."""
    return not board.has_its_own_scope or bool(rows["scope"])


def facts_of(board: Board, rows: dict[str, list[Row]], facts: Facts) -> Facts:
    """Return the facts that the page of a board states: those of its own scope, if it has one."""
    if not board.has_its_own_scope:
        return facts
    words = rows["scope"][0]["scope_text"] if rows["scope"] else _NOT_LOADED
    return replace(facts, scope=words, other_coverages=())


def drawings(board: Board, rows: dict[str, list[Row]]) -> list[Drawing]:
    """Return the charts of a board that dbt-charts draws: those with rows, except intervals."""
    return [
        Drawing(f"{board.path.stem}-{chart.name}", board, chart, rows[chart.query])
        for chart in board.charts
        if is_loaded(board, rows)
        and chart.kind in DRAWN
        and rows[chart.query]
        and not intervals.has_intervals(rows[chart.query])
    ]


def content(
    board: Board,
    rows: dict[str, list[Row]],
    drawn: dict[tuple[str, str], str],
    facts: Facts,
    links: markup.Links,
) -> str:
    """Return the charts of a board under the questions that they answer."""
    parts = []
    if not is_loaded(board, rows):
        first = board.sections[0]
        return (
            f"<section><h2>{escape(first.title)}</h2>"
            f'<p class="answer">{escape(_finding(first, rows))}</p></section>'
        )
    for section in board.sections:
        context = Context(drawn, facts, links, _finding(section, rows))
        inner = "".join(
            _row([(each, _chart(board, each, rows[each.query], context)) for each in row], facts)
            for row in section.rows
        )
        # the answer comes before the chart that explains it
        text = f'<p class="text">{escape(section.text)}</p>' if section.text else ""
        parts.append(f"<section><h2>{escape(section.title)}</h2>{text}{inner}</section>")
    return "\n".join(parts)


def _row(charts: list[tuple[Chart, str]], facts: Facts) -> str:
    if len(charts) == 1:
        return charts[0][1]
    inner = "".join(html for _, html in charts)
    if all(chart.kind == "kpi" for chart, _ in charts):
        return (
            f'<dl class="numbers">{inner}</dl>{markup.scope(f"The latest month of: {facts.scope}")}'
        )
    return f'<div class="cols">{inner}</div>'


def _finding(section: Section, rows: dict[str, list[Row]]) -> str:
    """Return the answer of a section: the sentence that a reader of its charts should know."""
    answers = [
        str(row[chart.spec["value"]])
        for part in section.rows
        for chart in part
        if chart.is_answer
        for row in rows[chart.query]
    ]
    return " ".join(answers)


def _chart(board: Board, chart: Chart, rows: list[Row], context: Context) -> str:
    if chart.is_answer:
        return markup.answer(chart, rows)
    if chart.kind == "kpi":
        return markup.number(chart, rows)
    if not rows:
        return markup.nothing()
    beneath = _beneath(chart, rows, context.facts)
    if chart.kind == "table":
        return markup.table(chart, rows, context.links) + beneath
    if chart.kind == _MAP:
        svgs = {form: usmap.draw(chart, rows, form, context.links) for form in ("wide", "narrow")}
    elif intervals.has_intervals(rows):
        svgs = {form: intervals.draw(chart, rows, form) for form in ("wide", "narrow")}
    else:
        key = f"{board.path.stem}-{chart.name}"
        svgs = {form: context.drawn[key, form] for form in ("wide", "narrow")}
    formats = board.queries[chart.query].get("formats", {})
    numbers = markup.numbers_behind(chart, rows, formats, context.links)
    return markup.picture(chart, svgs, beneath, numbers, finding=context.finding)


def _beneath(chart: Chart, rows: list[Row], facts: Facts) -> str:
    """Return the line beneath a chart: its scope and, for a ranking, the threshold."""
    if chart.is_about_the_file:
        return markup.scope("All tables of the published file")
    notes = []
    if chart.kind == _MAP or intervals.has_intervals(rows):
        notes.append(
            f"Ranked: what has {facts.ranking_minimum:,} scheduled flights or more in this scope, "
            "one a day on average."
        )
    if intervals.has_intervals(rows):
        bounds = "At least and at most" if chart.kind == "table" else "The thin lines"
        notes.append(
            f"{bounds} are 95% intervals (Wilson): where two overlap, "
            "chance alone may explain the difference."
        )
    return markup.scope(facts.scope, *notes)
