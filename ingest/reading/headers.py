"""Match a file's header line to the declaration of its table."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from ingest.declarations import Column, Table
from ingest.errors import RefusedFileError
from ingest.reading.lines import LONGEST_LINE_BYTES, Dialect, split_fields


@dataclass(frozen=True)
class Layout:
    """The position of each declared column in a file.

    `names` are the names under which faults are reported, one for each field of a line. `kept` maps
    positions to declared columns. `unnamed` are the positions of fields without a name, such as
    after a comma at the end of the header; these fields must be empty. `unknown` are the names in
    the file that are not declared. `line` is the number of the header's line in the file, and
    `fields` are all the names in it.
    """

    names: tuple[str, ...]
    kept: dict[int, Column]
    unnamed: tuple[int, ...]
    unknown: list[str]
    line: int = 1
    fields: tuple[str, ...] = ()


def find_header(stream: IO[bytes], table: Table, file_name: str) -> tuple[Layout, bytes]:
    """Read a file up to its header; return the layout, and the bytes that were read.

    Raises:
        RefusedFileError: a required column is missing, or a name occurs twice.

    """
    read = header_lines(stream, table)
    layout = read_header(read[-1] if read else b"", table, file_name)
    return replace(layout, line=max(len(read), 1)), b"".join(read)


def header_lines(stream: IO[bytes], table: Table) -> list[bytes]:
    """Read the lines up to the header, which is the last of them; without a header, none."""
    comment = table.comment.encode()
    read: list[bytes] = []
    while line := stream.readline(LONGEST_LINE_BYTES):
        read.append(line)
        if not comment or not line.removeprefix(codecs.BOM_UTF8).startswith(comment):
            return read
    return []


def header_fields(line: bytes, table: Table) -> list[str]:
    """Return the names in a header line."""
    text = line.removeprefix(codecs.BOM_UTF8).decode(table.encoding)
    return [field.strip() for field in split_fields(text, Dialect(table.encoding, table.quoted))]


def read_header(line: bytes, table: Table, file_name: str) -> Layout:
    """Find the declared columns in a header line.

    Raises:
        RefusedFileError: a required column is missing, or a name occurs twice.

    """
    if not line:
        raise RefusedFileError(f"{file_name} is empty.")
    fields = header_fields(line, table)
    kept = _matched(fields, table.columns)
    names = [kept[place].name if place in kept else field for place, field in enumerate(fields)]
    doubled = sorted(name for name, times in Counter(names).items() if name and times > 1)
    found = set(kept.values())
    missing = [column for column in table.columns if column.required and column not in found]
    if missing:
        raise RefusedFileError(f"{file_name} lacks {in_words(missing, table, fields)}")
    if doubled:
        raise RefusedFileError(f"{file_name} names a column more than once: {', '.join(doubled)}.")
    return Layout(
        names=tuple(
            kept[place].raw_name if place in kept else name for place, name in enumerate(names)
        ),
        kept=kept,
        unnamed=tuple(place for place, name in enumerate(names) if not name),
        unknown=[field for place, field in enumerate(fields) if field and place not in kept],
        fields=tuple(fields),
    )


def in_words(missing: Sequence[Column], table: Table, header: Sequence[str]) -> str:
    """Name the missing columns of a file with this header, and say what to do about it."""
    if advice := table.advice(header, missing):
        return advice
    names = ", ".join(column.name for column in missing)
    return (
        f"the required column{'s' * (len(missing) > 1)} {names} of {table.name}; its header reads: "
        f"{','.join(header)[:200]}"
    )


def _matched(fields: list[str], columns: Iterable[Column]) -> dict[int, Column]:
    """Return the declared columns by their position in the header.

    A name that differs only in case is matched to a column only if the exact name is not in the
    header too and no other column could be meant.
    """
    exact = {name: column for column in columns for name in (column.name, *column.aliases)}
    kept = {place: exact[field] for place, field in enumerate(fields) if field in exact}
    folded: dict[str, set[Column]] = {}
    for name, column in exact.items():
        folded.setdefault(name.casefold(), set()).add(column)
    present = set(kept.values())
    for place, field in enumerate(fields):
        meant = folded.get(field.casefold(), set())
        if place not in kept and len(meant) == 1 and not meant & present:
            kept[place] = next(iter(meant))
    return dict(sorted(kept.items()))
