"""Prevent write-ahead logs next to published files.

DuckDB first writes a change to a write-ahead log next to the file, `<file>.wal`, and replays that
log whenever the file is opened, even read-only. A program that dies leaves the log behind, and
DuckDB then replays it into whatever file is later put in the same place.

A guard therefore occupies the log's path: a symbolic link to a path in a folder that does not
exist. Reading it finds nothing, which DuckDB treats as "no log". Creating it fails, so a commit is
refused with an error, even for the superuser, whom file permissions do not stop. DuckDB 1.1 looks
for the log next to the path that was opened, DuckDB 1.5 and later next to the file that a link
points to, so both places are guarded.
"""

from __future__ import annotations

import os
from pathlib import Path

_LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
# the link target is a message to anyone who inspects the link
_NOWHERE = "published-files-are-read-only/copy-the-file-to-change-it"


def guard(file: Path) -> list[str]:
    """Guard the paths of a file's write-ahead logs; return the names of logs that were removed.

    Raises:
        OSError: the folder cannot be written.

    """
    removed = []
    for place in _places(file):
        # a program that has the file open for writing may write a log between the two steps
        while not _is_guard(place):
            if os.path.lexists(place):
                place.unlink()
                removed.append(place.name)
            try:
                place.symlink_to(_NOWHERE)
            except FileExistsError:
                continue
    return removed


def stray_logs(file: Path) -> list[Path]:
    """Return the write-ahead logs that DuckDB would replay into a file."""
    return [place for place in _places(file) if place.exists()]


def is_guarded(file: Path) -> bool:
    """Return whether the guards prevent a log next to a file."""
    return all(_is_guard(place) for place in _places(file))


def _places(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in _LOGS]


def _is_guard(place: Path) -> bool:
    return place.is_symlink() and os.readlink(place) == _NOWHERE  # noqa: PTH115 - not resolved
