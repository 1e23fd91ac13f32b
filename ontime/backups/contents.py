"""What a backup holds: the data folder, without what the next command makes again.

20261128T051700Z/
data/          warehouse, landing, publications, releases, log of runs, models, ...
SHA256SUMS     the checksum of every file
links.json     the links of the data folder, which some file systems cannot keep
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ontime.publishing.versions import sha256

DATA = "data"
SUMS = "SHA256SUMS"
LINKS = "links.json"

# made again by the next command: locks, spilled rows, packages being loaded, what tests keep; and
# Dagster's services, which write to their own history meanwhile
_LEFT_OUT = {"ontime.lock", "ontime.duckdb.tmp", "dlt", "bench", "certificate", "dagster"}
_UNFINISHED_RUN = ".running"


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
