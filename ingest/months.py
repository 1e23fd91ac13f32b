"""Months as a user writes them: `2024-01`, `2024-01..2024-12`, lists of these, `latest`, `all`.

A month is a text such as `2024-01`; such texts sort in calendar order. Nothing here reads the clock
or asks a publisher: today's date and the newest month are passed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from ingest.errors import IngestError

FIRST = "1987-10"
"""The first month of which carriers reported their flights."""

_LONGEST_SEARCH = 12

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_FORMS = (
    "write 2024-01, a range 2024-01..2024-12, a list of these with commas between, latest, or all"
)


def parse_months(text: str, *, today: date, offered: Callable[[], Sequence[str]]) -> list[str]:
    """Return the months that a user named, each once, in calendar order.

    `offered` returns the months on offer, in order; it is called at most once, and only if the text
    contains `latest`, the last of them, or `all`. Months named one by one or in a range are
    returned even if they are not on offer.

    Raises:
        IngestError: the text has none of these forms, or names a month without flights: one before
            October 1987 or in the future.

    """
    known: list[Sequence[str]] = []

    def on_offer() -> Sequence[str]:
        if not known:
            known.append(offered())
        return known[0]

    def latest() -> str:
        return on_offer()[-1]

    months: set[str] = set()
    for part in text.split(","):
        word = part.strip()
        if word.lower() == "all":
            months.update(on_offer())
        elif ".." in word:
            months.update(_range(word, today, latest))
        else:
            months.add(_month(word, today, latest))
    return sorted(months)


def why_impossible(months: Iterable[str], *, today: date, first: str = "") -> str:
    """Return which of the months cannot have any rows and why, or an empty text."""
    for month in sorted(months):
        if month < first:
            return f"{month}, before {first}, when the records begin"
        if month > month_of(today):
            return f"{month}, which is still to come"
    return ""


def newest_offered(today: date, is_offered: Callable[[str], bool]) -> str:
    """Return the newest month on offer, asking about one month at a time backwards from today.

    Raises:
        IngestError: none of the last twelve months is offered.

    """
    month = month_of(today)
    for _ in range(_LONGEST_SEARCH):
        month = preceding(month)
        if is_offered(month):
            return month
    raise IngestError(
        f"None of the {_LONGEST_SEARCH} months from {month} to {preceding(month_of(today))} is "
        "offered by the publisher, which is usually 6 to 8 weeks behind: name months instead of "
        "`latest`, and check that its address has not changed."
    )


def between(first: str, last: str) -> Iterator[str]:
    """Yield the months from the first to the last, both included."""
    month = first
    while month <= last:
        yield month
        month = following(month)


def first_day(month: str) -> date:
    """Return the day on which the month begins."""
    return date.fromisoformat(f"{month}-01")


def following(month: str) -> str:
    """Return the next month."""
    return month_of(first_day(month) + timedelta(days=31))


def preceding(month: str) -> str:
    """Return the month before."""
    return month_of(first_day(month) - timedelta(days=1))


def month_of(day: date) -> str:
    """Return the month in which a day lies."""
    return day.isoformat()[:7]


def _range(word: str, today: date, latest: Callable[[], str]) -> Iterator[str]:
    first, last = (_month(end.strip(), today, latest) for end in word.split("..", 1))
    if first > last:
        raise IngestError(f"The range {word} runs backwards: write {last}..{first}.")
    return between(first, last)


def _month(word: str, today: date, latest: Callable[[], str]) -> str:
    if word.lower() == "latest":
        return latest()
    if not _MONTH.fullmatch(word):
        what = f"{word!r} is no month" if word else "A month is missing"
        raise IngestError(f"{what}: {_FORMS}.")
    if word < FIRST:
        raise IngestError(f"{word} is before {FIRST}, when the records of flights begin.")
    if word > month_of(today):
        raise IngestError(
            f"{word} is still to come; a month's flights are published 6 to 8 weeks after its end."
        )
    return word
