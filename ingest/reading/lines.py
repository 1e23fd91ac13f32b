"""Cut a stream into whole lines, and withhold lines that would break a delimited-text parser.

An unbalanced quote would swallow the lines after it, and bytes that are not valid text would abort
the whole file. Such lines are rejected here, one by one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

LONGEST_LINE_BYTES = 1 << 20
# characters of a value; a longer one is no value of a table
LONGEST_VALUE = 131_072
# what some programs leave at the end of a file: blank lines, Ctrl-Z, and NUL up to a full block
PADDING = b" \t\r\n\x1a\0"
_MARKS_OF_THE_END = b"\x1a\0"
_LONGEST_PADDING_BYTES = 1 << 20
COMMENT = "a comment"
"""The reason of a line that is no row of the table; it is not among the rejected lines."""
_NEITHER_QUOTE_NOR_END = bytes(byte for byte in range(256) if byte not in b'"\n')


@dataclass(frozen=True)
class RejectedLine:
    """A rejected line: its number in the file (the header is line 1), the reason, and its text.

    `column` is None when the line as a whole is at fault.
    """

    line: int
    column: str | None
    reason: str
    text: str


@dataclass(frozen=True)
class Lines:
    """A block of whole lines of a file, with the number of the first line and the line count."""

    content: bytes
    first: int
    count: int

    @property
    def numbers(self) -> range:
        """The lines' numbers in the file."""
        return range(self.first, self.first + self.count)

    def split(self) -> list[bytes]:
        """Return the lines without their ends."""
        return [line.removesuffix(b"\r") for line in self.content.removesuffix(b"\n").split(b"\n")]


@dataclass(frozen=True)
class Dialect:
    """How a file is written: its encoding, and whether double quotes enclose values.

    Lines that begin with `comment` are no rows.
    """

    encoding: str
    quoted: bool
    comment: str = ""


def whole_lines(stream: IO[bytes], size: int, first: int = 2) -> Iterator[Lines]:
    """Yield the lines that follow the header, about `size` bytes at a time.

    What only fills the end of the file is left out: blank lines, Ctrl-Z and NUL bytes. `first` is
    the number of the line after the header.

    Raises:
        csv.Error: a line is too long.

    """
    partial = b""
    for chunk in _chunks(stream, size):
        whole, end, rest = chunk.rpartition(b"\n")
        if end:
            content, partial = partial + whole + end, rest
            count = content.count(b"\n")
            yield Lines(content, first, count)
            first += count
        else:
            partial += chunk
        if len(partial) > max(size, LONGEST_LINE_BYTES):
            raise csv.Error(f"line {first} has no end within {len(partial):,} bytes")
    if partial:
        yield Lines(partial, first, 1)  # the last line of a file may have no line break


def _chunks(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield a stream without what only fills its end."""
    withheld = b""
    while chunk := stream.read(size):
        chunk = withheld + chunk if withheld else chunk
        content = chunk.rstrip(PADDING)
        withheld = chunk[len(content) :]
        if len(withheld) > _LONGEST_PADDING_BYTES:
            content, withheld = chunk, b""
        if content:
            yield content
    line, end, _ = withheld.partition(b"\n")
    if last := line + end if end else line.rstrip(_MARKS_OF_THE_END):
        yield last


def ends_whole(stream: IO[bytes]) -> bool:
    """Return whether the last line of a stream has a line break."""
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - _LONGEST_PADDING_BYTES))
    end = stream.read().rstrip(_MARKS_OF_THE_END)
    return not end or end.endswith(b"\n")


def withhold(
    lines: Lines, dialect: Dialect, names: Sequence[str]
) -> tuple[bytes, list[RejectedLine]]:
    """Return the lines that are safe to parse, and the lines that were withheld.

    `names` are the columns under which faults are reported, in header order.
    """
    if not _is_suspect(lines.content, dialect):
        return lines.content, []
    sound, withheld = [], []
    for number, line in zip(lines.numbers, lines.split(), strict=True):
        if fault := _fault(line, dialect, names):
            text = line.decode(dialect.encoding, "replace")
            withheld.append(RejectedLine(number, *fault, text))
        else:
            sound.append(line)
    return b"".join(line + b"\n" for line in sound), withheld


def is_text(content: bytes, encoding: str) -> bool:
    """Return whether bytes are valid text in an encoding."""
    if content.isascii():  # by far the fastest check, and true for most files
        return True
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_suspect(content: bytes, dialect: Dialect) -> bool:
    """Return whether the lines have to be checked one by one; this test is quick."""
    return (
        (b"\r" in content and content.count(b"\r") != content.count(b"\r\n"))
        or not is_text(content, dialect.encoding)
        or (dialect.quoted and b'"' in content and _has_odd_quotes(content))
        or (dialect.comment != "" and f"\n{dialect.comment}".encode() in b"\n" + content)
    )


def _has_odd_quotes(content: bytes) -> bool:
    # removing all other bytes first halves the time
    quotes = content.translate(None, _NEITHER_QUOTE_NOR_END)
    return any(length & 1 for length in set(map(len, quotes.split(b"\n"))))


def _fault(line: bytes, dialect: Dialect, names: Sequence[str]) -> tuple[str | None, str] | None:
    if dialect.comment and line.startswith(dialect.comment.encode()):
        return None, COMMENT
    if b"\r" in line:
        return None, "a carriage return inside the line"
    if dialect.quoted and line.count(b'"') & 1:
        return None, "a quote without its counterpart"
    if not is_text(line, dialect.encoding):
        return _column_without_text(line, dialect, names), "bytes that are not UTF-8 text"
    return None


def _column_without_text(line: bytes, dialect: Dialect, names: Sequence[str]) -> str | None:
    """Return the first column with invalid bytes, if the line has as many fields as the header."""
    text = line.decode(dialect.encoding, "surrogateescape")
    fields = split_fields(text, dialect)
    if len(fields) != len(names):
        return None
    broken = (
        name
        for name, value in zip(names, fields, strict=True)
        if not is_text(value.encode(dialect.encoding, "surrogateescape"), dialect.encoding)
    )
    return next(broken, None)


def split_fields(text: str, dialect: Dialect) -> list[str]:
    """Return the values of one line.

    Raises:
        csv.Error: a value is too long.

    """
    unquoted = csv.reader([text], quoting=csv.QUOTE_NONE)
    values = next(csv.reader([text]) if dialect.quoted else unquoted, [])
    # Python's own limit is the same, but any library in the process may have raised it
    if any(len(value) > LONGEST_VALUE for value in values):
        raise csv.Error(f"a value has more than {LONGEST_VALUE:,} characters")
    return values
