"""The command line: `ontime COMMAND`.

It imports a command's module only when that command runs: importing everything takes seconds.
Every command ends with 0, or with a sentence and another exit code.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from ontime.storage.paths import data_folder
from ontime.terminal.console import errors, one_line
from ontime.transformation.environment import ignore_settings_of_dbt

_LOAD = "Load source files"
_BUILD = "Build and publish"
_ASK = "Ask what is published"
_SHOW = "See, serve and pass on"
_KEEP = "Develop"
# the commands that change raw tables
_LOADING = frozenset({"load", "refresh", "replay", "remove"})


@dataclass(frozen=True)
class Entry:
    """A command: the module that defines it, and what the list of commands says of it."""

    module: str
    panel: str
    summary: str


COMMANDS = {
    "load": Entry(
        "ingest.commands.cli",
        _LOAD,
        "Load every file that is asked for and that the warehouse does not hold yet.",
    ),
    "refresh": Entry(
        "ingest.commands.cli",
        _LOAD,
        "Load what the publishers have added or issued again since the last time.",
    ),
    "status": Entry(
        "ontime.commands.status",
        _LOAD,
        "Say what is loaded and set aside, what publishers changed since, and what is pending.",
    ),
    "sources": Entry(
        "ingest.commands.cli",
        _LOAD,
        "List the source systems, what they are, and their raw tables.",
    ),
    "replay": Entry(
        "ingest.commands.cli",
        _LOAD,
        "Rebuild the raw tables of the live sources from the files in `data/landing` alone.",
    ),
    "remove": Entry(
        "ingest.commands.cli",
        _LOAD,
        "Take partitions of a live source out of the raw tables, and their files out of landing.",
    ),
    "build": Entry(
        "ontime.commands.build",
        _BUILD,
        "Run `dbt build` with one line of progress; takes the options of `dbt build`.",
    ),
    "audit": Entry(
        "ontime.commands.build",
        _BUILD,
        "Run every test on everything, also on months that have not changed; takes dbt's options.",
    ),
    "runs": Entry(
        "ontime.commands.runs",
        _BUILD,
        "Show the last runs: what ran, when, how long it took, and how it ended.",
    ),
    "alerts": Entry(
        "ontime.commands.alerts",
        _BUILD,
        "Report new findings: failed runs, data quality, irregular days; each of them once.",
    ),
    "failures": Entry(
        "ontime.commands.failures",
        _BUILD,
        "Show the rows behind the tests that failed in the last build or audit.",
    ),
    "is-current": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Exit with 0 if a build now would publish what is published already, else with 1.",
    ),
    "summary": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Say what is published, table by table, and what to try next.",
    ),
    "publish": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Publish what `dbt build --target plain` has built, if it passed every test.",
    ),
    "lake": Entry(
        "ontime.commands.lake",
        _BUILD,
        "Write the raw tables to a lake of Parquet files, for a cluster: what has changed.",
    ),
    "pull": Entry(
        "ontime.commands.lake",
        _BUILD,
        "Publish here what a cluster has built, tested and published in a lake.",
    ),
    "verify": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Check that readers see what was published and released: checksums, content, signatures.",
    ),
    "rollback": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Put the publication before the present one back in place, in one step.",
    ),
    "backup": Entry(
        "ontime.commands.backup",
        _BUILD,
        "Copy warehouse, landing, publications and releases into a new, verified folder.",
    ),
    "restore": Entry(
        "ontime.commands.backup",
        _BUILD,
        "Restore a backup into an empty data folder, after checking every file of it.",
    ),
    "hash": Entry(
        "ontime.commands.publication",
        _BUILD,
        "Print the content hash of tables: equal content gives equal hashes in any order of rows.",
    ),
    "query": Entry(
        "ontime.commands.query",
        _ASK,
        "Query the published marts, read-only. Never waits for a build and never blocks one.",
    ),
    "metric": Entry(
        "ontime.commands.metric",
        _ASK,
        "Answer a question about metrics from the published marts; without one, list what there "
        "is.",
    ),
    "explain": Entry(
        "ontime.commands.lineage",
        _ASK,
        "Show where a column comes from, the SQL that computes it, its tests and its readers.",
    ),
    "lineage": Entry(
        "ontime.commands.lineage",
        _ASK,
        "Write a page on which the lineage of every column can be browsed, which needs no network.",
    ),
    "diff": Entry(
        "ontime.commands.diff",
        _ASK,
        "Tell what changed between two publications, by table, column and month.",
    ),
    "dashboards": Entry(
        "ontime.commands.site",
        _SHOW,
        "Write the site from the published file: dashboards, documentation, one landing page.",
    ),
    "serve": Entry("ontime.commands.site", _SHOW, "Show the site on this machine until Ctrl-C."),
    "superset": Entry(
        "ontime.commands.superset",
        _SHOW,
        "Serve the published marts in Apache Superset on this machine, until Ctrl-C.",
    ),
    "mcp": Entry(
        "ontime.commands.mcp",
        _SHOW,
        "Answer assistants from the published file, over the Model Context Protocol.",
    ),
    "dagster": Entry(
        "ontime.commands.dagster",
        _SHOW,
        "Schedule, run and watch the project's commands in Dagster on this machine, until Ctrl-C.",
    ),
    "postgres": Entry(
        "ontime.commands.postgres",
        _SHOW,
        "Copy the published marts and their catalogue into a PostgreSQL database.",
    ),
    "release": Entry(
        "ontime.commands.release",
        _SHOW,
        "Write what is published to a folder of its own, to be cited, passed on and kept.",
    ),
    "notebook": Entry(
        "ontime.commands.notebook",
        _ASK,
        "Open a notebook in the browser, on this machine only; without a name, list them.",
    ),
    "baseline": Entry(
        "ontime.commands.baseline",
        _SHOW,
        "Train a baseline from the published features; scores and a chart go to data/baseline.",
    ),
    "train": Entry(
        "ontime.commands.model",
        _SHOW,
        "Train and calibrate a model from the published features; save it with its card.",
    ),
    "score": Entry(
        "ontime.commands.model",
        _SHOW,
        "Score the flights of a schedule with the saved model: the chance of a late arrival.",
    ),
    "monitor": Entry(
        "ontime.commands.model",
        _SHOW,
        "Compare the saved model's scores with what happened, month by month, and write the table.",
    ),
    "ci-changed": Entry(
        "ontime.commands.changes",
        _KEEP,
        "Build and test only the models that changed since a revision, and those that read them.",
    ),
    "impact": Entry(
        "ontime.commands.changes",
        _KEEP,
        "Show what a change does to the data, the columns and their readers, as Markdown.",
    ),
    "dev": Entry(
        "ontime.commands.changes",
        _KEEP,
        "Build what you changed into a file of your own; the rest is read from what is published.",
    ),
    "contracts": Entry(
        "ontime.commands.contracts",
        _KEEP,
        "Compare what the public models promise with what they promised, and name who reads it.",
    ),
    "dictionary": Entry(
        "ontime.commands.dictionary",
        _KEEP,
        "Write the data dictionary and the diagram of the marts from the published file.",
    ),
    "metric-list": Entry(
        "ontime.commands.metric", _KEEP, "Write the list of the metrics from the dbt project."
    ),
    "questions": Entry(
        "ontime.commands.questions",
        _KEEP,
        "Answer the worked questions of the analysts' guide from the published file, with charts.",
    ),
}


def command(name: str) -> Any:
    """Import a command's module, and return the command."""
    try:
        module = importlib.import_module(COMMANDS[name].module)
    except KeyboardInterrupt:  # importing takes a second, long enough for a change of mind
        sys.stderr.write("Stopped. Nothing was done.\n")
        sys.exit(130)
    found = typer.main.get_command(module.app)
    return found.commands[name] if isinstance(found, TyperGroup) else found


