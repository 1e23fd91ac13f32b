"""Landed files: what the publishers sent, kept unchanged, so that raw can be rebuilt from it.

A landed file lies in `data/landing/<source>/<partition>/` under the name of its source, its
partition and its checksum. The sidecar beside it, the same name with `.json` after it, says where
the file came from. The sidecar is written last: a file without one is unfinished, counts for
nothing, and goes when its partition lands again. What is not finished lies in `.incoming`.

Writers hold the warehouse's lock; readers need none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.addresses import public
from ingest.declarations import Received, Source
from ingest.errors import IngestError, RefusedFileError
from ingest.writing import make_folder, put_facts, put_in_place, writing_to
from warehouse.paths import data_folder

_SIDECAR = ".json"


@dataclass(frozen=True)
class Landed:
    """A landed file and what its sidecar tells of it.

    `sha256` and `file_bytes` are those of the landed file; `url` is where it was fetched, or None
    if it came from a folder; `etag` and `last_modified` are the publisher's words for the version.
    """

    source: str
    partition: str
    path: Path
    sha256: str
    file_bytes: int
    url: str | None
    asked: str
    etag: str | None
    last_modified: str | None
    landed_at_utc: datetime


def landing_folder() -> Path:
    """Return the folder of all landed files."""
    return data_folder() / "landing"


def incoming_folder(source_name: str) -> Path:
    """Return the folder of a source's files that are not finished."""
    return landing_folder() / ".incoming" / source_name


def land(  # noqa: PLR0913 - what is known of a file
    source: Source,
    received: Received,
    *,
    url: str | None,
    asked: str,
    etag: str | None,
    last_modified: str | None,
    landed_at: datetime | None = None,
) -> Landed:
    """Keep a file that its publisher's check has passed, and return it as the newest one.

    The same bytes are never kept twice: they become the newest again. `landed_at` is when a file
    from another machine had landed there.

    Raises:
        IngestError: the disk is full, or the folder cannot be written.

    """
    if source.publisher is None:
        raise ValueError(f"{source.name} has no publisher: its files are installed, not landed")
    folder = _partition_folder(source.name, received.partition)
    with writing_to(landing_folder()):
        make_folder(folder)
        _clear_unfinished(source.name, received.partition)
        aside = _aside(source.name, received.partition)
        try:
            received.stream.seek(0)
            source.publisher.keep(received, aside)
            sha256, file_bytes = _digest(aside), aside.stat().st_size
            name = f"{source.name}-{received.partition}-{sha256[:16]}{source.publisher.suffix}"
            landed = Landed(
                source.name,
                received.partition,
                folder / name,
                sha256,
                file_bytes,
                url,
                asked,
                etag,
                last_modified,
                _landing_time(source.name, received.partition, sha256, landed_at),
            )
            before = newest(source.name, received.partition)
            if url is None and before and before.sha256 == sha256:
                # from a folder comes what the publisher had sent: its words stand
                landed = before
            put_in_place(aside, landed.path)
            _write_sidecar(landed)
        finally:
            aside.unlink(missing_ok=True)
    return landed


def history(source_name: str | None = None) -> list[Landed]:
    """Return every landed file, of one source or of all, the oldest first.

    Raises:
        IngestError: a sidecar was changed by hand and cannot be read.

    """
    return _read_sidecars(f"{source_name or '[!.]*'}/*")


def newest(source_name: str, partition: str) -> Landed | None:
    """Return the file of a partition that landed last, or None if none did."""
    landed = _read_sidecars(f"{source_name}/{partition}")
    return landed[-1] if landed else None


def clean() -> int:
    """Take passwords and tokens out of the sidecars of earlier versions; return of how many."""
    cleaned = 0
    for path in sorted(landing_folder().glob(f"[!.]*/*/*{_SIDECAR}")):
        landed = told_beside(path.with_suffix(""))
        if landed and json.loads(path.read_text(encoding="utf8"))["url"] != landed.url:
            with writing_to(landing_folder()):
                make_folder(incoming_folder(landed.source))
                _write_sidecar(landed)
            cleaned += 1
    return cleaned


