"""The words in which a source system is declared: columns, tables, files, source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

# where a capital begins a word: after a small letter or digit, or before a small letter
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

LINEAGE_COLUMNS = ("_source_file", "_source_partition", "_source_row_number", "_dlt_load_id")


class Kind(Enum):
    """How a text must read so that staging can cast it. Raw keeps the text either way."""

    TEXT = "text"
    INTEGER = "a whole number below a billion"
    NUMBER = "a number"
    CLOCK = "a clock reading from 0 to 2400"
    DATE = "a date such as 2013-01-31"
    INSTANT = "an instant such as 2013-01-31T05:00:00Z"


@dataclass(frozen=True)
class Column:
    """A column as the publisher's header names it.

    A file without a required column is refused. Aliases are other names that the publisher has
    used for the same column.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def raw_name(self) -> str:
        """The column's name in the raw table: the publisher's in snake case, as dlt writes it."""
        return _WORD_START.sub("_", self.name).lower()


@dataclass(frozen=True)
class Table:
    """A raw table: the columns it keeps and how its files write a missing value."""

    name: str
    columns: tuple[Column, ...]
    null_markers: tuple[str, ...]
    encoding: str = "utf8"


@dataclass(frozen=True)
class SourceFile:
    """One file, the unit of loading: it holds the whole of one partition of one table.

    `member` names the file inside a zip archive, if it is one.
    """

    table: Table
    partition: str
    path: Path
    member: str | None = None


@dataclass(frozen=True)
class Source:
    """A source system: who publishes it, under which licence, its tables and its files."""

    name: str
    title: str
    licence: str
    tables: tuple[Table, ...]
    files: Callable[[], Iterator[SourceFile]]

    @property
    def dataset(self) -> str:
        """The warehouse schema of the source's raw tables."""
        return f"raw_{self.name}"


def columns(*names: str, kinds: dict[str, Kind] | None = None) -> tuple[Column, ...]:
    """Declare required columns in order; `kinds` names those that are not plain text."""
    kinds = kinds or {}
    if unknown := kinds.keys() - set(names):
        raise ValueError(f"kinds for columns that are not declared: {sorted(unknown)}")
    return tuple(Column(name, kinds.get(name, Kind.TEXT)) for name in names)
