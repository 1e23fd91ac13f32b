"""The commands `train`, `score` and `monitor`."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ontime.commands.outcome import console, fail, sentences
from ontime.ml import training
from ontime.ml.baseline import BaselineError
from ontime.ml.model import CARD, ModelError, load
from ontime.ml.scoring import score as scores_of

app = typer.Typer(add_completion=False)


class Horizon(StrEnum):
    """When a flight is predicted."""

    TWO_HOURS = "two_hours_before"
    EVENING = "evening_before"


_Horizon = Annotated[Horizon, typer.Option("--horizon", help="When the flights are predicted.")]


@app.command()
def train(
    horizon: _Horizon = Horizon.EVENING,
    until: Annotated[
        str, typer.Option("--until", help="The last month to use, such as 2013-09; else the last.")
    ] = "",
) -> None:
    """Train and calibrate a model from the published features; save it with its card."""
    if until and not re.fullmatch(r"\d{4}-\d{2}", until):
        fail(f"--until is a month such as 2013-09, not {until}.")
    with sentences(ModelError, BaselineError):
        folder, card = training.train(horizon.value, until)
    console.print(training.table(card["months"]), markup=False)
    console.print(f"Written: {folder / 'model.pickle'}, {folder / CARD}", markup=False)


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="The schedule: CSV or Parquet, a row per flight.")],
    horizon: _Horizon = Horizon.EVENING,
    to: Annotated[
        Path | None, typer.Option("--to", help="The CSV to write; else the terminal.")
    ] = None,
) -> None:
    """Score the flights of a schedule with the saved model: the chance of a late arrival."""
    with sentences(ModelError):
        model, card = load(horizon.value)
        scored = scores_of(model, file, horizon.value)
        text = scored.to_csv(index=False, lineterminator="\n")
        if to is None:
            sys.stdout.write(text)
        else:
            to.write_text(text, encoding="utf-8")
            console.print(
                f"{to}: {len(scored):,} flights, scored by the model of publication "
                f"{card['publication']}.",
                markup=False,
            )


@app.command()
def monitor(horizon: _Horizon = Horizon.EVENING) -> None:
    """Compare the saved model's scores with what happened, month by month, and write the table."""
    with sentences(ModelError, BaselineError):
        path, months = training.monitor(horizon.value)
    console.print(training.table(months), markup=False)
    console.print(f"Written: {path}", markup=False)
