"""The marts of a published file in the words that a BI tool shows."""

from __future__ import annotations

import re

from ontime.catalog.published import Column, Table

_TIMES = ("date", "timestamp")
_CLOCKS = {"_at_utc": " (UTC)", "_at_local": " (local time)"}
_ACRONYMS = {"utc": "UTC", "dot": "DOT", "iso": "ISO", "id": "ID", "faa": "FAA", "bts": "BTS"}


def is_time(column: Column) -> bool:
    """Return whether a column can be a time axis."""
    return column.data_type in _TIMES


def label(column: Column) -> str:
    """Return the name of a column as words; a unit at its end goes into brackets."""
    name, unit = column.name, ""
    words = (column.unit or "").lower().split()
    for start in range(len(words)):  # a name may leave out the "statute" of statute miles
        ending = "_" + "_".join(words[start:])
        if column.unit != "flights" and name.endswith(ending):
            name, unit = name.removesuffix(ending), f" ({column.unit})"
            break
    for ending, clock in _CLOCKS.items():
        if name.endswith(ending):
            name, unit = name.removesuffix(ending), clock
    text = " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))
    return text[0].upper() + text[1:] + unit


def explanation(column: Column) -> str:
    """Return what a column means, and its unit."""
    text = " ".join(without_links(column.description or "").split())
    return f"{text} Unit: {column.unit}." if column.unit else text


def main_time(table: Table) -> str | None:
    """Return the column that a time filter applies to, if a table has one.

    A day takes precedence over a month. A dimension's dates say from when a row is valid, and
    are not a time axis, unless they are the subject of the row.
    """
    times = [column for column in table.columns if is_time(column)]
    for column in times:
        if column.name in ("flight_date", "flight_month"):
            return column.name
    keys = [column.name for column in times if column.is_primary_key]
    others = [column.name for column in times if not table.name.startswith("dim_")]
    return next(iter(keys + others), None)


def without_links(text: str) -> str:
    """Return Markdown with only the text of its links, which lead nowhere in another tool."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
