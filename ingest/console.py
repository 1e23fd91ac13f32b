"""Where ingestion speaks: what it does on one stream, what goes wrong on the other."""

from __future__ import annotations

from rich.console import Console

console = Console(highlight=False, emoji=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

_MEGABYTE = 1_000_000


def size(count: int | None) -> str:
    """Return a number of bytes as a person reads it."""
    if count is None:
        return "size not told"
    if count < _MEGABYTE / 10:
        return f"{count / 1000:,.1f} kB"
    return f"{count / _MEGABYTE:,.1f} MB"
