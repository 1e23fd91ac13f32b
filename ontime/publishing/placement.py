"""Put a finished version in place, roll back to an earlier one, and remove old versions.

    data/published/
        ontime_marts.duckdb -> current/ontime_marts.duckdb     what readers open
        features            -> current/features
        current             -> versions/<name>                 the only thing that changes
        versions/<name>/                                       one folder for each publication

`current` is replaced by one rename, which switches the file and its features together. Readers that
have the old file open keep reading it, later readers see the new one, and nobody waits.

Publishing takes the following steps. If the process stops between any two of them, either the old
version or the new one is in place, and running the command again finishes the rest:

1. A version is written in a hidden folder, signed if there is a key, made read-only, and flushed to
   the disk.
2. The hidden folder is renamed: the version exists.
3. `current` is renamed over the one before: the version is published.
4. The fixed links and the guards against write-ahead logs are checked, and repaired.
5. Old versions are hidden by a rename, then removed: all but the last few, and more of them if they
   take too much space. The one to roll back to always stays.

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

from ontime.publishing.contents import sources_of
from ontime.publishing.features import describe_features, has_features
from ontime.publishing.guards import guard, is_guarded, stray_logs
from ontime.publishing.signing import SigningError, check_keys, objection, sign
from ontime.publishing.versions import (
    MANIFEST,
    READ_ONLY,
    Version,
    all_versions,
    checksums,
    files_in,
    read_version,
    versions_folder,
)
from ontime.storage.lock import hold_warehouse
from ontime.storage.paths import (
    published_features,
    published_file,
    published_folder,
    warehouse_file,
)

VERSIONS_KEPT = 5
_GIGABYTE = 1_000_000_000

_HIDDEN = (".*.building*", ".*.removed")
# leftovers of the earlier layout: versions were files, the published file a hard link to one
_EARLIER_LAYOUT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}\.(duckdb|features)")


class PublicationError(Exception):
    """A publication cannot be put in place or restored; the message says why."""


def kept_gigabytes() -> float:
    """Return how much the kept versions may take together (ONTIME_KEPT_GIGABYTES, 20).

    Raises:
        PublicationError: the setting is not a number above zero.

    """
    text = os.environ.get("ONTIME_KEPT_GIGABYTES") or "20"
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise PublicationError(
            f"ONTIME_KEPT_GIGABYTES must be a number of gigabytes above zero; it is {text!r}."
        )
    return number


def check_settings() -> None:
    """Check the settings before anything is written.

    Raises:
        PublicationError: one of them is not valid.

    """
    kept_gigabytes()
    try:
        check_keys()
    except SigningError as error:
        raise PublicationError(str(error)) from None


def unsigned(version: Version) -> str:
    """Say why the signature of a version is not the one that is wanted; "" if it is, or none is."""
    try:
        return objection(version.folder / MANIFEST)
    except SigningError as error:
        return str(error)


def current_link() -> Path:
    """Return the link that decides what is published."""
    return published_folder() / "current"


def in_place() -> Version | None:
    """Return the version that readers see, or None if nothing whole is in place."""
    try:
        # read the name, because copying a data folder can turn the link into a copy of the version
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
    if reason := unsigned(version):
        found.append(reason)
    return found


def building_folder(name: str) -> Path:
    """Return the hidden folder in which a publication is built."""
    return versions_folder() / f".{name}.building"


def make_draft(name: str) -> Path:
    """Create an empty hidden folder for a publication; return the path of its DuckDB file.

    Raises:
        OSError: the folder cannot be written.
        PublicationError: a setting is not valid.

    """
    check_settings()
    versions_folder().mkdir(parents=True, exist_ok=True)
    clear_away()
    building_folder(name).mkdir()
    return building_folder(name) / published_file().name


def clear_away() -> None:
    """Remove unfinished versions and half-removed ones that a killed process left behind."""
    for pattern in _HIDDEN:
        for left in versions_folder().glob(pattern):
            _remove(left)


def put_in_place(draft: Path) -> str:
    """Publish a finished file, unless the published one has the same content; report which.

    Raises:
        OSError: the folder cannot be written. The version in place is unchanged.

    """
    before = in_place()
    new = _described(draft, before)
    known = _already_published(new.fingerprint, before)
    if known:
        shutil.rmtree(draft.parent)
    return _publish(known or _finish(draft.parent, new, before), before)


def keep_in_place(fingerprint: str) -> str:
    """Publish the undamaged version that has a fingerprint; report which, or "" if none has it.

    It is the version in place, or a newer one.

    Raises:
        OSError: the folder cannot be written. The version in place is unchanged.
        PublicationError: a setting is not valid.

    """
    check_settings()
    before = in_place()
    known = _already_published(fingerprint, before)
    return _publish(known, before) if known else ""


def _publish(version: Version, before: Version | None) -> str:
    """Make a finished version the one that readers see; return the outcome."""
    if before != version:
        _switch(version)
    _repair(version)
    _prune(version)
    if before == version:
        return f"unchanged: {published_file()} already holds exactly this"
    return f"published: {published_file()}"


def roll_back() -> tuple[Version, list[str]]:
    """Restore the previous version; return it, and which versions were skipped and why.

    A damaged version is skipped, and so is one without the signature that is wanted.

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
        damage = _objections(version)
        if not damage:
            _switch(version)
            _repair(version)
            return version, passed_over
        passed_over.append(f"{version.name}: {', '.join(damage)}")
    damaged = f" ({'; '.join(passed_over)})" if passed_over else ""
    raise PublicationError(
        f"There is no publication before the one in place in {versions_folder()}{damaged}: "
        f"the last {VERSIONS_KEPT} are kept, while they take at most {kept_gigabytes():g} GB."
    )


