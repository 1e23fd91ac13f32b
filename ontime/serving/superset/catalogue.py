"""The description of the marts in a published file, in the words that a BI tool shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

_TIMES = ("date", "timestamp")
_CLOCKS = {"_at_utc": " (UTC)", "_at_local": " (local time)"}
_ACRONYMS = {"utc": "UTC", "dot": "DOT", "iso": "ISO", "id": "ID", "faa": "FAA", "bts": "BTS"}


@dataclass(frozen=True)
class Column:
    """A column of a mart, as `catalogue.columns` describes it."""

    name: str
    data_type: str
    unit: str | None
    is_primary_key: bool
    description: str

    @property
    def is_time(self) -> bool:
        """Return whether the column can be a time axis."""
        return self.data_type in _TIMES

    @property
    def label(self) -> str:
        """Return the name as words; a unit at its end goes into brackets."""
        name, unit = self.name, ""
        words = (self.unit or "").lower().split()
        for start in range(len(words)):  # a name may leave out the "statute" of statute miles
            ending = "_" + "_".join(words[start:])
            if self.unit != "flights" and name.endswith(ending):
                name, unit = name.removesuffix(ending), f" ({self.unit})"
                break
        for ending, clock in _CLOCKS.items():
            if name.endswith(ending):
                name, unit = name.removesuffix(ending), clock
        label = " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))
        return label[0].upper() + label[1:] + unit

    @property
    def explanation(self) -> str:
        """Return what the column means, and its unit."""
        text = " ".join(self.description.split())
        return f"{text} Unit: {self.unit}." if self.unit else text


@dataclass(frozen=True)
class Table:
    """A mart: its columns in their order, and the meaning of one row."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def main_time(self) -> str | None:
        """Return the column that a time filter applies to, if the table has one.

        A day takes precedence over a month. A dimension's dates say from when a row is valid, and
        are not a time axis, unless they are the subject of the row.
        """
        times = [column for column in self.columns if column.is_time]
        for column in times:
            if column.name in ("flight_date", "flight_month"):
                return column.name
        keys = [column.name for column in times if column.is_primary_key]
        others = [column.name for column in times if not self.name.startswith("dim_")]
        return next(iter(keys + others), None)


def read(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Return the marts of the published file behind a connection, sorted by name."""
    columns: dict[str, list[Column]] = {}
    for table, name, data_type, unit, is_key, description in connection.execute(
        """
        select table_name, column_name, data_type, unit, is_primary_key, description
        from catalogue.columns
        order by table_name, ordinal_position
        """
    ).fetchall():
        columns.setdefault(table, []).append(
            Column(name, data_type.lower(), unit, is_key, without_links(description or ""))
        )
    return [
        Table(name, without_links(description or "").strip(), tuple(columns[name]))
        for name, description in connection.execute(
            "select table_name, description from catalogue.tables order by table_name"
        ).fetchall()
    ]


def without_links(text: str) -> str:
    """Return Markdown with only the text of its links, which lead nowhere in another tool."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
