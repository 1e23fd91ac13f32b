"""The classes that declare a source system: its columns, tables and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ingest.publishers import Publisher

# where a capital letter begins a word: after a lowercase letter or digit, or before a lowercase one
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")

LINEAGE_COLUMNS = ("_source_file", "_source_partition", "_source_row_number", "_dlt_load_id")


class Kind(Enum):
    """The format that a text must have so that staging can cast it; raw tables keep the text."""

    TEXT = "text"
    INTEGER = "a whole number below a billion"
    NUMBER = "a number"
    DEPTH = "a number, or T for a trace"
    CLOCK = "a clock reading from 0 to 2400"
    DIGITS = "a clock reading of at most four digits"
    DATE = "a date such as 2013-01-31 or 1/31/2013"
    MINUTE = "a minute such as 2013-01-31 05:51"
    AIRPORT = "an airport code of three capital letters or digits"
    INSTANT = "an instant such as 2013-01-31T05:00:00Z"


@dataclass(frozen=True)
class Column:
    """A column, under the name that it has in the publisher's header.

    A file without a required column is refused. Aliases are other names that the publisher has
    used for the same column. If a column must have a value `in_each_row`, a row without one is
    quarantined. If it must have one `in_some_row`, a file that leaves it empty throughout is
    refused like a file without the column.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    aliases: tuple[str, ...] = ()
    in_each_row: bool = False
    in_some_row: bool = False

    @property
    def raw_name(self) -> str:
        """The column's name in the raw table: the publisher's name in dlt's snake case."""
        return _NO_WORD.sub("_", _WORD_START.sub("_", self.name.strip())).lower()


def _itself(text: str) -> tuple[str, ...]:
    return (text,)


def _no_advice(_header: Sequence[str], _missing: Sequence[Column]) -> str:
    return ""


@dataclass(frozen=True)
class Agreement:
    """Columns that must agree; `fault` says what is wrong with their values, if anything.

    A row whose values do not agree is quarantined under the first of the columns. The values are
    those of a row in the order of the columns: a missing value, or one that a file does not have,
    is None.
    """

    columns: tuple[str, ...]
    fault: Callable[..., str]


@dataclass(frozen=True)
class Table:
    """A raw table: the columns it keeps and how its files write a missing value.

    `quoted` states whether double quotes enclose values; if not, a double quote is an ordinary
    character. Lines before the header that begin with `comment` are skipped. `partition_column`
    names a column from whose value `partitions_of` derives the partitions that the row belongs to;
    a row that does not belong to the partition of its file is quarantined. `advice` names missing
    columns in the words of a file with the header given, and says what to do; it ends a sentence.
    `if_empty` says what to do about a column that is there and has no value in any row.
    """

    name: str
    columns: tuple[Column, ...]
    null_markers: tuple[str, ...]
    encoding: str = "utf8"
    quoted: bool = True
    partition_column: str | None = None
    partitions_of: Callable[[str], Collection[str]] = _itself
    comment: str = ""
    agreement: Agreement | None = None
    advice: Callable[[Sequence[str], Sequence[Column]], str] = _no_advice
    if_empty: str = "download it again, with all rows"

    def column(self, name: str) -> Column:
        """Return the column with this name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class SourceFile:
    """One file, the unit of loading: it holds one complete partition of one table.

    If `path` is a zip archive, `member` names the file inside it. `sha256` is its checksum, if it
    is known without reading the file. `called` is the user's name of a file that landed under
    another one: messages use it.
    """

    table: Table
    partition: str
    path: Path
    member: str | None = None
    sha256: str | None = None
    called: str = ""

    @property
    def name(self) -> str:
        """The name by which a message names the file."""
        return self.called or self.path.name


@dataclass(frozen=True)
class Source:
    """A source system: its publisher, licence, tables and files.

    `files` yields the files of a source that is installed with the project. A live source has a
    `publisher` instead and yields no files.
    """

    name: str
    title: str
    licence: str
    tables: tuple[Table, ...]
    files: Callable[[], Iterator[SourceFile]] = lambda: iter(())
    publisher: Publisher | None = None

    @property
    def dataset(self) -> str:
        """The warehouse schema of the source's raw tables."""
        return f"raw_{self.name}"


def publisher_of(source: Source) -> Publisher:
    """Return the publisher of a live source."""
    if source.publisher is None:
        raise ValueError(f"{source.name} is not a live source")
    return source.publisher


def columns(*names: str, kinds: dict[str, Kind] | None = None) -> tuple[Column, ...]:
    """Declare required columns in order; `kinds` lists those that are not plain text."""
    kinds = kinds or {}
    if unknown := kinds.keys() - set(names):
        raise ValueError(f"kinds for columns that are not declared: {sorted(unknown)}")
    return tuple(Column(name, kinds.get(name, Kind.TEXT)) for name in names)
