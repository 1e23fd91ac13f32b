"""Read the publishers' files from a folder, for a machine without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.declarations import Source, publisher_of
from ingest.errors import IngestError, RefusedFileError
from ingest.landing import store
from ingest.landing.checksums import file_sha256
from ingest.landing.store import Landed
from ingest.publishers import Received


@dataclass(frozen=True)
class FoundFile:
    """A file of a live source in a folder; `rivals` are other files of the same partition."""

    source: Source
    partition: str
    path: Path
    rivals: tuple[Path, ...] = ()


def files_in(folder: Path, sources: Iterable[Source]) -> Iterator[FoundFile]:
    """Yield the files in a folder and its subfolders that belong to one of the sources.

    If several issues of a partition landed on another machine, the newest one is yielded.

    Raises:
        IngestError: there is no such folder.

    """
    if not folder.is_dir():
        raise IngestError(
            f"There is no folder {folder}: --offline-from needs one with files in it."
        )
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for source in sources:
        found: dict[str, list[Path]] = {}
        for path in paths:
            if partition := publisher_of(source).recognise(path):
                found.setdefault(partition, []).append(path)
        for partition, candidates in sorted(found.items()):
            landed = {path: store.landed_beside(path) for path in candidates}
            newest = max(candidates, key=lambda path: (_landed_at(landed[path]), path))
            rivals = [
                path
                for path in candidates
                if not landed[path] and file_sha256(path) != file_sha256(newest)
            ]
            yield FoundFile(source, partition, newest, tuple(rivals))


@contextmanager
def checked(found: FoundFile) -> Iterator[Received]:
    """Check a file as if it had been downloaded, and yield it.

    Raises:
        RefusedFileError: it is not what its publisher promises.
        IngestError: it cannot be read.

    """
    if found.rivals:
        names = ", ".join(str(path) for path in (found.path, *found.rivals))
        raise RefusedFileError(
            f"The folder holds files of {found.partition} that differ: {names}. Leave the one that "
            "is meant."
        )
    try:
        with found.path.open("rb") as stream:
            received = Received(found.path.name, found.partition, stream)
            publisher_of(found.source).check(received)
            yield received
    except OSError as error:
        raise IngestError(f"{found.path} cannot be read ({error.strerror}).") from error


def land(found: FoundFile) -> Landed:
    """Check a file as if it had been downloaded, and store a copy of it.

    Raises:
        RefusedFileError: it is not what its publisher promises.
        IngestError: it cannot be read.

    """
    with checked(found) as received:
        landed = store.landed_beside(found.path)
        return store.land(
            found.source,
            received,
            url=landed.url if landed else None,
            asked=landed.asked if landed else "",
            etag=landed.etag if landed else None,
            last_modified=landed.last_modified if landed else None,
            landed_at=landed.landed_at_utc if landed else None,
        )


def _landed_at(landed: Landed | None) -> datetime:
    return landed.landed_at_utc if landed else datetime.min.replace(tzinfo=UTC)
