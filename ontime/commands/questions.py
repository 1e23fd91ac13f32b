"""The command `questions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ontime.commands.outcome import console, sentences
from ontime.querying import questions as worked
from ontime.storage.reader import open_published

app = typer.Typer(add_completion=False)


@app.command()
def questions(
    folder: Annotated[Path, typer.Option(help="The documentation to write them in.")] = Path(
        "docs"
    ),
) -> None:
    """Answer the worked questions of the analysts' guide from the published file, with charts."""
    with sentences(worked.QuestionError):
        connection = open_published()
        worked.refuse_other_data(connection)
        for path in worked.write(connection, folder):
            console.print(path)
