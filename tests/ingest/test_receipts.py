"""Each file leaves a receipt that can be checked against the file and the rows."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ingest.declarations import Source, SourceFile
from ingest.landing.checksums import file_sha256
from ingest.loading import receipts
from ingest.loading.declaring import create_declared_tables
from ingest.loading.files import load_file, record
from ingest.loading.state import is_loaded
from ontime.storage.content_hash import content_hash
from tests.ingest.samples import THINGS, WriteFile, query

HEADER = "name,size,clock\n"


def load(source: Source, file: SourceFile, allowed_percent: float = 0) -> receipts.Receipt:
    sha256 = file_sha256(file.path) or ""
    return load_file(source, file, sha256, max_quarantined_percent=allowed_percent)


def test_a_receipt_agrees_with_the_file_and_with_the_rows(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    file = write_file("new,name,size,clock,newer\n,x,1,5,\n,y,two,6,\n,z,3,7,\n")
    started = datetime.now(UTC).replace(tzinfo=None)
    receipt = load(source, file, allowed_percent=50)
    content = file.path.read_bytes()
    assert asdict(receipt) == {
        "receipt_id": f"shop/things/2013/{receipt.loaded_at_utc:%Y%m%dT%H%M%S.%f}",
        "source_name": "shop",
        "table_name": "things",
        "partition_name": "2013",
        "file_name": "things.csv",
        "file_bytes": len(content),
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "rows_in_file": 3,
        "rows_loaded": 2,
        "rows_quarantined": 1,
        "unknown_columns": "new, newer",
        "missing_columns": None,
        "outcome": "loaded",
        "reason": None,
        "load_id": query(warehouse, "select distinct _dlt_load_id from raw_shop.things")[0][0],
        "loaded_at_utc": receipt.loaded_at_utc,
    }
    assert timedelta(0) <= receipt.loaded_at_utc - started < timedelta(minutes=2)
    kept = query(warehouse, "select * exclude (_dlt_load_id) from operations.load_receipts")
    assert kept == [tuple(asdict(receipt).values())]


def test_receipts_add_up_over_several_loads(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "x,1,5\ny,two,6\n", partition="1"), allowed_percent=50)
    load(source, write_file(HEADER + "x,1,5\n", partition="2"))
    load(source, write_file(HEADER + "x,1,5\nz,3,7\n", partition="1"))
    balance = "select rows_in_file - rows_loaded - rows_quarantined from operations.load_receipts"
    assert query(warehouse, balance) == [(0,)] * 3
    unlike = """
        select partition_name
        from operations.load_receipts
        left join (
            select _dlt_load_id as load_id, count(*) as rows_found
            from raw_shop.things
            group by all
        ) using (load_id)
        where rows_found is distinct from rows_loaded
    """
    # only the receipt of the replaced load has no rows any more
    assert query(warehouse, unlike) == [("1",)]
    strays = """
        select count(*), count(load_receipts.receipt_id)
        from operations.quarantined_rows
        left join operations.load_receipts using (receipt_id)
    """
    assert query(warehouse, strays) == [(1, 1)]


def test_a_refusal_leaves_a_receipt_too(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    file = write_file(HEADER)
    sha256 = file_sha256(file.path)
    record(receipts.refused(source, file, sha256, "no rows"), [])
    found = query(
        warehouse,
        "select outcome, reason, file_bytes, file_sha256, rows_in_file, rows_loaded, "
        "rows_quarantined, load_id from operations.load_receipts",
    )
    assert found == [("refused", "no rows", len(HEADER), sha256, None, 0, 0, None)]


def test_an_absent_file_has_a_receipt_without_size_and_checksum(
    source: Source, tmp_path: Path
) -> None:
    file = SourceFile(THINGS, "2013", tmp_path / "absent.csv")
    assert file_sha256(file.path) is None
    receipt = receipts.refused(source, file, None, "absent")
    assert (receipt.file_bytes, receipt.file_sha256) == (None, None)


def test_only_a_receipt_proves_that_a_partition_is_loaded(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    file = write_file(HEADER + "x,1,5\n")
    sha256 = file_sha256(file.path) or ""
    assert not is_loaded(source, file, sha256)
    create_declared_tables([source])
    assert not is_loaded(source, file, sha256)
    load(source, file)
    assert is_loaded(source, file, sha256)
    assert not is_loaded(source, file, "0" * 64)
    other = SourceFile(file.table, "2014", file.path)
    assert not is_loaded(source, other, sha256)

    record(receipts.refused(source, file, "0" * 64, "a later file was bad"), [])
    assert is_loaded(source, file, sha256)

    # the state after a load that was killed once its rows were written
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update raw_shop.things set _dlt_load_id = '1.5'")
    assert not is_loaded(source, file, sha256)
    load(source, file)
    assert is_loaded(source, file, sha256)

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from operations.load_receipts")
    assert not is_loaded(source, file, sha256)


def test_the_time_of_a_receipt_does_not_depend_on_the_readers_zone(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    receipt = load(source, write_file(HEADER + "x,1,5\n"))
    outcomes = set()
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"set timezone = '{zone}'")
            times = connection.execute("select loaded_at_utc from operations.load_receipts")
            assert times.fetchall() == [(receipt.loaded_at_utc,)]
            outcomes.add(content_hash(connection, "operations.load_receipts"))
    assert len(outcomes) == 1
