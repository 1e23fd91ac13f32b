"""Report a run that has ended as OpenLineage events, if that is configured."""

from __future__ import annotations

import os

from ontime.storage.runs import history
from ontime.terminal.console import errors

# the file or address that gets the events
SETTING = "ONTIME_OPENLINEAGE"


def report_lineage(run_id: str | None) -> None:
    """Send the lineage of a run to whom the environment names; None if no run was recorded."""
    if not run_id or not os.environ.get(SETTING):
        return
    from ontime.openlineage.sending import report  # noqa: PLC0415 - few runs send it

    ended = next((known for known in reversed(history()) if known.run_id == run_id), None)
    if ended and (sentence := report(ended)):
        errors().print(sentence, markup=False)
