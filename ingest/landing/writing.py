"""Write files atomically: after a crash, each file is either complete or absent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.errors import IngestError

READ_ONLY = 0o444


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn an operating-system error while writing to a folder into a readable message.

    Raises:
        IngestError: the disk is full, or the folder is not writable.

    """
    try:
        yield
    except OSError as error:
        raise IngestError(
            f"The folder {folder} cannot be written ({error.strerror or error}): make room or "
            "correct its permissions, or name another data folder with ONTIME_DATA_DIR, and run "
            "this again."
        ) from None


def make_folder(folder: Path) -> None:
    """Create a folder and its parents so that they survive a crash."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        _to_disk(path.parent)


def put_in_place(written: Path, place: Path) -> None:
    """Move a finished file atomically to the path where readers look for it.

    The file is made read-only.
    """
    written.chmod(READ_ONLY)
    _to_disk(written)
    written.replace(place)
    _to_disk(place.parent)


def put_facts(facts: Mapping[str, Any], draft: Path, place: Path) -> None:
    """Write facts as JSON to a temporary file, then move it into place."""
    draft.unlink(missing_ok=True)
    draft.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf8")
    put_in_place(draft, place)


def _to_disk(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
