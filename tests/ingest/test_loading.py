"""A file replaces its whole partition or nothing, and only declarations shape the tables."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob

from ingest.declarations import Source, SourceFile, Table
from ingest.errors import IngestError, RefusedFileError
from ingest.landing.checksums import file_sha256
from ingest.loading import files, receipts
from ingest.loading.declaring import create_declared_tables
from ingest.loading.files import load_file
from ingest.loading.state import is_loaded, lacks_tables, unusable_warehouse
from ingest.reading.lines import RejectedLine
from ontime.storage.content_hash import content_hash
from tests.commands import ROOT
from tests.ingest.samples import THINGS, WriteFile, query

HEADER = "name,size,clock\n"
COLUMNS = [
    ("name", "VARCHAR", "YES"),
    ("size", "VARCHAR", "YES"),
    ("clock", "VARCHAR", "YES"),
    ("_source_file", "VARCHAR", "NO"),
    ("_source_partition", "VARCHAR", "NO"),
    ("_source_row_number", "BIGINT", "NO"),
    ("_dlt_load_id", "VARCHAR", "NO"),
]


def load(source: Source, file: SourceFile, allowed_percent: float = 0.1) -> receipts.Receipt:
    """Load a file as the command does."""
    sha256 = file_sha256(file.path)
    assert sha256 is not None
    return load_file(source, file, sha256, max_quarantined_percent=allowed_percent)


def stored(warehouse: Path) -> list[tuple[object, ...]]:
    """Return the content of the table `things`."""
    return query(
        warehouse,
        "select name, size, clock, _source_file, _source_partition, _source_row_number "
        "from raw_shop.things order by _source_partition, _source_row_number",
    )


def hash_of(warehouse: Path, relation: str = "raw_shop.things") -> tuple[int, str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return content_hash(connection, relation)


def described(warehouse: Path) -> list[tuple[str, str, str]]:
    return [row[:3] for row in query(warehouse, "describe raw_shop.things")]


def test_rows_land_as_text_with_their_lineage(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    receipt = load(source, write_file(HEADER + "x,007,2400\nNA,NA,NA\n,1,5\n"), 50)
    assert described(warehouse) == COLUMNS
    assert stored(warehouse) == [
        ("x", "007", "2400", "things.csv", "2013", 1),
        ("", "1", "5", "things.csv", "2013", 3),
    ]
    assert query(warehouse, "select distinct _dlt_load_id from raw_shop.things") == [
        (receipt.load_id,)
    ]


def test_missing_values_are_null(warehouse: Path, source: Source, write_file: WriteFile) -> None:
    load(source, write_file(HEADER + "x,NA,5\nNA,1,NA\n"))
    assert [row[:3] for row in stored(warehouse)] == [("x", None, "5"), (None, "1", None)]


def test_declared_tables_exist_before_anything_is_loaded(warehouse: Path, source: Source) -> None:
    assert lacks_tables([source])
    create_declared_tables([source])
    assert not lacks_tables([source])
    assert described(warehouse) == COLUMNS
    assert stored(warehouse) == []
    assert query(warehouse, "select count(*) from operations.load_receipts") == [(0,)]
    assert query(warehouse, "select count(*) from operations.quarantined_rows") == [(0,)]
    create_declared_tables([source])
    assert described(warehouse) == COLUMNS


def test_declared_tables_are_those_that_dlt_makes(warehouse: Path, source: Source) -> None:
    described = """
        select schema_name, table_name, column_name, column_index, data_type, is_nullable
        from duckdb_columns()
        where not internal and not starts_with(table_name, '_dlt')
        order by all
    """
    create_declared_tables([source])
    declared = query(warehouse, described)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop schema raw_shop cascade; drop schema operations cascade")
    (table,) = source.tables
    texts = {column.raw_name: ["x"] for column in table.columns}
    row = pa.table({**texts, "_source_row_number": [1]})
    files.load_partition(source, table, lambda: iter([files.with_lineage(row, None)]))
    receipt = receipts.removed(source, table.name, "2013")
    files.record(receipt, [RejectedLine(1, None, "too short", "x")])
    later = ("download_receipts", "loaded_partitions")
    assert query(warehouse, described) == [row for row in declared if row[1] not in later]


def test_loading_five_times_changes_nothing(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    create_declared_tables([source])
    file = write_file(HEADER + "x,1,5\nx,1,5\ny,NA,6\n")
    outcomes = set()
    for _ in range(5):
        load(source, file)
        outcomes.add(hash_of(warehouse))
        assert is_loaded(source, file, file_sha256(file.path) or "")
    assert len(outcomes) == 1
    assert outcomes.pop()[0] == 3


def test_a_file_replaces_its_own_partition_alone(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "a,1,5\nb,2,5\nc,3,5\n", partition="2012", name="2012.csv"))
    load(source, write_file(HEADER + "d,4,5\ne,5,5\n", partition="2013", name="2013.csv"))
    load(source, write_file(HEADER + "f,6,5\n", partition="2012", name="2012 revised.csv"))
    assert stored(warehouse) == [
        ("f", "6", "5", "2012 revised.csv", "2012", 1),
        ("d", "4", "5", "2013.csv", "2013", 1),
        ("e", "5", "5", "2013.csv", "2013", 2),
    ]


REFUSED = {
    "one bad row in ten": (
        HEADER + "x,1,5\n" * 9 + "y,one,5\n",
        r"^things\.csv: 1 of 10 rows do not parse \(10\.00 %, more than the 0\.1 % allowed by "
        r"--max-quarantined-percent\); the first is line 11, column size: not a whole number",
    ),
    "no good row": (
        HEADER + "x,one,5\ny\n",
        r"^things\.csv: none of its 2 rows parses; the first is line 2, column size: not",
    ),
    "no row": (HEADER, r"^things\.csv holds a header and no rows\.$"),
    "a column missing": ("name,size\nx,1\n", r"^things\.csv lacks the required column clock of"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_file_leaves_everything_as_it_was(
    warehouse: Path, source: Source, write_file: WriteFile, content: str, sentence: str
) -> None:
    load(source, write_file(HEADER + "x,1,5\ny,2,6\n"))
    before = warehouse.read_bytes()
    with pytest.raises(RefusedFileError, match=sentence):
        load(source, write_file(content))
    assert warehouse.read_bytes() == before
    assert list((warehouse.parent / "dlt").iterdir()) == []


def test_a_file_of_which_nothing_parses_is_refused_whatever_is_allowed(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "x,1,5\n"))
    with pytest.raises(RefusedFileError, match="none of its 2 rows parses"):
        load(source, write_file(HEADER + "x,one,5\ny\n"), allowed_percent=100)
    assert len(stored(warehouse)) == 1


def test_rows_that_do_not_parse_are_quarantined_within_the_allowance(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    content = HEADER.encode() + b'x,1,5\ny,one,5\n"z,3,5\n\n \xff,5,5\nw,6,2460\nv,7,7\n'
    receipt = load(source, write_file(content), allowed_percent=72)
    assert [(row[0], row[5]) for row in stored(warehouse)] == [("x", 1), ("v", 7)]
    assert query(warehouse, "from operations.quarantined_rows order by line_number") == [
        (*row, row_id)
        for row, (row_id,) in zip(
            [
                (receipt.receipt_id, "things.csv", 3, "size",
                 "not a whole number below a billion", "y,one,5"),
                (receipt.receipt_id, "things.csv", 4, None,
                 "a quote without its counterpart", '"z,3,5'),
                (receipt.receipt_id, "things.csv", 5, None, "blank line", ""),
                (receipt.receipt_id, "things.csv", 6, "name",
                 "bytes that are not UTF-8 text", " \N{REPLACEMENT CHARACTER},5,5"),
                (receipt.receipt_id, "things.csv", 7, "clock",
                 "not a clock reading from 0 to 2400", "w,6,2460"),
            ],
            query(warehouse, "select _dlt_load_id from operations.quarantined_rows"),
            strict=True,
        )
    ]  # fmt: skip


def test_a_full_disk_is_no_damaged_warehouse() -> None:
    sentence = str(unusable_warehouse(OSError(28, "No space left on device")))
    assert "is full. What was loaded before is whole: make room" in sentence
    assert "damaged" not in sentence


def test_replacing_a_partition_is_one_step(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "x,1,5\ny,2,6\n"))
    before = hash_of(warehouse)
    # dlt does not know this constraint, so the new rows fail after the old ones are deleted
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table raw_shop.things alter name set not null")
    with pytest.raises(IngestError, match=r"cannot be used: Constraint Error.*name"):
        load(source, write_file(HEADER + "x,1,5\nNA,2,6\n"))
    assert hash_of(warehouse) == before
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table raw_shop.things alter name drop not null")
    load(source, write_file(HEADER + "x,1,5\nNA,2,6\n"))
    assert [row[0] for row in stored(warehouse)] == ["x", None]


KILLED_BEFORE_THE_END = """
import os, signal
from pathlib import Path

