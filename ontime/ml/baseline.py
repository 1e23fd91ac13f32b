"""Train a baseline from the published features, and show what a leak would look like.

For each prediction horizon, three models of one kind (gradient boosting, with scikit-learn's
default settings) predict whether a completed flight arrives 15 minutes late or more:

- `schedule` knows the timetable and the calendar,
- `features` knows all features of the table,
- `leaking` also knows the flight's own departure delay, which no model can know at that time.

No choice depends on the results, so nothing is tuned on the test months: one model, trained on the
training months, is scored on the validation months and on the test months. The same publication
gives the same figures.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.metrics import (  # type: ignore[import-untyped]
    brier_score_loss,
    log_loss,
    roc_auc_score,
    roc_curve,
)
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ontime.ml.charts import draw
from ontime.ml.intervals import CLASSES, SEED, interval
from ontime.publishing.features import TABLE
from ontime.storage.paths import data_folder, published_features, published_file
from ontime.storage.reader import ReaderError, open_published
from ontime.terminal.console import errors, output

HORIZONS = ("two_hours_before", "evening_before")
MODELS = ("schedule", "features", "leaking")
LABEL = "is_late_arrival"
LEAK = "departure_delay_minutes"

DECILES = 10
# scikit-learn allows at most 255 bins for a category; rarer values share the last bin
MOST_CATEGORIES = 250
# known from the schedule, but about the other flights at the airport
TRAFFIC = ("recent_", "upcoming_", "inbound_")
# a score above this calls for a check of the model's inputs before anyone believes it
TOO_GOOD = 0.75

console = output()


class BaselineError(Exception):
    """There is no data to train from; the message says what to do."""


@dataclass(frozen=True)
class Score:
    """How well a model did on the flights of a split."""

    horizon: str
    model: str
    split: str
    features: int
    flights: int
    late_share: float
    auc: float
    auc_low: float
    auc_high: float
    brier: float
    log_loss: float


@dataclass(frozen=True)
class Curves:
    """The curves of a model on the test split, all values between 0 and 1."""

    false_positives: list[float]
    true_positives: list[float]
    predicted: list[float]
    observed: list[float]
    flights: list[int]


def main() -> None:
    """Train, print the scores, and write them and the charts to `data/baseline`."""
    try:
        rows, known_at = read()
        refuse_without_splits(rows)
    except (BaselineError, ReaderError) as error:
        errors(style="red").print(str(error), markup=False)
        raise SystemExit(1) from None
    scores, curves = evaluate(rows, known_at)
    folder = data_folder() / "baseline"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, scores, curves)
    show(folder, scores, curves)


def read() -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the features with the leak added, and when each column is known.

    Raises:
        BaselineError: no features are published.

    """
    if not (published_features().exists() and published_file().exists()):
        raise BaselineError(f"No features are published in {published_features()}: run `make run`.")
    with open_published() as connection:
        known_at = dict(
            connection.execute(
                "select column_name, known_at from catalogue.columns "
                "where table_name = ? and known_at is not null order by ordinal_position",
                [TABLE],
            ).fetchall()
        )
        rows = connection.execute(
            f"""
            select features.*, flights.{LEAK}
            from marts.{TABLE} as features
            inner join marts.fct_flights as flights on features.flight_id = flights.flight_id
            where features.{LABEL} is not null
            order by features.flight_id, features.prediction_horizon
            """  # noqa: S608 - our own names
        ).df()
    if rows.empty:
        raise BaselineError("No flight in the features has a label: load flights that were flown.")
    return rows, known_at


def refuse_without_splits(rows: pd.DataFrame) -> None:
    """Refuse rows from which nothing can be learned or on which nothing can be scored.

    Raises:
        BaselineError: the training or the test months lack late flights, flights on time, or both.

    """
    for split in ("train", "test"):
        for horizon in HORIZONS:
            of_split = (rows["data_split"] == split) & (rows["prediction_horizon"] == horizon)
            if rows.loc[of_split, LABEL].nunique() < CLASSES:
                raise BaselineError(
                    f"The {split} months lack late flights, flights on time, or both: load more "
                    "months. Two are enough; three also have a month for validation."
                )


def columns_of(model: str, rows: pd.DataFrame, known_at: dict[str, str]) -> list[str]:
    """Return the inputs of a model: never a key, an instant, a date or a target."""
    usable = [
        name
        for name, known in known_at.items()
        if known != "target"
        and name not in ("flight_id", "prediction_horizon")
        and not pd.api.types.is_datetime64_any_dtype(rows[name])
        and not (model == "schedule" and (known != "schedule" or name.startswith(TRAFFIC)))
    ]
    return usable + [LEAK] * (model == "leaking")


def prepared(rows: pd.DataFrame, columns: list[str], trained_on: pd.Series) -> pd.DataFrame:
    """Return columns in the model's input format, fitted on the training rows."""
    made: dict[str, Any] = {}
    for name in columns:
        values = rows[name]
        if values[trained_on].isna().all():
            continue
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            made[name] = values.astype("float64")
        else:
            common = values[trained_on].value_counts().sort_index().sort_values(kind="stable")
            kept = sorted(common.index[-MOST_CATEGORIES:])
            made[name] = pd.Categorical(values.where(values.isin(kept)), categories=kept)
    return pd.DataFrame(made, index=rows.index)


