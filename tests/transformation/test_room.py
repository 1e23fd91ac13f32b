"""A build that cannot work for lack of disk or memory is refused before it changes anything."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from ontime.transformation.room import (
    FAILING_MEMORY_BYTES,
    FLIGHTS_THAT_FAIL,
    lacks_room,
    needed_bytes,
)
from tests.commands import ROOT, Project

EMBEDDED = 336_776
GIGABYTE = 1_000_000_000
PLENTY = 100 * GIGABYTE
BATCH = 2_000_000
# a disk with this much free space, whatever the real one has
FULL_DISK = """
import shutil
from collections import namedtuple

Usage = namedtuple("Usage", "total used free")
shutil.disk_usage = lambda path: Usage(10**12, 10**12 - 7_000_000, 7_000_000)
"""


def refusal(flights: int, *, warehouse: int = 0, free: int = PLENTY, memory: int = PLENTY) -> str:
    """Return the sentence for a warehouse in the folder `data/`."""
    needed = needed_bytes(
        flights, batch_flights=BATCH, warehouse_bytes=warehouse, memory_bytes=memory
    )
    return lacks_room(flights, needed, free_bytes=free, memory_bytes=memory, folder="data/")


def needed(warehouse: int = 0, memory: int = PLENTY) -> int:
    """Return the disk that a build of a national half-year needs."""
    return needed_bytes(
        3_500_000, batch_flights=BATCH, warehouse_bytes=warehouse, memory_bytes=memory
    )


def test_the_sentence_has_the_numbers() -> None:
    assert refusal(3_500_000, free=2 * GIGABYTE) == (
        f"The build of 3.5 million flights needs about {needed() / GIGABYTE:.1f} GB of disk in "
        "data/, and 2.0 GB are free: make room, or name another folder with ONTIME_DATA_DIR. "
        "Nothing was changed."
    )
    assert refusal(3_500_000, free=needed()) == ""
    assert refusal(3_500_000, free=needed() - 1)


def test_what_the_warehouse_takes_already_is_not_needed_again() -> None:
    assert needed(warehouse=5 * GIGABYTE) == needed() - 5 * GIGABYTE
    assert needed(warehouse=50 * GIGABYTE) > 0


def test_what_the_memory_limit_leaves_to_the_disk_is_needed() -> None:
    assert needed(memory=2 * GIGABYTE) - needed(memory=3 * GIGABYTE) == GIGABYTE
    assert needed(memory=50 * GIGABYTE) == needed()


def test_more_months_need_no_more_to_work_with_until_their_keys_do() -> None:
    def spilled(flights: int) -> int:
        sizes = [
            needed_bytes(flights, batch_flights=BATCH, warehouse_bytes=0, memory_bytes=memory)
            for memory in (GIGABYTE, 10 * PLENTY)
        ]
        return sizes[0] - sizes[1]

    assert spilled(1_000_000) < spilled(BATCH) == spilled(10 * BATCH) < spilled(100 * BATCH)


def test_the_embedded_data_pass_on_an_ordinary_machine() -> None:
    assert refusal(EMBEDDED, free=2 * GIGABYTE, memory=GIGABYTE) == ""


def test_a_memory_limit_is_refused_only_where_it_fails() -> None:
    assert refusal(EMBEDDED, memory=FAILING_MEMORY_BYTES) == (
        "The build of 336,776 flights needs more memory than 200 MB, and 200 MB are allowed: raise "
        "ONTIME_MEMORY_LIMIT. Nothing was changed."
    )
    assert refusal(EMBEDDED, memory=FAILING_MEMORY_BYTES + 1) == ""
    assert refusal(FLIGHTS_THAT_FAIL - 1, memory=FAILING_MEMORY_BYTES) == ""


def test_a_full_disk_is_reported_before_the_build(project: Project, tmp_path: Path) -> None:
    project.ingest("load", "airportsdata")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(FULL_DISK)
    done = project.run(
        *(sys.executable, "-m", "ontime", "build", "--select", "carriers"),
        check=False,
        env={"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}"},
    )
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "The build of 0 flights needs about 150 MB of disk in " in said
    assert "and 7 MB are free: make room" in said
    assert "Traceback" not in said
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert ("audited_builds",) not in names