import dlt.destinations.impl.duckdb.duck as duck

insert = duck.DuckDbCopyJob.run

def insert_and_die(job):
    insert(job)
    if job.load_table_name == "things":
        os.kill(os.getpid(), signal.SIGKILL)

duck.DuckDbCopyJob.run = insert_and_die

from ingest.declarations import Source, SourceFile
from ingest.loading.files import load_file
from tests.commands import ROOT
from tests.ingest.samples import THINGS

source = Source("shop", "a shop", "none", (THINGS,))
load_file(source, SourceFile(THINGS, "2013", Path("{path}")), "", max_quarantined_percent=0)
"""


def test_a_kill_between_old_rows_and_new_leaves_the_old(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "x,1,5\ny,2,6\n"))
    before = hash_of(warehouse)
    revised = write_file(HEADER + "z,3,7\n")
    died = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_THE_END.replace("{path}", str(revised.path))],
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert hash_of(warehouse) == before
    load(source, revised)
    assert [row[0] for row in stored(warehouse)] == ["z"]


def test_a_file_of_many_parts_replaces_one_of_many_parts(
    warehouse: Path, source: Source, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.reading.delimited.BLOCK_BYTES", 64)
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 7)
    for count in (100, 61, 100):
        load(source, write_file(HEADER + "".join(f"x{n},{n},5\n" for n in range(count))))
        assert [row[1] for row in stored(warehouse)] == [str(n) for n in range(count)]


@pytest.fixture
def inserted(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Return a list that fills up: for each file inserted into `things`, its row-group sizes."""
    files: list[list[int]] = []
    insert = DuckDbCopyJob.run

    def note_and_insert(job: DuckDbCopyJob) -> None:
        if job.load_table_name == "things":
            written = pq.ParquetFile(job._file_path).metadata
            files.append([written.row_group(n).num_rows for n in range(written.num_row_groups)])
        insert(job)

    monkeypatch.setattr(DuckDbCopyJob, "run", note_and_insert)
    return files