def _described(draft: Path, before: Version | None) -> Version:
    """Return the version that a finished file describes, numbered after all others."""
    with duckdb.connect(str(draft), read_only=True) as connection:
        row = connection.execute(
            "select publication_name, identity, fingerprint from catalogue.publication"
        ).fetchone()
        tables = connection.execute(
            "select table_name, content_hash from catalogue.tables order by table_name"
        ).fetchall()
        made_from = sources_of(connection)
    assert row is not None  # noqa: S101 - the macro that writes the catalogue writes one row
    name, identity, fingerprint = row
    last = max((version.number for version in all_versions()), default=0)
    replaces = before.number if before else last
    if before and before.fingerprint == fingerprint:
        # the new version repeats the content of the damaged one: a rollback must skip both
        replaces = before.replaces
    return Version(
        name=name,
        number=last + 1,
        replaces=replaces,
        identity=identity,
        fingerprint=fingerprint,
        tables=dict(tables),
        made_from=made_from,
    )


def _already_published(fingerprint: str, before: Version | None) -> Version | None:
    """Return the sound version with the same content: the one in place, or a newer one.

    A newer version exists if a process was killed between finishing it and putting it in place, or
    after a rollback. Older versions do not count: content that reappears is a new publication.
    """
    for version in reversed(all_versions()):
        is_candidate = version.number >= (before.number if before else 0)
        if is_candidate and version.fingerprint == fingerprint and not _objections(version):
            return version
    return None


def _objections(version: Version) -> list[str]:
    """Say why readers must not see a version; nothing if they may."""
    reason = unsigned(version)
    return version.damage() + ([reason] if reason else [])


def _finish(folder: Path, new: Version, before: Version | None) -> Version:
    """Complete the hidden folder of a version, rename it, and return the version as recorded."""
    file = folder / published_file().name
    linked = before.linked_files(folder) if before else {}
    if has_features(file):
        describe_features(file, folder / published_features().name, linked)
    finished = dataclasses.replace(new, files=checksums(folder, linked))
    (folder / MANIFEST).write_text(finished.as_json(), encoding="utf-8")
    sign(folder / MANIFEST)
    for path in files_in(folder):
        path.chmod(READ_ONLY)
        _flush(path)
    guard(file)
    for place, _, _ in os.walk(folder):
        _flush(Path(place))
    if new.folder.exists():
        raise PublicationError(
            f"{new.folder} is a damaged version of this build: run `make publish`, which makes "
            "another one."
        )
    folder.rename(new.folder)
    _flush(versions_folder())
    return finished


def _switch(version: Version) -> None:
    """Make a version the one that readers see, in one atomic step.

    Any log next to the link must be removed first, or DuckDB would replay it into the new version.
    """
    guard(published_file())
    guard(version.file)
    _link(current_link(), f"{versions_folder().name}/{version.name}")


def _repair(version: Version) -> None:
    """Restore the fixed links and the guards."""
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
    """Return the readers' links with their targets; None means that the link must not exist."""
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
    """Replace a link atomically."""
    copied = link.with_name(f".{link.name}.removed")
    if os.path.lexists(copied):
        _remove(copied)
    if link.is_dir() and not link.is_symlink():
        # copying a data folder can turn a link into a copy of its target, which renaming a link
        # cannot replace, so the copy is moved out of the way first
        link.rename(copied)
    incoming = link.with_name(f".{link.name}.incoming")
    incoming.unlink(missing_ok=True)
    incoming.symlink_to(target)
    incoming.replace(link)
    _flush(link.parent)
    if copied.exists():
        _remove(copied)


def _remove(path: Path) -> None:
    """Remove a file, a link, or a folder and its contents."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _prune(published: Version) -> None:
    """Remove the oldest versions, damaged ones of the same content, and the earlier layout."""
    others = [version for version in all_versions() if version != published]
    damaged = [version for version in others if _is_worthless(version, published)]
    old = _too_many(published, [version for version in others if version not in damaged])
    for version in damaged + old:
        version.folder.rename(versions_folder() / f".{version.name}.removed")
    for left in versions_folder().iterdir():
        if _EARLIER_LAYOUT.fullmatch(left.name):
            left.rename(versions_folder() / f".{left.name}.removed")
    clear_away()


def _too_many(published: Version, others: list[Version]) -> list[Version]:
    """Return the oldest versions, those beyond the number or the bytes that are kept.

    The version to roll back to is not among them, however old or large it is.
    """
    newest_first = others[::-1]
    earlier = [version for version in newest_first if version.number <= published.replaces]
    spared = (earlier or newest_first)[:1]
    # files that versions share take their space once
    counted: set[tuple[int, int]] = set()
    left = kept_gigabytes() * _GIGABYTE
    left -= sum(_added_bytes(kept, counted) for kept in [published, *spared])
    old = []
    for place, version in enumerate(newest_first, start=2):
        if version in spared:
            continue
        left -= _added_bytes(version, counted)
        if place > VERSIONS_KEPT or left < 0:
            old.append(version)
    return old


def _added_bytes(version: Version, counted: set[tuple[int, int]]) -> int:
    """Return the bytes of the files of a version that are not counted yet, and count them."""
    added = 0
    for path in files_in(version.folder):
        found = path.lstat()
        if (found.st_dev, found.st_ino) not in counted:
            counted.add((found.st_dev, found.st_ino))
            added += found.st_size
    return added


def _is_worthless(version: Version, published: Version) -> bool:
    return version.fingerprint == published.fingerprint and bool(_objections(version))


def _flush(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
