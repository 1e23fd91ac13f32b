"""The commands `build` and `audit`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import typer

from ontime.storage.runs import Run, history, recorded
from ontime.storage.runs_table import bring_up_to_date
from ontime.terminal.console import Console, errors
from ontime.transformation import building

app = typer.Typer(add_completion=False)

# the file or address that gets OpenLineage events
SETTING = "ONTIME_OPENLINEAGE"
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
        if os.environ.get(SETTING):
            _report(run)


def _report(run: Run | None) -> None:
    """Send the lineage of a run that has ended to whom the environment names."""
    from ontime.openlineage.sending import report  # noqa: PLC0415 - few builds send it

    ended = next((known for known in history() if run and known.run_id == run.run_id), None)
    if ended and (sentence := report(ended)):
        errors().print(sentence, markup=False)
