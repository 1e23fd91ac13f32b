"""The commands `ci-changed`, `impact` and `dev`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from ontime.changes.baseline import baseline
from ontime.changes.builds import changes_folder
from ontime.changes.candidate import all_is_built, candidate, outcome
from ontime.changes.impact import impact as impact_of
from ontime.changes.impact import lineages
from ontime.changes.markdown import markdown
from ontime.changes.page import page
from ontime.changes.personal import Personal
from ontime.changes.revisions import ChangeError, base_of, changed_files
from ontime.commands.outcome import fail
from ontime.terminal.console import errors as errors_console

app = typer.Typer(add_completion=False)
_progress = errors_console()

_Base = Annotated[
    str,
    typer.Option(
        envvar="ONTIME_BASE",
        help="The revision of git to compare with: what both have in common with it is the base.",
    ),
]


@app.command("ci-changed")
def ci_changed(base: _Base = "main") -> None:
    """Build and test only the models that changed since a revision, and those that read them."""
    with _one_at_a_time():
        commit = base_of(base)
        built = candidate(baseline(commit, _tell), commit, _tell, tests=True)
        code, sentence = outcome(built)
    _tell(sentence)
    raise typer.Exit(code)


@app.command()
def impact(
    base: _Base = "main",
    html: Annotated[
        Path | None, typer.Option(help="Where to write the page; in the data folder, if not said.")
    ] = None,
) -> None:
    """Show what a change does to the data, the columns and their readers, as Markdown."""
    with _one_at_a_time():
        commit = base_of(base)
        before = baseline(commit, _tell)
        after = candidate(before, commit, _tell, tests=False)
        projects = lineages(before, _tell)
        _tell("Comparing the marts ...")
        whole = all_is_built(changed_files(commit))
        found = impact_of(before, after, projects, all_built=whole)
        path = html or changes_folder() / "impact.html"
        try:
            path.write_text(page(found), encoding="utf-8")
        except OSError as error:
            raise ChangeError(f"{path} cannot be written: {error.strerror}.") from None
    sys.stdout.write(markdown(found))
    _tell(f"The page is in {path}.")
    raise typer.Exit(1 if found.failures else 0)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dev(context: typer.Context, base: _Base = "HEAD") -> None:
    """Build what you changed into a file of your own; the rest is read from what is published."""
    with _one_at_a_time():
        code = Personal.of_this_user().build(base_of(base), context.args, _tell)
    raise typer.Exit(code)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the folder of the changes, and turn what can go wrong into a sentence."""
    try:
        changes_folder().mkdir(parents=True, exist_ok=True)
        with FileLock(changes_folder() / "lock", timeout=0):
            yield
    except Timeout:
        fail("Another process is building a change here: try again when it has finished.")
    except ChangeError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or changes_folder()}: {error.strerror}.")
    except KeyboardInterrupt:
        fail("Stopped. What is published is unchanged.")


def _tell(sentence: str) -> None:
    _progress.print(sentence, markup=False)
