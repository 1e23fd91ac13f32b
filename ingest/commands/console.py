"""The consoles of ingestion: progress goes to standard output, problems to standard error."""

from __future__ import annotations

from warehouse.console import errors as errors_console
from warehouse.console import output

console = output()
errors = errors_console()

_MEGABYTE = 1_000_000


def size(count: int | None) -> str:
    """Return a number of bytes in readable form."""
    if count is None:
        return "size not told"
    if count < _MEGABYTE / 10:
        return f"{count / 1000:,.1f} kB"
    return f"{count / _MEGABYTE:,.1f} MB"
