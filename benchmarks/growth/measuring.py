"""Run a command and measure what it used, its own child processes included."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT

_END_OF_OUTPUT = 3000


@dataclass(frozen=True)
class Used:
    """What a command used: seconds on the clock and of the processors, and its largest memory."""

    seconds: float
    processor_seconds: float
    peak_bytes: int


class CommandError(Exception):
    """A measured command failed; the message ends with the last of its output."""


def measured(command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Used:
    """Run a command in the project's folder; its output goes to a file.

    Raises:
        CommandError: it failed.

    """
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        # the usage of this one child and its descendants: getrusage would return that of all
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(encoding="utf-8", errors="replace")[-_END_OF_OUTPUT:]
        raise CommandError(f"{' '.join(map(str, command))} ended with {process.returncode}: {said}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
