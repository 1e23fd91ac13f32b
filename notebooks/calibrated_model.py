"""From the published features to a calibrated model. Reads Parquet, trains with scikit-learn."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="A calibrated model")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.isotonic import IsotonicRegression
    from sklearn.metrics import brier_score_loss, roc_auc_score

    from ontime.publishing.features import PARQUET, TABLE
    from ontime.querying import vega
    from ontime.storage.paths import published_features
    from ontime.storage.reader import open_published

    return (
        HistGradientBoostingClassifier,
        IsotonicRegression,
        PARQUET,
        TABLE,
        brier_score_loss,
        mo,
        np,
        open_published,
        pd,
        published_features,
        roc_auc_score,
        vega,
    )


@app.cell
def _(mo):
    mo.md("""
    # Will it be late? Two hours before departure

    What a model may know is a property of each column: `catalogue.columns.known_at` names it. The
    split is by month, because flights of one day share their weather.
    """)


@app.cell
def _(PARQUET, TABLE, mo, open_published, pd, published_features):
    table = published_features() / PARQUET.removesuffix("/*.parquet")
    everything = pd.read_parquet(table)
    rows = everything[
        (everything.prediction_horizon == "two_hours_before") & everything.is_late_arrival.notna()
    ].reset_index(drop=True)
    late = rows.is_late_arrival.astype(bool)
    with open_published() as _marts:
        columns = _marts.execute(
            "select column_name, known_at, description from columns "
            "where table_name = ? and known_at is not null order by ordinal_position",
            [TABLE],
        ).df()
    mo.vstack(
        [mo.md(f"**{len(rows):,} flights with a label**, and when each column is known:"), columns]
    )
    return columns, late, rows


@app.cell
def _(columns, mo, pd, rows):
    # keys, dates and targets identify a flight; these name the day, which no later day has again
    names_the_day = ["days_since_previous_federal_holiday", "days_until_next_federal_holiday"]
    inputs = [
        name
        for name, known in zip(columns.column_name, columns.known_at, strict=True)
        if known != "target"
        and name not in {"flight_id", "prediction_horizon", *names_the_day}
        and not pd.api.types.is_datetime64_any_dtype(rows[name])
    ]
    trained = rows.data_split == "train"
    # a column without a value in the training months teaches nothing, and stops the trees
    inputs = [name for name in inputs if rows.loc[trained, name].notna().any()]

    def as_input(values):
        """Return numbers as they are, and texts as the categories of the training months."""
        if pd.api.types.is_numeric_dtype(values) or values.dtype == "boolean":
            return values.astype("float64")
        seen = sorted(values[trained].unique())
        return pd.Categorical(values.where(values.isin(seen)), categories=seen)

    prepared_inputs = pd.DataFrame({name: as_input(rows[name]) for name in inputs})
    mo.md(f"{len(inputs)} inputs, {trained.sum():,} flights to train on.")
    return inputs, prepared_inputs, trained


@app.cell
def _(HistGradientBoostingClassifier, IsotonicRegression, late, rows, prepared_inputs, trained):
    model = HistGradientBoostingClassifier(
        random_state=2013, early_stopping=False, categorical_features="from_dtype"
    ).fit(prepared_inputs[trained], late[trained])
    raw = model.predict_proba(prepared_inputs)[:, 1]
    # calibrated on months that the model has not seen and the test does not use
    validated = rows.data_split == "validation"
    calibration = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(
        raw[validated], late[validated]
    )
    chance = calibration.predict(raw)
    return chance, model, raw, validated


@app.cell
def _(brier_score_loss, chance, late, mo, np, pd, raw, roc_auc_score, rows):
    tested = (rows.data_split == "test").to_numpy()
    days = rows.flight_date[tested].to_numpy()
    auc = roc_auc_score(late[tested], raw[tested])
    # whole days are drawn again: flights of one day are not independent
    _random = np.random.default_rng(2013)
    _of_day = {day: np.flatnonzero(days == day) for day in np.unique(days)}
    _drawn = []
    for _ in range(100):
        _taken = np.concatenate(
            [_of_day[day] for day in _random.choice(list(_of_day), len(_of_day))]
        )
        _drawn.append(roc_auc_score(late[tested].to_numpy()[_taken], raw[tested][_taken]))
    interval = np.quantile(_drawn, [0.025, 0.975])
    scores = pd.DataFrame(
        {
            "forecast": ["share of the training months", "model", "model, calibrated"],
            "Brier": [
                brier_score_loss(late[tested], np.full(tested.sum(), late[~tested].mean())),
                brier_score_loss(late[tested], raw[tested]),
                brier_score_loss(late[tested], chance[tested]),
            ],
        }
    )
    mo.vstack(
        [
            mo.md(
                f"**AUC {auc:.3f}** on the test months, {interval[0]:.3f} to {interval[1]:.3f} "
                "(95 %, by days). Far above that, look for a leak before you believe it."
            ),
            scores,
        ]
    )
    return auc, interval, scores, tested


@app.cell
def _(chance, late, mo, np, raw, tested, vega):
    groups = [
        {
            "forecast": _name,
            "predicted": float(_values[_tenth].mean()),
            "late": float(late[tested].to_numpy()[_tenth].mean()),
        }
        for _name, _values in (("model", raw[tested]), ("model, calibrated", chance[tested]))
        for _tenth in np.array_split(np.argsort(_values, kind="stable"), 10)
    ]
    _x = {"field": "predicted", "type": "quantitative", "title": "predicted share of late flights"}
    _y = {"field": "late", "type": "quantitative", "title": "share that was late"}
    chart = vega.svg(
        {
            "width": 400,
            "height": 300,
            "encoding": {"x": _x, "y": _y},
            "layer": [
                {
                    "data": {"values": [{"predicted": 0, "late": 0}, {"predicted": 1, "late": 1}]},
                    "mark": {"type": "line", "color": vega.LINE},
                },
                {
                    "data": {"values": groups},
                    "mark": {"type": "line", "point": True},
                    "encoding": {"color": {"field": "forecast", "type": "nominal", "title": None}},
                },
            ],
        },
        "Tenths of the test flights: the diagonal is a perfect forecast",
    )
    mo.vstack([mo.md("**Is 30 % thirty per cent?** Tenths of the test flights."), mo.Html(chart)])
    return chart, groups


if __name__ == "__main__":
    app.run()
