"""The command `runs`, and how runs are shown: what ran, when, how long, and how it ended."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ontime.commands.outcome import console
from ontime.storage.runs import Run, history

app = typer.Typer(add_completion=False)

_STYLES = {"succeeded": "green", "stopped": "yellow"}
_SECONDS_OF_A_MINUTE = 60


@app.command("runs")
def show_runs(
    limit: Annotated[
        int, typer.Option(envvar="ONTIME_LIMIT", min=1, help="How many of the newest runs.")
    ] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="One line of JSON for each run, as in the log.")
    ] = False,
) -> None:
    """Show the last runs: what ran, when, how long it took, and how it ended."""
    found = history()[-limit:]
    if as_json:
        for run in found:
            console.print(json.dumps(run.as_dict()), markup=False)
        return
    if not found:
        console.print("Nothing has run yet: `make run` loads, builds and publishes.")
        return
    console.print(table_of(found))
    if reason := found[-1].reason:
        console.print(f"The last run {found[-1].outcome}: {reason}", markup=False)


def table_of(found: list[Run]) -> Table:
    """Return a table of runs, in the order in which they come."""
    table = Table(title="Last runs", title_justify="left", box=None, pad_edge=False)
    for heading in ("started (UTC)", "command", "outcome"):
        table.add_column(heading)
    table.add_column("duration", justify="right")
    table.add_column("what it did")
    for run in found:
        table.add_row(
            run.started_at_utc[:16].replace("T", " "),
            Text(run.command),
            Text(run.outcome or "", style=_STYLES.get(run.outcome or "", "red")),
            duration(run.duration_seconds),
            Text(summary(run)),
        )
    return table


def duration(seconds: float | None) -> str:
    """Return a duration as people read it."""
    if seconds is None:
        return ""
    if seconds < _SECONDS_OF_A_MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _SECONDS_OF_A_MINUTE)
    return f"{minutes:,} min {rest} s"


def summary(run: Run) -> str:
    """Return in words what a run did."""
    counts = [
        (run.files_loaded, "files loaded"),
        (run.rows_loaded, "rows"),
        (run.rows_quarantined, "rows quarantined"),
        (run.files_given_up, "files not loaded"),
        (run.models_built, "models"),
        (run.tests_passed, "tests passed"),
        (run.tests_failed, "tests failed"),
    ]
    parts = [f"{count:,} {name}" for count, name in counts if count]
    if run.publication:
        parts.append("published")
    return ", ".join(parts)
