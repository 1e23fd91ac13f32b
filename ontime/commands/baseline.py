"""The command `baseline`."""

from __future__ import annotations

import typer

from ontime.ml.baseline import main

app = typer.Typer(add_completion=False)


@app.command()
def baseline() -> None:
    """Train a baseline from the published features; scores and a chart go to data/baseline."""
    main()
