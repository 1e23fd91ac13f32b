"""Write an impact as Markdown, for a pull request: short, with details folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ontime.changes.impact import BuildTime, Impact
from ontime.releases.comparison.difference import TableDifference
from ontime.releases.comparison.terminal import value_in_words
from ontime.terminal.console import printable

MOST_LINES = 20
MOST_NAMES = 8


def markdown(impact: Impact) -> str:
    """Return an impact as Markdown."""
    parts = [
        "## Impact of this change",
        f"**{_text(impact.summary)}** Compared with {impact.base} on the embedded data.",
        *_failures(impact),
        *_breaking(impact),
        *_data(impact),
        *_columns(impact),
        *_readers(impact),
        *_times(impact),
    ]
    return printable("\n\n".join(parts) + "\n")


def totals(times: Sequence[BuildTime]) -> tuple[float, float]:
    """Return the seconds of the models that both have built, before and after."""
    both = [time for time in times if time.before is not None]
    return sum(time.before or 0 for time in both), sum(time.after or 0 for time in both)


def names(found: Sequence[str], most: int = MOST_NAMES) -> str:
    """Return names as text, and how many more there are."""
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def _failures(impact: Impact) -> Iterator[str]:
    if impact.failures:
        yield "### Failed"
        yield _bullets(
            f"`{name}`: {_text(' '.join(message.split())[:300])}"
            for name, message in impact.failures
        )
    if impact.compared.missing:
        yield f"Not compared, because they were not built: {_code(impact.compared.missing)}."


def _breaking(impact: Impact) -> Iterator[str]:
    if impact.breaking or impact.breaks:
        yield "### Breaking"
        yield _bullets(_text(one) for one in impact.breaks or impact.breaking)


def _data(impact: Impact) -> Iterator[str]:
    if not impact.changed:
        return
    yield "### Data"
    yield _grid(
        ("mart", "rows before", "rows after", "added", "removed", "changed", "columns that change"),
        [
            (
                f"`{table.name}`",
                f"{table.rows_before:,}",
                f"{table.rows_after:,}",
                f"{table.rows.added:,}",
                f"{table.rows.removed:,}",
                f"{table.rows.changed:,}",
                _columns_of(table),
            )
            for table in impact.changed
        ],
        numbers=(1, 2, 3, 4, 5),
    )
    details = [part for table in impact.changed for part in _examples(table)]
    if details:
        yield _folded("Values that change, with examples", details)


def _columns_of(table: TableDifference) -> str:
    found = [f"`{column.name}` ({column.values_changed:,})" for column in table.rows.columns]
    shape = {change.column: change.what for change in table.structure if change.column}
    found += [f"`{name}` {what}" for name, what in shape.items()]
    if table.status != "changed":
        found = [f"the table was {table.status}"]
    return names(found)


def _examples(table: TableDifference) -> Iterator[str]:
    rows = [
        (
            f"`{column.name}`",
            f"{column.values_changed:,}",
            "; ".join(
                f"{_text(one.key)}: {_value(one.before)} → {_value(one.after)}"
                for one in column.examples[:2]
            ),
        )
        for column in table.rows.columns[:MOST_LINES]
    ]
    if rows:
        heads = ("column", "values", f"for example ({', '.join(table.rows.key)})")
        yield f"**{table.name}**"
        yield _grid(heads, rows, numbers=(1,))
    for word, keys in (
        ("Added", table.rows.added_examples),
        ("Removed", table.rows.removed_examples),
    ):
        if keys and table.status == "changed":
            yield f"{word} in {table.name}, for example: {'; '.join(map(_text, keys))}."


def _columns(impact: Impact) -> Iterator[str]:
    found = impact.effect
    if not found.modified:
        yield "The SQL of all models means the same as before."
        return
    yield "### Columns, followed through the SQL"
    yield f"Modified models: {_code(found.modified)}."
    if found.rows:
        yield (
            f"In {_code(found.rows)} joins, filters or groups changed, and no column is computed "
            "in another way."
        )
    if found.columns:
        rows = [
            (f"`{change.name}`", change.what, names([f"`{one}`" for one in change.reaches], 4))
            for change in found.columns[:MOST_LINES]
        ]
        yield _grid(("column", "is", "columns of marts computed from it"), rows)
        if len(found.columns) > MOST_LINES:
            yield f"... and {len(found.columns) - MOST_LINES} more: see the page."
    if found.marts:
        yield f"Marts that these models are or reach ({len(found.marts)}): {_code(found.marts)}."


def _readers(impact: Impact) -> Iterator[str]:
    found = {kind: read for kind, read in impact.readers.items() if read}
    if found:
        yield "### Read by"
        yield _bullets(f"{kind} ({len(read)}): {_code(read)}" for kind, read in found.items())


def _times(impact: Impact) -> Iterator[str]:
    if not impact.times:
        yield "Nothing had to be built again."
        return
    before, after = totals(impact.times)
    yield "### Build time"
    yield (
        f"Built again: {impact.built} of {impact.models} models and seeds. Those that the base "
        f"has, too, took {before:.1f} s before and {after:.1f} s now, each counted alone."
    )
    slower = [
        (f"`{time.name}`", "" if time.before is None else f"{time.before:.1f}", f"{time.after:.1f}")
        for time in impact.times[:5]
    ]
    yield _folded(
        "The longest", [_grid(("model", "seconds before", "seconds now"), slower, numbers=(1, 2))]
    )


def _code(found: Sequence[str]) -> str:
    return names([f"`{name}`" for name in found])


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _folded(summary: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    rule = ["---:" if place in numbers else "---" for place in range(len(heads))]
    lines = [heads, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _value(value: str | None) -> str:
    return _text(value_in_words(value))


def _text(text: str) -> str:
    """Return a text that Markdown shows as it is, also within a table."""
    for mark in ("\\", "|", "<", "*", "[", "]"):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")