def test_rows_reach_the_warehouse_in_groups_of_the_size_that_suits_it(
    warehouse: Path, source: Source, inserted: list[list[int]]
) -> None:
    file = SourceFile(THINGS, "2013", Path("things.csv"))

    def rows() -> Iterator[pa.Table]:
        for count in (50_000, 100_000, 0, 150_000):
            names = pa.array([f"x{n}" for n in range(count)], pa.string())
            columns = {"name": names, "size": names, "clock": names}
            numbers = pa.array(range(count), pa.int64())
            yield files.with_lineage(pa.table({**columns, "_source_row_number": numbers}), file)

    files.load_partition(source, THINGS, rows)
    assert inserted == [[122_880, 122_880, 300_000 - 2 * 122_880]]
    assert query(warehouse, "select count(*) from raw_shop.things") == [(300_000,)]


def test_no_row_is_lost_where_dlt_is_told_to_write_small_files(
    warehouse: Path,
    source: Source,
    write_file: WriteFile,
    monkeypatch: pytest.MonkeyPatch,
    inserted: list[list[int]],
) -> None:
    monkeypatch.setattr("ingest.reading.delimited.BLOCK_BYTES", 64)
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 7)
    load(source, write_file(HEADER + "x,1,5\n"))
    monkeypatch.setenv("DATA_WRITER__BUFFER_MAX_ITEMS", "7")
    monkeypatch.setenv("DATA_WRITER__FILE_MAX_ITEMS", "7")
    load(source, write_file(HEADER + "".join(f"y{n},{n},5\n" for n in range(100))))
    assert len(inserted) > 10
    assert [row[0] for row in stored(warehouse)] == [f"y{n}" for n in range(100)]


