"""Draw the relationships between the published tables: one line for each foreign key."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ontime.site.reader import Reader, Row

_WIDTH, _LINE, _HEAD, _GAP, _BETWEEN = 236, 18, 26, 10, 34
_FONT = 'font-family="Inter Variable, Inter, system-ui, sans-serif"'
_COLOURS = ("#284980", "#8c3a00", "#4b6b2f", "#6a3d7c", "#0b6e75", "#7a5c00")


@dataclass(frozen=True)
class _Box:
    table: str
    keys: list[Row]
    x: int
    y: int

    @property
    def height(self) -> int:
        return _HEAD + _LINE * len(self.keys) + 8

    def middle(self, column: str) -> int:
        names = [key["column_name"] for key in self.keys]
        return self.y + _HEAD + _LINE * names.index(column) + _LINE // 2


def content(reader: Reader) -> str:
    """Return the diagram with an explanation, and its relationships as text."""
    keys = reader.rows(
        "select * from catalogue.columns where is_primary_key or references_column is not null"
        " order by table_name, ordinal_position"
    )
    boxes = _places(keys)
    listed = "".join(
        f"<li><code>{key['table_name']}.{key['column_name']}</code> refers to "
        f"<code>{key['references_column']}</code>"
        f"{', where it is known' if key['is_nullable'] else ''}</li>"
        for key in keys
        if key["references_column"]
    )
    count = sum(1 for key in keys if key["references_column"])
    return (
        "<p>Each line is a key that leads from one table to a row of another, and was proven by a "
        "test before it was published. A dashed line is a key that may be empty. Only keys are "
        'shown; <a href="data-dictionary.html">the data dictionary</a> has every column.</p>'
        f'<div class="diagram" tabindex="0" role="region" aria-label="Diagram">'
        f"{_svg(boxes, count)}</div>"
        f"<h2>The same in words</h2><ul>{listed}</ul>"
    )


def _places(keys: list[Row]) -> dict[str, _Box]:
    """Place referenced tables on the left, then the facts, then the tables that reference them."""
    by_table = defaultdict(list)
    for key in keys:
        by_table[key["table_name"]].append(key)
    left = [table for table in by_table if table.startswith("dim_")]
    middle = [table for table in by_table if table.startswith("fct_")]
    rest = [
        table
        for table, found in by_table.items()
        if table not in left + middle and any(key["references_column"] for key in found)
    ]
    half = (len(rest) + 1) // 2
    boxes = {}
    for place, tables in enumerate((left, middle, rest[:half], rest[half:])):
        y = _GAP
        for table in tables:
            box = _Box(table, by_table[table], _GAP + place * (_WIDTH + _BETWEEN), y)
            boxes[table] = box
            y += box.height + _GAP
    return boxes


def _svg(boxes: dict[str, _Box], count: int) -> str:
    width = max(box.x for box in boxes.values()) + _WIDTH + _GAP
    height = max(box.y + box.height for box in boxes.values()) + _GAP
    drawn = "".join(map(_drawn, boxes.values()))
    lines = "".join(
        _line(box, key, boxes)
        for box in boxes.values()
        for key in box.keys
        if key["references_column"]
    )
    label = f"{len(boxes)} tables and {count} keys that lead from one to another, listed below"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{lines}{drawn}</svg>'
    )


def _drawn(box: _Box) -> str:
    rows = "".join(
        f'<text x="{box.x + 12}" y="{box.middle(key["column_name"]) + 4}" font-size="12" '
        f'fill="#22252a" font-weight="{600 if key["is_primary_key"] else 400}" '
        f"{_FONT}>{escape(key['column_name'])}</text>"
        for key in box.keys
    )
    return (
        f'<g><rect x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{box.height}" rx="6" '
        f'fill="#fff" stroke="#8b919a"/><path d="M{box.x},{box.y + _HEAD - 4}h{_WIDTH}" '
        f'stroke="#dfe3e8"/><text x="{box.x + 12}" y="{box.y + 17}" font-size="10.8" '
        f'font-weight="650" fill="#284980" {_FONT}>{escape(box.table)}</text>{rows}</g>'
    )


def _line(box: _Box, key: Row, boxes: dict[str, _Box]) -> str:
    table, _, column = key["references_column"].partition(".")
    parent = boxes.get(table)
    if parent is None:
        return ""
    start, end = box.middle(key["column_name"]), parent.middle(column)
    colour = _COLOURS[sorted(boxes).index(table) % len(_COLOURS)]
    dashes = ' stroke-dasharray="5 4"' if key["is_nullable"] else ""
    if parent.x == box.x:
        edge = box.x + _WIDTH
        path = f"M{edge},{start}C{edge + 30},{start} {edge + 30},{end} {edge},{end}"
    else:
        near, far = box.x, parent.x + _WIDTH
        path = f"M{near},{start}C{near - 30},{start} {far + 30},{end} {far},{end}"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.55"{dashes}/>'
