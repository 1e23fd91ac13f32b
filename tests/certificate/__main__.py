"""Inject the faults: `make certify`, or `make certify ARGS="--only download --kills 5"`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.certificate import proofs, report, results
from tests.certificate.journal import Journal, Proofs, SmallStops
from tests.certificate.killing import Killer
from tests.certificate.operations import OPERATIONS
from tests.certificate.outcome import BrokenPromiseError
from tests.certificate.phases import PHASES, Phase
from tests.certificate.stopping import compiled
from tests.certificate.world import Worlds
from tests.publisher.server import serve

PARTS = ("small", "proofs")
SMALL_KILLS = 30


def main(words: list[str]) -> int:
    """Inject the faults that are asked for; return 1 if one broke the promise."""
    parser = argparse.ArgumentParser(prog="make certify")
    names = [*PARTS, *(phase.name for phase in PHASES)]
    parser.add_argument("--only", action="append", choices=names, help="may be repeated")
    parser.add_argument("--kills", type=int, help="of each phase, not its own number")
    parser.add_argument("--folder", type=Path, default=Path("data/certificate"))
    parser.add_argument("--report", action="store_true", help="only write what was done into docs/")
    options = parser.parse_args(words)
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["LD_PRELOAD"] = str(compiled())  # for the interpreter that commands are forks of
    asked = set(options.only or names) if not options.report else set()
    with serve() as server:
        worlds = Worlds(folder, server)
        small = SmallStops(folder, worlds.code)
        proven = Proofs(folder / f"proofs-{worlds.code}.json")
        journal = Journal(folder / f"journal-{worlds.code}.jsonl")
        killer = Killer(worlds)
        code = 0
        if "small" in asked:
            code |= _small(small, folder, options.kills or SMALL_KILLS)
        for phase in PHASES:
            if phase.name in asked:
                code |= _phase(phase, killer, journal, options.kills)
        if "proofs" in asked:
            code |= _proofs(proven, folder / f"fixtures-{worlds.code}")
        facts = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "code": f"`{worlds.code}`"}
        found = results.recorded(facts, report.rows(journal, small, proven))
        recorded = results.merged(results.read(), found, report.faults())
        # a part of the faults is no certificate
        if options.report or not (options.only or options.kills):
            results.write(recorded)
        sys.stdout.write(results.table(recorded))
    return code


def _say(what: str, began: float) -> None:
    sys.stdout.write(f"{what} ({time.monotonic() - began:.0f} s)\n")
    sys.stdout.flush()


def _small(small: SmallStops, folder: Path, kills: int) -> int:
    code = 0
    for operation in OPERATIONS:
        began = time.monotonic()
        if not small.of(operation.name):
            problem = small.run(operation.name, folder / "small", kills)
            code |= bool(problem)
            _say(f"{operation.name}: {problem or len(small.of(operation.name))} stops", began)
    return code


def _proofs(proven: Proofs, kept: Path) -> int:
    code = 0
    for proof in proofs.PROOFS:
        began = time.monotonic()
        if not proven.has(proof.fault):
            found = proofs.run(proof, kept)
            proven.add(proof.fault, found)
            code |= bool(found.failed)
            _say(f"{proof.fault}: {found.times}, {found.failed} failed", began)
    shutil.rmtree(kept, ignore_errors=True)
    return code


def _phase(phase: Phase, killer: Killer, journal: Journal, kills: int | None) -> int:
    code, count = 0, kills or phase.kills
    while (first := journal.next(phase.name)) < count:
        began = time.monotonic()
        try:
            made = killer.kill(phase, list(range(first, min(first + phase.chain, count))))
            journal.add(phase.name, first, made)
            said = ", ".join(f"{kill.call.strip()[:60]} ({kill.seen})" for kill in made)
        except BrokenPromiseError as error:
            journal.add(phase.name, first, [], str(error))
            said, code = f"BROKEN: {error}", 1
        _say(f"{phase.name} {first + 1} of {count}: {said}", began)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
