"""Show a difference in the terminal: the differing tables, then each by column and month."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from ontime.releases.comparison.difference import Difference, Side, TableDifference
from ontime.releases.comparison.rows import Example

MOST_LINES = 24
_LONGEST_VALUE = 30


def show(console: Console, difference: Difference) -> None:
    """Print a difference."""
    console.print()
    for word, side in (("from", difference.before), ("to", difference.after)):
        console.print(Text(f"{word:<5}{side_in_words(side)}"))
    same = len(difference.tables) - len(difference.changed)
    if not difference.changed:
        console.print(f"\nNothing differs: all {same} tables hold the same.")
        return
    console.print()
    console.print(_overview(difference))
    console.print()
    console.print(f"{same} other {'table holds' if same == 1 else 'tables hold'} the same.")
    for table in difference.changed:
        if table.status == "changed":
            _show_table(console, table)


def side_in_words(side: Side) -> str:
    """Return the name, build time and file of a side's publication."""
    built = f", built {side.built_at_utc:%Y-%m-%d %H:%M} UTC" if side.built_at_utc else ""
    return f"{side.name}{built} ({side.file})"


def value_in_words(value: str | None) -> str:
    """Return a value as it is shown; null is `(null)`, so that it is not mistaken for text."""
    return "(null)" if value is None else value


def _overview(difference: Difference) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column("rows of", overflow="fold")
    for head in ("before", "after", "added", "removed", "changed", "shape"):
        grid.add_column(head, justify="right", no_wrap=True)
    for table in difference.changed:
        grid.add_row(
            Text(table.name),
            f"{table.rows_before:,}",
            f"{table.rows_after:,}",
            *map(_count, (table.rows.added, table.rows.removed, table.rows.changed)),
            _shape(table),
        )
    return grid


def _shape(table: TableDifference) -> str:
    if table.status != "changed":
        return table.status
    return str(len(table.structure)) if table.structure else "-"


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _show_table(console: Console, table: TableDifference) -> None:
    console.print(Text(f"\n{table.name}", style="bold"))
    for change in table.structure[:MOST_LINES]:
        mark = "  ! " if change.is_breaking else "  - "
        console.print(Text(f"{mark}{change.in_words()}"))
    _more(console, len(table.structure))
    rows = table.rows
    if not (rows.added or rows.removed or rows.changed):
        console.print("  Its rows hold the same.")
        return
    if not rows.key:
        console.print("  No primary key on both sides: whole rows are compared, none is `changed`.")
    for word, keys in (("added", rows.added_examples), ("removed", rows.removed_examples)):
        if keys:
            console.print(Text(f"  {word}, for example: {'; '.join(map(_short, keys))}"))
    if rows.months:
        grid = Grid("month", box=box.SIMPLE_HEAD, pad_edge=False)
        for head in ("added", "removed", "changed"):
            grid.add_column(head, justify="right")
        for month in rows.months[:MOST_LINES]:
            counts = (month.added, month.removed, month.changed)
            grid.add_row(f"{month.month:%Y-%m}", *map(_count, counts))
        console.print(grid)
        _more(console, len(rows.months))
    if rows.columns:
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
        grid.add_column("column", overflow="fold", ratio=3)
        grid.add_column("values changed", justify="right", no_wrap=False, width=8)
        grid.add_column(f"for example ({', '.join(rows.key)})", overflow="fold", ratio=5)
        for column in rows.columns[:MOST_LINES]:
            examples = "\n".join(map(_example, column.examples))
            grid.add_row(Text(column.name), f"{column.values_changed:,}", Text(examples))
        console.print(grid)
        _more(console, len(rows.columns))


def _example(example: Example) -> str:
    before, after = map(value_in_words, (example.before, example.after))
    return f"{example.key}: {_short(before)} -> {_short(after)}"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"


def _more(console: Console, length: int) -> None:
    if length > MOST_LINES:
        console.print(f"  ... and {length - MOST_LINES} more: the page of `--html FILE` has all.")
