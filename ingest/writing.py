"""Write files so that they are whole or absent, whenever the machine stops."""

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
    """Turn the system's refusal to write in a folder into a sentence.

    Raises:
        IngestError: the disk is full, or the folder cannot be written.

    """
    try:
        yield
    except OSError as error:
        raise IngestError(
            f"The folder {folder} cannot be written ({error.strerror or error}): make room or mend "
            "its permissions, or name another data folder with ONTIME_DATA_DIR, and run this again."
        ) from None


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, to stay even if the machine stops."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        _to_disk(path.parent)


def put_in_place(written: Path, place: Path) -> None:
    """Move a finished file to the place where readers look, which then holds all of it or none.

    It can be read from there but no longer written.
    """
    written.chmod(READ_ONLY)
    _to_disk(written)
    written.replace(place)
    _to_disk(place.parent)


def put_facts(facts: Mapping[str, Any], aside: Path, place: Path) -> None:
    """Write facts as JSON, first aside and then in place."""
    aside.unlink(missing_ok=True)
    aside.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf8")
    put_in_place(aside, place)


def _to_disk(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
