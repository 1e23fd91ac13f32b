"""The baseline tells an honest model from a leaking one, and gives the same figures each time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from ontime.ml.baseline import (
    HORIZONS,
    LEAK,
    MODELS,
    BaselineError,
    Score,
    columns_of,
    evaluate,
    read,
    refuse_without_splits,
    write,
)
from tests.commands import Project
from tests.features.time_travel import TARGETS

# every nth row of the table, so that the test takes seconds
STEP = 23


@pytest.fixture(scope="module")
def sample(
    built: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a part of the features of the built project, and when each column is known."""
    # a copy, because DuckDB opens a file once in a process, and other tests have it open
    data = tmp_path_factory.mktemp("baseline")
    shutil.copytree(built.folder / "data" / "published", data / "published", symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONTIME_DATA_DIR", str(data))
        rows, known_at = read()
    return rows.iloc[::STEP].reset_index(drop=True), known_at


def test_no_model_is_told_a_target_or_which_flight_it_is(
    sample: tuple[pd.DataFrame, dict[str, str]],
) -> None:
    rows, known_at = sample
    for model in MODELS:
        chosen = set(columns_of(model, rows, known_at))
        assert not chosen & {*TARGETS, "flight_id", "flight_date", "flight_month", "data_split"}
        assert not [name for name in chosen if name.endswith("_at_utc")]
        assert (LEAK in chosen) == (model == "leaking")


@pytest.mark.parametrize("missing", ["train", "test"])
def test_data_of_too_few_months_are_refused_in_a_sentence(
    sample: tuple[pd.DataFrame, dict[str, str]], missing: str
) -> None:
    rows, _ = sample
    refuse_without_splits(rows)
    with pytest.raises(BaselineError, match=f"The {missing} months lack late flights"):
        refuse_without_splits(rows[rows["data_split"] != missing])


def test_the_scores_are_the_same_each_time_and_show_the_leak(
    sample: tuple[pd.DataFrame, dict[str, str]], tmp_path: Path
) -> None:
    rows, known_at = sample
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        scores, curves = evaluate(rows, known_at)
        write(tmp_path / name, scores, curves)
    for name in ("scores.json", "calibration.csv", "baseline.svg"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    assert {(score.horizon, score.model, score.split) for score in scores} == {
        (horizon, model, split)
        for horizon in HORIZONS
        for model in MODELS
        for split in ("validation", "test")
    }
    auc = {score.model: score.auc for score in scores if is_of_the_test_months(score)}
    assert 0.55 < auc["schedule"] < auc["features"] < 0.75 < auc["leaking"]


def is_of_the_test_months(score: Score) -> bool:
    """Return whether a score is for the test months, two hours before."""
    return (score.horizon, score.split) == ("two_hours_before", "test")
