"""Write the pages of all report cards."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ontime.site.cards import cube
from ontime.site.cards.content import content
from ontime.site.cards.subjects import Key, Subject, links, subjects
from ontime.site.pages import frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ontime.site.reader import Facts, Reader, Row

_QUERIES = ("summaries", "months", "hours", "weather", "chronic", "related")
_ABOUT = {
    "airport": "The report card of an airport.",
    "carrier": "The report card of a carrier.",
    "route": "The report card of a route.",
}

Tables = dict[str, dict[Key, list["Row"]]]


def read(reader: Reader) -> Tables:
    """Return the rows of all cards, by query and by subject."""
    cube.make(reader)
    tables: Tables = {}
    for name in _QUERIES:
        found: dict[Key, list[Row]] = defaultdict(list)
        for row in reader.rows(cube.sql(name)):
            found[row["subject_type"], row["subject_code"]].append(row)
        tables[name] = dict(found)
    return tables


def subjects_of(tables: Tables) -> list[Subject]:
    """Return the subjects that get a card."""
    return subjects({key: rows[0] for key, rows in tables["summaries"].items()})


def write(
    made: Path,
    tables: Tables,
    found: Sequence[Subject],
    menu: Sequence[tuple[str, str]],
    facts: Facts,
) -> None:
    """Write a page for each subject into the folder of the site."""
    to_cards = links(found, "../")
    for kind in _ABOUT:
        (made / kind).mkdir()
    for subject in found:
        page = frame(
            subject.name,
            content(subject, tables, to_cards, facts.scope),
            address=subject.address,
            menu=menu,
            about=_ABOUT[subject.kind],
            facts=facts,
        )
        (made / subject.address).write_text(page, encoding="utf-8")
