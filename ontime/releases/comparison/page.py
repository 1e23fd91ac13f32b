"""Write a difference as a single-file page without scripts or requests, which prints well."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ontime.releases.comparison.difference import Difference, Side, TableDifference
from ontime.releases.comparison.rows import Example
from ontime.releases.comparison.terminal import value_in_words
from ontime.terminal.console import printable

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #767676; --band: #f1f1f1;
  --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --paper: #161616; --line: #8c8c8c; --band: #242424; --link: #8ec5ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
a { color: var(--link); }
h1, h2, dd, td { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; min-width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
thead th { background: var(--band); }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.examples { min-width: 16rem; }
ul { padding-left: 1.25rem; }
td ul { margin: 0; padding: 0; list-style: none; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
@media print {
  :root { --ink: #000; --paper: #fff; --line: #555; --band: #eee; --link: #000; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  .skip { display: none; }
  .wide { overflow: visible; }
  h2 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#differences">Skip to the differences</a>
<header>
<h1>{title}</h1>
<dl>
{sides}
</dl>
</header>
<main id="differences">
{content}
</main>
</body>
</html>
"""


def page(difference: Difference) -> str:
    """Return a difference as a self-contained HTML page."""
    title = f"What changed from {difference.before.name} to {difference.after.name}"
    sides = "\n".join(
        f"<dt>{word}</dt><dd>{_side(side)}</dd>"
        for word, side in (("From", difference.before), ("To", difference.after))
    )
    same = [table.name for table in difference.tables if table.status == "same"]
    parts = [overview(difference) if difference.changed else "<p>Nothing differs.</p>"]
    if same:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in same)
        parts.append(
            f"<p>{len(same)} of {len(difference.tables)} tables hold the same: {names}.</p>"
        )
    parts += [section(table) for table in difference.changed]
    content = "\n".join(parts)
    return document(title, sides, content)


def document(title: str, facts: str, content: str) -> str:
    """Return a page of its own, without scripts or requests.

    Arguments:
        title: its heading, as text.
        facts: terms and their descriptions, as HTML.
        content: what follows, as HTML.

    """
    return printable(_PAGE.format(title=escape(title), style=_STYLE, sides=facts, content=content))


def _side(side: Side) -> str:
    built = f", built {side.built_at_utc:%Y-%m-%d %H:%M} UTC" if side.built_at_utc else ""
    revision = f", revision {escape(side.git_revision[:12])}" if side.git_revision else ""
    return f"<code>{escape(side.name)}</code>{built}{revision}"


def overview(difference: Difference) -> str:
    """Return the tables that differ, as one table."""
    rows: list[list[str | int]] = [
        [
            f'<a href="#{escape(table.name, quote=True)}">{escape(table.name)}</a>',
            table.rows_before,
            table.rows_after,
            table.rows.added,
            table.rows.removed,
            table.rows.changed,
            escape(table.status),
        ]
        for table in difference.changed
    ]
    heads = ["Table", "Rows before", "Rows after", "Added", "Removed", "Changed", "The table was"]
    return grid("Tables that differ", heads, rows)


def section(table: TableDifference) -> str:
    """Return all that is known of one table that differs."""
    rows = table.rows
    name = escape(table.name)
    parts = [
        f'<section id="{name}" aria-labelledby="{name}-head">',
        f'<h2 id="{name}-head">{name}</h2>',
    ]
    if table.structure:
        parts.append(
            bullets(
                f"{'<strong>Breaking:</strong> ' if change.is_breaking else ''}"
                f"{escape(change.in_words())}"
                for change in table.structure
            )
        )
    if not (rows.added or rows.removed or rows.changed):
        parts.append("<p>Its rows hold the same.</p>")
    elif table.status == "changed" and not rows.key:
        parts.append(
            "<p>There is no primary key on both sides, so whole rows were compared: each is added "
            "or removed, and none is changed.</p>"
        )
    for word, keys in (("Added", rows.added_examples), ("Removed", rows.removed_examples)):
        if keys:
            shown = "; ".join(f"<code>{escape(key)}</code>" for key in keys)
            parts.append(f"<p>{word}, for example: {shown}.</p>")
    if rows.months:
        months: list[list[str | int]] = [
            [f"{month.month:%Y-%m}", month.added, month.removed, month.changed]
            for month in rows.months
        ]
        heads = ["Month", "Added", "Removed", "Changed"]
        parts.append(grid(f"Rows of {table.name} by month", heads, months))
    if rows.columns:
        columns: list[list[str | int]] = [
            [
                f"<code>{escape(column.name)}</code>",
                column.values_changed,
                bullets(map(_example, column.examples)),
            ]
            for column in rows.columns
        ]
        heads = ["Column", "Values changed", f"For example ({', '.join(rows.key)})"]
        parts.append(grid(f"Values of {table.name} that changed", heads, columns))
    return "\n".join([*parts, "</section>"])


def _example(example: Example) -> str:
    before, after = map(value_in_words, (example.before, example.after))
    return f"<code>{escape(example.key)}</code>: {escape(before)} → {escape(after)}"


def bullets(items: Iterable[str]) -> str:
    """Return a list of items that are HTML."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def grid(caption: str, heads: list[str], rows: list[list[str | int]]) -> str:
    """Return a table that scrolls on its own, by touch or with the keyboard."""
    numeric = [isinstance(cell, int) for cell in rows[0]]
    head = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{escape(text)}</th>'
        for text, is_number in zip(heads, numeric, strict=True)
    )
    body = "\n".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    label = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" aria-label="{label}" tabindex="0">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _cells(row: list[str | int]) -> str:
    first, *others = row
    cells = [f'<th scope="row">{first}</th>']
    for cell in others:
        if isinstance(cell, int):
            cells.append(f'<td class="number">{cell:,}</td>')
        else:
            cells.append(f"<td>{cell}</td>")
    return "".join(cells)
