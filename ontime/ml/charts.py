"""Draw the baseline: how well it separates late flights, and how well it is calibrated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ontime.querying import vega

# the true over the false positives, the observed over the predicted share, and the AUC
Drawn = tuple[list[tuple[float, float]], list[tuple[float, float]], float]

COLOURS = {"schedule": "#8a8f98", "features": vega.MARK, "leaking": "#c8463c"}
_SIDE = 270


def draw(file: Path, curves: dict[tuple[str, str], Drawn]) -> None:
    """Write one picture with a row for each horizon; the same curves give the same bytes."""
    horizons = list(dict.fromkeys(horizon for horizon, _ in curves))
    spec = {
        "vconcat": [_row(horizon, curves) for horizon in horizons],
        "spacing": 28,
        # the models of a horizon have their own scores, and so each row its own legend
        "resolve": {"scale": {"color": "independent"}},
    }
    file.write_text(vega.svg(spec), encoding="utf-8")


def _row(horizon: str, curves: dict[tuple[str, str], Drawn]) -> dict[str, Any]:
    of_horizon = {model: drawn for (name, model), drawn in curves.items() if name == horizon}
    labels = {model: f"{model} ({auc:.3f})" for model, (_, _, auc) in of_horizon.items()}
    colour = {
        "field": "model",
        "type": "nominal",
        "sort": None,
        "scale": {
            "domain": list(labels.values()),
            "range": [COLOURS[model] for model in labels],
        },
        "legend": {"title": "model (AUC)", "orient": "right"},
    }
    title = horizon.replace("_", " ")
    panels = (
        ("ROC", "on time, called late", "late, called late", 0),
        ("calibration", "predicted share", "observed share", 1),
    )
    return {
        "hconcat": [
            _panel(
                f"{title}: {name}",
                {labels[model]: of_horizon[model][part] for model in labels},
                x_title,
                y_title,
                colour,
            )
            for name, x_title, y_title, part in panels
        ],
        "spacing": 28,
        "resolve": {"scale": {"color": "shared"}},
    }


def _panel(
    title: str,
    points: dict[str, Any],
    x_title: str,
    y_title: str,
    colour: dict[str, Any],
) -> dict[str, Any]:
    rows = [
        {"model": model, "x": x, "y": y, "place": place}
        for model, pairs in points.items()
        for place, (x, y) in enumerate(pairs)
    ]

    def axis(field: str, words: str) -> dict[str, Any]:
        scale = {"domain": [0, 1]}
        return {
            "field": field,
            "type": "quantitative",
            "scale": scale,
            "axis": {"title": words, "format": ".1f", "tickCount": 5},
        }

    even = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    is_short = len(rows) < 100  # noqa: PLR2004 - tenths of the flights, and not a curve
    return {
        "title": title,
        "width": _SIDE,
        "height": _SIDE,
        "encoding": {"x": axis("x", x_title), "y": axis("y", y_title)},
        "layer": [
            {"data": {"values": even}, "mark": {"type": "line", "color": "#d0d3d8"}},
            {
                "data": {"values": rows},
                "mark": {"type": "line", "strokeWidth": 1.8, "point": is_short},
                "encoding": {
                    "color": colour,
                    "order": {"field": "place", "type": "quantitative"},
                },
            },
        ],
    }
