"""How large the made-up data are: like the nation's, or smaller in the same proportions."""

from __future__ import annotations

import math
from dataclasses import dataclass

NATIONAL_FLIGHTS = 550_000
_AIRPORTS, _AIRCRAFT = 340, 300_000
_LEAST_AIRPORTS, _LEAST_AIRCRAFT = 12, 1_000


@dataclass(frozen=True)
class Size:
    """About how many flights a month has, from how many airports, and how long the registry is."""

    flights: int
    airports: int
    aircraft: int


def size_of(flights: int = NATIONAL_FLIGHTS) -> Size:
    """Return a size with about this many flights a month; airports shrink with the square root."""
    share = flights / NATIONAL_FLIGHTS
    return Size(
        flights,
        max(_LEAST_AIRPORTS, min(_AIRPORTS, round(_AIRPORTS * math.sqrt(share)))),
        max(_LEAST_AIRCRAFT, min(_AIRCRAFT, round(_AIRCRAFT * share))),
    )
