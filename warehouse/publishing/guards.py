"""Why a program that opens a published file for writing leaves nothing behind.

DuckDB first writes a change to a write-ahead log beside the file, `<file>.wal`, and replays what it
finds there whenever the file is opened, also read-only. A program that dies leaves that log, and
whatever file is later put into its place adopts it.

So the log's place is taken: a symbolic link to a path in a folder that does not exist. Reading it
finds nothing, which DuckDB takes for "no log", and creating it fails, so that a commit is refused
with an error, also for the superuser, whom file permissions do not stop. DuckDB 1.1 looks for the
log beside the path that was opened, DuckDB 1.5 and later beside the file that a link leads to:
both places are guarded.
"""

from __future__ import annotations

import os
from pathlib import Path

_LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
# what a person reads who looks at the link
_NOWHERE = "published-files-are-read-only/copy-the-file-to-change-it"


def guard(file: Path) -> list[str]:
    """Take the places of a file's write-ahead logs; return the names of logs that were removed.

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
    """Return whether no log can be written beside a file."""
    return all(_is_guard(place) for place in _places(file))


def _places(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in _LOGS]


def _is_guard(place: Path) -> bool:
    return place.is_symlink() and os.readlink(place) == _NOWHERE  # noqa: PTH115 - not resolved
