"""FAA aircraft registry: every registered US aircraft, with model and engine reference tables.

Rebuilt daily by the Federal Aviation Administration: one zip archive with MASTER.txt (an aircraft
a line), ACFTREF.txt and ENGINE.txt (their models; `MFR MDL CODE` = `CODE`), and others that are
not wanted. UTF-8 with a byte order mark, CRLF, commas with one at the end of each line, values
padded with spaces, a header cell that begins with a space (` KIT MODEL`), no quoting: a double
quote inside a value is a character of it. `N-NUMBER` lacks the leading N of the tail number.

The original names people and where they live. It is never kept: what lands holds the columns
declared here and nothing else, and a line of which it is not certain which value belongs to which
column is replaced by a line that only says why. Padding, which says nothing, goes too.

Reference: https://www.faa.gov/licenses_certificates/aircraft_certification/aircraft_registry
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from ingest import archives, settings
from ingest.declarations import (
    Kind,
    Publisher,
    Received,
    Request,
    Source,
    SourceFile,
    Table,
    columns,
)
from ingest.errors import RefusedFileError
from ingest.packing import NO_DATE, UNREADABLE, entry

AIRCRAFT = Table(
    "aircraft",
    columns(
        "N-NUMBER", "SERIAL NUMBER", "MFR MDL CODE", "ENG MFR MDL", "YEAR MFR", "LAST ACTION DATE",
        "CERT ISSUE DATE", "TYPE AIRCRAFT", "TYPE ENGINE", "STATUS CODE", "AIR WORTH DATE",
        "EXPIRATION DATE", "UNIQUE ID", "MODE S CODE HEX",
        kinds={"YEAR MFR": Kind.INTEGER},
    ),
    null_markers=("",),
    quoted=False,
)  # fmt: skip

AIRCRAFT_MODELS = Table(
    "aircraft_models",
    columns(
        "CODE", "MFR", "MODEL", "TYPE-ACFT", "TYPE-ENG", "AC-CAT", "BUILD-CERT-IND", "NO-ENG",
        "NO-SEATS", "AC-WEIGHT", "SPEED",
        kinds={"NO-ENG": Kind.INTEGER, "NO-SEATS": Kind.INTEGER, "SPEED": Kind.INTEGER},
    ),
    null_markers=("",),
    quoted=False,
)  # fmt: skip

ENGINES = Table(
    "engines",
    columns(
        "CODE", "MFR", "MODEL", "TYPE", "HORSEPOWER", "THRUST",
        kinds={"HORSEPOWER": Kind.INTEGER, "THRUST": Kind.INTEGER},
    ),
    null_markers=("",),
    quoted=False,
)  # fmt: skip

_MEMBERS = {"MASTER.txt": AIRCRAFT, "ACFTREF.txt": AIRCRAFT_MODELS, "ENGINE.txt": ENGINES}

# What the values of an aircraft look like. In a line that has lost one comma and gained another the
# values stand in their neighbours' columns, and they do not all look like this there.
_SHAPES = {
    "N-NUMBER": re.compile(rb"[1-9][0-9A-Z]{0,4}"),
    "MFR MDL CODE": re.compile(rb"([0-9A-Z]{7})?"),
    "ENG MFR MDL": re.compile(rb"([0-9]{5})?"),
    "YEAR MFR": re.compile(rb"([0-9]{4})?"),
    "LAST ACTION DATE": re.compile(rb"([0-9]{8})?"),
    "CERT ISSUE DATE": re.compile(rb"([0-9]{8})?"),
    "TYPE AIRCRAFT": re.compile(rb"[0-9A-Z]?"),
    "TYPE ENGINE": re.compile(rb"[0-9]{0,2}"),
    "STATUS CODE": re.compile(rb"[0-9A-Z]{0,2}"),
    "AIR WORTH DATE": re.compile(rb"([0-9]{8})?"),
    "EXPIRATION DATE": re.compile(rb"([0-9]{8})?"),
    "UNIQUE ID": re.compile(rb"[0-9]{8}"),
    "MODE S CODE HEX": re.compile(rb"([0-9A-F]{6})?"),
}
_WITHHELD = re.compile(
    rb"withheld: (too long|\d+ fields? where the header has \d+|"
    rb"a value where the header has no name|[A-Z -]+ does not have its shape)"
)

_LANDED_NAME = re.compile(r"registry-(\d{4}-\d{2}-\d{2})-[0-9a-f]{16}\.zip")
_LONGEST_LINE_BYTES = 1 << 16


def request(today: date) -> Request:
    """Ask for the registry as it is today."""
    return Request(today.isoformat(), settings.registry_url())


def snapshot_partition(last_modified: str | None, today: date) -> str:
    """Return the day of a snapshot: when the publisher wrote it, else the day it was received."""
    try:
        written = parsedate_to_datetime(last_modified or "")
    except ValueError:
        return today.isoformat()
    day = (written if written.tzinfo is None else written.astimezone(UTC)).date()
    return min(day, today).isoformat()


def _check(received: Received) -> None:
    """Refuse what is not the registry. No sentence quotes a line: it may be about a person."""
    archives.members(received, tuple(_MEMBERS))
    received.stream.seek(0)
    with zipfile.ZipFile(received.stream) as archive:
        for member, table in _MEMBERS.items():
            with archive.open(member) as lines:
                names = _header(lines)
                missing = [column.name for column in table.columns if column.name not in names]
                if missing:
                    raise RefusedFileError(
                        f"{member} in {received.name} lacks the columns {', '.join(missing)}."
                    )
                twice = [name for name in names if name and names.count(name) > 1]
                if twice:
                    raise RefusedFileError(
                        f"{member} in {received.name} names a column more than once."
                    )
                if not lines.readline(_LONGEST_LINE_BYTES):
                    raise RefusedFileError(f"{member} in {received.name} has no rows.")


def _keep(received: Received, path: Path) -> None:
    """Write the declared columns of the tables that are wanted, the same bytes for the same input.

    Each line stays in its place, so that a line number means the same in both files.
    """
    received.stream.seek(0)
    with (
        zipfile.ZipFile(received.stream) as original,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as landed,
    ):
        for member, table in _MEMBERS.items():
            with original.open(member) as lines, landed.open(entry(member), "w") as kept:
                kept.writelines(_stripped(lines, table))


def _stripped(lines: IO[bytes], table: Table) -> Iterator[bytes]:
    """Yield the lines with the declared columns alone."""
    names = _header(lines)
    places = [names.index(column.name) for column in table.columns]
    yield ",".join(column.name for column in table.columns).encode() + b"\n"
    for line in _whole_lines(lines):
        if line is None:
            yield b"withheld: too long\n"
            continue
        content = line.rstrip(b"\r\n")
        fields = content.split(b",")
        doubt = _doubt(fields, names)
        values = [] if doubt else [fields[place].strip() for place in places]
        doubt = doubt or _misfit(values, table)
        if doubt is None:
            yield b",".join(values) + b"\n"
        elif _WITHHELD.fullmatch(content):  # by this function, when the file landed elsewhere
            yield content + b"\n"
        else:
            yield f"withheld: {doubt}\n".encode()


def _doubt(fields: list[bytes], names: list[str]) -> str | None:
    """Say why it is not certain which field is which, without its value; None if it is."""
    if len(fields) != len(names):
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return f"{count} where the header has {len(names)}"
    if not names[-1] and fields[-1].strip():
        return "a value where the header has no name"
    return None


def _misfit(values: list[bytes], table: Table) -> str | None:
    """Name the first column whose value does not look like one of it; None if all do."""
    for column, value in zip(table.columns, values, strict=True):
        shape = _SHAPES.get(column.name)
        if shape and not shape.fullmatch(value):
            return f"{column.name} does not have its shape"
    return None


def _whole_lines(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line, or None for one that is absurdly long and was passed over."""
    while line := lines.readline(_LONGEST_LINE_BYTES):
        rest = b"" if line.endswith(b"\n") else lines.readline(_LONGEST_LINE_BYTES)
        yield None if rest else line  # the last line of a file may lack its end
        while rest and not rest.endswith(b"\n"):
            rest = lines.readline(_LONGEST_LINE_BYTES)


