"""Stop small operations at chosen system calls: `python -m tests.certificate.small FOLDER`.

It is started with the library of `interposer.c` preloaded. Each line that it writes is a stop, as
JSON; it ends with a sentence if one of them broke the promise.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import sys
from itertools import pairwise
from pathlib import Path

import duckdb

from tests.certificate.children import DONE, KILLED, REFUSED, in_child
from tests.certificate.operations import OPERATIONS, Operation
from tests.certificate.phases import SUITE_FULL, SUITE_KILLS
from tests.certificate.stopping import Stop


def main(folder: Path, kills: int | None = None, only: str = "") -> None:
    """Stop every operation, or one, in folders of their own."""
    # a fork must not wait for threads of its parent
    duckdb.execute("set threads = 1")
    # a fork shares what its parent's collector leaves alone
    gc.freeze()
    gc.disable()
    os.environ["ONTIME_DATA_DIR"] = str(folder / "world" / "data")
    for operation in OPERATIONS:
        if only not in {"", operation.name}:
            continue
        full = SUITE_FULL if kills is None else max(kills // 4, 1)
        _Stopper(operation, folder).run(kills or SUITE_KILLS[operation.name], full)


def spread(seed: str, calls: list[int], count: int) -> list[int]:
    """Return some of the calls, one of each stretch of them."""
    seeded = random.Random(seed)  # noqa: S311 - no secret
    edges = [len(calls) * number // count for number in range(count + 1)]
    stretches = [calls[begin:end] for begin, end in pairwise(edges)]
    return [seeded.choice(stretch) for stretch in stretches if stretch]


class _Stopper:
    def __init__(self, operation: Operation, folder: Path) -> None:
        self._operation = operation
        self._world, self._prepared = folder / "world", folder / "prepared"
        self._trace = folder / "trace"

    def run(self, kills: int, full: int) -> None:
        """Stop the operation at seeded calls, after doing it once undisturbed."""
        name = self._operation.name
        for stale in (self._world, self._prepared):
            shutil.rmtree(stale, ignore_errors=True)
        self._world.mkdir()
        self._do(self._operation.prepare)
        self._world.rename(self._prepared)
        self._anew()
        before = self._do(self._operation.seen)
        self._trace.unlink(missing_ok=True)
        self._do(self._work, Stop(self._world, "", 0).environment(self._trace))
        expected = self._do(self._operation.seen), self._do(self._operation.left)
        assert before != expected[0], name
        calls = self._trace.read_text(encoding="utf-8").splitlines()
        numbers = list(range(1, len(calls) + 1))
        for at in spread(name, numbers, kills):
            self._stop(at, "kill", calls[at - 1], before, expected)
        writing = [at for at in numbers if not calls[at - 1].startswith(("fsync", "say", "unlink"))]
        for at in spread(f"{name}, full", writing, full):
            self._stop(at, "full", calls[at - 1], before, expected)

    def _stop(
        self, at: int, action: str, call: str, before: object, expected: tuple[object, object]
    ) -> None:
        operation, where = self._operation, f"{self._operation.name}, {action} at {at}: {call}"
        self._anew()
        ended = in_child(self._work, Stop(self._world, "", at, action).environment())
        allowed = {KILLED} if action == "kill" else {REFUSED, DONE}
        assert ended.code in allowed, f"{where}: ended with {ended.code}"
        seen = self._do(operation.seen)
        assert seen in (before, expected[0]), f"{where}: readers see {seen}"
        if operation.is_repeated or seen == before:
            self._do(self._work)
        left = self._do(operation.left)
        assert left == expected[1], f"{where}: {left} is left, not {expected[1]}"
        outcome = {
            "operation": operation.name,
            "action": action,
            "call": call,
            "seen": "new" if seen == expected[0] else "old",
        }
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()

    def _work(self) -> None:
        self._operation.work()

    def _do(self, work: object, environment: dict[str, str] | None = None) -> object:
        assert callable(work)
        ended = in_child(work, environment)
        assert ended.code == DONE, f"{self._operation.name} ended with {ended.code}"
        return ended.returned

    def _anew(self) -> None:
        shutil.rmtree(self._world, ignore_errors=True)
        shutil.copytree(self._prepared, self._world, symlinks=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else None, "".join(sys.argv[3:]))