def told_beside(path: Path) -> Landed | None:
    """Return what a sidecar tells of a file in somebody's landing folder, or None if none does."""
    try:
        return _read_sidecar(_sidecar(path))
    except IngestError:
        return None


def verify(landed: Landed) -> None:
    """See that a landed file still is what landed.

    Raises:
        RefusedFileError: it is gone, or its bytes are not those that its sidecar vouches for.

    """
    remedy = f"delete what is left of it and its {_SIDECAR} file, and ingest the partition again"
    try:
        sha256 = _digest(landed.path)
    except OSError as error:
        raise RefusedFileError(
            f"The landed file {landed.path} cannot be read ({error.strerror}): {remedy}."
        ) from None
    if sha256 != landed.sha256:
        raise RefusedFileError(
            f"The landed file {landed.path} was changed after it landed (its sha256 was "
            f"{landed.sha256[:16]} and is {sha256[:16]}): {remedy}."
        )


def discard(source_name: str, partition: str) -> int:
    """Take away all that landed of a partition, the oldest first; return how many files there were.

    If it is interrupted, what is left is what landed last.
    """
    landed = _read_sidecars(f"{source_name}/{partition}")
    with writing_to(landing_folder()):
        for file in landed:
            _sidecar(file.path).unlink()
            file.path.unlink(missing_ok=True)
        _clear_unfinished(source_name, partition)
        folder = _partition_folder(source_name, partition)
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
    return len(landed)


def _partition_folder(source_name: str, partition: str) -> Path:
    return landing_folder() / source_name / partition


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + _SIDECAR)


def _aside(source_name: str, partition: str) -> Path:
    return incoming_folder(source_name) / f"{partition}.landing"


def _landing_time(
    source_name: str, partition: str, sha256: str, landed_at: datetime | None
) -> datetime:
    """Return now or the time given; that of the newest file, if it has the same bytes.

    The newest file is the newest by this time, so it never goes back, even if the clock does.
    """
    now = landed_at or datetime.now(UTC)
    before = newest(source_name, partition)
    if before is None:
        return now
    if before.sha256 == sha256:
        return before.landed_at_utc
    return max(now, before.landed_at_utc + timedelta(microseconds=1))


def _clear_unfinished(source_name: str, partition: str) -> None:
    """Remove what a run that died left of this source aside, or in the partition's folder."""
    make_folder(incoming_folder(source_name))
    for left in incoming_folder(source_name).glob("*.landing*"):
        left.unlink()
    folder = _partition_folder(source_name, partition)
    for path in folder.glob("*") if folder.exists() else ():
        if path.suffix != _SIDECAR and not _sidecar(path).exists():
            path.unlink()


def _write_sidecar(landed: Landed) -> None:
    facts = asdict(landed) | {
        "path": landed.path.name,
        "landed_at_utc": landed.landed_at_utc.isoformat(),
    }
    aside = _aside(landed.source, landed.partition)
    put_facts(facts, aside.with_name(aside.name + _SIDECAR), _sidecar(landed.path))


def _read_sidecars(folders: str) -> list[Landed]:
    """Return what the sidecars in these folders tell, in the order of landing."""
    landed = [_read_sidecar(path) for path in landing_folder().glob(f"{folders}/*{_SIDECAR}")]
    return sorted(
        landed, key=lambda one: (one.landed_at_utc, one.source, one.partition, one.sha256)
    )


def _read_sidecar(path: Path) -> Landed:
    try:
        facts = json.loads(path.read_text(encoding="utf8"))
        landed_at = datetime.fromisoformat(facts.pop("landed_at_utc")).astimezone(UTC)
        # earlier versions kept the address as it was set, with the password if it had one
        url = public(facts.pop("url") or "") or None
        return Landed(
            **facts | {"path": path.with_suffix(""), "url": url, "landed_at_utc": landed_at}
        )
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        raise IngestError(
            f"{path} cannot be read as the sidecar of a landed file: delete it and the file "
            "beside it, and ingest the partition again."
        ) from None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
