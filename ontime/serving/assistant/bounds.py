"""Ask the published file one question within bounds: of rows, text, time and memory.

Each question runs in a process of its own (`worker.py`), because only the end of a process stops
every statement and gives back all of its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ontime.serving.assistant import calls
from ontime.serving.assistant.calls import Call, CancelledCallError
from ontime.storage.paths import published_file

# what an assistant can take in
MOST_ROWS = 1_000
USUAL_ROWS = 100
MOST_SECONDS = 30.0
MEMORY_MEGABYTES = 1_024
# of all values of an answer together, and of one value
MOST_CHARACTERS = 100_000
MOST_CHARACTERS_OF_A_VALUE = 2_000
# questions at the same time: each may take the memory above; the others wait
AT_ONCE = 2
_WAIT_SECONDS = 2 * MOST_SECONDS
_LOOK_SECONDS = 0.1
# what the interpreter and the engine need besides the memory of a query
_OVERHEAD_MEGABYTES = 2_048


class BoundsError(Exception):
    """A question has no answer within its bounds; the message says why and what to do."""


@dataclass(frozen=True)
class Bounds:
    """The most that one question may take."""

    rows: int = USUAL_ROWS
    seconds: float = MOST_SECONDS
    memory_megabytes: int = MEMORY_MEGABYTES
    characters: int = MOST_CHARACTERS
    characters_of_a_value: int = MOST_CHARACTERS_OF_A_VALUE


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, and what is missing from them, in words."""

    columns: list[str]
    types: list[str]
    rows: list[list[Any]]
    cut: list[str]

    def records(self) -> list[dict[str, Any]]:
        """Return each row under the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Reader:
    """One publication: every answer from it is about the same content."""

    workers: Workers
    file: Path

    def ask(
        self, sql: str, bounds: Bounds | None = None, parameters: list[Any] | None = None
    ) -> Answer:
        """Return the answer to one query.

        Raises:
            BoundsError: the query fails, is refused, or needs more than its bounds.

        """
        return self.workers.ask(self.file, sql, bounds or Bounds(), parameters or [])


class Workers:
    """Processes that answer one question each; the next one starts before it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[str] | None = None
        self._turns = threading.Semaphore(AT_ONCE)

    def reader(self) -> Reader:
        """Return the publication in place now, whatever is put in place afterwards."""
        return Reader(self, published_file().resolve())

    def ask(self, file: Path, sql: str, bounds: Bounds, parameters: list[Any]) -> Answer:
        """Return the answer to one query of a published file.

        Raises:
            BoundsError: the query fails, is refused, or needs more than its bounds.

        """
        order = {
            "sql": sql,
            "parameters": parameters,
            "file": str(file),
            "address_space_megabytes": bounds.memory_megabytes + _OVERHEAD_MEGABYTES,
            **asdict(bounds),
        }
        said = self._said(order, bounds)
        if "error" in said:
            raise BoundsError(said["error"])
        return Answer(**said)

    def _said(self, order: dict[str, Any], bounds: Bounds) -> dict[str, Any]:
        call = calls.current()
        with self._turn(call):
            worker = self._take()
            try:
                with call.working(worker):
                    text = _exchanged(worker, json.dumps(order), bounds.seconds)
                return dict(json.loads(text))
            except CancelledCallError:
                raise BoundsError("The call was cancelled.") from None
            except subprocess.TimeoutExpired:
                raise BoundsError(
                    f"The query took more than {bounds.seconds:g} seconds and was stopped: filter "
                    "earlier, or ask a subject table (mart_...), which is already added up."
                ) from None
            except ValueError:  # it was ended on the way, so what it wrote is no JSON
                raise BoundsError(
                    f"The query needed more than {bounds.memory_megabytes} MB of memory and was "
                    "stopped: select fewer columns, or add up before you sort."
                ) from None
            finally:
                _end(worker)

    @contextmanager
    def _turn(self, call: Call) -> Iterator[None]:
        """Wait until there are fewer questions than may run at once."""
        until = time.monotonic() + _WAIT_SECONDS
        while not self._turns.acquire(timeout=_LOOK_SECONDS):
            if call.is_cancelled:
                raise BoundsError("The call was cancelled.")
            if time.monotonic() > until:
                raise BoundsError(
                    f"{AT_ONCE} other questions are being answered: ask again in a moment."
                )
        try:
            yield
        finally:
            self._turns.release()

    def close(self) -> None:
        """End the process that waits for a question."""
        with self._lock:
            if self._spare:
                _end(self._spare)
            self._spare = None

    def _take(self) -> subprocess.Popen[str]:
        """Return a process that is ready, and start the next one."""
        with self._lock:
            worker = self._spare or _started()
            self._spare = _started()
        assert worker.stdout  # noqa: S101 - it is a pipe
        worker.stdout.readline()  # it has imported what it needs, so that the time is the query's
        return worker


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ontime.serving.assistant.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def _exchanged(worker: subprocess.Popen[str], order: str, seconds: float) -> str:
    try:
        return worker.communicate(order, timeout=seconds)[0]
    except BrokenPipeError:
        return ""


def _end(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.communicate()
