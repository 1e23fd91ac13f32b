"""The folder in which dlt works, which is empty between loads."""

from __future__ import annotations

import shutil
from pathlib import Path

from ontime.storage.paths import data_folder


def working_folder() -> Path:
    """Return the folder."""
    return data_folder() / "dlt"


def clear_away() -> None:
    """Remove what a killed load left behind; the write lock of the warehouse must be held."""
    for left in working_folder().glob("*"):
        shutil.rmtree(left, ignore_errors=True)
