"""Fixtures that the tests of the metrics share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ontime.metrics.semantics import Metrics, load
from tests.commands import ROOT, Project
from tests.metrics.made_up import make_up
from tests.shared import made_once


@pytest.fixture(scope="session")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Metrics:
    """Return the project's metrics, parsed once."""

    def parsed(folder: Path) -> Metrics:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(ROOT)
            patch.setenv("DBT_TARGET_PATH", str(folder))
            return load()

    def parse(folder: Path) -> None:
        parsed(folder)

    return parsed(made_once(tmp_path_factory, "metrics", parse))


@pytest.fixture(scope="session")
def made_up(
    built: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a reader of a published file in which no metric is empty: see `made_up.py`."""
    folder = made_once(tmp_path_factory, "made_up", lambda folder: make_up(built, folder))
    with duckdb.connect(str(folder / "made_up.duckdb"), read_only=True) as connection:
        yield connection
