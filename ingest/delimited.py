"""Read a delimited text file, plain or in a zip archive, as Arrow batches of text.

The reader streams: memory does not grow with the file. It never drops a line silently. Each line
after the header is either in a batch or among the rejected lines, and at the end their number is
compared with a count of the file's lines that was taken before the parser saw them.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ingest.declarations import Column, SourceFile
from ingest.errors import RefusedFileError
from ingest.kinds import unreadable
from ingest.lines import RejectedLine, SoundLines

_BLOCK_BYTES = 8 << 20
_LONGEST_HEADER_BYTES = 1 << 20


@contextmanager
def _opened(file: SourceFile) -> Iterator[IO[bytes]]:
    """Open the file, or its member, for reading bytes."""
    with file.path.open("rb") as plain:
        if file.member is None:
            yield plain
            return
        with zipfile.ZipFile(plain) as archive:
            if file.member not in archive.namelist():
                raise RefusedFileError(f"{file.path.name} has no member {file.member}.")
            with archive.open(file.member) as member:
                yield member


@contextmanager
def _faults_as_refusals(file: SourceFile) -> Iterator[None]:
    """Turn what a damaged or absent file raises into one sentence."""
    name = file.path.name
    try:
        yield
    except FileNotFoundError:
        raise RefusedFileError(f"{file.path} does not exist.") from None
    except PermissionError:
        raise RefusedFileError(f"{file.path} may not be read by this user.") from None
    except OSError as error:
        raise RefusedFileError(f"{file.path} cannot be read ({error.strerror or error}).") from None
    # RuntimeError is what an encrypted member or an unknown compression raises
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
        raise RefusedFileError(
            f"{name} is not a whole zip archive ({error}): install or download it again."
        ) from None
    except UnicodeDecodeError as error:
        raise RefusedFileError(f"{name} is not {file.table.encoding} text ({error}).") from None
    except (pa.ArrowInvalid, csv.Error) as error:
        raise RefusedFileError(f"{name} cannot be read as delimited text ({error}).") from None


@dataclass
class DelimitedFile:
    """One file being read. `batches` yields its rows; the rest is known once it is exhausted."""

    file: SourceFile
    header: list[str] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    rejected: list[RejectedLine] = field(default_factory=list)
    rows_in_file: int = 0
    rows_accepted: int = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of text columns under their raw names, with `_source_row_number`.

        Raises:
            RefusedFileError: the file is absent, damaged, lacks a required column, or does not
                balance. Nothing of it may be kept then.

        """
        with _faults_as_refusals(self.file), _opened(self.file) as stream:
            kept = self._read_header(stream.readline(_LONGEST_HEADER_BYTES))
            names = [kept[field].raw_name if field in kept else field for field in self.header]
            body = SoundLines(stream, self.file.table.encoding, names)
            if body.fill(_BLOCK_BYTES):  # the parser fails on nothing at all
                yield from self._read_body(body, kept)
            self.rejected += body.withheld
            self.rows_in_file = body.lines
        with _faults_as_refusals(self.file):
            self._quote_rejected_lines()
        self._check_balance()

    def _read_header(self, line: bytes) -> dict[str, Column]:
        """Match the header with the declaration: the file's names to the columns kept."""
        name, table = self.file.path.name, self.file.table
        if not line:
            raise RefusedFileError(f"{name} is empty.")
        text = line.removeprefix(codecs.BOM_UTF8).decode(table.encoding)
        self.header = next(csv.reader([text]), [])
        known = {
            name: column for column in table.columns for name in (column.name, *column.aliases)
        }
        # a header that ends in a comma has a last column without name and content
        kept = {field: known[field] for field in self.header if field in known}
        found = set(kept.values())
        missing = [
            column.name for column in table.columns if column.required and column not in found
        ]
        if missing:
            raise RefusedFileError(
                f"{name} lacks the required column{'s' * (len(missing) > 1)} "
                f"{', '.join(missing)} of {table.name}; its header reads: {text.strip()[:200]}"
            )
        names = [kept[field].name if field in kept else field for field in self.header]
        doubled = sorted({name for name in names if name and names.count(name) > 1})
        if doubled:
            raise RefusedFileError(f"{name} names a column more than once: {', '.join(doubled)}.")
        self.unknown_columns = [field for field in self.header if field and field not in known]
        return kept

    def _read_body(self, body: SoundLines, kept: dict[str, Column]) -> Iterator[pa.RecordBatch]:
        """Parse what follows the header, setting aside what does not parse."""
        table = self.file.table
        malformed: list[RejectedLine] = []

        def set_aside(record: Any) -> str:
            if "\n" in record.text:  # a quote swallowed lines, and their numbers would be guesses
                return "error"
            row = _nth_row(record.number, body.withheld)
            reason = (
                f"{record.actual_columns} fields where the header has {record.expected_columns}"
            )
            malformed.append(RejectedLine(row + 1, None, reason, ""))
            return "skip"

        reader = pacsv.open_csv(
            body,
            read_options=pacsv.ReadOptions(
                use_threads=False,
                block_size=_BLOCK_BYTES,
                column_names=self.header,
                encoding=table.encoding,
            ),
            parse_options=pacsv.ParseOptions(
                invalid_row_handler=set_aside, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(self.header, pa.string()),
                include_columns=list(kept),
                null_values=list(table.null_markers),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        parsed = 0
        for batch in reader:
            skipped = sorted([*body.withheld, *malformed], key=lambda rejected: rejected.line)
            rows = _row_numbers(parsed, batch.num_rows, skipped)
            parsed += batch.num_rows
            checked = self._checked(batch, rows, kept)
            self.rows_accepted += checked.num_rows
            yield checked
        self.rejected += malformed

    def _checked(
        self, batch: pa.RecordBatch, rows: pa.Array, kept: dict[str, Column]
    ) -> pa.RecordBatch:
        """Set aside the rows with a value that is not of its column's kind."""
        faults: dict[int, tuple[str | None, str]] = {}
        for row in _blank(batch, rows):
            faults[row] = (None, "blank line")
        texts: dict[str, pa.Array] = {}
        for field_name, column in kept.items():
            values = batch.column(field_name)
            bad = unreadable(values, column.kind)
            for row in rows.filter(bad).to_pylist() if bad is not None else ():
                faults.setdefault(row, (column.raw_name, f"not {column.kind.value}"))
            texts[column.raw_name] = values
        # a declared column that this file does not have is null throughout
        absent = pa.nulls(len(rows), pa.string())
        arrays = {c.raw_name: texts.get(c.raw_name, absent) for c in self.file.table.columns}
        arrays["_source_row_number"] = rows
        good = pa.RecordBatch.from_pydict(arrays)
        if faults:
            self.rejected += [
                RejectedLine(row + 1, column, reason, "")
                for row, (column, reason) in faults.items()
            ]
            good = good.filter(pc.invert(pc.is_in(rows, value_set=pa.array(faults, pa.int64()))))
        return good

    def _quote_rejected_lines(self) -> None:
        """Fetch the raw text of the lines that were rejected."""
        if not self.rejected:
            return
        quoted = []
        with _opened(self.file) as stream:
            position = 0
            for rejected in sorted(self.rejected, key=lambda rejected: rejected.line):
                line = next(islice(stream, rejected.line - position - 1, None), b"")
                position = rejected.line
                content = line.removesuffix(b"\n").removesuffix(b"\r")
                text = content.decode(self.file.table.encoding, "replace")
                quoted.append(replace(rejected, text=text))
        self.rejected = quoted

    def _check_balance(self) -> None:
        """Refuse a file in which a line went astray: rows in = rows accepted + rows rejected."""
        accounted = self.rows_accepted + len(self.rejected)
        if self.rows_in_file != accounted:
            raise RefusedFileError(
                f"{self.file.path.name} has {self.rows_in_file} lines after its header, but "
                f"{accounted} were read: a quoted value must not run over the end of its line."
            )


def _nth_row(number: int, skipped: list[RejectedLine]) -> int:
    """Return which row of the file, from 1, is the `number`th that is not among the skipped."""
    return number + bisect_right(
        range(len(skipped)), number, key=lambda index: skipped[index].line - 1 - index
    )


def _row_numbers(before: int, count: int, skipped: list[RejectedLine]) -> pa.Array:
    """Return the places in the file of `count` rows that follow `before` others."""
    numbers = range(before + 1, before + count + 1)
    if skipped:
        return pa.array([_nth_row(number, skipped) for number in numbers], pa.int64())
    return pa.array(numbers, pa.int64())


def _blank(batch: pa.RecordBatch, rows: pa.Array) -> list[int]:
    """Return the numbers of the rows that hold nothing at all."""
    empty = pc.equal(pc.binary_length(pc.fill_null(batch.column(0), "")), 0)
    if not pc.any(empty).as_py():
        return []
    for column in batch.columns[1:]:
        empty = pc.and_(empty, pc.equal(pc.binary_length(pc.fill_null(column, "")), 0))
    return list(rows.filter(empty).to_pylist())
