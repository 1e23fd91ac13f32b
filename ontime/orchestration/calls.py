"""Run the project's commands from Dagster's environment, and read their outcomes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON_SETTING = "ONTIME_PROJECT_PYTHON"
# what `bridge` exits with while the warehouse is written
_BUSY = 75


class CallError(Exception):
    """A command of the project ended without saying how; the message is the end of its output."""


class BusyError(CallError):
    """The warehouse is being written; the message names who writes it."""


def command(*words: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run a command of `ontime`, and return its outcome: its line in the log of runs.

    Arguments:
        words: the command and its options.
        tell: receives each line that the command prints.

    Raises:
        CallError: the command did not report an outcome.

    """
    with subprocess.Popen(  # noqa: S603 - the project's own commands
        [_python(), "-m", "ontime", *words],
        cwd=ROOT,
        env={**_environment(), "ONTIME_OUTCOME": "json"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        outcome = None
        lines = []
        try:
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if (found := _outcome(line)) is None:
                    tell(lines[-1])
                else:
                    outcome = found
        except BaseException:  # the run is terminated: the command ends as with Ctrl-C
            process.send_signal(signal.SIGINT)
            raise
    if outcome is None:
        raise CallError("\n".join(lines[-20:]) or f"It ended with code {process.returncode}.")
    return outcome


def succeeds(*words: str) -> bool:
    """Run a command of `ontime` that answers with its exit code."""
    return _run(["ontime", *words]).returncode == 0


def text_of(*words: str) -> str:
    """Run a command of `ontime` that reports no outcome, and return what it prints.

    Raises:
        CallError: it failed.

    """
    done = _run(["ontime", *words])
    if done.returncode:
        raise CallError((done.stdout + done.stderr).strip()[-2000:])
    return done.stdout


def ask(subject: str) -> Any:
    """Return what the project's environment knows about a subject of `bridge`.

    Raises:
        BusyError: the warehouse is being written.
        CallError: it could not answer.

    """
    done = _run(["ontime.orchestration.bridge", subject])
    if done.returncode == _BUSY:
        raise BusyError(done.stderr.strip())
    if done.returncode:
        raise CallError((done.stdout + done.stderr).strip()[-2000:])
    return json.loads(done.stdout)


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the project's own commands
        [_python(), "-m", *words],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def _outcome(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "run_id" in found else None


def _python() -> str:
    return os.environ.get(PYTHON_SETTING) or str(ROOT / ".venv" / "bin" / "python")


def _environment() -> dict[str, str]:
    """Return the environment of a command: without Dagster's Python, with this project's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1"}
