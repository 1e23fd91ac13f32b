"""The consoles of ingestion: progress goes to standard output, problems to standard error."""

from __future__ import annotations

from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output

console = output()
errors = errors_console()
