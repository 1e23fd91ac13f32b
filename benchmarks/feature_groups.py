"""Measure what each group of features is worth, with intervals by day: minutes, run by hand.

    python -m benchmarks.feature_groups

For each prediction horizon, the baseline's kind of model is trained on the training months from
several sets of columns, and scored on the test months. The gain over the first set comes with an
interval of its own: the same days are drawn for both, so what makes a day easy or hard cancels out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss, roc_auc_score  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ontime.ml.baseline import HORIZONS, LABEL, columns_of, prepared, read
from ontime.ml.evaluation import by_month
from ontime.ml.intervals import SEED, bounds, drawn
from ontime.ml.model import names_the_day
from ontime.ml.training import table

GROUPS = {
    "carrier at the origin": "carrier_recent_",
    "destination": "destination_recent_",
    "flight number": "flight_number_history_",
    "minute of the day": "scheduled_departure_minute_of_day",
}


@dataclass(frozen=True)
class Measured:
    """How a set of columns did on the test months."""

    name: str
    columns: int
    auc: float
    brier: float
    draws: np.ndarray


def main() -> None:
    """Print a table of the sets and a table of the months for each horizon."""
    rows, known_at = read()
    for horizon in HORIZONS:
        of_horizon = rows[rows["prediction_horizon"] == horizon].reset_index(drop=True)
        print(f"\n{horizon}: sets of columns, test months\n")
        measured = [
            measure(name, of_horizon, columns) for name, columns in sets(of_horizon, known_at)
        ]
        print("\n".join(lines(measured)))
        print(f"\n{horizon}: expanding window, calibrated\n")
        print(table([vars(each) for each in by_month(of_horizon, known_at)]), flush=True)


def sets(rows: pd.DataFrame, known_at: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Return the sets of columns, by name."""
    every = columns_of("features", rows, known_at)
    before = [name for name in every if not name.startswith(tuple(GROUPS.values()))]
    day = names_the_day(known_at)
    return [
        ("without the four groups", before),
        *(
            (f"with {group}", [name for name in every if name in before or name.startswith(prefix)])
            for group, prefix in GROUPS.items()
        ),
        ("all columns", every),
        ("all but those that name the day", [name for name in every if name not in day]),
    ]


def measure(name: str, rows: pd.DataFrame, columns: list[str]) -> Measured:
    """Train on the training months, and score on the test months."""
    train, test = (rows["data_split"] == split for split in ("train", "test"))
    late = rows[LABEL].astype(bool)
    inputs = prepared(rows, columns, train)
    with threadpool_limits(limits=1):
        classifier = HistGradientBoostingClassifier(
            random_state=SEED, early_stopping=False, categorical_features="from_dtype"
        ).fit(inputs[train], late[train])
    truth, chances = late[test].to_numpy(), classifier.predict_proba(inputs[test])[:, 1]
    return Measured(
        name=name,
        columns=inputs.shape[1],
        auc=float(roc_auc_score(truth, chances)),
        brier=float(brier_score_loss(truth, chances)),
        draws=drawn(truth, chances, rows.loc[test, "flight_date"].to_numpy()),
    )


def lines(measured: list[Measured]) -> list[str]:
    """Return the sets as a table in Markdown; gains are over the first set."""
    first = measured[0]
    found = [
        "| columns | count | AUC | from | to | gain | from | to | Brier |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in measured:
        low, high = bounds(each.draws)
        gain_low, gain_high = bounds(each.draws - first.draws)
        gain = (
            f"{each.auc - first.auc:+.3f} | {gain_low:+.3f} | {gain_high:+.3f}"
            if each is not first
            else "| |"
        )
        found.append(
            f"| {each.name} | {each.columns} | {each.auc:.3f} | {low:.3f} | {high:.3f} "
            f"| {gain} | {each.brier:.4f} |"
        )
    return found


if __name__ == "__main__":
    main()
