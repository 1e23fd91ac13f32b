"""Make the rows of the results from what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.certificate.journal import Journal, Proofs, SmallStops
from tests.certificate.operations import OPERATIONS
from tests.certificate.phases import PHASES
from tests.certificate.proofs import PROOFS
from tests.certificate.results import Row

_SMALL_FAULTS = {"kill": "killed", "full": "disk full"}
_KEPT = "whole; the rerun gave the content of an undisturbed run, and left nothing behind"
_OUTCOMES = {"kill": _KEPT, "full": f"refused with a sentence, or overcome; {_KEPT}"}


def rows(journal: Journal, small: SmallStops, proven: Proofs) -> list[Row]:
    """Return a row for each fault that was injected."""
    return [*_of_phases(journal), *_of_small(small), *_of_proofs(proven)]


def faults() -> list[str]:
    """Return every fault that there is, in the order of the table."""
    small = [
        f"{fault} {operation.what}" for fault in _SMALL_FAULTS.values() for operation in OPERATIONS
    ]
    return [*(phase.fault for phase in PHASES), *small, *(proof.fault for proof in PROOFS)]


def _of_phases(journal: Journal) -> Iterable[Row]:
    for phase in PHASES:
        kills, broken = journal.kills(phase.name), journal.problems(phase.name)
        if kills or broken:
            seen = Counter(kill.seen for kill in kills)
            yield Row(
                phase.fault,
                len(kills) + len(broken),
                f"**{len(broken)} broke the promise**" if broken else _OUTCOMES[phase.action],
                f"`make certify ARGS=\"--only '{phase.name}'\"`"
                if " " in phase.name
                else f'`make certify ARGS="--only {phase.name}"`',
                seen["old"],
                seen["new"],
            )


def _of_small(small: SmallStops) -> Iterable[Row]:
    for action, fault in _SMALL_FAULTS.items():
        for operation in OPERATIONS:
            stops = [stop for stop in small.of(operation.name) if stop["action"] == action]
            if stops:
                seen = Counter(stop["seen"] for stop in stops)
                yield Row(
                    f"{fault} {operation.what}",
                    len(stops),
                    _OUTCOMES[action],
                    '`make certify ARGS="--only small"`',
                    seen["old"],
                    seen["new"],
                )


def _of_proofs(proven: Proofs) -> Iterable[Row]:
    for proof in PROOFS:
        if proven.has(proof.fault):
            found = proven.of(proof.fault)
            failed = f"**{found.failed} tests failed**; "
            yield Row(
                proof.fault,
                found.times,
                f"{failed if found.failed else ''}{proof.shown}",
                proof.again,
            )