def evaluate(
    rows: pd.DataFrame, known_at: dict[str, str]
) -> tuple[list[Score], dict[tuple[str, str], Curves]]:
    """Train and score every model for every horizon."""
    scores, curves = [], {}
    for horizon in HORIZONS:
        of_horizon = rows[rows["prediction_horizon"] == horizon].reset_index(drop=True)
        late = of_horizon[LABEL].astype(bool)
        split = of_horizon["data_split"]
        trained = split == "train"
        for model in MODELS:
            if late[trained].nunique() < CLASSES:
                continue
            usable = prepared(of_horizon, columns_of(model, of_horizon, known_at), trained)
            # one thread sums in a fixed order
            with threadpool_limits(limits=1):
                classifier = HistGradientBoostingClassifier(
                    random_state=SEED, early_stopping=False, categorical_features="from_dtype"
                ).fit(usable[trained], late[trained])
            for name in ("validation", "test"):
                truth = late[split == name].to_numpy()
                if len(set(truth)) < CLASSES:
                    continue
                chances = classifier.predict_proba(usable[split == name])[:, 1]
                days = of_horizon.loc[split == name, "flight_date"].to_numpy()
                low, high = interval(truth, chances, days)
                scores.append(
                    Score(
                        horizon=horizon,
                        model=model,
                        split=name,
                        features=usable.shape[1],
                        flights=len(truth),
                        late_share=float(truth.mean()),
                        auc=float(roc_auc_score(truth, chances)),
                        auc_low=low,
                        auc_high=high,
                        brier=float(brier_score_loss(truth, chances)),
                        log_loss=float(log_loss(truth, chances)),
                    )
                )
                if name == "test":
                    curves[horizon, model] = curves_of(truth, chances)
    return scores, curves


def curves_of(truth: np.ndarray, chances: np.ndarray) -> Curves:
    """Return the ROC curve at even steps, and the outcomes of each tenth of the predictions."""
    false_positives, true_positives, _ = roc_curve(truth, chances)
    steps = np.linspace(0, 1, 101)
    order = np.argsort(chances, kind="stable")
    tenths = np.array_split(order, DECILES)
    return Curves(
        false_positives=[float(step) for step in steps],
        true_positives=[float(y) for y in np.interp(steps, false_positives, true_positives)],
        predicted=[float(chances[tenth].mean()) for tenth in tenths],
        observed=[float(truth[tenth].mean()) for tenth in tenths],
        flights=[len(tenth) for tenth in tenths],
    )


def write(folder: Path, scores: list[Score], curves: dict[tuple[str, str], Curves]) -> None:
    """Write the scores, the calibration table and the charts."""
    (folder / "scores.json").write_text(
        json.dumps([asdict(score) for score in scores], indent=2) + "\n", encoding="utf-8"
    )
    lines = ["prediction_horizon,model,tenth,flights,predicted_share,late_share"]
    lines += [
        f"{horizon},{model},{number},{flights},{predicted:.4f},{observed:.4f}"
        for (horizon, model), curve in curves.items()
        for number, (flights, predicted, observed) in enumerate(
            zip(curve.flights, curve.predicted, curve.observed, strict=True), start=1
        )
    ]
    (folder / "calibration.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw(
        folder / "baseline.svg",
        {
            (horizon, model): (
                list(zip(curve.false_positives, curve.true_positives, strict=True)),
                list(zip(curve.predicted, curve.observed, strict=True)),
                next(
                    score.auc
                    for score in scores
                    if (score.horizon, score.model, score.split) == (horizon, model, "test")
                ),
            )
            for (horizon, model), curve in curves.items()
        },
    )


def show(folder: Path, scores: list[Score], curves: dict[tuple[str, str], Curves]) -> None:
    """Print the scores, the calibration of the model without the leak, and conclusions."""
    console.print("Is the flight 15 minutes late or more?\n")
    console.print(table(scores) + "\n")
    for horizon in HORIZONS:
        if (horizon, "features") in curves:
            curve = curves[horizon, "features"]
            pairs = "  ".join(
                f"{100 * predicted:.0f}/{100 * observed:.0f}"
                for predicted, observed in zip(curve.predicted, curve.observed, strict=True)
            )
            console.print(f"{horizon}, tenths of the test flights, % predicted/late: {pairs}")
    for sentence in conclusions(scores):
        console.print(f"- {sentence}")
    console.print(f"Written: {folder}/scores.json, calibration.csv, baseline.svg")


def table(scores: list[Score]) -> str:
    """Return the scores as a table in Markdown."""
    lines = [
        "| horizon | model | split | features | flights | late | AUC | from | to | Brier "
        "| log loss |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {score.horizon} | {score.model} | {score.split} | {score.features} "
        f"| {score.flights:,} | {100 * score.late_share:.1f} % | {score.auc:.3f} "
        f"| {score.auc_low:.3f} | {score.auc_high:.3f} "
        f"| {score.brier:.4f} | {score.log_loss:.4f} |"
        for score in scores
    ]
    return "\n".join(lines)


def conclusions(scores: list[Score]) -> list[str]:
    """Return sentences that interpret the test scores."""
    auc = {(score.horizon, score.model): score.auc for score in scores if score.split == "test"}
    said = []
    for horizon in HORIZONS:
        if (horizon, "features") not in auc:
            continue
        plain, honest, leaking = (auc[horizon, model] for model in MODELS)
        said.append(
            f"{horizon}: what was known beforehand is worth {honest - plain:+.3f} of AUC over the "
            f"schedule, and a leak would have pretended to {leaking - honest:+.3f} more."
        )
        if honest > TOO_GOOD:
            said.append(f"{horizon}: {honest:.3f} is too good to be believed: look for a leak.")
    return said


if __name__ == "__main__":
    main()
