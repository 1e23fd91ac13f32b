"""The command `dictionary`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ontime.catalog.dictionary import write
from ontime.catalog.lineage.origins import origins
from ontime.catalog.lineage.project import LineageError, load
from ontime.commands.outcome import console, errors, fail, sentences
from ontime.storage.reader import open_published

app = typer.Typer(add_completion=False)


@app.command()
def dictionary(
    folder: Annotated[Path, typer.Option(help="Where to write them.")] = Path("docs"),
) -> None:
    """Write the data dictionary and the diagram of the marts from the published file.

    Source and tests of a column are those of the project as its files are now.
    """
    with sentences():
        connection = open_published()
    try:
        known = origins(load(lambda sentence: errors.print(sentence, style="default")))
    except LineageError as error:
        fail(str(error))
    with sentences():
        for path in write(connection, folder, known):
            console.print(path)
