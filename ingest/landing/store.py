"""Landed files: what the publishers sent, kept unchanged, so that raw can be rebuilt from it.

A landed file is stored in `data/landing/<source>/<partition>/`. Its name consists of its source,
partition and checksum. The sidecar next to it, with the same name plus `.json`, records where the
file came from. The sidecar is written last: a file without one is unfinished, is ignored, and is
removed the next time its partition lands. Downloads in progress are in `.incoming`.

Writers hold the warehouse's lock; readers do not need it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.addresses import public
from ingest.declarations import Source, publisher_of
from ingest.errors import IngestError, RefusedFileError
from ingest.landing.writing import make_folder, put_facts, put_in_place, writing_to
from ingest.publishers import Received
from ontime.storage.paths import data_folder

_SIDECAR = ".json"


_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Landed:
    """A landed file, as its sidecar describes it.

    `sha256` and `file_bytes` are those of the landed file. `url` is the address it was fetched
    from, or None if it came from a folder. `etag` and `last_modified` are the publisher's version
    labels.
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
    """Return the folder of a source's unfinished files."""
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
    judge: Callable[[Path, Landed], None] = lambda _new, _here: None,
) -> Landed:
    """Store a file that has passed its publisher's check, and return it as the newest one.

    The same bytes are never stored twice: the existing file becomes the newest again. `landed_at`
    is the original landing time of a file that was copied from another machine. `judge` may refuse
    a file that would replace another one, which has landed before.

    Raises:
        RefusedFileError: as raised by `judge`; the file that has landed before stays the newest.
        IngestError: the disk is full, or the folder cannot be written.

    """
    if source.publisher is None:
        raise ValueError(f"{source.name} has no publisher: its files are installed, not landed")
    folder = _partition_folder(source.name, received.partition)
    with writing_to(landing_folder()):
        make_folder(folder)
        _clear_unfinished(source.name, received.partition)
        draft = _draft(source.name, received.partition)
        try:
            received.stream.seek(0)
            source.publisher.keep(received, draft)
            sha256, file_bytes = _digest(draft), draft.stat().st_size
            landed = Landed(
                source.name,
                received.partition,
                folder / landed_name(source, received.partition, sha256),
                sha256,
                file_bytes,
                url,
                asked,
                etag,
                last_modified,
                _landing_time(source.name, received.partition, sha256, landed_at),
            )
            before = newest(source.name, received.partition)
            if before and before.sha256 != sha256:
                judge(draft, before)
            if url is None and before and before.sha256 == sha256:
                # the folder holds the same bytes that were fetched: keep the publisher's labels
                landed = before
            put_in_place(draft, landed.path)
            _write_sidecar(landed)
        finally:
            draft.unlink(missing_ok=True)
    return landed


def landed_name(source: Source, partition: str, sha256: str) -> str:
    """Return the name under which a file of a live source lands."""
    return f"{source.name}-{partition}-{sha256[:16]}{publisher_of(source).suffix}"


def history(source_name: str | None = None) -> list[Landed]:
    """Return every landed file, of one source or of all, oldest first.

    Raises:
        IngestError: a sidecar was changed by hand and cannot be read.

    """
    return _read_sidecars(f"{source_name or '[!.]*'}/*")


def newest(source_name: str, partition: str) -> Landed | None:
    """Return the file of a partition that landed last, or None if none did."""
    landed = _read_sidecars(f"{source_name}/{partition}")
    return landed[-1] if landed else None


def of_partition(source_name: str, partition: str) -> list[Landed]:
    """Return the landed files of a partition, oldest first."""
    return _read_sidecars(f"{source_name}/{partition}")


def came_from_the_net(source_name: str, partition: str) -> bool:
    """Return whether the newest file of a partition was downloaded, not copied from a folder."""
    landed = newest(source_name, partition)
    return landed is not None and landed.url is not None


def clean() -> int:
    """Remove passwords and tokens from sidecars of earlier versions; return how many changed."""
    cleaned = 0
    for path in sorted(landing_folder().glob(f"[!.]*/*/*{_SIDECAR}")):
        landed = landed_beside(path.with_suffix(""))
        if landed and json.loads(path.read_text(encoding="utf8"))["url"] != landed.url:
            with writing_to(landing_folder()):
                make_folder(incoming_folder(landed.source))
                _write_sidecar(landed)
            cleaned += 1
    return cleaned


def landed_beside(path: Path) -> Landed | None:
    """Return the sidecar's facts about a file in any landing folder, or None if it has none."""
    try:
        return _read_sidecar(_sidecar(path))
    except IngestError:
        return None


def verify(landed: Landed) -> None:
    """Check that a landed file is unchanged since it landed.

    Raises:
        RefusedFileError: it is missing, or its bytes do not match the checksum in its sidecar.

    """
    remedy = f"delete what is left of it and its {_SIDECAR} file, and ingest the partition again"
    if landed.url:
        months = f" --months {landed.partition}" if _MONTH.fullmatch(landed.partition) else ""
        remedy = f"`ontime load {landed.source}{months} --force` fetches it again"
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


def withdraw(landed: Landed) -> None:
    """Remove a landed file that was refused: the one that landed before is the newest again."""
    with writing_to(landing_folder()):
        _sidecar(landed.path).unlink(missing_ok=True)
        landed.path.unlink(missing_ok=True)
        _remove_if_empty(_partition_folder(landed.source, landed.partition))


def discard(source_name: str, partition: str) -> int:
    """Remove all landed files of a partition, oldest first; return how many there were.

    After an interruption, the files that landed last are left.
    """
    landed = _read_sidecars(f"{source_name}/{partition}")
    with writing_to(landing_folder()):
        for file in landed:
            _sidecar(file.path).unlink()
            file.path.unlink(missing_ok=True)
        _clear_unfinished(source_name, partition)
        _remove_if_empty(_partition_folder(source_name, partition))
    return len(landed)


def _remove_if_empty(folder: Path) -> None:
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _partition_folder(source_name: str, partition: str) -> Path:
    return landing_folder() / source_name / partition


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + _SIDECAR)


def _draft(source_name: str, partition: str) -> Path:
    return incoming_folder(source_name) / f"{partition}.landing"


def _landing_time(
    source_name: str, partition: str, sha256: str, landed_at: datetime | None
) -> datetime:
    """Return the landing time: now or `landed_at`, or that of the newest file if it is the same.

    This time decides which file is the newest, so it never decreases, even if the clock does.
    """
    now = landed_at or datetime.now(UTC)
    before = newest(source_name, partition)
    if before is None:
        return now
    if before.sha256 == sha256:
        return before.landed_at_utc
    return max(now, before.landed_at_utc + timedelta(microseconds=1))


def _clear_unfinished(source_name: str, partition: str) -> None:
    """Remove this source's unfinished files, in `.incoming` or the partition's folder."""
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
    draft = _draft(landed.source, landed.partition)
    put_facts(facts, draft.with_name(draft.name + _SIDECAR), _sidecar(landed.path))


def _read_sidecars(folders: str) -> list[Landed]:
    """Return the landed files that the sidecars in these folders describe, in landing order."""
    landed = [_read_sidecar(path) for path in landing_folder().glob(f"{folders}/*{_SIDECAR}")]
    return sorted(
        landed, key=lambda one: (one.landed_at_utc, one.source, one.partition, one.sha256)
    )


def _read_sidecar(path: Path) -> Landed:
    try:
        facts = json.loads(path.read_text(encoding="utf8"))
        landed_at = datetime.fromisoformat(facts.pop("landed_at_utc")).astimezone(UTC)
        # earlier versions stored the configured address, including any password in it
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
