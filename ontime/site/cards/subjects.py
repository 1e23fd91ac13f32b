"""The airports, carriers and routes that have a report card, and the addresses of their pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ontime.site.reader import Row

# a national year has about seven thousand routes: the largest of them get a card
ROUTE_LIMIT = 1000

_PARTS = {
    "airport": ("destination_airport", "origin_airport"),
    "carrier": ("carrier",),
    "route": ("route",),
}

Key = tuple[str, str]


@dataclass(frozen=True)
class Subject:
    """One report card; its parts are the subjects of the marts that it shows, by type."""

    kind: str
    code: str
    name: str
    scheduled_flights: int
    parts: tuple[str, ...]

    @property
    def address(self) -> str:
        """Return the path of its page in the site."""
        return f"{self.kind}/{re.sub(r'[^A-Za-z0-9-]', '_', self.code)}.html"


def subjects(summaries: Mapping[Key, Row]) -> list[Subject]:
    """Return the subjects that get a card: of each kind, the one with most flights first."""
    found = []
    for kind, types in _PARTS.items():
        codes = dict.fromkeys(code for subject_type, code in summaries if subject_type in types)
        of_the_kind = []
        for code in codes:
            parts = tuple(part for part in types if (part, code) in summaries)
            rows = [summaries[part, code] for part in parts]
            flights = sum(row["scheduled_flights"] for row in rows)
            of_the_kind.append(Subject(kind, code, rows[0]["subject_name"], flights, parts))
        of_the_kind.sort(key=lambda subject: (-subject.scheduled_flights, subject.code))
        found += of_the_kind[: ROUTE_LIMIT if kind == "route" else None]
    return found


def links(found: Iterable[Subject], up: str) -> dict[str, str]:
    """Return the address of each card by the name of its subject, and of a route by its code.

    A name that two subjects share leads nowhere.
    """
    by_name: dict[str, set[str]] = {}
    for subject in found:
        for name in {subject.name, subject.code if subject.kind == "route" else subject.name}:
            by_name.setdefault(name, set()).add(up + subject.address)
    return {name: min(those) for name, those in by_name.items() if len(those) == 1}
