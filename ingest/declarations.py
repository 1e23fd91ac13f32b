"""The classes that declare a source system: its columns, tables, files and publisher."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO

from ingest import addresses

# where a capital letter begins a word: after a lowercase letter or digit, or before a lowercase one
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")

LINEAGE_COLUMNS = ("_source_file", "_source_partition", "_source_row_number", "_dlt_load_id")


class Kind(Enum):
    """The format that a text must have so that staging can cast it; raw tables keep the text."""

    TEXT = "text"
    INTEGER = "a whole number below a billion"
    NUMBER = "a number"
    CLOCK = "a clock reading from 0 to 2400"
    DATE = "a date such as 2013-01-31 or 1/31/2013"
    MINUTE = "a minute such as 2013-01-31 05:51"
    INSTANT = "an instant such as 2013-01-31T05:00:00Z"


@dataclass(frozen=True)
class Column:
    """A column, under the name that it has in the publisher's header.

    A file without a required column is refused. Aliases are other names that the publisher has
    used for the same column.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def raw_name(self) -> str:
        """The column's name in the raw table: the publisher's name in dlt's snake case."""
        return _NO_WORD.sub("_", _WORD_START.sub("_", self.name.strip())).lower()


@dataclass(frozen=True)
class Table:
    """A raw table: the columns it keeps and how its files write a missing value.

    `quoted` states whether double quotes enclose values; if not, a double quote is an ordinary
    character. `partition_column` names a column from whose value `partition_of` derives the row's
    partition; a row that belongs to a different partition than its file is quarantined.
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
    """One file, the unit of loading: it holds one complete partition of one table.

    If `path` is a zip archive, `member` names the file inside it. `sha256` is its checksum, if it
    is known without reading the file.
    """

    table: Table
    partition: str
    path: Path
    member: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Request:
    """The request that gets one partition of a live source from its publisher.

    `url` may contain a password or a token, so it is used only to send the request; `public_url` is
    what may be shown or stored. `asked` describes the request where the address alone does not,
    such as the stations whose weather is wanted; it is stored with the landed file.
    """

    partition: str
    url: str = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = ()
    asked: str = ""

    @property
    def public_url(self) -> str:
        """Return the address without the parts that may be secret."""
        return addresses.public(self.url)


@dataclass(frozen=True)
class Received:
    """A file as received from a publisher or folder, not checked yet; its stream is seekable."""

    name: str
    partition: str
    stream: IO[bytes]


@dataclass(frozen=True)
class Publisher:
    """How the files of a live source are checked, stored and read.

    `check` refuses a file whose content is not what the publisher promises. `keep` writes a checked
    file to its landing path, without the data that must not be stored. `files` returns the files of
    the tables within the landed file of a partition. `recognise` returns the partition of a file
    found in a folder, or None if the file does not belong to this source.
    """

    suffix: str
    check: Callable[[Received], None]
    keep: Callable[[Received, Path], None]
    files: Callable[[Path, str], list[SourceFile]]
    recognise: Callable[[Path], str | None]
    # no part of the file as received may stay on disk, not even after a crash
    is_confidential: bool = False
    seconds_between_requests: float = 0.0


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
