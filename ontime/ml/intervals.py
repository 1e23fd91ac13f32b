"""How far chance alone could move a score: intervals that draw whole days again.

Flights of one day share their weather and their traffic, so drawing flights again would make
intervals that are too narrow. A drawn day counts as often as it was drawn, which gives the same AUC
as repeating its flights, at a fraction of the time.
"""

from __future__ import annotations

import numpy as np

SEED = 2013
# late and on time: with only one class there is nothing to learn or to score
CLASSES = 2
DRAWS = 200
_BOUNDS = (0.025, 0.975)


def interval(late: np.ndarray, chances: np.ndarray, days: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the AUC when whole days are drawn again."""
    return bounds(drawn(late, chances, days))


def bounds(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of drawn values; of none, two that are not a number."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, _BOUNDS)
    return float(low), float(high)


def drawn(late: np.ndarray, chances: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the AUC of each draw of days; the same days give the same draws.

    So the draws of two models of the same flights can be compared one by one.
    """
    random = np.random.default_rng(SEED)
    names, of_day = np.unique(days, return_inverse=True)
    order = np.argsort(chances, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(chances[order]) > 0])
    is_late, of_day = late[order].astype(bool), of_day[order]
    found = []
    for _ in range(DRAWS):
        taken = random.integers(len(names), size=len(names))
        weights = np.bincount(taken, minlength=len(names))[of_day].astype(float)
        late_weights = np.add.reduceat(weights * is_late, starts)
        other_weights = np.add.reduceat(weights * ~is_late, starts)
        pairs = late_weights.sum() * other_weights.sum()
        lower = np.cumsum(other_weights) - other_weights / 2
        found.append(float((late_weights * lower).sum() / pairs) if pairs else np.nan)
    return np.array(found)
