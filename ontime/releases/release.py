"""Make a release atomically: write it to a temporary folder, check it, then rename the folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ontime.catalog import dictionary
from ontime.publishing.placement import faults
from ontime.publishing.signing import SigningError, check_keys, is_configured, objection, sign
from ontime.releases import contract
from ontime.releases import semantics as semantic_document
from ontime.releases.changes import changes_json, changes_page
from ontime.releases.comparison.difference import Difference, compare
from ontime.releases.comparison.publications import Publication, attached
from ontime.releases.croissant import croissant
from ontime.releases.datapackage import datapackage
from ontime.releases.description import (
    CITATION,
    Release,
    as_json,
    name_of,
    project_citation,
)
from ontime.releases.errors import ReleaseError
from ontime.releases.files import checksum, write_tables
from ontime.releases.papers import citation, lineage, readme
from ontime.releases.semantics import semantics
from ontime.releases.sources import licence_files, sources_of
from ontime.storage.paths import published_features, published_file
from ontime.storage.reader import open_published

BUILD = "build.json"
SUMS = "SHA256SUMS"
DATABASE = published_file().name
FEATURES = published_features().name
# the files that differ if the same release is made twice: they contain times and names of the build
# (and so does the signature of the checksums, if there is one)
VARIABLE = (BUILD, DATABASE, SUMS)


@dataclass(frozen=True)
class Made:
    """A finished release; `is_new` is False if it already existed, complete and unchanged."""

    name: str
    folder: Path
    is_new: bool
    tables: int
    size: int
    previous: str | None


def make_release(
    published: Path,
    releases: Path,
    since: Path | None = None,
    *,
    document_of: Callable[[str], str | None] = lambda _: None,
) -> Made:
    """Make a release of a published file and return it; it lists the changes since `since`.

    Without `since`, the changes are those since the most recently made release. `document_of`
    returns the metrics of a state of the project, by its checksum, as dbt wrote them.

    If a key is configured, the release is signed, and only a sound, signed publication is released.

    Raises:
        ReleaseError: the file cannot be released, or a damaged release of this name exists.
        ComparisonError: the file, or the one to compare it with, is not a publication.
        OSError: the folder cannot be written.

    """
    project = project_citation()
    _refuse_what_should_not_be_signed()
    releases.mkdir(parents=True, exist_ok=True)
    with _alone(releases):
        for left in releases.glob(".*.making"):
            shutil.rmtree(left)
        with _draft(releases / f".{os.getpid()}.making") as folder:
            # work on a copy, because the publication may be replaced meanwhile
            _copy(published.resolve(), folder)
            with attached(writes_to=folder, released=folder / DATABASE) as (connection, found):
                (publication,) = found
                _objection(publication, published)
                name = name_of(project, publication)
                place = releases / name
                if place.exists():
                    return _already(place, len(publication.tables))
                tables = write_tables(connection, publication, folder)
            shutil.rmtree(folder / FEATURES, ignore_errors=True)
            release = Release(name, project, publication, sources_of(publication), tables)
            _make_room_for_readers(folder)
            before = since or _last(releases)
            previous = _name_of_previous(before)
            difference = compare(before, folder / DATABASE) if before else None
            project_hash = str(publication.facts.get("project_hash"))
            metrics = semantics(document_of(project_hash), publication)
            _describe(release, folder, previous, difference, metrics)
            (folder / BUILD).write_text(_build(release), encoding="utf-8")
            size = _seal(folder)
            folder.rename(place)
    return Made(name, place, True, len(tables), size, previous)


def _copy(published: Path, folder: Path) -> None:
    """Copy a published file, and the Parquet files that belong to it for as long as it is read."""
    shutil.copyfile(published, folder / DATABASE)
    if (published.parent / FEATURES).is_dir():
        shutil.copytree(published.parent / FEATURES, folder / FEATURES)


def _refuse_what_should_not_be_signed() -> None:
    """Check the keys, and if one is configured, that readers see what was signed.

    Raises:
        ReleaseError: a signature would confirm what somebody else may have changed.

    """
    try:
        check_keys()
    except SigningError as error:
        raise ReleaseError(str(error)) from None
    if is_configured() and (found := faults()):
        raise ReleaseError(
            f"No release was made, because it would be signed and the publication is not sound "
            f"({'; '.join(found)}): run `make publish`."
        )


def damaged(folder: Path) -> list[str]:
    """Return the files of a release that are missing or do not match its checksums.

    Raises:
        OSError: the folder cannot be read.

    """
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    expected = {path: found for found, path in (line.split("  ", 1) for line in lines)}
    return [
        path
        for path, found in expected.items()
        if not (folder / path).is_file() or checksum(folder / path) != found
    ]


@contextmanager
def _alone(releases: Path) -> Iterator[None]:
    """Lock the releases folder; the operating system releases the lock however this ends."""
    folder = os.open(releases, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ReleaseError(
            f"Another release is being made in {releases}: try again when it has finished."
        ) from None
    finally:
        os.close(folder)


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Yield a new folder, which is removed afterwards unless it was renamed."""
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _objection(publication: Publication, published: Path) -> None:
    """Refuse a publication that has too little metadata to be cited."""
    lacking = [
        name
        for name, table in publication.tables.items()
        if table.content_hash is None or not table.primary_key
    ]
    if lacking or not publication.facts.get("fingerprint"):
        what = f"the content hash or the key of {lacking[0]}" if lacking else "a fingerprint"
        raise ReleaseError(
            f"{published} cannot be released: it is of an older layout and lacks {what}; run "
            "`make build` to publish anew."
        )


