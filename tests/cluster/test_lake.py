"""The lake holds the raw tables, partition by partition, and a reader never sees half a change."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ontime.cluster import lake


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
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lake.export(warehouse, tmp_path)
    tables = {f"{table.schema}.{table.name}": table for table in lake.read(tmp_path)}
    assert set(tables) == {"operations.load_receipts", "raw_bts.declared", "raw_bts.on_time"}
    assert list(tables["raw_bts.on_time"].files) == ["2013-01", "2013-02"]
    assert _rows(tmp_path) == {"2013-01": 2, "2013-02": 3}
    # declared, and never loaded
    assert tables["raw_bts.declared"].files == {}
    assert tables["raw_bts.declared"].columns["code"] == "VARCHAR"


def test_what_is_the_same_is_not_written_again(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lake.export(warehouse, tmp_path)
    assert lake.export(warehouse, tmp_path) == lake.Change(written=[], withdrawn=[])


def test_only_the_month_that_was_issued_again_is_replaced(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lake.export(warehouse, tmp_path)
    before = _files(tmp_path)
    _load(warehouse, "2013-02", "third", 3)
    change = lake.export(warehouse, tmp_path)
    after = _files(tmp_path)
    assert after["2013-01"] == before["2013-01"]
    assert change == lake.Change(written=[after["2013-02"]], withdrawn=[before["2013-02"]])
    # a query that has begun still finds its file
    assert (tmp_path / before["2013-02"]).exists()
    lake.export(warehouse, tmp_path)
    assert not (tmp_path / before["2013-02"]).exists()


def test_a_withdrawn_month_is_no_longer_named(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lake.export(warehouse, tmp_path)
    warehouse.execute("delete from raw_bts.on_time where _source_partition = '2013-01'")
    lake.export(warehouse, tmp_path)
    assert _rows(tmp_path) == {"2013-02": 3}


def test_an_export_that_fails_leaves_the_lake_as_it_was(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.export(warehouse, tmp_path)
    before = lake.read(tmp_path)
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
        lake.export(warehouse, tmp_path)
    assert lake.read(tmp_path) == before
    assert _rows(tmp_path) == {"2013-01": 2, "2013-02": 3}
    monkeypatch.undo()
    lake.export(warehouse, tmp_path)
    assert _rows(tmp_path) == {"2013-01": 5, "2013-02": 3, "2013-03": 1}


def _load(connection: duckdb.DuckDBPyConnection, month: str, load: str, rows: int) -> None:
    """Replace a month, as loading does."""
    connection.execute("delete from raw_bts.on_time where _source_partition = ?", [month])
    connection.execute(
        "insert into raw_bts.on_time select 'N' || number, ?, ? from range(?) as rows (number)",
        [month, load, rows],
    )


def _files(folder: Path) -> dict[str, str]:
    [table] = [table for table in lake.read(folder) if table.name == "on_time"]
    return table.files


def _rows(folder: Path) -> dict[str, int]:
    counts = {}
    for month, place in _files(folder).items():
        row = duckdb.sql(f"select count(*) from read_parquet('{folder / place}')").fetchone()
        assert row is not None
        counts[month] = row[0]
    return counts
