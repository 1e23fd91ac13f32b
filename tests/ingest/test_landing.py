"""Landed files: whole or absent whenever the process dies, never changed, never duplicated."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.commands.run import Run
from ingest.declarations import Source
from ingest.errors import IngestError, RefusedFileError
from ingest.landing import store
from ingest.landing.store import Landed, discard, history, land, landing_folder, newest, verify
from ingest.publishers import Received, Request, Wanted
from tests.ingest.disk import no_room_beyond
from tests.ingest.shops import shop

FIRST = b"the first version" * 100
SECOND = b"the second version" * 100
WORDS: dict[str, Any] = {
    "url": "https://example.com/a.zip",
    "asked": "all",
    "etag": '"v1"',
    "last_modified": None,
}


def keep(received: Received, path: Path) -> None:
    """Write a file in two halves."""
    with path.open("wb") as stream:
        content = received.stream.read()
        stream.write(content[: len(content) // 2])
        stream.flush()
        os.stat(path)  # noqa: PTH116 - a place to die at
        stream.write(content[len(content) // 2 :])


SHOP = shop(keep)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the landing folder of the test."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return landing_folder()


def put(content: bytes, partition: str = "2024-01", **words: Any) -> Landed:
    """Land a file."""
    came = Received("a.zip", partition, io.BytesIO(content))
    return land(SHOP, came, **{**WORDS, **words})


def keeping_with(function: Callable[[Received, Path], None]) -> Source:
    """Return the shop with another policy for keeping its files."""
    assert SHOP.publisher
    return replace(SHOP, publisher=replace(SHOP.publisher, keep=function))


def names(folder: Path) -> list[str]:
    """Return the names of all files, both landed and temporary."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# Landing


def test_a_file_lands_under_its_source_partition_and_checksum(folder: Path) -> None:
    landed = put(FIRST)
    sha256 = hashlib.sha256(FIRST).hexdigest()
    assert landed.path == folder / "shop" / "2024-01" / f"shop-2024-01-{sha256[:16]}.zip"
    assert landed.path.read_bytes() == FIRST
    assert (landed.sha256, landed.file_bytes) == (sha256, len(FIRST))
    assert names(folder) == [landed.path.name, f"{landed.path.name}.json"]


def test_the_sidecar_says_where_the_file_came_from(folder: Path) -> None:
    landed = put(FIRST, asked="JFK,LGA", last_modified="Mon, 01 Apr 2024 10:00:00 GMT")
    facts = json.loads((landed.path.parent / f"{landed.path.name}.json").read_text())
    assert facts == {
        "source": "shop",
        "partition": "2024-01",
        "path": landed.path.name,
        "sha256": hashlib.sha256(FIRST).hexdigest(),
        "file_bytes": len(FIRST),
        "url": "https://example.com/a.zip",
        "asked": "JFK,LGA",
        "etag": '"v1"',
        "last_modified": "Mon, 01 Apr 2024 10:00:00 GMT",
        "landed_at_utc": landed.landed_at_utc.isoformat(),
    }


def test_what_landed_is_read_back_as_it_was_recorded() -> None:
    landed = put(FIRST)
    assert newest("shop", "2024-01") == landed
    assert landed.landed_at_utc.tzinfo is UTC


def test_the_checksum_is_of_what_is_kept_and_not_of_what_came() -> None:
    def keep_the_beginning(received: Received, path: Path) -> None:
        path.write_bytes(received.stream.read(3))

    source = keeping_with(keep_the_beginning)
    landed = land(source, Received("a.zip", "2024-01", io.BytesIO(FIRST)), **WORDS)
    assert landed.sha256 == hashlib.sha256(FIRST[:3]).hexdigest()
    verify(landed)


def test_a_stream_that_was_read_is_kept_from_its_beginning() -> None:
    stream = io.BytesIO(FIRST)
    stream.read()
    assert land(SHOP, Received("a.zip", "2024-01", stream), **WORDS).file_bytes == len(FIRST)


def test_a_landed_file_and_its_sidecar_are_read_only() -> None:
    landed = put(FIRST)
    for path in landed.path.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o444


def test_a_source_without_a_publisher_has_nothing_to_land() -> None:
    with pytest.raises(ValueError, match="shop has no publisher"):
        land(replace(SHOP, publisher=None), Received("a", "2024-01", io.BytesIO()), **WORDS)


# Versions and their order


def test_the_newest_version_is_the_one_that_landed_last() -> None:
    first, second = put(FIRST), put(SECOND)
    assert newest("shop", "2024-01") == second
    assert history() == [first, second]


