"""The words in which a source system is declared: columns, tables, files, source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO

from ingest import addresses

# where a capital begins a word: after a small letter or digit, or before a small letter
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")

LINEAGE_COLUMNS = ("_source_file", "_source_partition", "_source_row_number", "_dlt_load_id")


class Kind(Enum):
    """How a text must read so that staging can cast it. Raw keeps the text either way."""

    TEXT = "text"
    INTEGER = "a whole number below a billion"
    NUMBER = "a number"
    CLOCK = "a clock reading from 0 to 2400"
    DATE = "a date such as 2013-01-31 or 1/31/2013"
    MINUTE = "a minute such as 2013-01-31 05:51"
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
        return _NO_WORD.sub("_", _WORD_START.sub("_", self.name.strip())).lower()


@dataclass(frozen=True)
class Table:
    """A raw table: the columns it keeps and how its files write a missing value.

    `quoted` says whether a double quote encloses a value; where it does not, it is a character like
    any other. `partition_column` names a column whose value tells the partition that a row belongs
    to, by way of `partition_of`; a row of another partition than its file's is quarantined.
    """

    name: str
    columns: tuple[Column, ...]
    null_markers: tuple[str, ...]
    encoding: str = "utf8"
    quoted: bool = True
    partition_column: str | None = None
    partition_of: Callable[[str], str] = str


@dataclass(frozen=True)
class SourceFile:
    """One file, the unit of loading: it holds the whole of one partition of one table.

    `member` names the file inside a zip archive, if it is one. `sha256` is its checksum, if it is
    known without reading the file.
    """

    table: Table
    partition: str
    path: Path
    member: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Request:
    """What a publisher is asked for to get one partition of a live source.

    `url` may hold a password or a token: it is for the request alone, and what is shown or kept is
    `public_url`. `asked` says in words what was asked where the address alone does not settle it,
    such as the stations whose weather is wanted; it is kept with the landed file.
    """

    partition: str
    url: str = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = ()
    asked: str = ""

    @property
    def public_url(self) -> str:
        """Return the address without what may be secret in it."""
        return addresses.public(self.url)


@dataclass(frozen=True)
class Received:
    """A file as it came from a publisher or a folder, not judged yet. The stream can be rewound."""

    name: str
    partition: str
    stream: IO[bytes]


@dataclass(frozen=True)
class Publisher:
    """How the files of a live source are judged, kept and read.

    `check` refuses a file that is not what the publisher promises, judging by its content. `keep`
    writes a file that was checked to the place where it lands, less what must not be kept.
    `files` names the tables' files in the landed file of a partition. `recognise` returns the
    partition of a file found in a folder, or None if it is none of this source's.
    """

    suffix: str
    check: Callable[[Received], None]
    keep: Callable[[Received, Path], None]
    files: Callable[[Path, str], list[SourceFile]]
    recognise: Callable[[Path], str | None]
    # nothing of the file as it was received may stay on the disk, not even after a crash
    is_confidential: bool = False
    seconds_between_requests: float = 0.0


@dataclass(frozen=True)
class Source:
    """A source system: who publishes it, under which licence, its tables and its files.

    `files` yields the files of a source that is installed with the project; a live source has a
    `publisher` instead, and yields none.
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


def columns(*names: str, kinds: dict[str, Kind] | None = None) -> tuple[Column, ...]:
    """Declare required columns in order; `kinds` names those that are not plain text."""
    kinds = kinds or {}
    if unknown := kinds.keys() - set(names):
        raise ValueError(f"kinds for columns that are not declared: {sorted(unknown)}")
    return tuple(Column(name, kinds.get(name, Kind.TEXT)) for name in names)
