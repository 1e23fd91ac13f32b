"""One day of one aircraft: what its flights did, as the lines of the monthly file.

A late aircraft leaves late again, as far as the time on the ground does not absorb it. Cancelled
flights come in pairs, out and back, so that the aircraft stays where the plan has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from benchmarks.series.airports import Airport
from benchmarks.series.lines import CARRIERS, Leg

_LATE_FROM = 15
_SHORTEST_TURN = 30
_HELD_UP, _CANCELLED, _DIVERTED, _GATE_RETURN, _REACHED = 0.25, 0.02, 0.0025, 0.006, 0.8

_CLOCK = ["2400", *(f"{minute // 60:02}{minute % 60:02}" for minute in range(1, 1440))]
_HOURS = ["0001-0559", *(f"{hour:02}00-{hour:02}59" for hour in range(6, 24))]
_NO_LANDING = '"",,,"",,,"",""'
_NO_LANDINGS = ",".join([_NO_LANDING] * 5)
_FOUR_NO_LANDINGS = ",".join([_NO_LANDING] * 4)


class Clocks:
    """How far the clocks of each airport are ahead of UTC on a day, asked once for each hour."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._midnight = datetime.combine(day, datetime.min.time())
        self._known: dict[tuple[str, int], int] = {}

    def ahead(self, airport: Airport, minute: int) -> int:
        """Return the offset in minutes; the minute is of UTC, since midnight of the day."""
        key = (airport.code, minute // 60)
        if key not in self._known:
            self._known[key] = airport.offset(self._midnight + timedelta(hours=minute // 60))
        return self._known[key]


def lines_of_day(
    carrier: int, tail: str, legs: Sequence[Leg], clocks: Clocks, chance: Random
) -> Iterator[tuple[int, str]]:
    """Yield the flight number and the line of each flight."""
    late, free_from, cancelled_back = 0, 0, False
    for leg in legs:
        begin = _Begin(carrier, tail, leg, clocks)
        if cancelled_back or (leg.is_outbound and chance.random() < _CANCELLED):
            cancelled_back = not cancelled_back
            late = 0
            yield leg.number, begin.cancelled(chance)
            continue
        inherited = max(0, free_from - leg.departs) if late else 0
        late, line = begin.flown(chance, inherited)
        free_from = leg.departs + leg.elapsed + late + _SHORTEST_TURN
        yield leg.number, line


class _Begin:
    """A flight and the part of its line that is known beforehand."""

    def __init__(self, carrier: int, tail: str, leg: Leg, clocks: Clocks) -> None:
        self.leg, self.tail = leg, tail
        self.ahead = clocks.ahead(leg.origin, leg.departs)
        self.ahead_there = clocks.ahead(leg.destination, leg.departs + leg.elapsed)
        self.leaves = leg.departs + self.ahead
        self.arrives = leg.departs + leg.elapsed + self.ahead_there
        (code, dot_id), day = list(CARRIERS.items())[carrier], clocks.day
        self.lead = (
            f"{day.year},{(day.month + 2) // 3},{day.month},{day.day},{day.isoweekday()},{day},"
            f'"{code}",{dot_id},"{code}","{tail}","{leg.number}",'
            f'{leg.origin.values},{leg.destination.values},"{_CLOCK[self.leaves % 1440]}"'
        )
        self.clock_there = f'"{_CLOCK[self.arrives % 1440]}"'
        self.blocks = f'"{_block(self.leaves)}"', f'"{_block(self.arrives)}"'
        self.distance = f"1.00,{leg.miles}.00,{min(leg.miles // 250 + 1, 11)}"

    def cancelled(self, chance: Random) -> str:
        """Return the line of a flight that did not leave."""
        return (
            f'{self.lead},"",,,,,{self.blocks[0]},,"","",,{self.clock_there},"",,,,,'
            f'{self.blocks[1]},1.00,"{chance.choice("ABC")}",0.00,{self.leg.elapsed}.00,,,'
            f'{self.distance},,,,,,"",,,0,,,,,{_NO_LANDINGS},\n'
        )

    def flown(self, chance: Random, inherited: int) -> tuple[int, str]:
        """Return how late a flight arrived that left, and its line."""
        leg = self.leg
        own = int(chance.gauss(-3, 5))
        if chance.random() < _HELD_UP:
            own += int(chance.expovariate(1 / 25))
        delay = inherited + max(own, 0) if inherited else own
        taxi_out, taxi_in = 9 + int(chance.expovariate(0.11)), 2 + int(chance.expovariate(0.16))
        air = max(15, int(chance.gauss(leg.elapsed - 27, 6)))
        actual = taxi_out + air + taxi_in
        late = delay + actual - leg.elapsed
        leaves = self.leaves + delay
        off = leaves + taxi_out
        on = off + air + self.ahead_there - self.ahead
        departed = (
            f'"{_CLOCK[leaves % 1440]}",{_delay(delay)},{self.blocks[0]},{taxi_out}.00,'
            f'"{_CLOCK[off % 1440]}"'
        )
        if chance.random() < _DIVERTED:
            return self._diverted(chance, departed, on, taxi_in, late, actual)
        causes, returned = ",,,,", '"",,'
        if late >= _LATE_FROM:
            causes = _causes(chance, late, inherited)
        if chance.random() < _GATE_RETURN:
            returned = f'"{_CLOCK[(leaves - 9) % 1440]}",{taxi_out}.00,{taxi_out}.00'
        return late, (
            f'{self.lead},{departed},"{_CLOCK[on % 1440]}",{taxi_in}.00,{self.clock_there},'
            f'"{_CLOCK[(on + taxi_in) % 1440]}",{_delay(late)},{self.blocks[1]},0.00,"",0.00,'
            f"{leg.elapsed}.00,{actual}.00,{air}.00,{self.distance},{causes},{returned},0,,,,,"
            f"{_NO_LANDINGS},\n"
        )

    def _diverted(  # noqa: PLR0913, PLR0917 - a diversion has that many sides
        self, chance: Random, departed: str, on: int, taxi_in: int, late: int, actual: int
    ) -> tuple[int, str]:
        """Return a flight that landed at its origin first; most of them fly on afterwards."""
        origin, longest = self.leg.origin, chance.randrange(5, 90)
        lost = 60 + longest
        reached = chance.random() < _REACHED
        final = "0.00,," if not reached else f"1.00,{actual + lost}.00,{late + lost}.00"
        arrived = f'"{_CLOCK[(on + taxi_in + lost) % 1440]}"' if reached else '""'
        on_at_last = f'"{_CLOCK[(on + lost) % 1440]}",{taxi_in}.00' if reached else '"",'
        again = f'"{_CLOCK[(on - 20) % 1440]}","{self.tail}"' if reached else '"",""'
        return (late + lost if reached else 0), (
            f"{self.lead},{departed},{on_at_last},{self.clock_there},{arrived},,,,,"
            f'{self.blocks[1]},0.00,"",1.00,{self.leg.elapsed}.00,,,{self.distance},'
            f',,,,,"",,,1,{final},{0 if reached else self.leg.miles}.00,"{origin.code}",'
            f'{origin.number},{origin.number}02,"{_CLOCK[(on - 60) % 1440]}",{longest}.00,'
            f"{longest}.00,{again},{_FOUR_NO_LANDINGS},\n"
        )


def _causes(chance: Random, late: int, inherited: int) -> str:
    """Return the five causes, which add up to the arrival delay."""
    by_aircraft = min(late, inherited)
    rest = late - by_aircraft
    by_carrier = chance.randrange(rest + 1)
    by_weather = chance.randrange(rest - by_carrier + 1) if chance.random() < 0.1 else 0  # noqa: PLR2004
    by_nas = rest - by_carrier - by_weather
    return f"{by_carrier}.00,{by_weather}.00,{by_nas}.00,0.00,{by_aircraft}.00"


def _delay(minutes: int) -> str:
    """Return the four columns of a delay: minutes, minutes not below 0, is late, group."""
    group = max(-2, min(12, minutes // 15))
    return f"{minutes}.00,{max(minutes, 0)}.00,{int(minutes >= _LATE_FROM)}.00,{group}"


def _block(minute: int) -> str:
    return _HOURS[max(0, minute % 1440 // 60 - 5)]
