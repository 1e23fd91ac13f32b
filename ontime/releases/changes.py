"""Write the changes since the previous release: Markdown for people, JSON for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ontime.releases.comparison.difference import Difference, TableDifference
from ontime.releases.comparison.terminal import value_in_words
from ontime.releases.description import as_json, one_line

_FIRST = """# Changes

This is the first release that was made here: there is none to compare it with.
"""


def changes_page(name: str, previous: str | None, difference: Difference | None) -> str:
    """Return the text of `CHANGES.md`."""
    if difference is None:
        return _FIRST
    parts = [f"# Changes from {previous} to {name}"]
    same = [table.name for table in difference.tables if table.status == "same"]
    if not difference.changed:
        return "\n\n".join([*parts, "No table and no row differs.\n"])
    parts += [
        "\n".join(
            [
                "| table | rows before | rows after | added | removed | changed | the table was |",
                "|---|---:|---:|---:|---:|---:|---|",
                *map(_overview_row, difference.changed),
            ]
        ),
        f"{len(same)} of {len(difference.tables)} tables hold the same.",
        "## Changes of shape",
        "\n".join(_shape_lines(difference)) or "None.",
        "## Changes of rows",
    ]
    sections = [_rows_section(table) for table in difference.changed if table.status == "changed"]
    parts += [section for section in sections if section] or ["None, but for whole tables."]
    return "\n\n".join(parts) + "\n"


def changes_json(name: str, previous: str | None, difference: Difference | None) -> str:
    """Return the text of `changes.json`."""
    tables: list[dict[str, Any]] = []
    if difference:
        tables = [asdict(table) for table in difference.tables]
        for table in tables:
            for month in table["rows"]["months"]:
                month["month"] = f"{month['month']:%Y-%m}"
    return as_json({"release": name, "previous_release": previous, "tables": tables})


def _overview_row(table: TableDifference) -> str:
    counts = (
        table.rows_before,
        table.rows_after,
        table.rows.added,
        table.rows.removed,
        table.rows.changed,
    )
    return f"| {table.name} | {' | '.join(f'{count:,}' for count in counts)} | {table.status} |"


def _shape_lines(difference: Difference) -> list[str]:
    return [
        f"- {'**Breaking** ' if change.is_breaking else ''}`{table.name}`: {change.in_words()}"
        for table in difference.changed
        for change in table.structure
    ]


def _rows_section(table: TableDifference) -> str:
    rows = table.rows
    if not (rows.added or rows.removed or rows.changed):
        return ""
    parts = [f"### {table.name}"]
    if not rows.key:
        parts.append("There is no primary key on both sides: whole rows were compared.")
    if rows.months:
        lines = [
            f"| {month.month:%Y-%m} | {month.added:,} | {month.removed:,} | {month.changed:,} |"
            for month in rows.months
        ]
        head = ["| month | rows added | removed | changed |", "|---|---:|---:|---:|"]
        parts.append("\n".join(head + lines))
    if rows.columns:
        lines = []
        for column in rows.columns:
            examples = "; ".join(
                f"{example.key}: {value_in_words(example.before)} → {value_in_words(example.after)}"
                for example in column.examples
            )
            shown = one_line(examples).replace("|", "\\|")
            lines.append(f"| `{column.name}` | {column.values_changed:,} | {shown} |")
        head = ["| column | values changed | for example |", "|---|---:|---|"]
        parts.append("\n".join(head + lines))
    return "\n\n".join(parts)
