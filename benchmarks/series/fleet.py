"""The aircraft that fly: their tail numbers, and how many each carrier has."""

from __future__ import annotations

from benchmarks.series.calendar import days_of
from benchmarks.series.lines import CARRIERS, LEGS_A_DAY
from benchmarks.series.size import Size

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_USUAL_MONTH = "2023-01"


def fleet_sizes(size: Size) -> list[int]:
    """Return how many aircraft each carrier has: the first ones have the most."""
    total = size.flights / (LEGS_A_DAY * len(days_of(_USUAL_MONTH)))
    weights = [1 / (place + 2) for place in range(len(CARRIERS))]
    return [max(1, round(total * weight / sum(weights))) for weight in weights]


def tail_numbers(size: Size) -> list[list[str]]:
    """Return the tail numbers of each carrier."""
    sizes, tails, first = fleet_sizes(size), [], 0
    for count in sizes:
        tails.append([_tail(first + place) for place in range(count)])
        first += count
    return tails


def _tail(place: int) -> str:
    pair, number = divmod(place, 900)
    return f"N{100 + number}{_LETTERS[pair % 24]}{_LETTERS[pair // 24 % 24]}"
