"""Kill a command, check what readers see, run it again, and compare with an undisturbed run."""

from __future__ import annotations

import fnmatch
import random
import shutil
from dataclasses import dataclass

from tests.certificate.outcome import BrokenPromiseError, Outcome, outcome, seen
from tests.certificate.phases import ROLLBACK, Phase
from tests.certificate.stopping import KILLED, Stop
from tests.certificate.world import Worlds, command
from tests.live.live_project import LiveProject


@dataclass(frozen=True)
class Undisturbed:
    """A command that nobody stopped: what there was before and after, and the calls it made."""

    before: dict[str, str]
    after: Outcome
    calls: list[str]

    def matching(self, pattern: str) -> list[int]:
        """Return the numbers of the calls that match a pattern, from 1."""
        return [
            number
            for number, call in enumerate(self.calls, start=1)
            if fnmatch.fnmatchcase(call, pattern)
        ]


@dataclass(frozen=True)
class Kill:
    """A kill that was really made: at which call, and what readers saw after it."""

    phase: str
    number: int
    call: str
    seen: str


class Killer:
    """Kills the commands of phases in the worlds."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._undisturbed: dict[tuple[str, tuple[str, ...]], Undisturbed] = {}

    def undisturbed(self, phase: Phase) -> Undisturbed:
        """Run the command of a phase once without a fault."""
        key = phase.world, phase.command
        if key not in self._undisturbed:
            project = self._world(phase, "undisturbed")
            before = seen(project.data)
            trace = project.folder / "trace"
            command(project, phase.command, Stop(project.data, "", 0).environment(trace))
            calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
            self._undisturbed[key] = Undisturbed(before, outcome(project.data), calls)
            shutil.rmtree(project.folder)
        return self._undisturbed[key]

    def kill(self, phase: Phase, numbers: list[int]) -> list[Kill]:
        """Kill the command of a phase once for each number, one kill after the other, and finish.

        A command that goes on where the last one was killed makes fewer calls, and may end before
        the one at which it is killed. Then it is compared, and the next kill begins anew.

        Raises:
            BrokenPromiseError: what was found after a kill, or at the end, breaks the promise.

        """
        expected = self.undisturbed(phase)
        project = self._world(phase, "killed")
        made: list[Kill] = []
        for number in numbers:
            stop, call = chosen(phase, expected.calls, number)
            for _ in range(2):
                stop_here = Stop(project.data, stop[0], stop[1], phase.action)
                code, said = command(project, phase.command, stop_here.environment(), check=False)
                if code != 0:
                    break
                _compare(expected, project, made)
                project = self._world(phase, "killed")
            else:
                continue  # not even from the beginning
            is_refusal = phase.action == "full" and code > 0 and "Traceback" not in said
            if code != KILLED and not is_refusal:
                raise BrokenPromiseError(f"{call}: ended with {code}: {said[-1500:]}")
            made.append(Kill(phase.name, number, call, _which(seen(project.data), expected)))
        # a rollback that has happened is not repeated: that would go back one further
        is_done = phase.command == ROLLBACK and bool(made) and made[-1].seen == "new"
        if not is_done:
            code, said = command(project, phase.command, check=False)
            if code != 0:
                raise BrokenPromiseError(f"the command run again ended with {code}: {said[-1500:]}")
        _compare(expected, project, made)
        shutil.rmtree(project.folder)
        return made

    def _world(self, phase: Phase, name: str) -> LiveProject:
        return self._worlds.copy(phase.world, self._worlds.folder / name)


def _compare(expected: Undisturbed, project: LiveProject, made: list[Kill]) -> None:
    """Compare what a command left with what one leaves that nobody stopped."""
    if difference := expected.after.difference(outcome(project.data)):
        raise BrokenPromiseError(f"{[kill.call for kill in made]}: {difference}")


def chosen(phase: Phase, calls: list[str], number: int) -> tuple[tuple[str, int], str]:
    """Return the pattern and the number of the call for a kill of a phase, and the call itself.

    The first kills are those before and after each rename; the seed of the others is the phase and
    their number.
    """
    matching = [call for call in calls if fnmatch.fnmatchcase(call, phase.only)]
    if not matching:
        raise BrokenPromiseError(f"{phase.name}: no call matches {phase.only}")
    places = list(_around_renames(phase, matching))
    if number < len(places):
        place = places[number]
    else:
        place = random.Random(f"{phase.name} {number}").randrange(len(matching))  # noqa: S311
    return (phase.only, place + 1), matching[place]


def _around_renames(phase: Phase, matching: list[str]) -> dict[int, None]:
    renames = [at for at, call in enumerate(matching) if call.startswith(phase.renames or ("\0",))]
    beside = (place for at in renames for place in (at, at + 1))
    return dict.fromkeys(place for place in beside if place < len(matching))


def _which(tables: dict[str, str], expected: Undisturbed) -> str:
    """Return whether readers see what was there before or what the command makes."""
    if tables == expected.after.published and tables != expected.before:
        return "new"
    if tables == expected.before:
        return "old"
    raise BrokenPromiseError("readers see neither the publication before nor the new one")
