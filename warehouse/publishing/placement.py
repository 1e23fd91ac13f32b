"""Put a finished version in place, go back to an earlier one, and remove those that are too old.

    data/published/
        ontime_marts.duckdb -> current/ontime_marts.duckdb     what readers open
        features            -> current/features
        current             -> versions/<name>                 the only thing that changes
        versions/<name>/                                       one folder for each publication

`current` is replaced by one rename, which changes the file and its features together: readers that
have the old file open keep reading it, readers that come later see the new one, nobody waits.

Publishing takes these steps, and a process that stops between any two of them leaves the state that
was in place before or the new one; running the command again finishes the rest:

1. A version is written in a hidden folder, made read-only, and flushed to the disk.
2. The hidden folder is renamed: the version exists.
3. `current` is renamed over the one before: the version is published.
4. The fixed links and the guards against write-ahead logs are checked, and repaired.
5. Old versions are hidden by a rename, then removed.

Everything here runs while the write lock of the warehouse is held.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
from pathlib import Path

import duckdb

from warehouse.features import has_features, write_features
from warehouse.lock import hold_warehouse
from warehouse.paths import published_features, published_file, published_folder, warehouse_file
from warehouse.publishing.guards import guard, is_guarded, stray_logs
from warehouse.publishing.versions import (
    MANIFEST,
    READ_ONLY,
    Version,
    all_versions,
    checksums,
    files_in,
    read_version,
    versions_folder,
)

VERSIONS_KEPT = 5

_HIDDEN = (".*.building*", ".*.removed")
# what the layout of before left: the versions were files, the one in place a hard link to one
_EARLIER_LAYOUT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}\.(duckdb|features)")


class PublicationError(Exception):
    """A publication cannot be put in place or gone back to; the message says why."""


def current_link() -> Path:
    """Return the link that decides what is published."""
    return published_folder() / "current"


def in_place() -> Version | None:
    """Return the version that readers see, or None if nothing whole is in place."""
    try:
        # by its name, for copying a data folder can turn the link into a copy of the version
        named = json.loads((current_link() / MANIFEST).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return read_version(versions_folder() / str(named))


def faults() -> list[str]:
    """Report how what readers see differs from what was published; nothing if it does not."""
    version = in_place()
    if version is None:
        return [f"{current_link()} does not lead to a publication"]
    found = version.damage() + [f"{log.name} was added" for log in stray_logs(published_file())]
    found += [
        f"{link} does not lead to {target}"
        for link, target in _links(version).items()
        if not _leads_to(link, target)
    ]
    if not (is_guarded(published_file()) and is_guarded(version.file)):
        found.append(f"{published_file().name} is not guarded against write-ahead logs")
    return found


def building_folder(name: str) -> Path:
    """Return where a publication is built before anybody can see it."""
    return versions_folder() / f".{name}.building"


def make_aside(name: str) -> Path:
    """Make the hidden folder of a publication, remove what a killed process left, return its file.

    Raises:
        OSError: the folder cannot be written.

    """
    versions_folder().mkdir(parents=True, exist_ok=True)
    clear_away()
    building_folder(name).mkdir()
    return building_folder(name) / published_file().name


def clear_away() -> None:
    """Remove what was never finished, and what was being removed, when a process was killed."""
    for pattern in _HIDDEN:
        for left in versions_folder().glob(pattern):
            _remove(left)


def put_in_place(aside: Path) -> str:
    """Publish a finished file, unless what is in place holds the same; say which.

    Raises:
        OSError: the folder cannot be written. What was in place still is.

    """
    before = in_place()
    new = _described(aside, before)
    known = _already_published(new, before)
    if known:
        shutil.rmtree(aside.parent)
    published = known or _finish(aside.parent, new)
    if before != published:
        _switch(published)
    _repair(published)
    _prune(published)
    if before == published:
        return f"unchanged: {published_file()} already holds exactly this"
    return f"published: {published_file()}"


def roll_back() -> tuple[Version, list[str]]:
    """Put back the version that was in place before; return it, and what was passed over and why.

    A damaged version is passed over.

    Raises:
        PublicationError: there is none.
        WarehouseBusyError: another process is writing or publishing.
        OSError: the folder cannot be written.

    """
    hold_warehouse(warehouse_file())
    current = in_place()
    last = current.replaces if current else float("inf")
    passed_over: list[str] = []
    for version in reversed([known for known in all_versions() if known.number <= last]):
        damage = version.damage()
        if not damage:
            _switch(version)
            _repair(version)
            return version, passed_over
        passed_over.append(f"{version.name}: {', '.join(damage)}")
    damaged = f" ({'; '.join(passed_over)})" if passed_over else ""
    raise PublicationError(
        f"There is no publication before the one in place in {versions_folder()}{damaged}: "
        f"the last {VERSIONS_KEPT} are kept."
    )


def _described(aside: Path, before: Version | None) -> Version:
    """Return what a finished file says of itself, as a version that comes after all others."""
    with duckdb.connect(str(aside), read_only=True) as connection:
        row = connection.execute(
            "select publication_name, identity, fingerprint from catalogue.publication"
        ).fetchone()
        tables = connection.execute(
            "select table_name, content_hash from catalogue.tables order by table_name"
        ).fetchall()
    assert row is not None  # noqa: S101 - the macro that writes the catalogue writes one row
    name, identity, fingerprint = row
    last = max((version.number for version in all_versions()), default=0)
    replaces = before.number if before else last
    if before and before.fingerprint == fingerprint:
        # the one in place is damaged and its content comes again: to roll back leads past both
        replaces = before.replaces
    return Version(
        name=name,
        number=last + 1,
        replaces=replaces,
        identity=identity,
        fingerprint=fingerprint,
        tables=dict(tables),
    )


def _already_published(new: Version, before: Version | None) -> Version | None:
    """Return the undamaged version with the same content: the one in place, or one that is newer.

    One that is newer was finished by a process that was killed before it was put in place, or was
    rolled back from. Older ones do not count: content that comes back is a new publication.
    """
    for version in reversed(all_versions()):
        is_candidate = version.number >= (before.number if before else 0)
        if is_candidate and version.fingerprint == new.fingerprint and not version.damage():
            return version
    return None


def _finish(folder: Path, new: Version) -> Version:
    """Complete the hidden folder of a version, give it its name, and return it as recorded."""
    file = folder / published_file().name
    if has_features(file):
        write_features(file, folder / published_features().name)
    finished = dataclasses.replace(new, files=checksums(folder))
    (folder / MANIFEST).write_text(finished.as_json(), encoding="utf-8")
    for path in files_in(folder):
        path.chmod(READ_ONLY)
        _flush(path)
    guard(file)
    for place, _, _ in os.walk(folder):
        _flush(Path(place))
    folder.rename(new.folder)
    _flush(versions_folder())
    return finished


def _switch(version: Version) -> None:
    """Make a version the one that readers see, in one step.

    A log that lies beside the link must be gone before: the new version would adopt it.
    """
    guard(published_file())
    guard(version.file)
    _link(current_link(), f"{versions_folder().name}/{version.name}")


def _repair(version: Version) -> None:
    """Make the fixed links and the guards what they should be."""
    guard(published_file())
    guard(version.file)
    for link, target in _links(version).items():
        if _leads_to(link, target):
            continue
        if target is None:
            _remove(link)
        else:
            _link(link, target)


def _links(version: Version) -> dict[Path, str | None]:
    """Return the links that readers use and where each leads; None where there must be nothing."""
    has_its_features = (version.folder / published_features().name).is_dir()
    return {
        current_link(): f"{versions_folder().name}/{version.name}",
        published_file(): f"{current_link().name}/{published_file().name}",
        published_features(): f"{current_link().name}/{published_features().name}"
        if has_its_features
        else None,
    }


def _leads_to(link: Path, target: str | None) -> bool:
    if target is None:
        return not os.path.lexists(link)
    return link.is_symlink() and os.readlink(link) == target  # noqa: PTH115 - one step only


def _link(link: Path, target: str) -> None:
    """Replace a link in one step."""
    copied = link.with_name(f".{link.name}.removed")
    if os.path.lexists(copied):
        _remove(copied)
    if link.is_dir() and not link.is_symlink():
        # copying a data folder can turn a link into a copy of what it leads to, which no rename of
        # a link can replace: it is moved out of the way first
        link.rename(copied)
    incoming = link.with_name(f".{link.name}.incoming")
    incoming.unlink(missing_ok=True)
    incoming.symlink_to(target)
    incoming.replace(link)
    _flush(link.parent)
    if copied.exists():
        _remove(copied)


def _remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _prune(published: Version) -> None:
    """Remove the oldest versions, damaged ones of the same content, and the earlier layout."""
    others = [version for version in all_versions() if version != published]
    damaged = [version for version in others if _is_worthless(version, published)]
    kept = [version for version in others if version not in damaged]
    # the one to roll back to stays, however old it is
    old = [version for version in kept[: 1 - VERSIONS_KEPT] if version.number != published.replaces]
    for version in damaged + old:
        version.folder.rename(versions_folder() / f".{version.name}.removed")
    for left in versions_folder().iterdir():
        if _EARLIER_LAYOUT.fullmatch(left.name):
            left.rename(versions_folder() / f".{left.name}.removed")
    clear_away()


def _is_worthless(version: Version, published: Version) -> bool:
    return version.fingerprint == published.fingerprint and bool(version.damage())


def _flush(path: Path) -> None:
    """Have the operating system write a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
