"""The commands `explain` and `lineage`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ontime.catalog.lineage import explain as words
from ontime.catalog.lineage.names import NOTHING_ASKED
from ontime.catalog.lineage.page import write
from ontime.catalog.lineage.project import LineageError, coverage, load
from ontime.terminal.console import errors, output

app = typer.Typer(add_completion=False)

_output = output()
_errors = errors()


@app.command()
def explain(
    column: Annotated[
        str, typer.Argument(envvar="ONTIME_COLUMN", help="table.column, or a table alone.")
    ] = "",
    whole: Annotated[
        bool, typer.Option("--whole", envvar="ONTIME_WHOLE", help="Show long SQL to its last line.")
    ] = False,
) -> None:
    """Show where a column comes from, the SQL that computes it, its tests and its readers.

    Opens no warehouse: it never waits for a build and never blocks one.
    """
    try:
        if not column.strip():
            raise LineageError(NOTHING_ASKED)  # noqa: TRY301
        text = words.explain(load(_tell), column, whole=whole)
    except (LineageError, OSError) as error:
        _fail(error)
    for line in text.splitlines():
        is_heading = line and not line.startswith(" ")
        _output.print(line, markup=False, style="bold" if is_heading else None)


@app.command()
def lineage(
    to: Annotated[Path, typer.Option(help="The folder to write the page in.")] = Path(
        "target/lineage"
    ),
) -> None:
    """Write a page on which the lineage of every column can be browsed, which needs no network."""
    try:
        project = load(_tell)
        path = write(project, to)
    except (LineageError, OSError) as error:
        _fail(error)
    counts = coverage(project)
    _output.print(
        f"{path}: of {counts['columns']} columns of {len(project.marts())} marts, "
        f"{counts['followed']} are followed to their end "
        f"({counts['raw']} to raw columns, {counts['seeds']} to seeds alone, "
        f"{counts['rows']} count rows, {counts['generated']} are made by the engine, "
        f"{counts['constants']} are written out in the SQL), {counts['troubles']} are not.",
        markup=False,
    )


def _tell(sentence: str) -> None:
    _errors.print(sentence, markup=False)


def _fail(error: Exception) -> NoReturn:
    sentence = f"{error.filename}: {error.strerror}." if isinstance(error, OSError) else str(error)
    _errors.print(sentence, markup=False, style="red")
    raise typer.Exit(1) from None
