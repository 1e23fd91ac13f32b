"""The command `contracts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ontime.catalog import contracts as promises
from ontime.catalog.manifest import read_manifest
from ontime.commands.outcome import console, errors, fail

app = typer.Typer(add_completion=False)


@app.command()
def contracts(
    accept: Annotated[
        bool, typer.Option("--accept", help="Write down what is promised now.")
    ] = False,
    manifest: Annotated[
        Path, typer.Option(help="What `dbt parse` made of the project.")
    ] = promises.MANIFEST,
) -> None:
    """Compare what the public models promise with what they promised, and name who reads it."""
    try:
        now = read_manifest(manifest)
    except OSError:
        fail(f"There is no {manifest}: run `make lint`, which has dbt write it.")
    if accept:
        promises.write(promises.promised(now))
        console.print(f"{promises.FOLDER} holds what the public models promise now.")
        return
    before = promises.kept()
    for sentence in promises.additions(before, now):
        console.print(f"{sentence}: run `make contracts` to write it down.", markup=False)
    found = [*promises.ungoverned(now), *map(str, promises.breaks(before, now))]
    for sentence in found:
        errors.print(sentence, markup=False)
    if found:
        raise typer.Exit(1)
