"""The command `build`."""

from __future__ import annotations

import typer

from ontime.terminal.console import errors
from ontime.transformation import building

app = typer.Typer(add_completion=False)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def build(context: typer.Context) -> None:
    """Run `dbt build` with one line of progress; takes the options of `dbt build`."""
    raise typer.Exit(building.build(context.args, errors()))
