"""FAA aircraft registry: every registered US aircraft, with model and engine reference tables.

The Federal Aviation Administration rebuilds it daily: one zip archive with MASTER.txt (one line per
aircraft), ACFTREF.txt and ENGINE.txt (aircraft and engine models; `MFR MDL CODE` = `CODE`),
DEREG.txt (one line per registration that was cancelled, with hyphens in the names of columns), and
other files that are not loaded. The files are UTF-8 with a byte order mark and CRLF line ends.
Values are separated by commas and padded with spaces, with a trailing comma on each line. One
header cell begins with a space (` KIT MODEL`). There is no quoting: a double quote is an ordinary
character. `N-NUMBER` is the tail number without its leading N.

The original contains names and addresses of people, so it is never kept. The landed file holds only
the columns declared here. If it is not certain which value of a line belongs to which column, the
line is replaced by one that only states the reason. Padding is removed too. The engine of a
cancelled registration is not kept: its column follows the address, and in a shifted line a postal
code would pass for the code of an engine.

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

from ingest import settings
from ingest.clock import today
from ingest.declarations import Kind, Source, SourceFile, Table, columns
from ingest.download.fetching import probe
from ingest.download.offers import is_same
from ingest.errors import PublisherError, RefusedFileError
from ingest.landing import store
from ingest.publishers import Holding, Publisher, Received, Request, Verdict, Wanted
from ingest.reading import archives
from ingest.reading.lines import PADDING
from ingest.reading.packing import NO_DATE, UNREADABLE, entry

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

DEREGISTERED_AIRCRAFT = Table(
    "deregistered_aircraft",
    columns(
        "N-NUMBER", "SERIAL-NUMBER", "MFR-MDL-CODE", "YEAR-MFR", "CANCEL-DATE", "LAST-ACT-DATE",
        "CERT-ISSUE-DATE",
        kinds={"YEAR-MFR": Kind.INTEGER},
    ),
    null_markers=("",),
    quoted=False,
)  # fmt: skip

_MEMBERS = {"MASTER.txt": AIRCRAFT, "ACFTREF.txt": AIRCRAFT_MODELS, "ENGINE.txt": ENGINES}
# archives that landed with an earlier version do not have it
_FORMER = {"DEREG.txt": DEREGISTERED_AIRCRAFT}

# The format of an aircraft's values. In a line that has lost one comma and gained another, values
# are shifted into neighbouring columns, and some of them do not match the format there.
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
    "MFR-MDL-CODE": re.compile(rb"([0-9A-Z]{7})?"),
    "YEAR-MFR": re.compile(rb"([0-9]{4})?"),
    "CANCEL-DATE": re.compile(rb"([0-9]{8})?"),
    "LAST-ACT-DATE": re.compile(rb"([0-9]{8})?"),
    "CERT-ISSUE-DATE": re.compile(rb"([0-9]{8})?"),
}
_WITHHELD = re.compile(
    rb"withheld: (too long|\d+ fields? where the header has \d+|"
    rb"a value where the header has no name|[A-Z -]+ does not have its shape)"
)

_FILE = "https://registry.faa.gov/database/ReleasableAircraft.zip"
_LANDED_NAME = re.compile(r"registry-(\d{4}-\d{2}-\d{2})-[0-9a-f]{16}\.zip")
_LONGEST_LINE_BYTES = 1 << 16


def request(day: date) -> Request:
    """Return the request for the registry of a day, which is offered on that day only."""
    return Request(day.isoformat(), settings.address("ONTIME_REGISTRY_URL", _FILE))


def snapshot_partition(last_modified: str | None, today: date) -> str:
    """Return the date of a snapshot: when the publisher wrote it, or else when it was received."""
    try:
        written = parsedate_to_datetime(last_modified or "")
    except ValueError:
        return today.isoformat()
    day = (written if written.tzinfo is None else written.astimezone(UTC)).date()
    return min(day, today).isoformat()


def _check(received: Received) -> None:
    """Refuse a file that is not the registry; never quote a line, which can hold personal data."""
    archives.members(received, tuple(_MEMBERS), optional=_FORMER)
    if received.partition > today().isoformat():
        raise RefusedFileError(
            f"{received.name} is of {received.partition} by the date of its MASTER.txt, which is "
            "still to come: download it again."
        )
    received.stream.seek(0)
    with zipfile.ZipFile(received.stream) as archive:
        for member, table in _tables(archive).items():
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
        _check_former(archive, received.name)


def _check_former(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse the publisher's own archive without the registrations that were cancelled.

    Those that are loaded of the day would stay beside other aircraft. An archive that landed before
    they were kept has no columns about people.
    """
    if _FORMER.keys() <= set(archive.namelist()):
        return
    with archive.open("MASTER.txt") as lines:
        declared = {column.name for column in AIRCRAFT.columns}
        if not set(filter(None, _header(lines))) <= declared:
            raise RefusedFileError(
                f"{name} lacks DEREG.txt, the registrations that were cancelled: download the "
                "whole archive again."
            )


