"""The log of runs: one line of JSON for each command that writes the warehouse.

The log is a file beside the warehouse and not a table in it, because a run must be recorded when
the warehouse is busy, damaged or absent. While a run lasts it holds the lock of a file of its own;
if the process is killed, the next run finds that file unlocked and records what happened.

Recording never stops a run: if the log cannot be written, the run goes on without.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ontime.storage.paths import data_folder, runs_folder
from ontime.storage.revision import git_revision

# set to `json`, the outcome of a run is also the last line of its standard output
OUTCOME_SETTING = "ONTIME_OUTCOME"
INTERRUPTED = 130

# how a run ended, by its exit code; `killed` has none
OUTCOMES = {0: "succeeded", 1: "failed", 2: "not_done", INTERRUPTED: "stopped"}
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass
class Run:
    """A run of a command: what it did so far, or in the log, how it ended.

    `is_transient` says that the same command can succeed later although nothing is corrected: the
    warehouse was busy, or a publisher could not be reached. `reason` is the first error message.
    """

    run_id: str
    command: str
    arguments: list[str]
    started_at_utc: str
    git_revision: str
    ended_at_utc: str | None = None
    duration_seconds: float | None = None
    outcome: str | None = None
    exit_code: int | None = None
    is_transient: bool = False
    files_loaded: int = 0
    files_unchanged: int = 0
    files_given_up: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    models_built: int = 0
    tests_passed: int = 0
    tests_warned: int = 0
    tests_failed: int = 0
    publication: str | None = None
    reason: str | None = None
    _began: float = field(default=0.0, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return what the log keeps of it."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}

    def fail(self, reason: str, *, is_transient: bool = False) -> None:
        """Note why the run fails. The first reason stays; one lasting error makes all of it last.

        Arguments:
            reason: the sentence that the user reads.
            is_transient: whether the same command can succeed later.

        """
        self.is_transient = is_transient and (self.reason is None or self.is_transient)
        self.reason = self.reason or reason

    def so_far(self) -> Run:
        """Return it as it is now, with the time it has taken."""
        now = Run(**self.as_dict())
        now.ended_at_utc = _now()
        now.duration_seconds = round(time.monotonic() - self._began, 3)
        return now


_COLUMNS = tuple(each.name for each in fields(Run) if not each.name.startswith("_"))
_current: list[Run] = []


def current() -> Run | None:
    """Return the run that this process is in, if it is recorded."""
    return _current[-1] if _current else None


@contextmanager
def recorded(command: str) -> Iterator[Run]:
    """Record a command, however it ends, together with the runs that were killed before it."""
    run, marker = begin(command)
    code = 1
    try:
        yield run
        code = 0
    except KeyboardInterrupt:
        code = INTERRUPTED
        raise
    except BaseException as error:
        # typer's Exit and Python's SystemExit carry the exit code; other errors end with 1
        found = getattr(error, "exit_code", getattr(error, "code", 1))
        code = found if isinstance(found, int) else 1
        raise
    finally:
        end(run, marker, code)


def begin(command: str) -> tuple[Run, IO[str] | None]:
    """Begin the run of a command; return it, and the open file whose lock shows that it lives."""
    run = Run(
        run_id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
        command=command,
        arguments=sys.argv[2:] if command in sys.argv[1:2] else [],
        started_at_utc=_now(),
        git_revision=git_revision(),
        _began=time.monotonic(),
    )
    _current.append(run)
    with suppress(OSError):
        _record_killed()
        # a command that fails at once creates no data folder
        if data_folder().is_dir():
            return run, _mark(run)
    return run, None


def end(run: Run, marker: IO[str] | None, code: int) -> Run:
    """End a run: append its line to the log, and print it if the environment asks for that."""
    _current.remove(run)
    ended = run.so_far()
    ended.exit_code = code
    ended.outcome = OUTCOMES.get(code, "failed")
    if code == 0:
        ended.reason, ended.is_transient = None, False
    with suppress(OSError):
        if data_folder().is_dir():
            _append(ended)
        if marker:
            marker.close()
            Path(marker.name).unlink(missing_ok=True)
    if os.environ.get(OUTCOME_SETTING) == "json":
        sys.stdout.write(f"{_line(ended)}\n")
        sys.stdout.flush()
    return ended


def log_file() -> Path:
    """Return the log: one line of JSON for each run that has ended, in the order of their ends."""
    return runs_folder() / "runs.jsonl"


def history() -> list[Run]:
    """Return the runs of the log, oldest first; a line that cannot be read is left out."""
    try:
        lines = log_file().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    runs = [run for line in lines if (run := _parsed(line))]
    return sorted(runs, key=lambda run: (run.started_at_utc, run.run_id))


def _parsed(line: str) -> Run | None:
    try:
        known = json.loads(line)
        return Run(**{name: value for name, value in known.items() if name in _COLUMNS})
    except (ValueError, TypeError, AttributeError):
        return None


def _line(run: Run) -> str:
    return json.dumps(run.as_dict(), ensure_ascii=True)


def _append(run: Run) -> None:
    """Append one line in one step; a line that was cut off before does not swallow it."""
    runs_folder().mkdir(parents=True, exist_ok=True)
    with log_file().open("ab+") as log:
        end_of_log = log.seek(0, os.SEEK_END)
        if end_of_log:
            log.seek(end_of_log - 1)
        is_cut_off = bool(end_of_log) and log.read(1) != b"\n"
        log.write(b"\n" * is_cut_off + _line(run).encode() + b"\n")


def _mark(run: Run) -> IO[str]:
    runs_folder().mkdir(parents=True, exist_ok=True)
    marker = (runs_folder() / f"{run.run_id}.running").open("w", encoding="utf-8")
    fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    marker.write(_line(run))
    marker.flush()
    return marker


def _record_killed() -> None:
    """Record the runs whose process ended without recording them."""
    for path in sorted(runs_folder().glob("*.running")):
        with suppress(OSError), path.open(encoding="utf-8") as marker:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
            text = marker.read()
            if not text:  # it is just being written
                continue
            if killed := _parsed(text):
                killed.outcome, killed.is_transient = "killed", True
                killed.reason = "The process ended without an exit code."
                _append(killed)
            path.unlink()


def _now() -> str:
    return datetime.now(UTC).strftime(_TIME)