def test_history_lists_one_source_or_all_the_oldest_first() -> None:
    january, march, february = put(FIRST, "2024-01"), put(FIRST, "2024-03"), put(FIRST, "2024-02")
    other = land(replace(SHOP, name="other"), Received("a", "x", io.BytesIO(FIRST)), **WORDS)
    assert history("shop") == [january, march, february]
    assert history() == [january, march, february, other]
    assert history("unknown") == []


def test_nothing_landed_is_no_error() -> None:
    assert newest("shop", "2024-01") is None
    assert history() == []
    assert discard("shop", "2024-01") == 0


def test_the_same_bytes_land_once_and_keep_their_time(folder: Path) -> None:
    landed = put(FIRST)
    again = put(FIRST, etag='"v2"')
    assert again == replace(landed, etag='"v2"')
    assert history() == [again]
    assert len(names(folder)) == 2


def test_a_version_that_comes_back_is_the_newest_again(folder: Path) -> None:
    first, second = put(FIRST), put(SECOND)
    back = put(FIRST)
    assert newest("shop", "2024-01") == back
    assert back.landed_at_utc > second.landed_at_utc > first.landed_at_utc
    assert history() == [second, back]
    assert len(names(folder)) == 4


def test_the_newest_version_is_the_newest_even_if_the_clock_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = put(FIRST)

    class YesterdaysClock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(days=1)

    monkeypatch.setattr(store, "datetime", YesterdaysClock)
    second = put(SECOND)
    assert second.landed_at_utc == first.landed_at_utc + timedelta(microseconds=1)
    assert newest("shop", "2024-01") == second


# Verification


def test_a_file_that_is_as_it_landed_is_verified() -> None:
    verify(put(FIRST))


def test_a_file_that_was_changed_is_refused() -> None:
    landed = put(FIRST)
    landed.path.chmod(0o644)
    landed.path.write_bytes(SECOND)
    with pytest.raises(RefusedFileError) as error:
        verify(landed)
    assert str(error.value) == (
        f"The landed file {landed.path} was changed after it landed (its sha256 was "
        f"{landed.sha256[:16]} and is {hashlib.sha256(SECOND).hexdigest()[:16]}): "
        "`ontime load shop --months 2024-01 --force` fetches it again."
    )


def test_a_file_that_is_gone_is_refused() -> None:
    landed = put(FIRST, url=None)
    landed.path.unlink()
    with pytest.raises(RefusedFileError) as error:
        verify(landed)
    assert str(error.value) == (
        f"The landed file {landed.path} cannot be read (No such file or directory): delete what is "
        "left of it and its .json file, and ingest the partition again."
    )


def test_a_file_that_was_changed_is_whole_again_when_it_lands_again() -> None:
    landed = put(FIRST)
    landed.path.chmod(0o644)
    landed.path.write_bytes(SECOND)
    verify(put(FIRST))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"landed_at_utc": 3}', '{"landed_at_utc": "2024-01-01"}']
)
def test_a_sidecar_that_was_changed_by_hand_is_named(text: str) -> None:
    landed = put(FIRST)
    sidecar = landed.path.parent / f"{landed.path.name}.json"
    sidecar.chmod(0o644)
    sidecar.write_text(text)
    with pytest.raises(IngestError) as error:
        history()
    assert str(error.value) == (
        f"{sidecar} cannot be read as the sidecar of a landed file: delete it and the file beside "
        "it, and ingest the partition again."
    )


# Removal


def test_a_discarded_partition_leaves_nothing(folder: Path) -> None:
    put(FIRST)
    put(SECOND)
    other = put(FIRST, "2024-02")
    assert discard("shop", "2024-01") == 2
    assert history() == [other]
    assert not (folder / "shop" / "2024-01").exists()


def test_a_file_without_a_sidecar_counts_for_nothing_and_goes(folder: Path) -> None:
    landed = put(FIRST)
    unfinished = landed.path.with_name("shop-2024-01-0123456789abcdef.zip")
    unfinished.write_bytes(b"half")
    assert history() == [landed]
    put(SECOND)
    assert not unfinished.exists()
    verify(landed)


def test_what_was_left_aside_goes_when_the_source_lands_again(folder: Path) -> None:
    draft = folder / ".incoming" / "shop" / "2023-12.landing"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half")
    part = draft.with_name("2024-02.part")
    part.write_bytes(b"resumable")
    put(FIRST)
    assert not draft.exists()
    assert part.exists()


# Files that cannot be kept


def test_a_file_that_cannot_be_kept_leaves_nothing(folder: Path) -> None:
    def refuse(_: Received, path: Path) -> None:
        path.write_bytes(b"half")
        raise RefusedFileError("a line is absurd")

    with pytest.raises(RefusedFileError, match="a line is absurd"):
        land(keeping_with(refuse), Received("a", "2024-01", io.BytesIO(FIRST)), **WORDS)
    assert names(folder) == []


