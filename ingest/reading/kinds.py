"""Find texts that do not match their declared kind.

Each distinct text is checked once, so the cost grows with the number of distinct values, not with
the number of rows: a year of flights has only a thousand different delays.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from math import isfinite

import pyarrow as pa
import pyarrow.compute as pc

from ingest.declarations import Kind

# forms, spreadsheets and programs add the midnight with which a date begins
_ISO_DATE = r"\d{4}-\d{2}-\d{2}(?:[ T]00:00:00)?"
_WEB_FORM_DATE = (
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?: 12:00:00 AM| 0?0:00(?::00)?)?"
)

_ISO_DATE_LENGTH = len("2013-01-31")

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"

_PATTERNS = {
    # nine digits always fit the 32 bits that staging casts to
    Kind.INTEGER: re.compile(r"[+-]?0*\d{1,9}(\.0*)?", re.ASCII),
    Kind.NUMBER: re.compile(_NUMBER, re.ASCII),
    Kind.DEPTH: re.compile(rf"{_NUMBER}|T", re.ASCII),
    Kind.DIGITS: re.compile(r"\d{1,4}", re.ASCII),
    Kind.CLOCK: re.compile(r"2400|([01]?\d|2[0-3])[0-5]\d|[0-5]?\d", re.ASCII),
    Kind.DATE: re.compile(rf"{_ISO_DATE}|{_WEB_FORM_DATE}", re.ASCII),
    Kind.MINUTE: re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", re.ASCII),
    Kind.AIRPORT: re.compile(r"[A-Z0-9]{3}", re.ASCII),
    Kind.INSTANT: re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII),
}


# cached, because the parts of a file mostly contain the same texts
@lru_cache(maxsize=1 << 16)
def reads_as(text: str, kind: Kind) -> bool:
    """Return whether a text matches its kind; an impossible date does not, nor does infinity."""
    if kind is Kind.TEXT:
        return True
    match = _PATTERNS[kind].fullmatch(text)
    if not match:
        return False
    try:
        if kind is Kind.DATE and match["year"]:
            date(int(match["year"]), int(match["month"]), int(match["day"]))
        elif kind is Kind.DATE:
            date.fromisoformat(text[:_ISO_DATE_LENGTH])
        elif kind in (Kind.INSTANT, Kind.MINUTE):
            datetime.fromisoformat(text)
        elif kind in (Kind.NUMBER, Kind.DEPTH):
            return text == "T" or isfinite(float(text))
    except ValueError:
        return False
    return True


def unreadable(texts: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray | None:
    """Return a mask of the rows whose text does not match `kind`, or None if all match.

    Null always passes.
    """
    if kind is Kind.TEXT:
        return None
    distinct = pc.unique(texts).drop_null().to_pylist()
    bad = [text for text in distinct if not reads_as(text, kind)]
    return pc.is_in(texts, value_set=pa.array(bad, pa.string())) if bad else None