def test_a_row_of_another_partition_is_quarantined(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    yearly = replace(
        THINGS, partition_column="name", partitions_of=lambda name: (name.rpartition(" ")[2],)
    )
    file = write_file(HEADER + "a 2013,1,5\nb 2012,1,5\nc 2013,1,5\n", yearly)
    receipt = load(source, file, 40)
    assert (receipt.rows_in_file, receipt.rows_loaded, receipt.rows_quarantined) == (3, 2, 1)
    assert query(
        warehouse, "select line_number, column_name, reason from operations.quarantined_rows"
    ) == [(3, "name", "belongs to 2012, not to 2013")]


def test_nothing_that_a_file_brings_adds_a_column(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    receipt = load(source, write_file("stowaway,name,size,clock,\ns,x,1,5,\n"))
    assert receipt.unknown_columns == "stowaway"
    assert described(warehouse) == COLUMNS


def test_a_column_that_is_declared_later_is_added_and_its_files_are_loaded_again(
    warehouse: Path,
    source: Source,
    write_file: WriteFile,
    with_columns: Callable[..., Table],
) -> None:
    create_declared_tables([source])
    file = write_file("name,new,size,clock\nx,n,1,5\n")
    sha256 = file_sha256(file.path) or ""
    assert load(source, file).unknown_columns == "new"
    assert is_loaded(source, file, sha256)

    wider = with_columns("new")
    later = replace(source, tables=(wider,))
    same_file = replace(file, table=wider)
    assert lacks_tables([later])
    create_declared_tables([later])
    assert not lacks_tables([later])
    assert not is_loaded(later, same_file, sha256)
    assert load(later, same_file).unknown_columns is None
    assert is_loaded(later, same_file, sha256)
    assert query(warehouse, "select name, new, size from raw_shop.things") == [("x", "n", "1")]
    assert described(warehouse) == [*COLUMNS, ("new", "VARCHAR", "YES")]


def test_what_dlt_notes_on_disk_is_gone_after_each_run(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    notes = warehouse.parent / "dlt"
    (notes / "raw_shop").mkdir(parents=True)
    (notes / "raw_shop" / "state.json").write_text("left by a machine that lost its power")
    load(source, write_file(HEADER + "x,1,5\n"))
    assert list(notes.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    warehouse.parent.mkdir()
    (warehouse.parent / "dlt").write_text("a file in the way")
    with pytest.raises(IngestError, match=r"^The folder .*dlt cannot be written \(.*\)\.$"):
        load(source, write_file(HEADER + "x,1,5\n"))


def test_progress_is_counted_in_rows(
    warehouse: Path, source: Source, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.reading.delimited.BLOCK_BYTES", 128)
    percents: list[int] = []
    file = write_file(HEADER + "".join(f"x{n},{n},5\n" for n in range(100)))
    load_file(source, file, "", max_quarantined_percent=0, progress=percents.append)
    assert len(percents) > 3
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_the_users_interrupt_is_not_taken_for_a_fault(
    warehouse: Path, source: Source, write_file: WriteFile
) -> None:
    load(source, write_file(HEADER + "x,1,5\n"))

    def interrupted() -> Iterator[pa.Table]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        files.load_partition(source, THINGS, interrupted)
    assert len(stored(warehouse)) == 1
