"""A question ends within its bounds of time and memory, and the next one is answered."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Iterator

import pytest

from ontime.serving.assistant import bounds, calls
from ontime.serving.assistant.bounds import AT_ONCE, Bounds, BoundsError, Reader, Workers
from tests.commands import Project

ENDLESS = [
    "select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = -1",
    "with recursive n as (select 1 as i union all select 1 from n) select max(i) from n",
]
HUGE = [
    "select list(range) from range(100000000)",
    "select string_agg(md5(range::varchar), '') from range(100000000)",
    "select md5(range::varchar) as m, count(*) from range(100000000) group by m order by m",
    "select length(repeat('x', 4000000000))",
]


@pytest.fixture
def reader(small: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Yield a reader of the small year; its processes end with the test."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(small.folder / "data"))
    workers = Workers()
    yield workers.reader()
    workers.close()


@pytest.mark.parametrize("sql", ENDLESS)
def test_endless_query_is_stopped(reader: Reader, sql: str) -> None:
    with pytest.raises(BoundsError, match="took more than 1 seconds and was stopped"):
        reader.ask(sql, Bounds(seconds=1, memory_megabytes=4_000))
    assert reader.ask("select 1 as one").rows == [[1]]


@pytest.mark.parametrize("sql", HUGE)
def test_query_that_needs_too_much_memory_is_stopped(reader: Reader, sql: str) -> None:
    with pytest.raises(BoundsError, match="needed more than 100 MB of memory"):
        reader.ask(sql, Bounds(seconds=500, memory_megabytes=100))
    assert reader.ask("select 1 as one").rows == [[1]]


def test_nothing_is_spilled_to_the_disk(reader: Reader) -> None:
    [[folder]] = reader.ask("select current_setting('temp_directory')").rows
    assert folder == ""


def test_process_that_waits_ends_with_the_server(reader: Reader) -> None:
    reader.ask("select 1 as one")
    spare = reader.workers._spare
    assert spare is not None
    assert spare.poll() is None
    reader.workers.close()
    assert spare.poll() is not None


def test_answer_stays_with_the_publication_it_began_with(reader: Reader, small: Project) -> None:
    assert reader.file.parent.name == small.publication_name
    assert not reader.file.is_symlink()


def test_nothing_published_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    workers = Workers()
    with pytest.raises(BoundsError, match="Nothing is published"):
        workers.reader().ask("select 1")
    workers.close()


def test_cancelled_question_ends_at_once_and_frees_its_turn(reader: Reader) -> None:
    begun: list[calls.Call] = []
    ended: list[str] = []

    def ask_endlessly() -> None:
        begun.append(calls.current())
        with pytest.raises(BoundsError) as failed:
            reader.ask(ENDLESS[0], Bounds(seconds=1_000))
        ended.append(str(failed.value))

    async def cancel() -> None:
        # the last one still waits for its turn when it is cancelled
        tasks = [
            asyncio.create_task(calls.cancellable(ask_endlessly)()) for _ in range(AT_ONCE + 1)
        ]
        while sum(call._worker is not None for call in begun) < AT_ONCE or len(begun) <= AT_ONCE:
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancel())  # waits for the threads
    assert ended == ["The call was cancelled."] * (AT_ONCE + 1)
    assert reader.ask("select 1 as one").rows == [[1]]


def test_only_so_many_questions_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock, full = 0, 0, threading.Lock(), threading.Event()

    def exchanged(*_: object) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == AT_ONCE:
                full.set()
        assert full.wait(300)
        with lock:
            running -= 1
        return '{"columns": [], "types": [], "rows": [], "cut": []}'

    def process(*_: object) -> subprocess.Popen[str]:
        return subprocess.Popen(["/bin/true"], stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(bounds, "_exchanged", exchanged)
    monkeypatch.setattr(Workers, "_take", process)
    workers = Workers()
    reader = Reader(workers, workers.reader().file)
    threads = [threading.Thread(target=reader.ask, args=("select 1",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert most == AT_ONCE
    assert running == 0


def test_question_that_gets_no_turn_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "_WAIT_SECONDS", 0)
    monkeypatch.setattr(bounds, "_LOOK_SECONDS", 0)
    workers = Workers()
    for _ in range(AT_ONCE):
        workers._turns.acquire()
    with pytest.raises(BoundsError, match="2 other questions are being answered: ask again"):
        workers.reader().ask("select 1")