def test_an_interrupted_landing_leaves_what_there_was(folder: Path) -> None:
    def interrupt(_: Received, path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    landed = put(FIRST)
    with pytest.raises(KeyboardInterrupt):
        land(keeping_with(interrupt), Received("a", "2024-01", io.BytesIO(SECOND)), **WORDS)
    assert history() == [landed]
    assert len(names(folder)) == 2


def test_bytes_of_a_download_that_landed_go_with_the_next_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process died after the file had landed, and before it removed what it had received."""
    landed = put(FIRST)
    incoming = folder / ".incoming" / "shop"
    for name in ("2024-01.part", "2024-01.part.json", "2024-02.part"):
        (incoming / name).write_text("left")
    run = Run(False, 0.1, lambda: None)
    monkeypatch.setattr(Run, "load_new", lambda *_: True)
    request = Request("2024-01", "https://example.com/a.zip", asked="all")
    run.bring(SHOP, Wanted(request))
    assert names(incoming) == ["2024-02.part"], "that of another month can be resumed"
    assert landed.path.exists()


def test_a_disk_that_takes_no_more_is_said_in_a_sentence(folder: Path) -> None:
    landed = put(FIRST)
    with no_room_beyond(1000), pytest.raises(IngestError) as error:
        put(SECOND)
    assert str(error.value) == (
        f"The folder {folder} cannot be written (File too large): make room or correct its "
        "permissions, or name another data folder with ONTIME_DATA_DIR, and run this again."
    )
    assert history() == [landed]
    assert len(names(folder)) == 2


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where a folder should be")
    with pytest.raises(IngestError, match=r"cannot be written \(Not a directory\): make room or"):
        put(FIRST)


# A kill at any moment

# every system call of these functions that leaves a trace
STEPS = ("mkdir", "open", "stat", "fsync", "chmod", "replace", "unlink", "rmdir")


def dying_at(step: int, work: Callable[[], object]) -> bool:
    """Do work in a process that is killed at a step; return whether it finished before."""
    child = os.fork()
    if child == 0:
        try:
            _die_at(step)
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _die_at(step: int) -> None:
    """Kill this process just before its `step`th system call."""
    taken = 0

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)

        return call

    for name in STEPS:
        setattr(os, name, counting(getattr(os, name)))


def deaths(work: Callable[[], object]) -> Iterator[int]:
    """Kill the work at its first step, at its second, and so on, until it finishes."""
    step = 1
    while not dying_at(step, work):
        yield step
        step += 1
    assert step > 10, "the steps were not seen"


def assert_sound(folder: Path, *allowed: list[bytes]) -> None:
    """Check that landing holds one of the allowed states, oldest first, each file whole."""
    for landed in history():
        verify(landed)
    assert [landed.path.read_bytes() for landed in history()] in allowed


def test_a_process_that_dies_while_landing_leaves_the_old_version_or_the_new(folder: Path) -> None:
    put(FIRST)
    seen = 0
    for _ in deaths(lambda: put(SECOND)):
        assert_sound(folder, [FIRST], [FIRST, SECOND])
        seen += len(history()) == 1
    assert seen > 10
    assert_sound(folder, [FIRST, SECOND])
    assert len(names(folder)) == 4


def test_what_a_process_that_died_left_goes_with_the_next_landing(folder: Path) -> None:
    for _ in deaths(lambda: put(FIRST)):
        put(SECOND, "2024-02")
        assert names(folder / ".incoming") == []
        put(SECOND)
        held = history()
        assert len(names(folder)) == 2 * len(held)
        for landed in held:
            verify(landed)
        discard("shop", "2024-01")
        discard("shop", "2024-02")


def test_a_process_that_dies_at_a_version_that_comes_back_leaves_both(folder: Path) -> None:
    put(FIRST)
    put(SECOND)
    for _ in deaths(lambda: put(FIRST)):
        assert_sound(folder, [FIRST, SECOND], [SECOND, FIRST])
    assert_sound(folder, [SECOND, FIRST])


def test_a_process_that_dies_while_discarding_leaves_what_landed_last(folder: Path) -> None:
    def discard_two() -> None:
        discard("shop", "2024-01")

    step = 1
    while True:
        put(FIRST)
        put(SECOND)
        if dying_at(step, discard_two):
            break
        assert_sound(folder, [FIRST, SECOND], [SECOND], [])
        discard("shop", "2024-01")
        assert names(folder / "shop") == []
        step += 1
    assert history() == []
    assert step > 5
