"""Make expensive things once, although several processes run the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

# a folder for what several runs of the same code share: `make certify` starts one for each fault
KEPT_SETTING = "ONTIME_TESTS_KEPT"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, in whichever process of this run was first."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    if kept := os.environ.get(KEPT_SETTING):
        base = Path(kept)
    folder, done = base / name, base / f"{name}.done"
    with FileLock(base / f"{name}.lock"):
        if not done.exists():
            assert not folder.exists(), f"{name} could not be made: an earlier test says why"
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
