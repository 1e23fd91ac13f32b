"""Decide from all dates of a file whether the month or the day comes first in them."""

from __future__ import annotations

import re
from collections import Counter

from ingest.errors import RefusedFileError

_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTHS_A_YEAR = 12
_REMEDY = "FL_DATE (FlightDate) should look like 2024-01-31 or 1/31/2024"


def refuse_day_first(texts: Counter[str], name: str) -> None:
    """Refuse a file whose dates begin with the day, or may: its flights would get other months.

    A number above 12 is a day. If a file has none, its dates begin with the month unless the
    other order makes fewer months of them. A single damaged date does not decide.

    Raises:
        RefusedFileError: the dates of the file begin with the day, or cannot be told.

    """
    found = [
        (text, (int(form[1]), int(form[2]), form[3]), rows)
        for text, rows in texts.items()
        if (form := _SLASHES.match(text))
    ]
    first = sum(rows for _, (one, other, _), rows in found if other <= _MONTHS_A_YEAR < one)
    second = sum(rows for _, (one, other, _), rows in found if one <= _MONTHS_A_YEAR < other)
    if first > second:
        example = next(text for text, (one, _, _), _ in found if one > _MONTHS_A_YEAR)
        raise RefusedFileError(
            f"{name} writes the day before the month ({example}): {_REMEDY}, so write its dates in "
            "one of these ways, or download it again."
        )
    months_if_first = {(year, one) for _, (one, _, year), _ in found}
    months_if_second = {(year, other) for _, (_, other, year), _ in found}
    if not first and not second and len(months_if_first) > len(months_if_second):
        raise RefusedFileError(
            f"{name} has only dates such as {found[0][0]} and {found[-1][0]}, which may begin with "
            f"the day: {_REMEDY}, so write its dates in the first of these ways."
        )
