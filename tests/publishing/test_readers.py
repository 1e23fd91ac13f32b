"""Eight readers open the published file over and over while fifty publications replace it."""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ontime.publishing.placement import make_draft, put_in_place
from ontime.publishing.verification import verify
from ontime.publishing.versions import all_versions
from tests.publishing.made_up import write

READERS, PUBLICATIONS = 8, 50
_NUMBER = struct.Struct("q")


class Counters:
    """A number for each reader, which several processes see: how often it has read."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _NUMBER.size * (READERS + 1))

    def of(self, reader: int) -> int:
        """Return the number of a reader."""
        return int(_NUMBER.unpack_from(self._shared, reader * _NUMBER.size)[0])

    def put(self, reader: int, count: int) -> None:
        """Set the number of a reader."""
        _NUMBER.pack_into(self._shared, reader * _NUMBER.size, count)

    def wait(self, alive: Callable[[], bool]) -> None:
        """Wait until each reader has read once more, from beginning to end."""
        before = [self.of(reader) for reader in range(READERS)]
        # the first of two may have begun earlier
        while any(self.of(reader) < before[reader] + 2 for reader in range(READERS)):
            assert alive(), "a reader saw something that is not a whole publication"
            time.sleep(0.002)


def put(name: str, on_time: int) -> None:
    """Publish a version in which some of the flights are on time."""
    draft = make_draft(name)
    write(draft, name, on_time, rows=PUBLICATIONS)
    put_in_place(draft)


def read(published: Path, counters: Counters, reader: int) -> None:
    """Read until the last counter says to stop; end with 1 at the first thing that is not whole."""
    code = 1
    try:
        last = 0
        while not counters.of(READERS):
            with duckdb.connect(
                str(published / "ontime_marts.duckdb"), read_only=True, config={"threads": 1}
            ) as connection:
                ((name, on_time),) = connection.execute(
                    "select publication_name, (select count(*) from marts.fct_flights "
                    "where is_on_time) from catalogue.publication"
                ).fetchall()
            assert name == f"v{on_time}"
            assert on_time >= last, "a reader never goes back"
            last = on_time
            card = (published / "features" / "README.md").read_text(encoding="utf-8")
            assert int(card.split("Publication `v")[1].split("`")[0]) >= last
            counters.put(reader, counters.of(reader) + 1)
            time.sleep(0.05)
        code = 0
    finally:
        os._exit(code)


def test_eight_readers_see_whole_publications_through_fifty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    # no power loss is tested here, and the publications would wait for the disk
    monkeypatch.setattr(os, "fsync", lambda _: None)
    published = tmp_path / "data" / "published"
    put("v0", 0)
    counters = Counters()
    readers: list[int] = []
    for reader in range(READERS):
        child = os.fork()
        if child == 0:
            read(published, counters, reader)
        readers.append(child)

    def alive() -> bool:
        return all(os.waitpid(child, os.WNOHANG)[0] == 0 for child in readers)

    try:
        for number in range(1, PUBLICATIONS + 1):
            put(f"v{number}", number)
            if number % 10 == 0:
                counters.wait(alive)
    finally:
        counters.put(READERS, 1)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in readers]
    assert codes == [0] * READERS
    assert verify() == []
    assert [version.name for version in all_versions()][-1] == f"v{PUBLICATIONS}"
