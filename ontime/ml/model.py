"""Train, calibrate, save and load a model of late arrivals; its card says what it was made from.

A model is trained on months before those that calibrate it, and those come before the months that
test it. A saved model is a pickle: loading one runs code. So a card keeps the checksum of its
model, and a file that is not the one of its card is refused; load only models of your own.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn  # type: ignore[import-untyped]
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ontime.ml.baseline import LABEL, MOST_CATEGORIES, columns_of
from ontime.ml.intervals import CLASSES, SEED
from ontime.storage.paths import data_folder

MODEL = "model.pickle"
CARD = "card.json"
# a column that only says which day it is teaches the days of the training months, and no other day
NAMES_THE_DAY = ("days_since_previous_federal_holiday", "days_until_next_federal_holiday")
NAMES_THE_DAY_KNOWN_AT = "airport_history_known_at_utc"


class ModelError(Exception):
    """There is no model to use, or nothing to train it from; the message says what to do."""


@dataclass(frozen=True)
class Model:
    """A classifier, its calibration, and the inputs that it takes: None, or a text's categories."""

    inputs: dict[str, list[str] | None]
    classifier: Any
    calibration: Any

    def raw(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the classifier's own probabilities; an input that is not there is unknown."""
        return np.asarray(self.classifier.predict_proba(self._table(rows))[:, 1])

    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the calibrated probability that each flight arrives late."""
        return np.asarray(self.calibration.predict(self.raw(rows)))

    def _table(self, rows: pd.DataFrame) -> pd.DataFrame:
        made: dict[str, Any] = {}
        for name, categories in self.inputs.items():
            values = rows[name] if name in rows else pd.Series(np.nan, index=rows.index)
            if categories is None:
                made[name] = values.astype("float64")
            else:
                known = values.where(values.isin(categories))
                made[name] = pd.Categorical(known, categories=categories)
        return pd.DataFrame(made, index=rows.index)


def names_the_day(known_at: dict[str, str]) -> list[str]:
    """Return the columns that are the same for all flights of an airport on a day."""
    return [
        name
        for name, known in known_at.items()
        if name in NAMES_THE_DAY or known == NAMES_THE_DAY_KNOWN_AT
    ]


def inputs_of(rows: pd.DataFrame, known_at: dict[str, str]) -> dict[str, list[str] | None]:
    """Return the inputs that can be learned from these rows, without those that name the day.

    A column without a value teaches nothing, and scikit-learn cannot bin it.
    """
    left_out = set(names_the_day(known_at))
    inputs: dict[str, list[str] | None] = {}
    for name in columns_of("features", rows, known_at):
        values = rows[name]
        if name in left_out or values.isna().all():
            continue
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            inputs[name] = None
        else:
            common = values.value_counts().sort_index().sort_values(kind="stable")
            inputs[name] = sorted(common.index[-MOST_CATEGORIES:])
    return inputs


def fit(
    trained: pd.DataFrame, calibrated: pd.DataFrame, inputs: dict[str, list[str] | None]
) -> Model:
    """Return a model that is trained on some rows and calibrated on later ones.

    Raises:
        ModelError: one of the two lacks late flights or flights on time.

    """
    for rows in (trained, calibrated):
        if rows[LABEL].nunique() < CLASSES:
            raise ModelError(
                "The months to train on, or those to calibrate on, hold no late flights or none on "
                "time: load more months."
            )
    classifier = HistGradientBoostingClassifier(
        random_state=SEED, early_stopping=False, categorical_features="from_dtype"
    )
    model = Model(inputs, classifier, None)
    with threadpool_limits(limits=1):  # one thread sums in a fixed order
        classifier.fit(model._table(trained), trained[LABEL].astype(bool))
    calibration = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1)
    calibration.fit(model.raw(calibrated), calibrated[LABEL].astype(bool))
    return Model(inputs, classifier, calibration)


def folder_of(horizon: str) -> Path:
    """Return the folder of the saved model of a horizon."""
    return data_folder() / "models" / horizon


def save(model: Model, card: dict[str, Any], horizon: str) -> Path:
    """Write a model and its card; the card comes last, so that no model has another one's card."""
    folder = folder_of(horizon)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    content = pickle.dumps(_parts(model))
    (folder / MODEL).write_bytes(content)
    whole = {
        **card,
        "model": {
            "file": MODEL,
            "sha256": hashlib.sha256(content).hexdigest(),
            "scikit_learn": sklearn.__version__,
            "inputs": list(model.inputs),
        },
    }
    (folder / CARD).write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    return folder


def load(horizon: str) -> tuple[Model, dict[str, Any]]:
    """Return the saved model of a horizon, and its card.

    Raises:
        ModelError: there is none, or it is not the one that its card describes.

    """
    folder = folder_of(horizon)
    try:
        card = json.loads((folder / CARD).read_bytes())
        content = (folder / MODEL).read_bytes()
        stated = card["model"]
        is_ours = stated["sha256"] == hashlib.sha256(content).hexdigest()
    except FileNotFoundError:
        raise ModelError(f"There is no model in {folder}: run `ontime train`.") from None
    except (ValueError, KeyError, TypeError):
        raise ModelError(f"{folder / CARD} is not a card of a model: run `ontime train`.") from None
    if not is_ours:
        raise ModelError(
            f"{folder / MODEL} is not the model of its card, and was not opened: "
            "run `ontime train`."
        )
    if stated["scikit_learn"] != sklearn.__version__:
        raise ModelError(
            f"The model in {folder} was saved by scikit-learn {stated['scikit_learn']}, and this "
            f"is {sklearn.__version__}: run `ontime train`."
        )
    return Model(**pickle.loads(content)), dict(card)  # noqa: S301 - compared with its checksum


def _parts(model: Model) -> dict[str, Any]:
    """Return the parts of a model, not copied."""
    return {
        "inputs": model.inputs,
        "classifier": model.classifier,
        "calibration": model.calibration,
    }
