"""Put a finished publication in place, keep the last few, and go back to the one before.

A publication is built aside as a file of its own. Its place, `data/published/ontime_marts.duckdb`,
is only ever changed by one atomic rename: who has the file open keeps reading what was opened, who
opens it later sees the new one, and nobody waits for anybody. Earlier publications are kept beside
it in `versions/`; the file in place is a hard link to one of them and takes no space of its own.

Beside each version lies the folder of its features (Parquet, Croissant, data card), if it has any.
`data/published/features` is a symbolic link to that of the file in place, renamed over the one
before it right after the file is. Both carry the publication's name, by which a reader who needs
the two to agree can tell.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from warehouse.features import has_features, write_features
from warehouse.paths import published_features, published_file, published_folder

VERSIONS_KEPT = 5


class PublicationError(Exception):
    """A publication cannot be put in place or gone back to; the message says why."""


def versions_folder() -> Path:
    """Return the folder of the publications that are kept, named so that they sort by time."""
    return published_folder() / "versions"


def aside_file(name: str) -> Path:
    """Return where a publication is built before anybody can see it."""
    return versions_folder() / f".{name}.duckdb.building"


def make_aside(name: str) -> Path:
    """Make room for a publication to be built, and clear away what a killed build left.

    Raises:
        OSError: the folder cannot be written.

    """
    versions_folder().mkdir(parents=True, exist_ok=True)
    for left in versions_folder().glob(".*.duckdb.building*"):
        left.unlink()
    for folder in versions_folder().glob(".*.features.building"):
        shutil.rmtree(folder)
    return aside_file(name)


def put_in_place(aside: Path) -> str:
    """Publish a finished file, unless what is in place has the same content; say which.

    Raises:
        OSError: the folder cannot be written. What was in place still is.

    """
    name = aside.name.removeprefix(".").removesuffix(".duckdb.building")
    current = published_file()
    if current.exists() and _fingerprint(current) == _fingerprint(aside):
        aside.unlink()
        return f"unchanged: {current} already holds exactly this"
    with aside.open("rb+") as finished:
        os.fsync(finished.fileno())
    version = versions_folder() / f"{name}.duckdb"
    if has_features(aside):
        features = versions_folder() / f".{name}.features.building"
        write_features(aside, features)
        features.replace(_features(version))
    aside.replace(version)
    _link(version)
    for old in _versions()[:-VERSIONS_KEPT]:
        old.unlink()
        shutil.rmtree(_features(old), ignore_errors=True)
    return f"published: {current}"


def roll_back() -> str:
    """Put back the publication before the one in place; return its name.

    Raises:
        PublicationError: there is none.

    """
    versions = _versions()
    current = published_file()
    in_place = [version for version in versions if current.exists() and version.samefile(current)]
    earlier = [version for version in versions if in_place and version < in_place[0]]
    if not earlier:
        raise PublicationError(
            f"There is no publication before the one in place in {versions_folder()}: "
            f"the last {VERSIONS_KEPT} are kept."
        )
    _link(earlier[-1])
    return earlier[-1].stem


def _versions() -> list[Path]:
    return sorted(versions_folder().glob("*.duckdb"))


def _features(version: Path) -> Path:
    """Return the folder of a version's features; it may not exist."""
    return version.with_suffix(".features")


def _link(version: Path) -> None:
    """Make a version the file in place in one step, and its features those in place in another."""
    incoming = published_folder() / ".incoming.duckdb"
    incoming.unlink(missing_ok=True)
    try:
        os.link(version, incoming)
    except OSError:  # a file system without hard links
        shutil.copyfile(version, incoming)
    incoming.replace(published_file())
    _link_features(_features(version))


def _link_features(folder: Path) -> None:
    """Make a folder of features the one in place, or take away what is there if it has none."""
    if published_features().is_dir() and not published_features().is_symlink():
        # who copies the data may get a folder in place of the link to it: a version's copy
        shutil.rmtree(published_features())
    if not folder.exists():
        published_features().unlink(missing_ok=True)
        return
    incoming = published_folder() / ".incoming.features"
    incoming.unlink(missing_ok=True)
    incoming.symlink_to(folder.relative_to(published_folder()), target_is_directory=True)
    incoming.replace(published_features())


def _fingerprint(file: Path) -> str | None:
    """Return what a publication says of its own content, or None if it cannot be read."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute("select fingerprint from catalogue.publication").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None
