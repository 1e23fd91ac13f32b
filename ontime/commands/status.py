"""The command `status`: what is loaded, as ingestion knows it, and what is published of it."""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.commands import status
from ingest.commands.cli import sentences_for_errors
from ontime.commands.outcome import console
from ontime.commands.runs import table_of
from ontime.publishing.verification import pending
from ontime.storage.runs import history

app = typer.Typer(add_completion=False)
_RUNS_SHOWN = 5


@app.command("status")
def show_status(
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the publishers what has changed.")
    ] = False,
) -> None:
    """Say what is loaded and set aside, what publishers changed since, and what is pending."""
    with sentences_for_errors():
        status.show(ask_publishers=not offline, pending_after=pending)
    if last := history()[-_RUNS_SHOWN:]:
        console.print()
        console.print(table_of(last))
