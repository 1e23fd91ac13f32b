"""Validate a zip archive by its content before anything reads it.

An archive comes from outside and may be truncated, damaged, the wrong file, or malicious. Nothing
is unpacked to disk here: members are read, measured and checked in memory, chunk by chunk.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy

from ingest.errors import RefusedFileError
from ingest.publishers import Received
from ingest.reading.pages import page_title

# The publishers' tables compress eight to twelve times; the largest is 0.3 GB uncompressed.
MOST_TIMES_INFLATED = 200
MOST_INFLATED_BYTES = 4_000_000_000
MOST_MEMBERS = 1000

START_OF_ARCHIVE = b"PK\x03\x04"
_START_OF_EMPTY_ARCHIVE = b"PK\x05\x06"
_ARCHIVE_NAME = re.compile(r".*\.(zip|gz|tgz|bz2|xz|zst|7z|rar|tar)", re.IGNORECASE)
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_UNIX = 3
_PLAIN_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# what zipfile raises for a damaged archive, depending on where the damage is
_SIGNS_OF_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
)
_LONGEST_NAME = 100
_MOST_NAMES = 5
_START_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20


def only_table(received: Received) -> str:
    """Return the name of an archive's only table, which must be intact; its name does not matter.

    The archive may also contain members that are not tables.

    Raises:
        RefusedFileError: the file is not such an archive, or not safe to read.

    """
    expected = "a zip archive with one CSV file"
    with _opened(received, expected) as archive:
        found = tables(archive)
        if len(found) != 1:
            raise _refused(received, expected, f"it holds {_names(found or archive.infolist())}")
        _read_through(archive, found, received, expected)
        return found[0].filename


def tables(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members of an archive that can be tables: its CSV files, or else its texts.

    What a Mac adds to an archive, and other hidden files, are left out.
    """
    files = [
        member
        for member in archive.infolist()
        if not member.filename.endswith("/")
        and not any(part == "__MACOSX" or part[:1] == "." for part in member.filename.split("/"))
    ]
    named = [member for member in files if member.filename.lower().endswith(".csv")]
    return named or [
        member for member in files if member.filename.lower().endswith((".txt", ".asc"))
    ]


def members(received: Received, required: Iterable[str], optional: Collection[str] = ()) -> None:
    """Check that an archive holds each required member exactly once and that they are intact.

    The optional members may be missing.

    Raises:
        RefusedFileError: the file is not such an archive, or not safe to read.

    """
    required = tuple(required)
    expected = f"a zip archive with {_listed(required)}"
    with _opened(received, expected) as archive:
        held = archive.infolist()
        wanted = [member for member in held if member.filename in {*required, *optional}]
        names = [member.filename for member in wanted]
        if len(set(names)) < len(names) or not set(required) <= set(names):
            raise _refused(received, expected, f"it holds {_names(held)}")
        _read_through(archive, wanted, received, expected)


@contextmanager
def _opened(received: Received, expected: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive after checking its directory; rewind the stream afterwards."""
    try:
        received.stream.seek(0)
        _judge_start(received, expected)
        with zipfile.ZipFile(received.stream) as archive:
            _judge_directory(received, archive.infolist(), expected)
            yield archive
    except _SIGNS_OF_DAMAGE as error:
        raise _refused(received, expected, f"it is cut short or damaged ({error})") from None
    finally:
        received.stream.seek(0)


def _judge_start(received: Received, expected: str) -> None:
    start = received.stream.read(_START_BYTES)
    title = page_title(start)
    if title is not None:
        titled = f" titled “{title}”" if title else ""
        raise _refused(received, expected, f"a web page{titled} came")
    if not start:
        raise _refused(received, expected, "it is empty")
    if start.startswith(_START_OF_EMPTY_ARCHIVE):
        raise _refused(received, expected, "it holds nothing")
    if not start.startswith(START_OF_ARCHIVE):
        raise _refused(received, expected, f"it begins with the bytes {start[:4].hex(' ')}")


def _judge_directory(received: Received, directory: list[zipfile.ZipInfo], expected: str) -> None:
    if len(directory) > MOST_MEMBERS:
        raise _refused(received, expected, f"it holds {len(directory)} members")
    for member in directory:
        if fault := _fault(member):
            raise _refused(received, expected, f"{_shown(member)} in it {fault}")


def _fault(member: zipfile.ZipInfo) -> str | None:
    """Return what is wrong with a member, judging by the archive's directory alone."""
    # use the name as stored: zipfile repairs some of the faults that are checked here
    name = member.orig_filename.replace("\\", "/")
    kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == _UNIX else 0
    method = member.compress_type
    faults = {
        "has a name that hides its end": "\0" in name,
        "has an absolute name": name.startswith("/") or _DRIVE.match(name),
        "has a name that leads out of the archive": ".." in name.split("/"),
        "is a link or a device and no file": kind not in _PLAIN_KINDS,
        "is an archive too": _ARCHIVE_NAME.fullmatch(name),
        "is encrypted": member.flag_bits & _ENCRYPTED,
        f"is compressed by method {method}, which cannot be read": method not in _READABLE,
    }
    return next((fault for fault, is_found in faults.items() if is_found), None)


def _read_through(
    archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo], received: Received, expected: str
) -> None:
    """Read members to their end, which verifies their checksums, and count the inflated bytes."""
    archive_bytes = received.stream.seek(0, io.SEEK_END)
    most = min(MOST_INFLATED_BYTES, MOST_TIMES_INFLATED * archive_bytes)
    inflated = 0
    for member in wanted:
        # do not trust the declared size: with this limit lifted, zipfile returns all the data
        unlimited = copy(member)
        unlimited.file_size = sys.maxsize
        start = inflated
        with archive.open(unlimited) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                if inflated == start and chunk.startswith(START_OF_ARCHIVE):
                    raise _refused(received, expected, f"{_shown(member)} in it is an archive too")
                inflated += len(chunk)
                if inflated > most:
                    raise _refused(
                        received, expected, f"{_shown(member)} in it grows beyond {most:,} bytes"
                    )
        if inflated - start != member.file_size:
            raise _refused(
                received,
                expected,
                f"{_shown(member)} in it claims {member.file_size:,} bytes and has "
                f"{inflated - start:,}",
            )


def _refused(received: Received, expected: str, came: str) -> RefusedFileError:
    return RefusedFileError(f"{received.name} should be {expected}, but {came}.")


def _shown(member: zipfile.ZipInfo) -> str:
    """Return a member's name, escaped and shortened so that it is safe to print."""
    name = member.orig_filename.encode("unicode_escape").decode("ascii")
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def _names(held: list[zipfile.ZipInfo]) -> str:
    if not held:
        return "nothing"
    names = [_shown(member) for member in held[:_MOST_NAMES]]
    more = len(held) - len(names)
    return _listed([*names, f"{more} more"] if more else names)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
