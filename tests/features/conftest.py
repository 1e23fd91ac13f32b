"""Fixtures that the tests of the features share: a warehouse taken back to an instant."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.commands import Project
from tests.features.time_travel import forget
from tests.shared import made_once

# the afternoon of a day with thunderstorms, not on a full hour
STORM = datetime(2013, 7, 10, 21, 17)


def copy_of_warehouse(project: Project, folder: Path) -> Project:
    """Return a project with a copy of another one's warehouse and without a publication."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(project.warehouse_file, folder / "data")
    return Project(folder)


@pytest.fixture(scope="session")
def forgetful(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the warehouse without anything from after the storm, and with nothing built yet."""

    def make(folder: Path) -> None:
        forget(copy_of_warehouse(built, folder), STORM)

    return Project(made_once(tmp_path_factory, "forgetful", make))
