"""What a backup holds: the data folder, without what the next command makes again.

20261128T051700Z/
data/          warehouse, landing, publications, releases, log of runs, models, ...
SHA256SUMS     the checksum of every file
links.json     the links of the data folder, which some file systems cannot keep
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ontime.publishing.versions import sha256

DATA = "data"
SUMS = "SHA256SUMS"
LINKS = "links.json"

# made again by the next command: locks, spilled rows, packages being loaded
_MADE_AGAIN = {"ontime.lock", "ontime.duckdb.tmp", "dlt"}
# what tests and comparisons of changes keep, and Dagster, whose services write to their own history
# meanwhile
_OF_OTHERS = {"bench", "certificate", "changes", "dagster"}
_LEFT_OUT = _MADE_AGAIN | _OF_OTHERS
_UNFINISHED_RUN = ".running"
_MEGABYTE = 1_000_000


class BackupError(Exception):
    """A backup cannot be made or restored; the message says why."""


def kept(data: Path) -> Iterator[Path]:
    """Yield the files and links of a data folder that a backup holds, relative to the folder."""
    for place, folders, files in os.walk(data):
        within = Path(place).relative_to(data)
        left_out = _LEFT_OUT if within == Path() else set()
        # what is hidden is an unfinished publication, release or download
        folders[:] = [name for name in folders if name[0] != "." and name not in left_out]
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted(files + linked):
            if name not in left_out and not name.endswith(_UNFINISHED_RUN):
                yield within / name


def check_room(data: Path, target: Path, what: str) -> None:
    """Check that the disk of a folder has enough free space for what is kept of a data folder.

    Raises:
        BackupError: it has not.

    """
    files = (data / path for path in kept(data))
    needed = sum(file.stat().st_size for file in files if not file.is_symlink())
    free = shutil.disk_usage(target).free
    if free < needed:
        raise BackupError(
            f"The {what} needs about {needed // _MEGABYTE + 1:,} MB in {target}, and "
            f"{free // _MEGABYTE:,} MB are free: make room, or name another folder."
        )


def is_empty(data: Path) -> bool:
    """Return whether nothing is lost if a data folder is replaced."""
    return not any(kept(data)) and not any((data / name).exists() for name in _OF_OTHERS)


def checksums(folder: Path) -> dict[str, str]:
    """Return the checksums that a backup records, by path."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def links(folder: Path) -> dict[str, str]:
    """Return the links that a backup records, with their targets."""
    found: dict[str, str] = json.loads((folder / LINKS).read_text(encoding="utf-8"))
    return found


def damage(folder: Path) -> list[str]:
    """Say how a backup differs from what was written; nothing if it does not.

    Raises:
        BackupError: the folder is not a backup.

    """
    try:
        expected = checksums(folder)
        links(folder)
    except (OSError, ValueError):
        raise BackupError(
            f"{folder} is not a backup: it has no {SUMS} and {LINKS} that `ontime backup` wrote."
        ) from None
    found = []
    for path, digest in expected.items():
        file = folder / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif sha256(file) != digest:
            found.append(f"{path} was changed")
    there = {
        path.relative_to(folder).as_posix() for path in (folder / DATA).rglob("*") if path.is_file()
    }
    return found + [f"{path} was added" for path in sorted(there - expected.keys())]
