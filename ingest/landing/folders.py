"""Walk through a folder: what is in it, and what in it cannot be read as a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ingest.landing.store import landing_folder
from ontime.storage.paths import data_folder

_KINDS = {
    stat.S_IFDIR: "is a link to a folder: give that folder as FOLDER, or move it here",
    stat.S_IFIFO: "is a pipe and no file: save what comes from it as a file",
    stat.S_IFSOCK: "is a socket and no file",
    stat.S_IFCHR: "is a device and no file",
    stat.S_IFBLK: "is a device and no file",
}


def visible_files(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder, without hidden ones and what a Mac adds to an archive, in order.

    Links and folders that cannot be opened are among them: `why_unread` says what they are. The
    project's own data are left out, but for what has landed if their folder itself is asked for.
    """
    own = data_folder().resolve()
    closed: list[OSError] = []
    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        inside = Path(parent)
        folders[:] = [name for name in folders if _is_visible(name)]
        if inside.resolve() == own:
            is_asked_for = inside == folder
            landing = [name for name in folders if name == landing_folder().name]
            folders[:] = landing if is_asked_for else []
            files = []  # noqa: PLW2901 - the loop's own list
        found += [inside / name for name in folders if (inside / name).is_symlink()]
        found += [inside / name for name in files if _is_visible(name)]
    yield from sorted([*found, *(Path(str(error.filename)) for error in closed)])


def why_unread(path: Path) -> str:
    """Return why something in a folder cannot be read as a file, or an empty text.

    Nothing is opened: reading a pipe would wait for ever.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if path.is_symlink():
            return "is a link that leads nowhere: copy the file itself into the folder"
        return f"cannot be read ({error.strerror})"
    if path.is_dir() and not path.is_symlink():
        return "is a folder that may not be opened by this user"
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "is no file")


def _is_visible(name: str) -> bool:
    return name[:1] != "." and name != "__MACOSX"
