"""DuckDB may use as much memory as the setting says: half of the machine's unless it is set."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from ingest.sources.nycflights13 import SOURCE
from ontime.storage import memory
from ontime.storage.lock import hold_warehouse
from ontime.storage.memory import (
    MemoryLimitError,
    limit_memory,
    machine_bytes,
    memory_limit,
    memory_limit_bytes,
)
from tests.commands import Project

LIMIT, AS_SHOWN = "1500MB", "1.3 GiB"


def in_force(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the limit as DuckDB shows it."""
    [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    return str(limit)


def test_the_default_is_half_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONTIME_MEMORY_LIMIT", raising=False)
    monkeypatch.setattr(memory, "machine_bytes", lambda: 24_000_000_000)
    assert memory_limit() == "12000MB"
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", "")
    assert memory_limit() == "12000MB"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("sys/fs/cgroup/memory.max", "1000000000\n", 1_000_000_000),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000000\n", 1_000_000_000),
        ("sys/fs/cgroup/service/memory.max", "1000000000\n", 1_000_000_000),
        ("sys/fs/cgroup/memory.max", "max\n", None),
        ("sys/fs/cgroup/memory.max", f"{2**62}\n", None),
    ],
)
def test_a_container_with_less_memory_is_respected(
    tmp_path: Path, file: str, text: str, expected: int | None
) -> None:
    groups = tmp_path / "proc/self/cgroup"
    groups.parent.mkdir(parents=True)
    groups.write_text("1:cpu:/other\n0::/service/task\n")
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(text)
    assert machine_bytes(tmp_path) == (expected or machine_bytes(tmp_path / "nothing"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4GB", 4 * 10**9), ("512 MiB", 512 * 2**20), ("1.5gb", 1_500_000_000), ("1TB", 10**12)],
)
def test_the_notation_is_that_of_duckdb(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: int
) -> None:
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", text)
    assert memory_limit_bytes() == expected
    with duckdb.connect() as connection, duckdb.connect() as other:
        limit_memory(connection)
        other.execute("set memory_limit = $1", [f"{expected // 1024}KiB"])
        assert in_force(connection) == in_force(other)


@pytest.mark.parametrize("text", ["much", "4", "50%", "-1", "none", "0", "GB"])
def test_another_text_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", text)
    with pytest.raises(MemoryLimitError, match=f"such as 4GB or 512MB; it is '{text}'"):
        memory_limit()


def test_a_limit_below_what_opens_a_warehouse_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", "5MB")
    with pytest.raises(MemoryLimitError, match="must be at least 100MB; it is '5MB'"):
        memory_limit()


def test_a_limit_that_no_number_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", "99999999999999999999TB")
    with pytest.raises(MemoryLimitError, match="more than any machine has; it is '9999"):
        memory_limit()
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", "1000000TB")
    duckdb.connect().execute("set memory_limit = $1", [memory_limit()])


def test_ingest_applies_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.loading.destination import _ReplacingJob  # noqa: PLC0415 - dlt takes 2 s to import
    from ingest.loading.files import load_file  # noqa: PLC0415
    from ingest.loading.removing import transaction  # noqa: PLC0415
    from ingest.loading.state import open_warehouse  # noqa: PLC0415

    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ONTIME_MEMORY_LIMIT", LIMIT)
    with transaction() as connection:
        assert in_force(connection) == AS_SHOWN
    reading = open_warehouse()
    assert reading is not None
    with reading:
        assert in_force(reading) == AS_SHOWN

    seen: list[str] = []
    run = _ReplacingJob.run

    def watched(job: _ReplacingJob) -> None:
        client = job._job_client.sql_client
        [(limit,)] = client.execute_sql("select current_setting('memory_limit')") or [("",)]
        seen.append(limit)
        run(job)

    monkeypatch.setattr(_ReplacingJob, "run", watched)
    airlines = next(file for file in SOURCE.files() if file.table.name == "airlines")
    load_file(SOURCE, airlines, "", max_quarantined_percent=0)
    assert set(seen) == {AS_SHOWN}


def test_dbt_applies_it(project: Project) -> None:
    asked = "select current_setting('memory_limit') as memory_limit"
    done = project.dbt("show", "--inline", asked, env={"ONTIME_MEMORY_LIMIT": LIMIT})
    assert AS_SHOWN in done.stdout


@pytest.mark.parametrize("command", ["load", "build"])
def test_a_wrong_limit_ends_each_command_with_a_sentence(project: Project, command: str) -> None:
    done = project.run(
        *(sys.executable, "-m", "ontime", command),
        check=False,
        env={"ONTIME_MEMORY_LIMIT": "much"},
    )
    assert done.returncode == 2
    assert "must be an amount of memory such as 4GB or 512MB; it is 'much'." in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not project.warehouse_file.exists()


def test_what_a_killed_writer_had_spilled_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "ontime.duckdb.tmp" / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir()
    left.write_text("spilled")
    hold_warehouse(tmp_path / "ontime.duckdb")
    assert not left.parent.exists()


def test_duckdb_spills_beside_the_warehouse(tmp_path: Path) -> None:
    from ontime.storage.paths import spill_folder  # noqa: PLC0415

    warehouse = tmp_path / "ontime.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        [(folder,)] = connection.execute("select current_setting('temp_directory')").fetchall()
    assert folder == str(spill_folder(warehouse))
