"""Months and their days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ingest.months import first_day, following


def months_from(first: str, count: int) -> list[str]:
    """Return consecutive months, such as 2022-01, 2022-02."""
    months = [first]
    while len(months) < count:
        months.append(following(months[-1]))
    return months


def days_of(month: str) -> list[date]:
    """Return the days of a month."""
    return list(days_between(first_day(month), first_day(following(month))))


def days_between(first: date, end: date) -> Iterator[date]:
    """Yield the days from the first up to the one before the end."""
    while first < end:
        yield first
        first += timedelta(days=1)
