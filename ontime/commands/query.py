"""The command `query`."""

from __future__ import annotations

from typing import Annotated

import typer

from ontime.commands.outcome import sentences
from ontime.querying.answers import Form
from ontime.querying.prompt import ask_forever, show
from ontime.storage.reader import open_published

app = typer.Typer(add_completion=False)


@app.command()
def query(
    sql: Annotated[
        str,
        typer.Argument(
            envvar="ONTIME_SQL", help="One or more statements; a prompt if none is given."
        ),
    ] = "",
    form: Annotated[Form, typer.Option("--format", help="How to write the answer.")] = Form.TABLE,
) -> None:
    """Query the published marts, read-only. Never waits for a build and never blocks one."""
    with sentences():
        connection = open_published()
        if sql.strip():
            show(connection, sql, form)
            return
    ask_forever(connection)
