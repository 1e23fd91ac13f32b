"""Well-known files of the same flights in another shape, which do not load."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.months import FIRST

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Shape:
    """A known file: what it is called, and the names in its header that no other file has.

    `without` are names that the publisher's own files have and this one does not. `row` is how its
    rows begin, where the names alone do not decide.
    """

    title: str
    names: frozenset[str]
    without: frozenset[str] = frozenset()
    row: str = ""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


_SHAPES = (
    Shape(
        "the file of 2015 flights on Kaggle",
        _names("AIRLINE FLIGHT_NUMBER ORIGIN_AIRPORT SCHEDULED_DEPARTURE ARRIVAL_DELAY"),
    ),
    Shape(
        "one of the yearly files of 2009 to 2018 on Kaggle",
        _names("FL_DATE OP_CARRIER OP_CARRIER_FL_NUM CRS_DEP_TIME CRS_ARR_TIME ARR_DELAY"),
        without=_names("OP_UNIQUE_CARRIER YEAR OP_CARRIER_AIRLINE_ID"),
        row=r"\d{4}-\d{2}-\d{2},",
    ),
    Shape(
        "one of the yearly files of 2018 to 2022 on Kaggle",
        _names("FlightDate Airline Origin Dest CRSDepTime ArrDelayMinutes"),
        without=_names("Reporting_Airline"),
    ),
    Shape(
        "the file of 2019 to 2023 on Kaggle",
        _names("FL_DATE AIRLINE_CODE DOT_CODE FL_NUMBER"),
    ),
    Shape(
        "one of the yearly files of the Data Expo 2009",
        _names("Year Month DayofMonth UniqueCarrier FlightNum CRSDepTime"),
        without=_names("FlightDate"),
    ),
)


def other_shape(header: Sequence[str], first_row: str) -> str:
    """Return a sentence about a known file in another shape, or an empty text if it is none."""
    names = {name.casefold() for name in header}
    for shape in _SHAPES:
        has_its_names = shape.names <= names and not shape.without & names
        if has_its_names and re.match(shape.row, first_row):
            return f"is {shape.title}, which does not load: {_instead(first_row)}."
    return ""


def _instead(first_row: str) -> str:
    year = _YEAR.search(first_row)
    if year is None or year[0] < FIRST[:4]:
        return "fetch the month files of the same flights with MONTHS instead"
    first, last = max(f"{year[0]}-01", FIRST), f"{year[0]}-12"
    return f"fetch the month files of the same flights with MONTHS={first}..{last} instead"
