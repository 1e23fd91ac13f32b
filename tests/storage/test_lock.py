"""Only one process writes a warehouse at a time; the error of a second one names the first."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ontime.storage.lock import (
    WarehouseBusyError,
    hold_warehouse,
    opened,
    refuse_while_written,
    release_warehouse,
    writer_of,
)
from tests.commands import ROOT

HOLDER = """
import sys
from pathlib import Path
from ontime.storage.lock import hold_warehouse

hold_warehouse(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""

Hold = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    """Return a function that starts a process that holds the lock of a warehouse."""
    script = tmp_path / "a writer.py"
    script.write_text(HOLDER)
    started: list[subprocess.Popen[str]] = []

    def start(warehouse: Path, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(script), str(warehouse), *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def test_a_second_process_learns_which_one_came_first(tmp_path: Path, hold: Hold) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    holder = hold(warehouse, "--quickly")
    sentence = (
        rf"^The warehouse {re.escape(str(warehouse))} is being written by "
        rf"`a writer\.py {re.escape(str(warehouse))} --quickly` \(process {holder.pid}, since "
        r"\d\d:\d\d:\d\d UTC\)\. Nothing was changed; try again when it has finished\.$"
    )
    for _ in range(2):
        with pytest.raises(WarehouseBusyError, match=sentence):
            hold_warehouse(warehouse)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, None])
def test_the_lock_ends_with_its_process_however_it_ends(
    tmp_path: Path, hold: Hold, end: signal.Signals | None
) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    holder = hold(warehouse)
    if end is None:
        assert holder.stdin is not None
        holder.stdin.close()
    else:
        holder.send_signal(end)
    holder.wait(300)
    hold_warehouse(warehouse)
    assert f"(process {os.getpid()}, since" in warehouse.with_suffix(".lock").read_text()


def test_the_next_holder_is_named_and_not_the_last(tmp_path: Path, hold: Hold) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    first = hold(warehouse, "a", "long", "list", "of", "words")
    first.kill()
    first.wait(300)
    second = hold(warehouse)
    with pytest.raises(WarehouseBusyError) as refusal:
        hold_warehouse(warehouse)
    assert f"(process {second.pid}," in str(refusal.value)
    assert "words" not in str(refusal.value)


def test_a_process_that_releases_the_lock_leaves_it_to_others(tmp_path: Path, hold: Hold) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    hold_warehouse(warehouse)
    assert writer_of(warehouse)
    refuse_while_written(warehouse)
    release_warehouse(warehouse)
    release_warehouse(warehouse)
    assert not writer_of(warehouse)
    holder = hold(warehouse)
    with pytest.raises(WarehouseBusyError, match=rf"\(process {holder.pid}, since"):
        refuse_while_written(warehouse)


def test_holding_twice_in_one_process_is_no_matter(tmp_path: Path) -> None:
    warehouse = tmp_path / "new" / "folder" / "ontime.duckdb"
    assert hold_warehouse(warehouse)
    assert not hold_warehouse(warehouse)
    assert [path.name for path in warehouse.parent.iterdir()] == ["ontime.lock"]


def test_two_warehouses_do_not_mind_each_other(tmp_path: Path, hold: Hold) -> None:
    hold(tmp_path / "one" / "ontime.duckdb")
    hold_warehouse(tmp_path / "other" / "ontime.duckdb")


def test_another_path_to_the_same_warehouse_is_the_same(tmp_path: Path, hold: Hold) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    hold(tmp_path / "data" / "ontime.duckdb")
    with pytest.raises(WarehouseBusyError):
        hold_warehouse(tmp_path / "link" / "ontime.duckdb")


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match=re.escape(str(tmp_path / "file"))):
            hold_warehouse(folder / "ontime.duckdb")


def test_who_writes_is_named_to_those_who_do_not_wait(tmp_path: Path, hold: Hold) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    assert not writer_of(warehouse)
    holder = hold(warehouse, "--quickly")
    assert f"(process {holder.pid}, since " in writer_of(warehouse)
    holder.kill()
    holder.wait()
    assert not writer_of(warehouse)
    # asking does not block the next writer
    hold(warehouse)


def test_a_program_that_has_the_file_open_is_named(tmp_path: Path) -> None:
    warehouse = tmp_path / "ontime.duckdb"
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(warehouse)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(
            WarehouseBusyError, match=rf"is open in another program: .*PID {other.pid}\)\. Try"
        ):
            opened(warehouse, read_only=True)
        other.communicate("\n")
    opened(warehouse, read_only=True).close()