def _already(place: Path, tables: int) -> Made:
    """Return a release that already exists.

    Raises:
        ReleaseError: its files do not match its checksums.

    """
    if broken := damaged(place):
        raise ReleaseError(
            f"The release {place} is there already and damaged, {broken[0]} among its files: "
            "remove it and make it again."
        )
    if reason := objection(place / SUMS):
        raise ReleaseError(
            f"The release {place} is there already, and {reason}: remove it and make it again."
        )
    return Made(place.name, place, False, tables, 0, None)


def _make_room_for_readers(folder: Path) -> None:
    """Remove empty folders: a release without small tables has no `csv` folder."""
    for name in ("csv", "parquet"):
        if not any((folder / name).iterdir()):
            (folder / name).rmdir()


def _last(releases: Path) -> Path | None:
    """Return the database file of the most recently made release."""
    made = {}
    for build in releases.glob(f"[!.]*/{BUILD}"):
        content = json.loads(build.read_text(encoding="utf-8"))
        made[content["released_at_utc"], build.parent.name] = build.parent / DATABASE
    return made[max(made)] if made else None


def _name_of_previous(file: Path | None) -> str | None:
    if file is None:
        return None
    return file.parent.name if (file.parent / BUILD).exists() else file.stem


def _describe(
    release: Release,
    folder: Path,
    previous: str | None,
    difference: Difference | None,
    metrics: str | None,
) -> None:
    contracts = contract.contracts(release)
    optional = {contract.FILE_OF_FEATURES} & contracts.keys()
    optional |= {semantic_document.FILE} if metrics else set()
    texts = {
        "README.md": readme(release, previous, VARIABLE, optional),
        CITATION: citation(release),
        "datapackage.json": datapackage(release),
        "croissant.json": croissant(release),
        **contracts,
        "lineage.json": lineage(release),
        "CHANGES.md": changes_page(release.name, previous, difference),
        "changes.json": changes_json(release.name, previous, difference),
    }
    if metrics:
        texts[semantic_document.FILE] = metrics
    for name, text in licence_files(release.sources).items():
        texts[f"LICENSES/{name}"] = text
    (folder / "LICENSES").mkdir()
    for path, text in texts.items():
        (folder / path).write_text(text, encoding="utf-8")
    with open_published(folder / DATABASE) as connection:
        dictionary.write(connection, folder)


def _build(release: Release) -> str:
    """Return the text of `build.json`: everything that may differ for the same content."""
    facts: dict[str, Any] = {
        key: f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
        for key, value in release.publication.facts.items()
    }
    loaded = [
        {
            "source_name": receipt["source_name"],
            "table_name": receipt["table_name"],
            "partition_name": receipt["partition_name"],
            "loaded_at_utc": f"{receipt['loaded_at_utc']:%Y-%m-%dT%H:%M:%SZ}",
        }
        for receipt in release.publication.receipts
        if receipt.get("loaded_at_utc")
    ]
    return as_json(
        {
            "release": release.name,
            "released_at_utc": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "written_with": f"duckdb {duckdb.__version__}",
            "publication": facts,
            "loaded": loaded,
        }
    )


def _seal(folder: Path) -> int:
    """Write the checksums, flush all files to disk and make them read-only; return the size.

    If a key is configured, the checksums are signed.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    files.append(folder / SUMS)
    if signature := sign(folder / SUMS):
        files.append(signature)
    for path in files:
        path.chmod(0o444)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return sum(path.stat().st_size for path in files)
