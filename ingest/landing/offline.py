"""Read the publishers' files from a folder, for a machine without a network.

Every file is asked for what it holds, whatever it is called. Nothing is passed over in silence: a
file of data that is not taken is reported, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.declarations import Source, publisher_of
from ingest.errors import IngestError, RefusedFileError
from ingest.landing import store
from ingest.landing.extents import extent_of, how_they_differ, refuse_part
from ingest.landing.folders import visible_files, why_unread
from ingest.landing.foreign import is_data, why_foreign
from ingest.landing.store import Landed
from ingest.publishers import Holding, Received


@dataclass(frozen=True)
class FoundFile:
    """A file of a live source in a folder; `rivals` are other files of the same partition.

    `shared_by` are the partitions that are taken from it, if there are several.
    """

    source: Source
    partition: str
    path: Path
    rivals: tuple[Path, ...] = ()
    shared_by: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The name by which a message names what is loaded of the file."""
        name = self.path.name
        return f"{name} (its part of {self.partition})" if self.shared_by else name


@dataclass(frozen=True)
class LeftFile:
    """A file that is not taken, and why; `is_fault` is false if the user asked for that."""

    path: Path
    reason: str
    is_fault: bool = True


@dataclass
class Survey:
    """What a folder holds: the files to load, and those that are left."""

    found: list[FoundFile] = field(default_factory=list)
    left: list[LeftFile] = field(default_factory=list)


def survey(
    folder: Path,
    sources: Iterable[Source],
    others: Iterable[Source] = (),
    months: Collection[str] = (),
) -> Survey:
    """Return what a folder and its subfolders hold of some sources.

    A file of the `others`, or of another month than `months` (if there are any), is left. If
    several issues of a partition landed on another machine, the newest one is taken.

    Raises:
        IngestError: there is no such folder.

    """
    check_folder(folder)
    survey = Survey()
    candidates: dict[str, dict[str, list[FoundFile]]] = {}
    sources, others = list(sources), list(others)
    for path in visible_files(folder):
        if reason := why_unread(path):
            survey.left.append(LeftFile(path, reason))
            continue
        found, reason = _recognised(path, [*sources, *others])
        for one in found:
            if one.source in others:
                survey.left.append(LeftFile(path, f"is of {one.source.name}", is_fault=False))
            elif months and publisher_of(one.source).by_month and one.partition not in months:
                survey.left.append(LeftFile(path, f"is of {one.partition}", is_fault=False))
            else:
                of_source = candidates.setdefault(one.source.name, {})
                of_source.setdefault(one.partition, []).append(one)
        if not found and (reason or is_data(path)):
            survey.left.append(LeftFile(path, reason or why_foreign(path)))
    for source in sources:
        for _, rivals in sorted(candidates.get(source.name, {}).items()):
            _choose(rivals, survey)
    return survey


def check_folder(folder: Path) -> None:
    """Raise an IngestError if there is no such folder."""
    if not folder.is_dir():
        raise IngestError(
            f"There is no folder {folder}: --offline-from needs one with files in it."
        )


@contextmanager
def checked(found: FoundFile) -> Iterator[Received]:
    """Check a file as if it had been downloaded, and yield it.

    Raises:
        RefusedFileError: it is not what its publisher promises.
        IngestError: it cannot be read.

    """
    if found.rivals:
        raise RefusedFileError(_about_rivals(found))
    try:
        with found.path.open("rb") as stream:
            received = Received(found.path.name, found.partition, stream, found.shared_by)
            publisher_of(found.source).check(received)
            yield received
    except OSError as error:
        raise IngestError(f"{found.path} cannot be read ({error.strerror}).") from error


def land(found: FoundFile, is_loaded: Callable[[Landed], bool] = lambda _landed: False) -> Landed:
    """Check a file as if it had been downloaded, and store a copy of it.

    It is compared with the last file of its partition that is loaded or, if none is, that landed.

    Raises:
        RefusedFileError: it is not what its publisher promises.
        IngestError: it cannot be read.

    """

    def judge(new: Path, newest: Landed) -> None:
        others = store.of_partition(found.source.name, newest.partition)
        here = next(filter(is_loaded, reversed(others)), newest)
        refuse_part(found.source, found.path.name, new, here)

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
            judge=judge,
        )


def _recognised(path: Path, sources: Iterable[Source]) -> tuple[list[FoundFile], str]:
    """Return what a file holds of the first source that it belongs to, or why it cannot be used."""
    reason = ""
    for source in sources:
        try:
            holdings = publisher_of(source).recognise(path)
        except RefusedFileError as error:
            reason = reason or str(error)
            continue
        if holdings:
            return [_found(source, path, holding, holdings) for holding in holdings], ""
    return [], reason


def _found(source: Source, path: Path, holding: Holding, all_of_it: Iterable[Holding]) -> FoundFile:
    partitions = tuple(one.partition for one in all_of_it)
    shared_by = partitions if len(partitions) > 1 else ()
    return FoundFile(source, holding.partition, path, shared_by=shared_by)


def _choose(candidates: list[FoundFile], survey: Survey) -> None:
    """Take one of the files of a partition: the newest that landed elsewhere, or the only one."""
    landed = {one.path: store.landed_beside(one.path) for one in candidates}
    newest = max(candidates, key=lambda one: (_landed_at(landed[one.path]), one.path))
    content_sha256 = publisher_of(newest.source).content_sha256
    rivals = []
    for one in candidates:
        if one is newest:
            continue
        if landed[one.path]:
            reason = f"is an earlier issue of {one.partition} than {newest.path.name}"
            survey.left.append(LeftFile(one.path, reason, is_fault=False))
        elif content_sha256(one.path) == content_sha256(newest.path):
            reason = f"holds the same as {newest.path.name}"
            survey.left.append(LeftFile(one.path, reason, is_fault=False))
        else:
            rivals.append(one.path)
    survey.found.append(replace(newest, rivals=tuple(rivals)))


def _about_rivals(found: FoundFile) -> str:
    """Return what to do about several files of one partition, as sentences."""
    paths = sorted((found.path, *found.rivals))
    names = ", ".join(map(str, paths))
    parts = how_they_differ([extent_of(found.source, path, found.partition) for path in paths])
    if parts:
        return (
            f"The folder holds files with {parts} of {found.partition}: {names}. A month loads "
            "from one file: join them, with one header."
        )
    return (
        f"The folder holds files of {found.partition} that differ: {names}. A month loads from one "
        "file: leave the one that is meant, or join them, with one header, if each has a part."
    )


def _landed_at(landed: Landed | None) -> datetime:
    return landed.landed_at_utc if landed else datetime.min.replace(tzinfo=UTC)
