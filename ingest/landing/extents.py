"""Compare how much of a partition two files hold, so that a part does not replace the whole.

A file that people download can hold one carrier, one state, one station or the first days of a
month, and looks like any other. An issue that corrects a month has about as many rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from ingest.declarations import Source, publisher_of
from ingest.errors import RefusedFileError
from ingest.landing.store import Landed
from ingest.publishers import Extent
from ingest.reading.packing import UNREADABLE

# a month that is issued again has changed by a few rows in a thousand
_LEAST_PERCENT = 95


def refuse_part(source: Source, name: str, path: Path, landed: Landed) -> None:
    """Refuse a file that holds clearly less of its partition than the one that has landed.

    `name` is the user's name of the file, and `path` is where it is.

    Raises:
        RefusedFileError: some days, carriers or stations are missing in it, or many rows.

    """
    here = extent_of(source, landed.path, landed.partition)
    new = extent_of(source, path, landed.partition)
    if here is None or new is None or not (less := _what_is_less(new, here)):
        return
    raise RefusedFileError(
        f"{name} holds only a part of {landed.partition}: {less} of {landed.path.name}, which "
        f"landed on {landed.landed_at_utc:%Y-%m-%d} and stays. If both are parts of the month, "
        f"join them into one file; if {name} should replace it, take it out first with "
        f"`ontime remove {source.name} {landed.partition}`."
    )


def how_they_differ(extents: Sequence[Extent | None]) -> str:
    """Return what files of a partition have different ones of, if they are parts of a whole."""
    pairs = list(combinations(extents, 2))
    known = [(one, other) for one, other in pairs if one and other]
    if not pairs or len(known) < len(pairs):
        return ""
    if not any(one.days & other.days for one, other in known):
        return "different days"
    if not any(one.members & other.members for one, other in known):
        return f"different {known[0][0].members_are}"
    return ""


def extent_of(source: Source, path: Path, partition: str) -> Extent | None:
    """Return how much of a partition a file holds, or None if that cannot be found out."""
    measure = publisher_of(source).extent
    try:
        return measure(path, partition) if measure else None
    except (*UNREADABLE, RefusedFileError):
        return None


def _what_is_less(new: Extent, here: Extent) -> str:
    """Return what a file has less of than the one that is here, or an empty text."""
    less = []
    if missing := here.days - new.days:
        less.append(_of(len(here.days) - len(missing), len(here.days), "days"))
    if missing := here.members - new.members:
        less.append(_of(len(here.members) - len(missing), len(here.members), here.members_are))
    if 100 * new.size < _LEAST_PERCENT * here.size:
        less.append(_of(new.size, here.size, here.size_is))
    return " and ".join([", ".join(less[:-1]), less[-1]] if len(less) > 1 else less)


def _of(some: int, whole: int, words: str) -> str:
    return f"{some:,} of the {whole:,} {words}"