def _header(lines: IO[bytes]) -> list[str]:
    """Read the header's names, without byte order mark and padding."""
    text = lines.readline(_LONGEST_LINE_BYTES).removeprefix(codecs.BOM_UTF8)
    return [name.strip() for name in text.decode("utf8", "replace").split(",")]


def _files(path: Path, partition: str) -> list[SourceFile]:
    return [SourceFile(table, partition, path, member) for member, table in _MEMBERS.items()]


def _recognise(path: Path) -> str | None:
    """Know an archive by its name or its members; its day is MASTER's, unless its name has it.

    A damaged file under the publisher's name is known too, by its own date: it is to be refused
    with a sentence and not passed over.
    """
    if landed := _LANDED_NAME.fullmatch(path.name):
        return landed[1]
    try:
        with zipfile.ZipFile(path) as archive:
            if not _MEMBERS.keys() <= set(archive.namelist()):
                return None
            written = archive.getinfo("MASTER.txt").date_time
        return None if written == NO_DATE else date(*written[:3]).isoformat()
    except UNREADABLE:
        if path.name.startswith("ReleasableAircraft") and path.is_file():
            return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        return None


SOURCE = Source(
    name="registry",
    title="FAA aircraft registry, without the people in it",
    licence="US government work, public domain",
    tables=(AIRCRAFT, AIRCRAFT_MODELS, ENGINES),
    publisher=Publisher(
        suffix=".zip",
        check=_check,
        keep=_keep,
        files=_files,
        recognise=_recognise,
        is_confidential=True,
    ),
)
