"""Train the model of a horizon with its card, and watch it on the months that follow."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ontime.ml.baseline import LABEL, read
from ontime.ml.evaluation import by_month, drift, scored
from ontime.ml.intervals import CLASSES
from ontime.ml.model import (
    ModelError,
    fit,
    folder_of,
    inputs_of,
    load,
    names_the_day,
    save,
)
from ontime.storage.reader import open_published

MONITOR = "monitor.csv"
_FEWEST_MONTHS = 2


def train(horizon: str, until: str = "") -> tuple[Path, dict[str, Any]]:
    """Save a model of the months up to one, calibrated on that one; return its folder and card.

    Without `until`, that is the last month of the features.

    The card's scores are those of an expanding window, so no month is scored by a model that has
    seen it or a later one.

    Raises:
        ModelError: there are not enough months.
        BaselineError: no features are published.
        ReaderError: nothing is published.

    """
    rows, known_at = _rows(horizon)
    if until:
        named = rows["flight_month"].astype("string").str.slice(0, len(until))
        rows = rows[named <= until].reset_index(drop=True)
    months = sorted(rows["flight_month"].unique())
    if len(months) < _FEWEST_MONTHS:
        raise ModelError("A model needs two months, one of them to calibrate on: load more months.")
    trained = rows[rows["flight_month"] < months[-1]]
    calibrated = rows[rows["flight_month"] == months[-1]]
    model = fit(trained, calibrated, inputs_of(trained, known_at))
    with open_published() as connection:
        [(name, fingerprint)] = connection.execute(
            "select publication_name, fingerprint from publication"
        ).fetchall()
    card = {
        "predicts": f"{LABEL}, of a flight that is completed, {horizon.replace('_', ' ')}",
        "publication": name,
        "fingerprint": fingerprint,
        "trained_on": [str(month)[:10] for month in months[:-1]],
        "calibrated_on": str(months[-1])[:10],
        "flights": len(trained),
        "not_used": {
            "because they only name the day": names_the_day(known_at),
            "because they have no value in these months": [
                column
                for column, known in known_at.items()
                if known != "target" and column in rows and trained[column].isna().all()
            ],
        },
        "limits": "Reporting carriers and the airports of the publication only. A score above 0.75 "
        "in the months that follow is a reason to look for a leak. Do not rank carriers by it.",
        "months": [asdict(each) for each in by_month(rows, known_at)],
        # of the month that the model was not trained on, to compare later months with
        "scores": np.quantile(model.chances(calibrated), np.linspace(0, 1, 101)).round(6).tolist(),
    }
    return save(model, card, horizon), card


def monitor(horizon: str) -> tuple[Path, list[dict[str, Any]]]:
    """Write how the saved model does in each month: drift of its scores, and its calibration.

    Raises:
        ModelError: there is no model.
        BaselineError: no features are published.
        ReaderError: nothing is published.

    """
    model, card = load(horizon)
    rows, _ = _rows(horizon)
    seen = {*card["trained_on"], card["calibrated_on"]}
    found = []
    for month, flights in rows.groupby("flight_month", sort=True):
        if flights[LABEL].nunique() < CLASSES:
            continue
        chances = model.chances(flights)
        name = str(month)[:10]
        found.append(
            {
                **asdict(scored(name, flights, chances)),
                "score_drift": drift(np.array(card["scores"]), chances),
                "is_new_to_the_model": name not in seen,
            }
        )
    path = folder_of(horizon) / MONITOR
    pd.DataFrame(found).to_csv(path, index=False, lineterminator="\n")
    return path, found


def table(months: list[dict[str, Any]]) -> str:
    """Return the scores of months as a table in Markdown."""
    names = {
        "flights": ("flights", "{:,}"),
        "late_share": ("late", "{:.3f}"),
        "mean_score": ("predicted", "{:.3f}"),
        "auc": ("AUC", "{:.3f}"),
        "auc_low": ("from", "{:.3f}"),
        "auc_high": ("to", "{:.3f}"),
        "brier": ("Brier", "{:.4f}"),
        "calibration_error": ("calibration error", "{:.3f}"),
        "score_drift": ("score drift", "{:.3f}"),
        "is_new_to_the_model": ("new", "{}"),
    }
    shown = [name for name in names if months and name in months[0]]
    lines = [
        f"| month | {' | '.join(names[name][0] for name in shown)} |",
        f"|---|{'|'.join('---:' for _ in shown)}|",
    ]
    lines += [
        f"| {each['month']} | {' | '.join(names[name][1].format(each[name]) for name in shown)} |"
        for each in months
    ]
    return "\n".join(lines)


def _rows(horizon: str) -> tuple[pd.DataFrame, dict[str, str]]:
    rows, known_at = read()
    of_horizon = rows[rows["prediction_horizon"] == horizon].reset_index(drop=True)
    if of_horizon.empty:
        raise ModelError(f"The features have no predictions {horizon}.")
    return of_horizon, known_at
