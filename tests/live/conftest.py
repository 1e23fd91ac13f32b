"""Live sources as a user sees them: the command line, with publishers on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.live_project import LiveProject, publish
from tests.publisher.server import Server, serve
from tests.shared import made_once


@pytest.fixture
def publishers() -> Iterator[Server]:
    """Yield publishers that offer two months of flights, their weather, and a registry."""
    with serve() as server:
        publish(server)
        yield server


@pytest.fixture
def fresh(publishers: Server, tmp_path: Path) -> LiveProject:
    """Return a project without any data."""
    return LiveProject(tmp_path, publishers)


@pytest.fixture(scope="session")
def data_with_two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a read-only data folder with the two months, their weather and a registry."""

    def load(folder: Path) -> None:
        with serve() as server:
            publish(server)
            LiveProject(folder, server).load("--months", "2024-01..2024-02")

    return made_once(tmp_path_factory, "two_months", load) / "data"


@pytest.fixture
def live(data_with_two_months: Path, publishers: Server, tmp_path: Path) -> LiveProject:
    """Return a project that has loaded the two months that its publishers offer."""
    shutil.copytree(data_with_two_months, tmp_path / "data")
    return LiveProject(tmp_path, publishers)
