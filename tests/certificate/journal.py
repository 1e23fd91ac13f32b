"""Keep what was done, so that a run that was stopped goes on: files for one state of the code."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.certificate.killing import Kill
from tests.certificate.proofs import Proven
from tests.commands import ROOT


class Journal:
    """The kills of commands in worlds, and what broke the promise: one line for each chain."""

    def __init__(self, file: Path) -> None:
        """Read what was done before."""
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self._entries = [json.loads(line) for line in lines]

    def next(self, phase: str) -> int:
        """Return the number of the first kill of a phase that was not tried yet."""
        entries = [entry for entry in self._entries if entry["phase"] == phase]
        return max((entry["first"] + (len(entry["kills"]) or 1) for entry in entries), default=0)

    def add(self, phase: str, first: int, kills: list[Kill], problem: str = "") -> None:
        """Record a chain."""
        entry = {
            "phase": phase,
            "first": first,
            "kills": [asdict(kill) for kill in kills],
            "problem": problem,
        }
        self._entries.append(entry)
        with self._file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(entry) + "\n")

    def kills(self, phase: str) -> list[Kill]:
        """Return the kills of a phase."""
        entries = [entry for entry in self._entries if entry["phase"] == phase]
        return [Kill(**kill) for entry in entries for kill in entry["kills"]]

    def problems(self, phase: str) -> list[str]:
        """Return what broke the promise in a phase."""
        return [e["problem"] for e in self._entries if e["phase"] == phase and e["problem"]]


class SmallStops:
    """The stops of small operations: a file for each, which exists when all of them are done."""

    def __init__(self, folder: Path, code: str) -> None:
        """Remember where the files are."""
        self._folder, self._code = folder, code

    def file(self, operation: str) -> Path:
        """Return the file of an operation."""
        return self._folder / f"small-{self._code}-{operation.replace(' ', '-')}.jsonl"

    def of(self, operation: str) -> list[dict[str, Any]]:
        """Return the stops of an operation, or none if it was not done."""
        file = self.file(operation)
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def run(self, operation: str, world: Path, kills: int) -> str:
        """Stop an operation; return what broke the promise, or ""."""
        world.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.certificate.small", world, str(kills), operation],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return f"BROKEN: {done.stderr[-2000:]}"
        self.file(operation).write_text(done.stdout, encoding="utf-8")
        return ""


class Proofs:
    """The tests that were run, by the fault that they inject."""

    def __init__(self, file: Path) -> None:
        """Read what was done before."""
        self._file = file
        self._found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def has(self, fault: str) -> bool:
        """Return whether the tests of a fault were run."""
        return fault in self._found

    def of(self, fault: str) -> Proven:
        """Return the result of the tests of a fault."""
        return Proven(**self._found[fault])

    def add(self, fault: str, found: Proven) -> None:
        """Record a result."""
        self._found[fault] = asdict(found)
        self._file.write_text(json.dumps(self._found, indent=1), encoding="utf-8")
