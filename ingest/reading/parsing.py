"""Parse whole lines of a delimited file into rows that match the declaration and rejected lines.

Each part of a file is parsed separately, so that several can be parsed at once. Its line numbers
are known before the parser sees it, so a lost line is noticed where it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ingest.declarations import Kind, SourceFile
from ingest.errors import RefusedFileError
from ingest.reading.headers import Layout
from ingest.reading.kinds import reads_as, unreadable
from ingest.reading.lines import COMMENT, Dialect, Lines, RejectedLine, withhold

# the column at fault, or None where it is the whole line, and the reason
Fault = tuple[str | None, str]


@dataclass(frozen=True)
class Part:
    """The outcome of a block of lines: rows with `_source_row_number`, and rejected lines.

    `with_values` are the raw names of the columns that have a value in any row, rejected or not.
    """

    rows: pa.Table
    rejected: list[RejectedLine]
    lines: int
    with_values: frozenset[str]


def parse(file: SourceFile, layout: Layout, lines: Lines) -> Part:
    """Parse lines and check each value.

    Raises:
        RefusedFileError: the parser returned a different number of lines than the file has.

    """
    dialect = Dialect(file.table.encoding, file.table.quoted, file.table.comment)
    content, withheld = withhold(lines, dialect, layout.names)
    numbers: Sequence[int] = lines.numbers
    if withheld:
        apart = {line.line for line in withheld}
        numbers = [number for number in numbers if number not in apart]
    count = lines.count - sum(line.reason == COMMENT for line in withheld)
    withheld = [line for line in withheld if line.reason != COMMENT]

    values, malformed = _fields(file, layout, content)
    faults: dict[int, Fault] = {numbers[row]: (None, reason) for row, reason in malformed.items()}
    if faults:
        numbers = [number for number in numbers if number not in faults]
    if values.num_rows != len(numbers):
        raise RefusedFileError(
            f"{file.name} has {lines.count} lines from line {lines.first} on, but "
            f"{lines.count - len(numbers) + values.num_rows} were read: a quoted value must not "
            "run over the end of its line."
        )
    split = cache(lines.split)  # split only if there is a fault

    def text_of(number: int) -> str:
        return split()[number - lines.first].decode(dialect.encoding, "replace")

    unfit = _faults(file, layout, values, lambda row: text_of(numbers[row]))
    faults |= {numbers[row]: fault for row, fault in unfit.items()}
    with_values = frozenset(
        column.raw_name
        for place, column in layout.kept.items()
        if values.column(str(place)).null_count < values.num_rows
    )
    rows = _under_raw_names(file, layout, values, numbers)
    if unfit:
        rows = rows.filter(pa.array(row not in unfit for row in range(rows.num_rows)))
    rejected = [RejectedLine(number, *faults[number], text_of(number)) for number in faults]
    rejected = sorted([*withheld, *rejected], key=lambda line: line.line)
    return Part(rows, rejected, count, with_values)


def _fields(file: SourceFile, layout: Layout, content: bytes) -> tuple[pa.Table, dict[int, str]]:
    """Return the values of the kept and unnamed columns, and why some rows do not parse.

    The columns are named by their position, because several columns of a file may have no name.
    """
    places = [str(place) for place in sorted([*layout.kept, *layout.unnamed])]
    malformed: dict[int, str] = {}
    if not content:  # the parser fails on empty input
        return pa.table({place: pa.array([], pa.string()) for place in places}), malformed

    def set_aside(row: Any) -> str:
        if "\n" in row.text:  # a quote swallowed lines
            return "error"
        malformed[row.number - 1] = (
            f"{row.actual_columns} fields where the header has {row.expected_columns}"
        )
        return "skip"

    table = file.table
    if not content.isascii() and table.encoding != "utf8":
        content = content.decode(table.encoding).encode()
    values = pacsv.read_csv(
        pa.py_buffer(content),
        read_options=pacsv.ReadOptions(
            use_threads=False,  # whole parts are parsed in parallel instead
            block_size=len(content) + 1,
            column_names=[str(place) for place in range(len(layout.names))],
        ),
        parse_options=pacsv.ParseOptions(
            quote_char='"' if table.quoted else False,
            invalid_row_handler=set_aside,
            ignore_empty_lines=False,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()),
            include_columns=places,
            null_values=list(table.null_markers),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return values, malformed


def _faults(
    file: SourceFile, layout: Layout, values: pa.Table, text_of: Callable[[int], str]
) -> dict[int, Fault]:
    """Return the first fault of each faulty row among the rows that parse."""
    faults: dict[int, Fault] = {}
    for row in _empty(values):
        is_blank = not text_of(row).strip(',"')
        faults[row] = None, "blank line" if is_blank else "no value in a declared column"
    for mask, column, reason in _judged(file, layout, values):
        for row in pc.indices_nonzero(mask).to_pylist():
            faults.setdefault(row, (column, reason))
    return faults


def _judged(
    file: SourceFile, layout: Layout, values: pa.Table
) -> Iterator[tuple[pa.BooleanArray, str | None, str]]:
    """Yield masks of faulty rows, with the column at fault and the reason."""
    for place, column in layout.kept.items():
        texts = values.column(str(place))
        wrong = unreadable(texts, column.kind)
        if wrong is not None:
            yield wrong, column.raw_name, f"not {column.kind.value}"
        if column.in_each_row and texts.null_count:
            yield pc.is_null(texts), column.raw_name, "no value in a column that needs one"
    for place in layout.unnamed:
        texts = pc.utf8_trim_whitespace(values.column(str(place)))
        yield _not_empty(texts), None, "a value in a column without a name"
    for place, column in layout.kept.items():
        if column.name == file.table.partition_column:
            for mask, reason in _of_other_partitions(values.column(str(place)), column.kind, file):
                yield mask, column.raw_name, reason
    yield from _disagreeing(file, layout, values)


def _disagreeing(
    file: SourceFile, layout: Layout, values: pa.Table
) -> Iterator[tuple[pa.BooleanArray, str, str]]:
    """Yield masks of the rows in which columns that must agree do not, by reason."""
    agreement = file.table.agreement
    places = {column.name: str(place) for place, column in layout.kept.items()}
    if agreement is None or agreement.columns[0] not in places:
        return
    named = [places[name] for name in agreement.columns if name in places]

    def fault(row: dict[str, str | None]) -> str:
        return agreement.fault(*(row.get(places.get(name, "")) for name in agreement.columns))

    # far fewer than the rows, if the columns are those of a date
    distinct = values.select(named).group_by(named).aggregate([]).to_pylist()
    if not any(map(fault, distinct)):
        return
    faults = [fault(row) for row in values.select(named).to_pylist()]
    for reason in sorted(set(faults) - {""}):
        mask = pa.array([one == reason for one in faults])
        yield mask, file.table.column(agreement.columns[0]).raw_name, reason


def _of_other_partitions(
    texts: pa.ChunkedArray, kind: Kind, file: SourceFile
) -> Iterator[tuple[pa.BooleanArray, str]]:
    """Yield masks of the rows whose text shows that they belong to another partition."""
    if texts.null_count:
        yield pc.is_null(texts), f"nothing tells whether it belongs to {file.partition}"
    others: dict[str, list[str]] = {}
    for text in pc.unique(texts).drop_null().to_pylist():
        # a text that does not read as its kind already has a fault, and gives no partition
        if reads_as(text, kind) and file.partition not in (of := file.table.partitions_of(text)):
            others.setdefault(" and ".join(of), []).append(text)
    for partition, found in others.items():
        mask = pc.is_in(texts, value_set=pa.array(found, pa.string()))
        yield mask, f"belongs to {partition}, not to {file.partition}"


def _empty(values: pa.Table) -> list[int]:
    """Return the rows in which every value is empty."""
    empty = pa.scalar(True)
    for column in values.columns:
        empty = pc.and_(empty, pc.invert(_not_empty(column)))
        if not pc.any(empty).as_py():  # usually after the first column
            return []
    return list(pc.indices_nonzero(empty).to_pylist())


def _not_empty(texts: pa.ChunkedArray) -> pa.BooleanArray:
    return pc.greater(pc.binary_length(pc.fill_null(texts, "")), 0)


def _under_raw_names(
    file: SourceFile, layout: Layout, values: pa.Table, numbers: Sequence[int]
) -> pa.Table:
    """Return the declared columns in order; a column that is not in the file is null."""
    at = {column.raw_name: values.column(str(place)) for place, column in layout.kept.items()}
    absent = pa.nulls(values.num_rows, pa.string())
    rows = pa.table({c.raw_name: at.get(c.raw_name, absent) for c in file.table.columns})
    # the first row is in the line after the header
    row_numbers = pa.array((number - layout.line for number in numbers), pa.int64())
    return rows.append_column("_source_row_number", row_numbers)
