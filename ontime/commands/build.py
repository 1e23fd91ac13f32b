"""The commands `build` and `audit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import typer

from ontime.commands.lineage_events import report_lineage
from ontime.storage.runs import recorded
from ontime.storage.runs_table import bring_up_to_date
from ontime.terminal.console import Console, errors
from ontime.transformation import building

app = typer.Typer(add_completion=False)

_OPTIONS_OF_DBT = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_OPTIONS_OF_DBT, add_help_option=False)
def build(context: typer.Context) -> None:
    """Run `dbt build` with one line of progress; takes the options of `dbt build`."""
    _end(building.build, "build", context.args)


@app.command(context_settings=_OPTIONS_OF_DBT, add_help_option=False)
def audit(context: typer.Context) -> None:
    """Run every test on everything, also on months that have not changed; takes dbt's options."""
    _end(building.audit, "audit", context.args)


def _end(
    run_dbt: Callable[[Sequence[str], Console], int], command: str, options: list[str]
) -> None:
    """Run dbt, record the run, and exit with its code."""
    run = None
    try:
        with recorded(command) as run:
            raise typer.Exit(run_dbt(options, errors()))
    finally:
        bring_up_to_date()
        report_lineage(run.run_id if run else None)
