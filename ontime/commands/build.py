"""The commands `build` and `audit`."""

from __future__ import annotations

import typer

from ontime.terminal.console import errors
from ontime.transformation import building

app = typer.Typer(add_completion=False)
_OPTIONS_OF_DBT = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_OPTIONS_OF_DBT, add_help_option=False)
def build(context: typer.Context) -> None:
    """Run `dbt build` with one line of progress; takes the options of `dbt build`."""
    raise typer.Exit(building.build(context.args, errors()))


@app.command(context_settings=_OPTIONS_OF_DBT, add_help_option=False)
def audit(context: typer.Context) -> None:
    """Run every test on everything, also on months that have not changed; takes dbt's options."""
    raise typer.Exit(building.audit(context.args, errors()))
