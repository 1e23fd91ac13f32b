"""Write an impact as a page of its own, with every column and example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from ontime.changes.impact import Impact
from ontime.changes.markdown import totals
from ontime.releases.comparison.difference import Difference, Side
from ontime.releases.comparison.page import bullets, document, grid, overview, section


def page(impact: Impact) -> str:
    """Return an impact as a self-contained page."""
    facts = "\n".join(
        f"<dt>{term}</dt><dd>{escape(text)}</dd>"
        for term, text in (
            ("Outcome", impact.summary),
            ("Compared with", f"{impact.base}, on the embedded data"),
            ("Built again", f"{impact.built} of {impact.models} models and seeds"),
        )
    )
    parts = [
        *_named("Failed", (f"{_code(name)}: {escape(text)}" for name, text in impact.failures)),
        *_named("Not built, so not compared", map(_code, impact.compared.missing)),
        *_named("Breaking", map(escape, impact.breaks or impact.breaking)),
        *_data(impact),
        *_columns(impact),
        *_readers(impact),
        *_times(impact),
    ]
    return document("Impact of this change", facts, "\n".join(parts))


def _named(title: str, items: Iterable[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"<h2>{title}</h2>\n{bullets(found)}"


def _data(impact: Impact) -> Iterator[str]:
    side = Side(impact.base, Path(), None, None, None)
    difference = Difference(side, side, impact.compared.tables)
    if not difference.changed:
        yield "<h2>Data</h2>\n<p>Nothing differs.</p>"
        return
    yield "<h2>Data</h2>"
    yield overview(difference)
    yield from map(section, difference.changed)


def _columns(impact: Impact) -> Iterator[str]:
    found = impact.effect
    yield "<h2>Columns, followed through the SQL</h2>"
    if not found.modified:
        yield "<p>The SQL of all models means the same as before.</p>"
        return
    yield f"<p>Modified models: {', '.join(map(_code, found.modified))}.</p>"
    if found.rows:
        yield (
            f"<p>In {', '.join(map(_code, found.rows))} joins, filters or groups changed, and no "
            "column is computed in another way.</p>"
        )
    if found.columns:
        rows: list[list[str | int]] = [
            [_code(change.name), change.what, ", ".join(map(_code, change.reaches))]
            for change in found.columns
        ]
        yield grid("Columns that change", ["Column", "Is", "Columns of marts from it"], rows)
    if found.marts:
        yield (
            f"<p>Marts that these models are or reach: {', '.join(map(_code, found.marts))}.</p>"
        )


def _readers(impact: Impact) -> Iterator[str]:
    rows: list[list[str | int]] = [
        [kind, len(read), ", ".join(map(_code, read))]
        for kind, read in impact.readers.items()
        if read
    ]
    if rows:
        yield "<h2>Read by</h2>"
        yield grid("Who reads what may change", ["Kind", "Number", "Names"], rows)


def _times(impact: Impact) -> Iterator[str]:
    if not impact.times:
        return
    before, after = totals(impact.times)
    yield "<h2>Build time</h2>"
    yield (
        f"<p>Models that the base has, too, took {before:.1f} s before and {after:.1f} s now, each "
        "counted alone.</p>"
    )
    rows: list[list[str | int]] = [
        [_code(time.name), "" if time.before is None else f"{time.before:.2f}", f"{time.after:.2f}"]
        for time in impact.times
    ]
    yield grid("Seconds of each model", ["Model", "Before", "Now"], rows)


def _code(name: str) -> str:
    return f"<code>{escape(name)}</code>"
