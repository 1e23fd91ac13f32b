"""The people in the aircraft registry appear in nothing that the project writes, on any path."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.commands import ROOT
from tests.live.live_project import REGISTRY, WRITTEN_AT, LiveProject
from tests.publisher import registry_files
from tests.publisher.registry_files import MARK, MASTER, aircraft
from tests.publisher.server import stall_after

PLENTY = 3_000
COLUMNS = list(MASTER)


def lines_that_are_off() -> Iterator[bytes]:
    """Yield malformed lines in which personal data are where something else is expected."""
    owner = aircraft("N201AA", NAME=f"{MARK}DOE, {MARK}JANE")
    yield registry_files.line(MASTER, owner)
    # one comma too many and one too few cancel out, and the values between them have shifted
    moved = registry_files.line(MASTER, aircraft("N202AA"))
    fields = moved.split(b",")
    fields[6:8] = [fields[6], fields[6], fields[7]]
    yield b",".join([*fields[:-3], fields[-2], b""])
    yield registry_files.line(MASTER, aircraft("N203AA", NAME=f'{MARK}"QUOTED" OWNER'))
    yield registry_files.line(MASTER, aircraft("N204AA"))[:200]
    yield f"{MARK} A LINE THAT IS NOTHING BUT A NAME".encode()


def registry() -> bytes:
    """Return a registry full of people, some of them in the wrong place."""
    rows: list[dict[str, str] | bytes] = [aircraft(f"N{number}Q") for number in range(1, PLENTY)]
    rows[100:100] = lines_that_are_off()
    rows = [
        row if isinstance(row, bytes) else {**row, "FAVOURITE STREET": f"{MARK}LANE"}
        for row in rows
    ]
    return registry_files.archive(rows, columns=[*COLUMNS, "FAVOURITE STREET"])


def written_by(live: LiveProject) -> Iterator[tuple[Path, bytes]]:
    """Yield the content of every file, and the contents of archives and databases."""
    for path in sorted(live.folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path, content
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield path / name, archive.read(name)
        if path.suffix == ".duckdb":
            yield path, everything_in(path)


def everything_in(database: Path) -> bytes:
    """Return every value of every table and view of a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        return b"\n".join(
            str(row).encode()
            for schema, name in tables
            for row in connection.execute(f'from "{schema}"."{name}"').fetchall()
        )


def people_in(live: LiveProject) -> list[Path]:
    """Return the files that contain somebody from the registry."""
    return [path for path, content in written_by(live) if MARK.encode() in content]


def test_nobody_from_the_registry_is_in_anything_that_was_written(
    fresh: LiveProject, tmp_path: Path
) -> None:
    content = registry()
    assert MARK.encode() in zipfile.ZipFile(io.BytesIO(content)).read("MASTER.txt")
    fresh.server.put(REGISTRY, content, last_modified=WRITTEN_AT)
    said = fresh.load("registry", "--max-quarantined-percent", "1")
    # malformed lines are counted and numbered; the reason is given without the content
    quarantined = fresh.query(
        "select line_number, raw_text from operations.quarantined_rows order by 1"
    )
    assert [line for line, _ in quarantined] == [102, 103, 104, 105, 106]
    assert all(text.startswith("withheld: ") for _, text in quarantined)
    assert fresh.query("select count(*) from raw_registry.aircraft") == [(PLENTY - 1,)]
    assert people_in(fresh) == []
    assert MARK not in said.stdout + said.stderr

    # also when the file is refused, comes from a folder, or is loaded again from landing
    fresh.load("registry", "--max-quarantined-percent", "0", "--force", code=1)
    fresh.command("replay", "--max-quarantined-percent", "1")
    folder = tmp_path.parent / f"{tmp_path.name} downloads"
    folder.mkdir()
    (folder / "ReleasableAircraft.zip").write_bytes(content)
    fresh.load("registry", "--offline-from", str(folder), "--max-quarantined-percent", "1")
    assert people_in(fresh) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nobody_is_left_behind_by_a_download_that_was_stopped(
    fresh: LiveProject, number: signal.Signals
) -> None:
    content = registry()
    fresh.server.put(REGISTRY, content, last_modified=WRITTEN_AT)
    fresh.server.misbehave(REGISTRY, stall_after(len(content) // 2, 600))
    process = subprocess.Popen(
        [sys.executable, "-m", "ontime", "load", "registry"],
        cwd=ROOT,
        env=fresh.environment({"ONTIME_TIMEOUT_SECONDS": "600"}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while not fresh.server.asked(REGISTRY) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)  # long enough for the first half to arrive
    os.kill(process.pid, number)
    process.wait(timeout=300)
    assert fresh.server.asked(REGISTRY)
    assert people_in(fresh) == []
