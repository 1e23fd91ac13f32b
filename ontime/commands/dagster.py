"""The command `dagster`."""

from __future__ import annotations

from typing import Annotated

import typer

from ontime.commands.outcome import console, fail
from ontime.orchestration import instance
from ontime.orchestration.instance import DagsterError
from ontime.transformation.dbt import DbtError

app = typer.Typer(add_completion=False)


@app.command()
def dagster(
    port: Annotated[
        int | None,
        typer.Option(
            envvar="ONTIME_PORT",
            min=1,
            max=65535,
            help="Where to serve; 3000, or a free one if it is taken.",
        ),
    ] = None,
) -> None:
    """Schedule, run and watch the project's commands in Dagster on this machine, until Ctrl-C."""
    try:
        serving_on = instance.free_port(port)
        console.print("Reading the dbt project ...")
        instance.prepare()
    except (DagsterError, DbtError) as error:
        fail(str(error))
    console.print(f"http://127.0.0.1:{serving_on}  (stop with Ctrl-C)")
    instance.become(serving_on)
