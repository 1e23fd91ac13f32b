"""The command `diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ontime.releases.comparison.difference import compare
from ontime.releases.comparison.page import page
from ontime.releases.comparison.publications import ComparisonError
from ontime.releases.comparison.terminal import show
from ontime.releases.comparison.versions import pair
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output

app = typer.Typer(add_completion=False)

_NAMED = "A version, a release, or a path to one"


@app.command()
def diff(
    before: Annotated[
        str,
        typer.Option(
            "--from",
            envvar="ONTIME_FROM",
            help=f"{_NAMED}; the version before, if none is named.",
        ),
    ] = "",
    after: Annotated[
        str,
        typer.Option(
            "--to", envvar="ONTIME_TO", help=f"{_NAMED}; what is published, if none is named."
        ),
    ] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write a page here, too: one file that needs no other.")
    ] = None,
    every_row: Annotated[
        bool,
        typer.Option("--every-row", help="Compare the rows of tables of equal content hash, too."),
    ] = False,
) -> None:
    """Tell what changed between two publications, by table, column and month."""
    # tables of several columns wrap within their cells, not at the edge of the terminal
    console = output(soft_wrap=False)
    errors = errors_console(style="red")
    try:
        difference = compare(*pair(before, after), every_row=every_row)
        if html:
            html.write_text(page(difference), encoding="utf-8")
    except ComparisonError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None
    except OSError as error:
        errors.print(f"{html} cannot be written: {error.strerror}.", markup=False)
        raise typer.Exit(1) from None
    show(console, difference)
    if html:
        console.print(f"\nThe page is in {html}.", markup=False, soft_wrap=True)
