"""Today's date, in the one time zone in which publishers date their files."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Return today's date in UTC."""
    return datetime.now(UTC).date()
