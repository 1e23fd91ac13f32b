"""Numbers of bytes as people read them."""

from __future__ import annotations

_MEGABYTE = 1_000_000


def size(count: int | None) -> str:
    """Return a number of bytes in readable form."""
    if count is None:
        return "size unknown"
    if count < _MEGABYTE / 10:
        return f"{count / 1000:,.1f} kB"
    return f"{count / _MEGABYTE:,.1f} MB"
