"""Read a delimited text file, plain or in a zip archive, as Arrow tables of text.

The reader streams: memory does not grow with the file. It never drops a line silently: each line
after the header is either a row of a table or among the rejected lines.
"""

from __future__ import annotations

import csv
import os
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import IO

import pyarrow as pa

from ingest.declarations import SourceFile
from ingest.errors import RefusedFileError
from ingest.reading.headers import find_header
from ingest.reading.lines import Lines, RejectedLine, whole_lines
from ingest.reading.parsing import Part, parse

BLOCK_BYTES = 8 << 20
# one thread decompresses about as fast as four threads parse
_PARSERS = min(4, os.cpu_count() or 1)


@contextmanager
def _opened(file: SourceFile) -> Iterator[IO[bytes]]:
    """Open the file, or its member, for reading bytes."""
    with file.path.open("rb") as plain:
        if file.member is None:
            yield plain
            return
        with zipfile.ZipFile(plain) as archive:
            if file.member not in archive.namelist():
                raise RefusedFileError(f"{file.name} has no member {file.member}.")
            with archive.open(file.member) as member:
                yield member


@contextmanager
def faults_as_refusals(file: SourceFile) -> Iterator[None]:
    """Turn the exceptions of a damaged or missing file into a one-sentence refusal."""
    name = file.name
    try:
        yield
    except FileNotFoundError:
        raise RefusedFileError(f"{file.path} does not exist.") from None
    except PermissionError:
        raise RefusedFileError(f"{file.path} may not be read by this user.") from None
    except OSError as error:
        raise RefusedFileError(f"{file.path} cannot be read ({error.strerror or error}).") from None
    # an encrypted member or an unknown compression method raises RuntimeError
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
    """A file being read; `batches` yields its rows, and the other fields are final after that.

    `absent_columns` are the declared columns that the header does not name, and `empty_columns`
    those that it names and that have no value in any row.
    """

    file: SourceFile
    header: tuple[str, ...] = ()
    unknown_columns: list[str] = field(default_factory=list)
    absent_columns: list[str] = field(default_factory=list)
    empty_columns: list[str] = field(default_factory=list)
    rejected: list[RejectedLine] = field(default_factory=list)
    rows_in_file: int = 0
    rows_accepted: int = 0

    @property
    def missing_columns(self) -> list[str]:
        """The declared columns without any value, whether the header names them or not."""
        without_value = {*self.absent_columns, *self.empty_columns}
        return [column.name for column in self.file.table.columns if column.name in without_value]

    def batches(self) -> Iterator[pa.Table]:
        """Yield tables of text columns under their raw names, with `_source_row_number`.

        Raises:
            RefusedFileError: the file is missing or damaged, a required column is missing, or lines
                were lost. In that case no row of the file may be kept.

        """
        with faults_as_refusals(self.file), _opened(self.file) as stream:
            layout, _ = find_header(stream, self.file.table, self.file.name)
            self.header = layout.fields
            named = list(layout.kept.values())
            self.unknown_columns = layout.unknown
            self.absent_columns = [
                column.name for column in self.file.table.columns if column not in named
            ]
            with_values: set[str] = set()
            work = partial(parse, self.file, layout)
            lines = whole_lines(stream, BLOCK_BYTES, layout.line + 1)
            for part in _side_by_side(work, lines):
                with_values |= part.with_values
                self.empty_columns = [
                    column.name for column in named if column.raw_name not in with_values
                ]
                self.rejected += part.rejected
                self.rows_in_file += part.lines
                self.rows_accepted += part.rows.num_rows
                yield part.rows


def _side_by_side(work: Callable[[Lines], Part], parts: Iterable[Lines]) -> Iterator[Part]:
    """Parse a few parts in parallel and yield the results in order.

    The parser and zlib release the GIL, so decompressing, parsing and the use of the results
    overlap.
    """
    with ThreadPoolExecutor(_PARSERS) as pool:
        under_way: deque[Future[Part]] = deque()
        for lines in parts:
            under_way.append(pool.submit(work, lines))
            if len(under_way) > _PARSERS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
