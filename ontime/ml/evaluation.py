"""How well a kind of model would have done in each month, had it been trained on those before.

An expanding window: the model of a month is trained on all months up to the one before the last,
calibrated on the last, and scored on the month, as if it had been used then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score  # type: ignore[import-untyped]

from ontime.ml.baseline import LABEL
from ontime.ml.intervals import CLASSES, interval
from ontime.ml.model import fit, inputs_of

ALL_MONTHS = "all"
FEWEST_TRAINING_MONTHS = 3
BINS = 10


@dataclass(frozen=True)
class MonthScore:
    """How a model did on the flights of a month, with the 95 % interval of its AUC."""

    month: str
    flights: int
    late_share: float
    mean_score: float
    auc: float
    auc_low: float
    auc_high: float
    brier: float
    calibration_error: float


def by_month(rows: pd.DataFrame, known_at: dict[str, str]) -> list[MonthScore]:
    """Return the scores of the months that have enough months before them, and of all of these.

    The last is the whole evaluation: each flight with the chance that the model of its month gave.
    """
    months = sorted(rows["flight_month"].unique())
    found, flights, given = [], [], []
    for place in range(FEWEST_TRAINING_MONTHS + 1, len(months)):
        trained = rows[rows["flight_month"].isin(months[: place - 1])]
        calibrated = rows[rows["flight_month"] == months[place - 1]]
        model = fit(trained, calibrated, inputs_of(trained, known_at))
        month = rows[rows["flight_month"] == months[place]]
        if month[LABEL].nunique() == CLASSES:
            flights.append(month)
            given.append(model.chances(month))
            found.append(scored(str(months[place])[:10], month, given[-1]))
    if found:
        found.append(scored(ALL_MONTHS, pd.concat(flights), np.concatenate(given)))
    return found


def scored(name: str, rows: pd.DataFrame, chances: np.ndarray) -> MonthScore:
    """Return how probabilities compare with what happened to the flights."""
    late = rows[LABEL].to_numpy().astype(bool)
    low, high = interval(late, chances, rows["flight_date"].to_numpy())
    return MonthScore(
        month=name,
        flights=len(late),
        late_share=float(late.mean()),
        mean_score=float(chances.mean()),
        auc=float(roc_auc_score(late, chances)),
        auc_low=low,
        auc_high=high,
        brier=float(brier_score_loss(late, chances)),
        calibration_error=calibration_error(late, chances),
    )


def calibration_error(late: np.ndarray, chances: np.ndarray) -> float:
    """Return the mean distance of predicted and observed shares, over tenths of the flights."""
    tenths = np.array_split(np.argsort(chances, kind="stable"), BINS)
    weights = [len(tenth) / len(late) for tenth in tenths]
    distances = [
        abs(float(chances[tenth].mean()) - float(late[tenth].mean())) if len(tenth) else 0.0
        for tenth in tenths
    ]
    return float(np.dot(weights, distances))


def drift(reference: np.ndarray, current: np.ndarray) -> float:
    """Return the population stability index of scores: 0 if alike, above 0.2 look at the inputs."""
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)[1:-1]))
    count = len(edges) + 1
    shares = [
        (np.bincount(np.searchsorted(edges, scores, side="right"), minlength=count) + 0.5)
        / (len(scores) + 0.5 * count)
        for scores in (reference, current)
    ]
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
