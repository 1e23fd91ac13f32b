"""Fixtures that the tests of ingestion share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.declarations import Source, SourceFile, Table, columns
from tests.ingest.samples import THINGS, Sandbox, WriteFile


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Return a function that writes a source file, by default of the table `things`."""

    def write(
        content: str | bytes, table: Table = THINGS, partition: str = "2013", name: str = ""
    ) -> SourceFile:
        path = tmp_path / (name or f"{table.name}.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return SourceFile(table, partition, path)

    return write


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the warehouse file that this process reads and writes in this test."""
    folder = tmp_path / "data"
    monkeypatch.setenv("ONTIME_DATA_DIR", str(folder))
    return folder / "ontime.duckdb"


@pytest.fixture
def source() -> Source:
    """Return a source with the one table `things`, for loading in this process."""
    return Source("shop", "a shop", "none", (THINGS,), lambda: iter(()))


@pytest.fixture
def with_columns() -> Callable[..., Table]:
    """Return a function that adds columns to the declaration of `things`."""

    def add(*names: str) -> Table:
        return replace(THINGS, columns=(*THINGS.columns, *columns(*names)))

    return add


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Return a read-only sandbox whose packages one run of the command has loaded."""
    sandbox = Sandbox.fresh(tmp_path_factory.mktemp("loaded"))
    home = sandbox.project.folder / "home"
    home.mkdir(parents=True)
    done = sandbox.load(env={"HOME": str(home)})
    (sandbox.project.folder / "stdout").write_text(done.stdout)
    return sandbox


@pytest.fixture
def sandbox(loaded: Sandbox, tmp_path: Path) -> Sandbox:
    """Return a copy of the loaded sandbox that the test may change."""
    return loaded.copy(tmp_path)


@pytest.fixture
def empty_sandbox(tmp_path: Path) -> Sandbox:
    """Return a sandbox without a warehouse."""
    return Sandbox.fresh(tmp_path)
