"""Draw the baseline: how well it separates late flights, and how well it is calibrated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# the true over the false positives, the observed over the predicted share, and the AUC
Drawn = tuple[list[tuple[float, float]], list[tuple[float, float]], float]

COLOURS = {"schedule": "#8a8f98", "features": "#1f6fb4", "leaking": "#c8463c"}
# text stays text, and ids are not random
STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "ontime", "font.size": 9.0}


def draw(file: Path, curves: dict[tuple[str, str], Drawn]) -> None:
    """Write one picture with a row for each horizon; the same curves give the same bytes."""
    horizons = list(dict.fromkeys(horizon for horizon, _ in curves))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 3.8 * len(horizons)), layout="constrained")
        axes = figure.subplots(len(horizons), 2, squeeze=False)
        for (roc, calibration), horizon in zip(axes, horizons, strict=True):
            for axis in (roc, calibration):
                axis.plot([0, 1], [0, 1], color="#d0d3d8", linewidth=1)
                axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
                axis.spines[["top", "right"]].set_visible(False)
            for (of_horizon, model), (rates, shares, auc) in curves.items():
                if of_horizon != horizon:
                    continue
                label = f"{model} ({auc:.3f})"
                roc.plot(*zip(*rates, strict=True), color=COLOURS[model], label=label)
                calibration.plot(
                    *zip(*shares, strict=True), color=COLOURS[model], marker="o", markersize=3
                )
            title = horizon.replace("_", " ")
            roc.set(
                title=f"{title}: ROC", xlabel="on time, called late", ylabel="late, called late"
            )
            roc.legend(title="model (AUC)", loc="lower right", frameon=False)
            calibration.set(
                title=f"{title}: calibration",
                xlabel="predicted share",
                ylabel="observed share",
            )
        FigureCanvasSVG(figure)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