class Commands(TyperGroup):
    """The group of the commands: the list shows an outline of each, and only one is imported."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, entry in COMMANDS.items():
            outline = TyperCommand(name, short_help=entry.summary, rich_help_panel=entry.panel)
            self.add_command(outline)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that was asked for, imported, and the rest of the words."""
        name, outline, rest = super().resolve_command(ctx, args)
        return name, command(name) if name else outline, rest

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the words up to the name of the command."""
        with _in_a_sentence("ontime"):
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read the rest of the words, and run the command."""
        words = [*ctx._protected_args, *ctx.args]
        if "--help" not in words:
            _refuse_a_file_as_data_folder()
        with _in_a_sentence(" ".join(["ontime", *ctx._protected_args])):
            if _changes_a_lake(words):
                importlib.import_module("ontime.commands.lake").check()
            try:
                done = super().invoke(ctx)
            except typer.Exit as exit_:
                if exit_.exit_code <= 1:  # what was not refused is loaded
                    _land_in_lake(words)
                raise
            else:
                _land_in_lake(words)
                return done
            finally:
                _report_loads(words)


def _refuse_a_file_as_data_folder() -> None:
    """End with a sentence if a file lies where the data folder should be, or above it."""
    folder = data_folder()
    for place in (folder, *folder.parents):
        is_file = False
        with suppress(OSError):  # what may not be looked at is reported by the command
            is_file = place.is_file()
        if is_file:
            errors().print(
                f"The data folder {folder} cannot be used, because {place} is a file: name another "
                "with ONTIME_DATA_DIR.",
                markup=False,
            )
            sys.exit(2)


def _changes_a_lake(words: list[str]) -> bool:
    """Return whether a command changes raw tables, which the lake of ONTIME_LAKE follows."""
    changes_raw = bool(words) and words[0] in _LOADING
    has_lake = bool(os.environ.get("ONTIME_LAKE"))
    return changes_raw and has_lake and not {"--dry-run", "--help"} & set(words)


def _land_in_lake(words: list[str]) -> None:
    """Bring the lake that ONTIME_LAKE names up to date, after a command that changes raw tables."""
    if _changes_a_lake(words):
        importlib.import_module("ontime.commands.lake").land()


def _report_loads(words: list[str]) -> None:
    """Send the lineage of a command that changes raw tables, however it ended."""
    if words and words[0] in _LOADING and os.environ.get("ONTIME_OPENLINEAGE"):
        recorded = importlib.import_module("ingest.commands.cli").recorded_runs
        report = importlib.import_module("ontime.commands.lineage_events").report_lineage
        report(recorded[-1] if recorded else None)


@contextmanager
def _in_a_sentence(command_path: str) -> Iterator[None]:
    """End with a sentence, not with typer's box, if the words are not those of a command."""
    try:
        yield
    except TyperException as error:
        # typer shows the help for a command without its arguments by raising it
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        context = getattr(error, "ctx", None)
        path = context.command_path if context else command_path
        said = one_line(error.format_message())
        stop = "" if said.endswith((".", "?")) else "."
        errors().print(f"{path}: {said}{stop}", markup=False)
        errors().print(f"`{path} --help` lists what it takes.", markup=False)
        sys.exit(error.exit_code)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    # a traceback would show the passwords of addresses
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def main() -> None:
    """Flight punctuality: load flight records, build and publish the marts, ask and serve them."""
    ignore_settings_of_dbt(os.environ)
