"""The plan of a month: lines of flying, which the aircraft of a carrier take in turn.

A line is what one aircraft flies in a day. It begins at a fixed airport and ends where the next
line begins, and an aircraft flies the next line on the next day. So every aircraft continues where
it arrived, across the ends of months too, and each month can be made by itself.

Times are minutes of UTC since midnight of the day: clocks that change move the whole plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from benchmarks.series.airports import HUB_COUNT, Airport

# the largest first, with the ids that the Department of Transportation gives them
CARRIERS = {
    "AA": 19805,
    "WN": 19393,
    "DL": 19790,
    "UA": 19977,
    "OO": 20304,
    "B6": 20409,
    "AS": 19930,
    "NK": 20416,
    "MQ": 20398,
    "YX": 20452,
    "9E": 20363,
    "F9": 20436,
    "OH": 20397,
    "HA": 19690,
    "G4": 20368,
}
LEGS_A_DAY = 3.65  # measured: how many legs a line has on average

_FIRST_DEPARTURE, _SPREAD = 5 * 60 + 30, 120
_LAST_DEPARTURE, _LAST_ARRIVAL = 22 * 60 + 30, 25 * 60 + 30  # by the clocks there
_MOST_LEGS = 8
_RETURNS = 0.6
_TURN = (40, 55)


@dataclass(frozen=True)
class Leg:
    """A scheduled flight; `is_outbound` if the next leg of the line flies straight back."""

    number: int
    origin: Airport
    destination: Airport
    departs: int
    elapsed: int
    miles: int
    is_outbound: bool = False


def lines_of(
    carrier: int, count: int, places: Sequence[Airport], month: str, midnight: datetime
) -> list[list[Leg]]:
    """Return the lines of a carrier in a month."""
    begins = [_begin(carrier, line, places) for line in range(count)]
    return [
        _line(carrier, line, begins[line], begins[(line + 1) % count], places, month, midnight)
        for line in range(count)
    ]


def _begin(carrier: int, line: int, places: Sequence[Airport]) -> Airport:
    return _hub(Random(f"begin {carrier} {line}"), carrier, places)  # noqa: S311 - made-up data


def _hub(chance: Random, carrier: int, places: Sequence[Airport]) -> Airport:
    """Return one of the carrier's eight hubs."""
    hubs = min(HUB_COUNT, len(places))
    return places[(carrier * 3 + chance.randrange(8)) % hubs]


def _line(  # noqa: PLR0913, PLR0917 - a plan has that many sides
    carrier: int,
    line: int,
    begin: Airport,
    end: Airport,
    places: Sequence[Airport],
    month: str,
    midnight: datetime,
) -> list[Leg]:
    chance = Random(f"line {month} {carrier} {line}")  # noqa: S311 - made-up data
    clocks = {place.code: place.offset(midnight) for place in places}
    ready = _FIRST_DEPARTURE + chance.randrange(_SPREAD) - clocks[begin.code]
    here, hops = begin, list[tuple[Airport, Airport, int]]()
    while True:
        there = _next(chance, carrier, here, places, hops)
        back = ready + _elapsed(here, there) + _TURN[1]
        returns = _can_fly(there, end, back, clocks) or there is end
        if len(hops) == _MOST_LEGS - 1 or not (returns and _can_fly(here, there, ready, clocks)):
            break
        hops.append((here, there, ready))
        ready += _elapsed(here, there) + chance.randint(*_TURN)
        here = there
    if here is not end:
        hops.append((here, end, ready))
    return [
        Leg(
            number=1 + (line * _MOST_LEGS + place) % 9_990,
            origin=origin,
            destination=destination,
            departs=departs,
            elapsed=_elapsed(origin, destination),
            miles=origin.miles_to(destination),
            is_outbound=place + 1 < len(hops) and hops[place + 1][1] is origin,
        )
        for place, (origin, destination, departs) in enumerate(hops)
    ]


def _next(
    chance: Random,
    carrier: int,
    here: Airport,
    places: Sequence[Airport],
    hops: list[tuple[Airport, Airport, int]],
) -> Airport:
    """Return where to fly next: often back, else to a hub of the carrier or to any airport."""
    if hops and chance.random() < _RETURNS:
        return hops[-1][0]
    while True:
        anywhere = chance.random() < 0.5  # noqa: PLR2004 - as often as not
        there = chance.choice(places) if anywhere else _hub(chance, carrier, places)
        if there is not here:
            return there


def _can_fly(here: Airport, there: Airport, departs: int, clocks: dict[str, int]) -> bool:
    """Return whether a flight leaves before the night and arrives before the next morning."""
    if here is there:
        return True
    leaves = departs + clocks[here.code]
    arrives = departs + _elapsed(here, there) + clocks[there.code]
    return _FIRST_DEPARTURE <= leaves <= _LAST_DEPARTURE and arrives <= _LAST_ARRIVAL


def _elapsed(here: Airport, there: Airport) -> int:
    return 45 + here.miles_to(there) // 8
