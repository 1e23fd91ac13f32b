"""The publications that are kept: each is a folder that lists its contents, with checksums.

    data/published/versions/20261127T002837Z-679c7f1d/
        ontime_marts.duckdb       the marts and their catalogue
        features/                 Parquet by month, Croissant, data card; if the build has features
        publication.json          order, identity, fingerprint, what it was made from, checksums of
                                  the other files
        publication.json.sig      its signature, if a key is configured (signing.py)

Months of the features that did not change are one file with several names, one in each version.

Only a folder with a `publication.json` that names it is a version; anything else is left alone. The
order of versions is the number in that file, never the clock.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ontime.publishing.guards import stray_logs
from ontime.storage.paths import published_features, published_file, published_folder

MANIFEST = "publication.json"
READ_ONLY = 0o444


@dataclass(frozen=True)
class Checksum:
    """A file of a version: its path within the version's folder, size in bytes and SHA-256."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Version:
    """A finished publication.

    `number` orders the versions; `replaces` is the number of the one that was in place before, 0 if
    there was none. `fingerprint` is the same for the same content from the same identity, `tables`
    holds the content hash of each table, `made_from` the code, the packages and the source files.
    """

    name: str
    number: int
    replaces: int
    identity: str
    fingerprint: str
    tables: dict[str, str]
    files: list[Checksum] = field(default_factory=list)
    made_from: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return the version's folder."""
        return versions_folder() / self.name

    @property
    def file(self) -> Path:
        """Return the DuckDB file."""
        return self.folder / published_file().name

    @property
    def size_bytes(self) -> int:
        """Return the size of its files."""
        return sum(file.bytes for file in self.files)

    def as_json(self) -> str:
        """Return the text of `publication.json`."""
        return json.dumps(asdict(self), indent=2) + "\n"

    def linked_files(self, folder: Path) -> dict[Path, Checksum]:
        """Return the files of another folder that are files of this version, with the checksums."""
        known: dict[tuple[int, int], Checksum] = {}
        for recorded in self.files:
            if (self.folder / recorded.path).exists():
                known[_inode(self.folder / recorded.path)] = recorded
        return {path: known[_inode(path)] for path in files_in(folder) if _inode(path) in known}

    def damage(self) -> list[str]:
        """Report how the files differ from their recorded checksums, a phrase for each file."""
        found = [phrase for file in self.files if (phrase := _difference(self.folder, file))]
        known = {self.folder / file.path for file in self.files}
        # readers that read every file in the features folder would also read added files
        added = set(files_in(self.folder / published_features().name)) - known
        added.update(stray_logs(self.file))
        return found + sorted(f"{path.name} was added" for path in added)


def versions_folder() -> Path:
    """Return the folder of the publications that are kept."""
    return published_folder() / "versions"


def all_versions() -> list[Version]:
    """Return the versions that are kept, in the order in which they were published."""
    found = [read_version(folder) for folder in sorted(versions_folder().glob("[!.]*/"))]
    return sorted((version for version in found if version), key=lambda version: version.number)


def read_version(folder: Path) -> Version | None:
    """Return the version of a folder, or None if the folder is not that of a version."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = [Checksum(**file) for file in content.pop("files")]
        version = Version(**content, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    is_whole = (
        version.name == folder.name
        and isinstance(version.number, int)
        and isinstance(version.replaces, int)
        and isinstance(version.tables, dict)
        and published_file().name in [file.path for file in files]
    )
    return version if is_whole else None


def checksums(folder: Path, known: dict[Path, Checksum]) -> list[Checksum]:
    """Return the checksums of the files of a folder, in the order of their paths.

    Those in `known` were compared just now, and are not computed again.
    """
    return [
        Checksum(
            path.relative_to(folder).as_posix(),
            path.stat().st_size,
            known[path].sha256 if path in known else sha256(path),
        )
        for path in sorted(files_in(folder))
    ]


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def files_in(folder: Path) -> list[Path]:
    """Return the files below a folder."""
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]


def _difference(folder: Path, recorded: Checksum) -> str:
    file = folder / recorded.path
    if file.is_symlink():
        return f"{recorded.path} was replaced by a link"
    try:
        if file.stat().st_size != recorded.bytes or sha256(file) != recorded.sha256:
            return f"{recorded.path} was changed"
    except FileNotFoundError:
        return f"{recorded.path} is missing"
    except OSError as error:
        return f"{recorded.path} cannot be read ({error.strerror})"
    return ""


def _inode(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
