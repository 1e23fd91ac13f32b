"""What is published in the lake is whole, and what is pulled is what was published."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ontime.cluster import publishing
from ontime.storage.content_hash import content_hashes


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return a folder of marts as Spark writes them."""
    for name, rows in (("dim_dates", 3), ("fct_flights", 5)):
        folder = tmp_path / "warehouse" / "marts.db" / name
        folder.mkdir(parents=True)
        _write(folder, rows)
    return tmp_path / "warehouse"


def test_what_is_pulled_is_what_was_built(warehouse: Path, tmp_path: Path) -> None:
    lake, file = tmp_path / "lake", tmp_path / "pulled.duckdb"
    published = publishing.publish(warehouse, lake)
    publishing.pull(lake, file)
    with duckdb.connect(str(file), read_only=True) as connection:
        found = content_hashes(connection, "marts")
    assert found == {name: digest for name, (_, digest) in published.tables.items()}
    assert {name: rows for name, (rows, _) in published.tables.items()} == {
        "dim_dates": 3,
        "fct_flights": 5,
    }


def test_a_publication_that_fails_leaves_the_one_before(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    before = publishing.publish(warehouse, lake)
    _write(warehouse / "marts.db" / "dim_dates", 4)

    def copy(source: Path, target: Path) -> None:
        if "fct_flights" in str(source):
            raise OSError("No space left on device")
        original(source, target)

    original = shutil.copyfile
    monkeypatch.setattr(shutil, "copyfile", copy)
    with pytest.raises(OSError, match="No space left"):
        publishing.publish(warehouse, lake)
    monkeypatch.undo()
    assert publishing.current(lake) == before
    assert publishing.pull(lake, tmp_path / "pulled.duckdb") == before


def test_a_changed_file_is_refused_and_the_file_of_before_stays(
    warehouse: Path, tmp_path: Path
) -> None:
    lake, file = tmp_path / "lake", tmp_path / "pulled.duckdb"
    published = publishing.publish(warehouse, lake)
    publishing.pull(lake, file)
    before = file.read_bytes()
    _write(lake / "published" / published.name / "dim_dates", 2)
    with pytest.raises(publishing.PullError, match=r"dim_dates in the lake .* is not what was"):
        publishing.pull(lake, file)
    assert file.read_bytes() == before
    assert not file.with_name("pulled.duckdb.part").exists()


def test_nothing_published_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(publishing.PullError, match="Nothing is published in the lake"):
        publishing.pull(tmp_path, tmp_path / "pulled.duckdb")


def _write(folder: Path, rows: int) -> None:
    duckdb.sql(
        f"copy (select range as number, 'x' || range as name from range({rows})) "
        f"to '{folder / 'part-0.parquet'}' (format parquet)"
    )
