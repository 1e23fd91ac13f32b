"""Fixtures that the tests of releases and comparisons share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ontime.publishing.placement import make_draft, put_in_place
from ontime.releases import files
from tests.releases.publications import publish

Publish = Callable[..., Path]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty data folder of the test's own project."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def put(data: Path) -> Publish:
    """Return a function that puts a made-up publication in place."""

    def publish_and_put(name: str, *changes: str) -> Path:
        put_in_place(publish(make_draft(name), name, changes))
        return data / "published" / "versions" / name / "ontime_marts.duckdb"

    return publish_and_put


@pytest.fixture
def few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the flights of a made-up publication count as a large table."""
    monkeypatch.setattr(files, "PARTITIONED_FROM_ROWS", 10)
    monkeypatch.setattr(files, "CSV_MOST_ROWS", 12)
