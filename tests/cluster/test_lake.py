"""The lake holds the raw tables, partition by partition, and a reader never sees half a change.

Each case runs in a folder and in an object store: fsspec's own, which keeps objects in memory.
"""

from __future__ import annotations

import io
import os
import signal
import uuid
from pathlib import Path

import duckdb
import fsspec  # type: ignore[import-untyped]
import pyarrow.parquet as pq
import pytest

from ontime.cluster import lake
from ontime.cluster.places import Place, PlaceError


@pytest.fixture(params=["folder", "object store"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place for a lake."""
    if request.param == "folder":
        return Place(tmp_path / "lake")
    return Place(f"memory://{uuid.uuid4().hex}/lake")


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("""
        create schema raw_bts;
        create schema operations;
        create schema marts;
        create table raw_bts.on_time (
            tail_number varchar, _source_partition varchar, _dlt_load_id varchar
        );
        create table raw_bts.declared (
            code varchar, _source_partition varchar, _dlt_load_id varchar
        );
        create table raw_bts._dlt_loads (load_id varchar);
        create table operations.load_receipts (partition_name varchar, rows_loaded bigint);
        create table operations.built_months (model_name varchar);
        create table marts.fct_flights (flight_id varchar);
    """)
    _load(connection, "2013-01", "first", 2)
    _load(connection, "2013-02", "second", 3)
    return connection


def test_every_raw_table_is_in_the_lake_and_nothing_else(
    warehouse: duckdb.DuckDBPyConnection, place: Place
) -> None:
    lake.export(warehouse, place)
    tables = {f"{table.schema}.{table.name}": table for table in lake.read(place)}
    assert set(tables) == {"operations.load_receipts", "raw_bts.declared", "raw_bts.on_time"}
    assert list(tables["raw_bts.on_time"].files) == ["2013-01", "2013-02"]
    assert _rows(place) == {"2013-01": 2, "2013-02": 3}
    # declared, and never loaded
    assert tables["raw_bts.declared"].files == {}
    assert tables["raw_bts.declared"].columns["code"] == "VARCHAR"


def test_what_is_the_same_is_not_written_again(
    warehouse: duckdb.DuckDBPyConnection, place: Place
) -> None:
    lake.export(warehouse, place)
    assert lake.export(warehouse, place) == lake.Change(written=[], withdrawn=[])


def test_only_the_month_that_was_issued_again_is_replaced(
    warehouse: duckdb.DuckDBPyConnection, place: Place
) -> None:
    lake.export(warehouse, place)
    before = _files(place)
    _load(warehouse, "2013-02", "third", 3)
    change = lake.export(warehouse, place)
    after = _files(place)
    assert after["2013-01"] == before["2013-01"]
    assert change == lake.Change(written=[after["2013-02"]], withdrawn=[before["2013-02"]])
    # a query that has begun still finds its file
    assert before["2013-02"] in place.names("raw_bts")
    lake.export(warehouse, place)
    assert before["2013-02"] not in place.names("raw_bts")


def test_a_withdrawn_month_is_no_longer_named(
    warehouse: duckdb.DuckDBPyConnection, place: Place
) -> None:
    lake.export(warehouse, place)
    warehouse.execute("delete from raw_bts.on_time where _source_partition = '2013-01'")
    lake.export(warehouse, place)
    assert _rows(place) == {"2013-02": 3}


def test_an_export_that_fails_leaves_the_lake_as_it_was(
    warehouse: duckdb.DuckDBPyConnection, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.export(warehouse, place)
    before = lake.read(place)
    _load(warehouse, "2013-01", "third", 5)
    _load(warehouse, "2013-03", "third", 1)
    written: list[object] = []

    def write(*arguments: object) -> None:
        if written:
            raise OSError("No space left on device")
        written.append(arguments)
        original(*arguments)  # type: ignore[arg-type]

    original = lake._write
    monkeypatch.setattr(lake, "_write", write)
    with pytest.raises(OSError, match="No space left"):
        lake.export(warehouse, place)
    assert lake.read(place) == before
    assert _rows(place) == {"2013-01": 2, "2013-02": 3}
    monkeypatch.undo()
    lake.export(warehouse, place)
    assert _rows(place) == {"2013-01": 5, "2013-02": 3, "2013-03": 1}


def test_a_file_that_was_lost_is_written_again(
    warehouse: duckdb.DuckDBPyConnection, place: Place
) -> None:
    lake.export(warehouse, place)
    lost = _files(place)["2013-02"]
    place.remove(lost)
    assert lake.export(warehouse, place) == lake.Change(written=[lost], withdrawn=[])
    assert _rows(place) == {"2013-01": 2, "2013-02": 3}


def test_what_a_killed_process_left_is_no_file_of_the_lake_and_is_removed(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    place = Place(tmp_path / "lake")
    lake.export(warehouse, place)
    lost = _files(place)["2013-02"]
    place.remove(lost)
    if (child := os.fork()) == 0:
        with place.writing(lost) as draft:
            draft.write_bytes(b"PAR1")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert place.names("raw_bts/on_time/2013-02") == [f"{lost}.part"]
    assert lake.export(warehouse, place) == lake.Change(written=[lost], withdrawn=[])
    assert place.names("raw_bts/on_time/2013-02") == [lost]
    _load(warehouse, "2013-02", "third", 3)
    left = tmp_path / "lake/raw_bts/on_time/2013-02/0123456789abcdef/rows.parquet.part"
    left.parent.mkdir()
    left.write_bytes(b"PAR1")
    lake.export(warehouse, place)
    assert not left.exists()


def test_files_of_others_stay(warehouse: duckdb.DuckDBPyConnection, place: Place) -> None:
    mine = ["raw_bts/x/mine.parquet", "operations/mine.parquet", "notes.txt"]
    for name in mine:
        place.replace(name, "mine")
    lake.export(warehouse, place)
    lake.export(warehouse, place)
    assert [place.read(name) for name in mine] == ["mine"] * 3


@pytest.mark.parametrize("text", ['[{"schema": "raw_bts"', "{}", "[1]", "", '[{"a": 1}]'])
def test_a_list_of_tables_that_cannot_be_read_is_one_sentence(
    warehouse: duckdb.DuckDBPyConnection, place: Place, text: str
) -> None:
    place.replace("lake.json", text)
    with pytest.raises(PlaceError, match=r"lake/lake\.json cannot be read: remove it"):
        lake.export(warehouse, place)


def test_a_lake_says_when_it_changed(warehouse: duckdb.DuckDBPyConnection, place: Place) -> None:
    lake.export(warehouse, place)
    first = place.changed_at("lake.json")
    assert first is not None
    assert first.tzinfo is not None
    lake.export(warehouse, place)
    assert place.changed_at("lake.json") == first
    _load(warehouse, "2013-02", "third", 3)
    lake.export(warehouse, place)
    second = place.changed_at("lake.json")
    assert second is not None
    assert second > first


def test_one_process_at_a_time_writes_to_a_folder(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    place = Place(tmp_path / "lake")
    with (
        Place(tmp_path / "lake").held(),
        pytest.raises(PlaceError, match="Another process is writing to the lake"),
    ):
        lake.export(warehouse, place)
    assert lake.read(place) == []
    lake.export(warehouse, place)


def test_a_manifest_is_replaced_whole_or_not_at_all(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.replace("lake.json", "before")
    monkeypatch.setattr(Path, "replace", _no_space)
    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "pipe_file", _no_space)
    with pytest.raises(OSError, match="No space left"):
        place.replace("lake.json", "after")
    assert place.read("lake.json") == "before"


def test_a_file_is_no_lake(tmp_path: Path) -> None:
    file = tmp_path / "lake"
    file.write_text("mine")
    with pytest.raises(PlaceError, match=f"The lake {file} is a file: name a folder"):
        Place(file)


def test_a_store_without_its_driver_is_one_sentence() -> None:
    with pytest.raises(PlaceError, match=r"The lake nowhere://lake cannot be reached: .*nowhere"):
        Place("nowhere://lake")


@pytest.mark.parametrize("address", ["s3:/bucket/lake", "s3:bucket/lake", "gs:/bucket"])
def test_an_address_that_lacks_a_slash_makes_no_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlaceError, match=f"The lake {address} is neither a folder nor an address"):
        Place(address)
    assert not list(tmp_path.iterdir())


def _no_space(*_arguments: object, **_named: object) -> None:
    raise OSError("No space left on device")


def _load(connection: duckdb.DuckDBPyConnection, month: str, load: str, rows: int) -> None:
    """Replace a month, as loading does."""
    connection.execute("delete from raw_bts.on_time where _source_partition = ?", [month])
    connection.execute(
        "insert into raw_bts.on_time select 'N' || number, ?, ? from range(?) as rows (number)",
        [month, load, rows],
    )


def _files(place: Place) -> dict[str, str]:
    [table] = [table for table in lake.read(place) if table.name == "on_time"]
    return table.files


def _rows(place: Place) -> dict[str, int]:
    return {
        month: pq.read_metadata(
            io.BytesIO(fsspec.open(f"{place.address}/{name}").open().read())
        ).num_rows
        for month, name in _files(place).items()
    }