def _keep(received: Received, path: Path) -> None:
    """Write the declared columns of the declared tables; the same input gives the same bytes.

    Lines keep their positions, so that a line number means the same in both files.
    """
    received.stream.seek(0)
    with (
        zipfile.ZipFile(received.stream) as original,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as landed,
    ):
        for member, table in _tables(original).items():
            with original.open(member) as lines, landed.open(entry(member), "w") as kept:
                kept.writelines(_stripped(lines, table))


def _stripped(lines: IO[bytes], table: Table) -> Iterator[bytes]:
    """Yield the lines with only the declared columns."""
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
        elif _WITHHELD.fullmatch(content):  # by this function, on the machine where it landed
            yield content + b"\n"
        else:
            yield f"withheld: {doubt}\n".encode()


def _doubt(fields: list[bytes], names: list[str]) -> str | None:
    """Return why fields cannot be assigned to columns, without values, or None if they can."""
    if len(fields) != len(names):
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return f"{count} where the header has {len(names)}"
    if not names[-1] and fields[-1].strip():
        return "a value where the header has no name"
    return None


def _misfit(values: list[bytes], table: Table) -> str | None:
    """Return the first column whose value has the wrong format, or None if all are right."""
    for column, value in zip(table.columns, values, strict=True):
        shape = _SHAPES.get(column.name)
        if shape and not shape.fullmatch(value):
            return f"{column.name} does not have its shape"
    return None


def _whole_lines(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line, or None for one that is absurdly long; not what only fills the end."""
    waiting: list[bytes] = []
    for line in _any_lines(lines):
        if line is not None and not line.strip(PADDING):
            waiting.append(line[:1])
            continue
        yield from waiting
        waiting.clear()
        yield line


def _any_lines(lines: IO[bytes]) -> Iterator[bytes | None]:
    while line := lines.readline(_LONGEST_LINE_BYTES):
        rest = b"" if line.endswith(b"\n") else lines.readline(_LONGEST_LINE_BYTES)
        yield None if rest else line  # the last line may have no line end
        while rest and not rest.endswith(b"\n"):
            rest = lines.readline(_LONGEST_LINE_BYTES)


def _header(lines: IO[bytes]) -> list[str]:
    """Read the header's names, without byte order mark and padding."""
    text = lines.readline(_LONGEST_LINE_BYTES).removeprefix(codecs.BOM_UTF8)
    return [name.strip() for name in text.decode("utf8", "replace").split(",")]


def _files(path: Path, partition: str) -> list[SourceFile]:
    with zipfile.ZipFile(path) as landed:
        tables = _tables(landed)
    return [SourceFile(table, partition, path, member) for member, table in tables.items()]


def _tables(archive: zipfile.ZipFile) -> dict[str, Table]:
    """Return the members of an archive that are kept, and the table that each becomes."""
    there = archive.namelist()
    return _MEMBERS | {member: table for member, table in _FORMER.items() if member in there}


def _recognise(path: Path) -> list[Holding]:
    """Recognise an archive by its name or members, and return its day."""
    day = _day(path)
    return [Holding(day)] if day else []


def _day(path: Path) -> str | None:
    """Return the date in the name of an archive of the registry, or else that of its MASTER.

    A damaged file that has the publisher's file name is recognised too, and dated by its own
    timestamp, so that it is refused with a message instead of being skipped silently.
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


def _wanted(_: object) -> Iterator[Wanted]:
    """Yield the current registry; its partition is the date of the snapshot."""
    try:
        offer = probe(request(today()))
    except PublisherError as error:
        yield Wanted(request(today()), trouble=error)
        return
    made = snapshot_partition(offer.last_modified if offer else None, today())
    asked = request(date.fromisoformat(made))
    if offer:
        yield Wanted(asked, offer)
        return
    why = "is not offered by the publisher"
    is_here = store.newest(SOURCE.name, asked.partition) is not None
    yield Wanted(asked, absent=f"{asked.public_url} {why}.", foretold="" if is_here else why)


def _compared(days: list[str]) -> Iterator[Verdict]:
    for day in days[-1:]:
        landed = store.newest(SOURCE.name, day)
        asked = request(today())
        offer = probe(asked)
        if offer is None:
            yield Verdict(day, "offered no more")
        elif landed and is_same(offer, landed, asked):
            yield Verdict(day, "the newest")
        else:
            yield Verdict(day, "a newer one is offered", "A newer aircraft registry is offered")


SOURCE = Source(
    name="registry",
    title="FAA aircraft registry, without the people in it",
    licence="US government work, public domain",
    tables=(AIRCRAFT, AIRCRAFT_MODELS, ENGINES, DEREGISTERED_AIRCRAFT),
    publisher=Publisher(
        suffix=".zip",
        check=_check,
        keep=_keep,
        files=_files,
        recognise=_recognise,
        ordered=_wanted,
        refreshed=_wanted,
        compared=_compared,
        is_confidential=True,
    ),
)
