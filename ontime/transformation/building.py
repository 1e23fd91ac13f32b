"""Run `dbt build` or `dbt test` with one progress display, not a line for each model and test.

The plain dbt commands do the same work and print every line.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ontime.publishing.identity import project_hash
from ontime.publishing.placement import PublicationError, check_settings
from ontime.storage.memory import MemoryLimitError, memory_limit
from ontime.storage.paths import warehouse_file
from ontime.storage.runs import current
from ontime.terminal.console import Console, printable
from ontime.terminal.interrupts import interrupts
from ontime.transformation import unit_tests
from ontime.transformation.environment import refusal_of_threads
from ontime.transformation.semantic_manifest import keep_of_build

_KINDS = {"model": "model", "seed": "seed", "test": "data test", "unit_test": "unit test"}
_SHARE_BETWEEN_LINES = 0.2
# dbt writes only to its log file: on the terminal it would also show a traceback on Ctrl-C
_QUIET = ("--log-level", "none", "--no-use-colors")


@dataclass(frozen=True)
class _Command:
    """A command of dbt, the target of make that runs it, and what is said while and after it."""

    name: str
    options: Sequence[str]
    target: str
    doing: str
    done: str
    stopped: str


_BUILD = _Command(
    name="build",
    options=(),
    target="build",
    doing="Building and testing",
    done="Built and tested",
    stopped="Stopped. Readers see a whole publication; the next build does the rest.",
)
_AUDIT = _Command(
    name="test",
    # everything is built: also the tests that compare what is selected with something else
    options=("--indirect-selection", "eager"),
    target="audit",
    doing="Testing",
    done="Tested",
    stopped="Stopped. Nothing was changed.",
)


def build(arguments: Sequence[str], console: Console) -> int:
    """Run `dbt build` with the given options, and return the exit code: see `_run`."""
    return _run(_BUILD, arguments, console)


def audit(arguments: Sequence[str], console: Console) -> int:
    """Run `dbt test`, which looks at everything, and return the exit code: see `_run`."""
    return _run(_AUDIT, arguments, console)


def _run(command: _Command, arguments: Sequence[str], console: Console) -> int:
    """Run a command of dbt, and return the exit code.

    Failures and progress go to `console`: a progress bar on a terminal, elsewhere a line for each
    fifth of the work. What the project's macros print, such as what was published, goes to standard
    output.
    """
    if refusal := (
        refusal_of_threads(os.environ) or _refusal_of_settings() or _refusal_of_nothing(arguments)
    ):
        console.print(refusal, markup=False)
        return 2
    try:
        with interrupts() as heed_interrupts:
            code, say = _invoke(command, arguments, console)
            if code != 0:  # a library may have turned Ctrl-C into an ordinary error
                heed_interrupts()
    except KeyboardInterrupt:
        code = 130
        say = [command.stopped]
    for sentence in say:
        console.print(sentence, markup=False)
    if code and say and (run := current()):
        run.fail(say[0])
    return code


def _invoke(command: _Command, arguments: Sequence[str], console: Console) -> tuple[int, list[str]]:
    """Return the exit code, and the sentences to print at the end."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - importing dbt takes seconds

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True,
        disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        watch = Watch(console, bar, command.doing)
        project = project_hash()
        # options may change the code under test, or select tests
        spared = command is _BUILD and not arguments and unit_tests.have_passed()
        sparing = ("--exclude-resource-type", "unit_test") if spared else ()
        done = dbtRunner(callbacks=[watch.hear]).invoke(
            [command.name, *_QUIET, *command.options, *sparing, *arguments]
        )
    # options may change the manifest, or where it is
    if done.success and command is _BUILD and not arguments:
        keep_of_build(project)  # so that the first metric query need not parse the project
    if done.exception is not None:
        if watch.gave_up:
            return 2, watch.sentences
        hint = f"`make {command.target} ARGS=--help` lists the options."
        return 2, [*watch.sentences, f"dbt {command.name}: {done.exception}", hint]
    if watch.found_nothing:
        return 2, ["The selection matches nothing, so nothing was done."]
    counts = watch.in_words()
    passed_before = " The unit tests have passed on this code before." if spared else ""
    ending = [f"{command.done}: {counts}.{passed_before}"] if counts else []
    if watch.tests_failed:
        ending.append("`make failures` shows the rows behind each test that failed.")
    return 0 if done.success else 1, watch.sentences + ending


class Watch:
    """Count finished steps and collect the messages that dbt reports."""

    def __init__(self, console: Console, bar: Progress, doing: str) -> None:
        self._console = console
        self._doing = doing
        self._bar = bar
        self._one_event = threading.Lock()
        self._task = bar.add_task("Reading the project", total=None)
        self._total = 0
        self._shown = 0.0
        self._finished: Counter[str] = Counter()
        self.sentences: list[str] = []
        self.tests_failed = False
        self.gave_up = False
        self.found_nothing = False

    def hear(self, event: Any) -> None:
        """Handle one dbt event. Each of dbt's threads calls this by itself."""
        with self._one_event:
            self._handle(event)

    def _handle(self, event: Any) -> None:
        name, data = event.info.name, event.data
        if name == "PrintEvent":
            sys.stdout.write(f"{printable(event.info.msg)}\n")
            sys.stdout.flush()
        elif name == "LogStartLine":
            self._total = max(self._total, data.total)
        elif name == "LogTestResult" and data.status == "warn":
            self.sentences.append(f"Warning: {data.name} found {data.num_failures:,} rows.")
        elif name == "LogTestResult" and data.status == "fail":
            self.tests_failed = True
        elif name == "NodeFinished" and data.node_info.resource_type != "operation":
            self._finished[data.node_info.resource_type] += 1
            self._show()
        elif name == "NothingToDo":
            self.found_nothing = True
        elif event.info.level == "error" and name not in {"MainStackTrace", "LogTestResult"}:
            # the stack trace is in logs/dbt.log; failed tests are named again at the end
            self.gave_up |= name == "MainEncounteredError"
            self.sentences.append(event.info.msg)

    def _show(self) -> None:
        count = self._finished.total()
        # after the last step, the results are recorded and what passed is published
        is_last = count == self._total
        self._bar.update(
            self._task,
            description="Finishing" if is_last else self._doing,
            completed=count,
            total=self._total or None,
        )
        if self._console.is_terminal or not self._total:
            return
        if is_last:
            self._console.print("Finishing ...")
            return
        if count / self._total >= self._shown + _SHARE_BETWEEN_LINES:
            self._shown = count / self._total
            self._console.print(f"{self._doing}: {count:,} of {self._total:,} steps ...")

    def in_words(self) -> str:
        """Return how many nodes of each kind were built or run, as text."""
        counts = [
            f"{count:,} {name}{'s' if count > 1 else ''}"
            for kind, name in _KINDS.items()
            if (count := self._finished[kind])
        ]
        return ", ".join(counts)


def _refusal_of_settings() -> str | None:
    """Return which setting would stop the build, or its publication after all the work, or None."""
    try:
        memory_limit()
        check_settings()
    except (MemoryLimitError, PublicationError) as error:
        return f"{error} Nothing was done."
    return None


def _refusal_of_nothing(arguments: Sequence[str]) -> str | None:
    """Return that there is no warehouse, or None: dbt would read the project and make one first."""
    # options may ask for another target, which has another file
    if arguments or warehouse_file().exists():
        return None
    return f"There is no warehouse {warehouse_file()}: run `make ingest` first. Nothing was done."
