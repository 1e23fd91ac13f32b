"""Withhold the lines that would upset a parser of delimited text, and count all of them.

A quote without its counterpart would swallow the lines after it, and bytes that are no text would
end the reading of the whole file. Such lines are set aside here, each by itself.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import IO

_LEAST_READ = 1 << 16


@dataclass(frozen=True)
class RejectedLine:
    """A line that does not parse: its number in the file (the header is 1), why, and its text.

    `column` is null when the line as a whole is at fault.
    """

    line: int
    column: str | None
    reason: str
    text: str


class SoundLines(io.RawIOBase):
    """The lines after a header as a byte stream, less those withheld.

    `columns` are the names under which faults are reported, in the order of the header. `lines`
    counts the lines met so far, `withheld` holds those kept from the reader, without their text.
    """

    def __init__(self, stream: IO[bytes], encoding: str, columns: list[str]) -> None:
        self._stream = stream
        self._encoding = encoding
        self._columns = columns
        self._partial_line = b""
        self._ready = b""
        self.lines = 0
        self.withheld: list[RejectedLine] = []

    def readable(self) -> bool:
        """Say that this is a stream to read from."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, and none only at the end."""
        self.fill(size)
        given = self._ready[:size] if size >= 0 else self._ready
        self._ready = self._ready[len(given) :]
        return given

    def fill(self, size: int) -> bool:
        """Have something ready to read, about `size` bytes; return False if nothing is left."""
        while not self._ready and (lines := self._whole_lines(size)):
            self._ready = self._without_faults(lines)
        return bool(self._ready)

    def _whole_lines(self, size: int) -> bytes:
        while chunk := self._stream.read(max(size - len(self._partial_line), _LEAST_READ)):
            whole, end, rest = chunk.rpartition(b"\n")
            if end:
                lines = self._partial_line + whole + end
                self._partial_line = rest
                return lines
            self._partial_line += chunk
        lines, self._partial_line = self._partial_line, b""
        return lines

    def _without_faults(self, lines: bytes) -> bytes:
        first = self.lines + 2  # the header is line 1
        self.lines += lines.count(b"\n") + (not lines.endswith(b"\n"))
        if not self._is_suspect(lines):
            return lines
        sound = []
        for number, line in enumerate(io.BytesIO(lines), start=first):
            if fault := self._fault(line):
                self.withheld.append(RejectedLine(number, *fault, ""))
            else:
                sound.append(line)
        return b"".join(sound)

    def _is_suspect(self, lines: bytes) -> bool:
        """Tell quickly whether the lines have to be judged one by one."""
        return (
            lines.count(b"\r") != lines.count(b"\r\n")
            or not _is_text(lines, self._encoding)
            or (b'"' in lines and any(line.count(b'"') & 1 for line in lines.split(b"\n")))
        )

    def _fault(self, line: bytes) -> tuple[str | None, str] | None:
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if b"\r" in line:
            return None, "a carriage return inside the line"
        if line.count(b'"') & 1:
            return None, "a quote without its counterpart"
        if not _is_text(line, self._encoding):
            return self._column_without_text(line), "bytes that are not UTF-8 text"
        return None

    def _column_without_text(self, line: bytes) -> str | None:
        """Return the first column with bytes that are no text, if the line has its fields."""
        fields = next(csv.reader([line.decode(self._encoding, "surrogateescape")]))
        if len(fields) != len(self._columns):
            return None
        broken = (
            column
            for column, value in zip(self._columns, fields, strict=True)
            if not _is_text(value.encode(self._encoding, "surrogateescape"), self._encoding)
        )
        return next(broken, None)


def _is_text(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
