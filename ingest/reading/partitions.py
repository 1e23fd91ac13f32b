"""Find out which partitions the rows of a file belong to, and take the rows of one of them.

The publishers' own files hold one partition. What people download can hold several: a form that
was asked for a year, a request for weather that runs on into the next month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from ingest.declarations import Kind, SourceFile, Table
from ingest.reading.delimited import BLOCK_BYTES, faults_as_refusals
from ingest.reading.headers import Layout, find_header
from ingest.reading.lines import Lines, whole_lines
from ingest.reading.parsing import Part, parse


def partition_texts(stream: IO[bytes], table: Table, name: str) -> Counter[str]:
    """Count the texts of the partition column in a file, whether or not they match its kind.

    Raises:
        RefusedFileError: the file is damaged, or has no such column.

    """
    column = table.column(table.partition_column or "")
    texts: Counter[str] = Counter()
    texts_of = replace(table, columns=(replace(column, kind=Kind.TEXT),))
    for rows in columns_of(stream, texts_of, name, [column.name]):
        for counted in pc.value_counts(rows.column(column.raw_name)).to_pylist():
            if counted["values"] is not None:
                texts[counted["values"]] += counted["counts"]
    return texts


def columns_of(
    stream: IO[bytes], table: Table, name: str, columns: Collection[str]
) -> Iterator[pa.Table]:
    """Yield the rows of a file with some of its columns, without the lines that do not parse.

    Raises:
        RefusedFileError: the file is damaged, or has no such column.

    """
    yield from _rows(stream, _narrow(table, name, columns), name)


def loadable_rows(stream: IO[bytes], table: Table, name: str) -> Iterator[pa.Table]:
    """Yield the rows of a file as they would load, whatever partition they belong to.

    Raises:
        RefusedFileError: the file is damaged, or a column is missing.

    """
    whole = replace(table, partition_column=None)
    yield from _rows(stream, SourceFile(whole, "", Path(name)), name)


def _rows(stream: IO[bytes], file: SourceFile, name: str) -> Iterator[pa.Table]:
    with faults_as_refusals(file):
        layout, _ = find_header(stream, file.table, name)
        for _, part in _parsed(stream, file, layout):
            yield part.rows


def lines_of_partition(
    stream: IO[bytes], table: Table, name: str, partition: str, taken: Collection[str]
) -> Iterator[bytes]:
    """Yield the header and the lines of one of the partitions that are `taken` from a file.

    A line that belongs to none of these, or that does not parse, goes with the line before it, so
    that it is quarantined there and not lost.

    Raises:
        RefusedFileError: the file is damaged.

    """
    column = table.column(table.partition_column or "")
    file = _narrow(table, name, [column.name])

    @cache
    def homes(text: str) -> frozenset[str]:
        return frozenset(table.partitions_of(text)) & frozenset(taken)

    with faults_as_refusals(file):
        layout, header = find_header(stream, file.table, name)
        yield header
        waiting: list[bytes] = []  # lines before the first that belongs somewhere
        is_within: bool | None = None
        for lines, part in _parsed(stream, file, layout):
            numbers = part.rows.column("_source_row_number").to_pylist()
            texts = part.rows.column(column.raw_name).to_pylist()
            found = dict(zip(numbers, texts, strict=True))
            for number, line in zip(lines.numbers, lines.split(), strict=True):
                text = found.get(number - layout.line)
                if text is not None and (at := homes(text)):
                    is_within = partition in at
                    if is_within:
                        yield from waiting
                    waiting.clear()
                if is_within is None:
                    waiting.append(line + b"\n")
                elif is_within:
                    yield line + b"\n"


def _narrow(table: Table, name: str, columns: Collection[str]) -> SourceFile:
    """Return a file whose declaration has only some of the columns."""
    kept = tuple(
        replace(column, in_each_row=False) for column in table.columns if column.name in columns
    )
    narrow = replace(table, columns=kept, partition_column=None, agreement=None)
    return SourceFile(narrow, "", Path(name))


def _parsed(stream: IO[bytes], file: SourceFile, layout: Layout) -> Iterator[tuple[Lines, Part]]:
    for lines in whole_lines(stream, BLOCK_BYTES, layout.line + 1):
        yield lines, parse(file, layout, lines)
