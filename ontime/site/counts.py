"""Write the counts that the explorer adds up, in small scripts that it loads when it needs them.

Flights are counted by month, carrier, origin and destination. The first script, `cube.js`, holds
the names, all flights by month, and the largest routes. The flights from an airport, to an airport
and of a carrier are in a script each, `cube/from-EWR.js`: every choice needs one of them at most.

A row is its distance from the row before, then its counts; a count that is almost another one is
how much it is less. The numbers are written as in source maps (base 64 VLQ): a digit has five bits
and says whether another follows, and the lowest bit of a number is its sign. Most of them take one
letter. `assets/explore.js` reads them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ontime.site.cards.subjects import Subject
    from ontime.site.reader import Reader

_SHOWN_ROUTES = 200

# short name, column, and the count that it is written as the distance from
_COUNTS = (
    ("scheduled", "scheduled_flights", ""),
    ("completed", "completed_flights", "scheduled"),
    ("arrived", "on_time_arrivals", "completed"),
    ("left", "on_time_departures", "scheduled"),
    ("never", "never_flown_flights", ""),
    ("hour", "arrivals_60_minutes_late", ""),
    ("delay", "net_arrival_delay_minutes", ""),
)
_NAMES = [name for name, _, _ in _COUNTS]
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BITS = 5

# place of a row, and its counts
Counted = tuple[int, Sequence[int]]


def write(
    assets: Path,
    reader: Reader,
    found: Sequence[Subject],
    publication_name: str,
    more: Mapping[str, Any],
) -> None:
    """Write the scripts; the first of them also holds what the page needs `more`."""
    months, carriers, airports = (_values(reader, columns) for columns in _DIMENSIONS)
    names = {subject.code: subject.name for subject in found if subject.kind != "route"}
    named = [
        sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])
        for codes in (carriers, airports)
    ]
    at_month = {month: place for place, month in enumerate(months)}
    at_carrier, at_airport = (
        {code: place for place, (code, _) in enumerate(pairs)} for pairs in named
    )
    # the widest place first: carrier, origin, destination, month
    steps = (len(airports) ** 2 * len(months), len(airports) * len(months), len(months))
    parts: dict[str, list[Counted]] = defaultdict(list)
    for month, carrier, origin, destination, *counted in reader.connection.execute(
        _CUBE
    ).fetchall():
        place = (
            at_carrier[carrier] * steps[0]
            + at_airport[origin] * steps[1]
            + at_airport[destination] * steps[2]
            + at_month[month]
        )
        row = (place, counted)
        for kind, code in (("from", origin), ("to", destination), ("by", carrier)):
            parts[f"{kind}-{_in_a_file_name(code)}"].append(row)
    of_months = reader.connection.execute(_ALL).fetchall()
    of_routes = reader.connection.execute(_LARGEST, [_SHOWN_ROUTES]).fetchall()
    cube = {
        "months": months,
        "carriers": named[0],
        "airports": named[1],
        "from": _places(reader, "origin_airport_code", at_airport),
        "to": _places(reader, "destination_airport_code", at_airport),
        "routes": reader.rows(
            "select count(*) as n from"
            " (select distinct origin_airport_code, destination_airport_code from cube)"
        )[0]["n"],
        "shownRoutes": _SHOWN_ROUTES,
        "counts": _NAMES,
        "countColumns": [column for _, column, _ in _COUNTS],
        "lessThan": [_NAMES.index(base) if base else -1 for _, _, base in _COUNTS],
        "all": encoded((at_month[month], counted) for month, *counted in of_months),
        "largest": encoded(
            (
                at_airport[origin] * steps[1]
                + at_airport[destination] * steps[2]
                + at_month[month],
                counted,
            )
            for month, origin, destination, *counted in of_routes
        ),
        **more,
    }
    content = json.dumps(cube, ensure_ascii=True, separators=(",", ":"))
    # parts of another publication count other flights, and may name them by other places
    stamp = hashlib.sha256(f"{publication_name}{content}".encode()).hexdigest()[:12]
    (assets / "cube.js").write_text(
        f'window.ontimeCube={content};\nwindow.ontimeCube.stamp="{stamp}";\n', encoding="utf-8"
    )
    folder = assets / "cube"
    folder.mkdir()
    for name, of_the_part in parts.items():
        text = f'ontimePart("{name}","{stamp}","{encoded(of_the_part)}");\n'
        (folder / f"{name}.js").write_text(text, encoding="utf-8")


def encoded(rows: Iterable[Counted]) -> str:
    """Return rows as text, in the order of their places."""
    letters: list[str] = []
    last = 0
    for place, counted in sorted(rows):
        letters.append(_number(place - last))
        last = place
        for own, (_, _, base) in zip(counted, _COUNTS, strict=True):
            letters.append(_number(counted[_NAMES.index(base)] - own if base else own))
    return "".join(letters)


def _number(value: int) -> str:
    rest = 2 * value if value >= 0 else -2 * value - 1
    letters = ""
    while True:
        rest, digit = divmod(rest, 1 << _BITS)
        letters += _DIGITS[digit + (1 << _BITS if rest else 0)]
        if not rest:
            return letters


def _in_a_file_name(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", code)


def _values(reader: Reader, columns: Sequence[str]) -> list[str]:
    selected = " union ".join(f"select distinct {column} from cube" for column in columns)  # noqa: S608
    return sorted(value for (value,) in reader.connection.execute(selected).fetchall())


def _places(reader: Reader, column: str, at: Mapping[str, int]) -> list[int]:
    return sorted(at[code] for code in _values(reader, (column,)))


_MONTH = "strftime(flight_month, '%Y-%m')"
_DIMENSIONS = (
    (_MONTH,),
    ("carrier_code",),
    ("origin_airport_code", "destination_airport_code"),
)
_SUMS = ", ".join(
    f"cast(sum({column}) as bigint)"
    for column in (
        "cancelled_flights + never_departed_flights" if name == "never" else column
        for name, column, _ in _COUNTS
    )
)
_ALL = f"select {_MONTH}, {_SUMS} from cube group by flight_month"  # noqa: S608
_ROUTE = "origin_airport_code, destination_airport_code"
_CUBE = f"select {_MONTH}, carrier_code, {_ROUTE}, {_SUMS} from cube group by all"  # noqa: S608
_LARGEST = f"""
select {_MONTH}, {_ROUTE}, {_SUMS} from cube
semi join (
    select {_ROUTE} from cube group by {_ROUTE}
    order by sum(scheduled_flights) desc, {_ROUTE} limit $1
) as largest using ({_ROUTE})
group by flight_month, {_ROUTE}
"""  # noqa: S608
