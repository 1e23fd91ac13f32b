"""What people should know: runs that failed, quality findings, irregular days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from ontime.storage.reader import ReaderError, open_published
from ontime.storage.runs import Run, history

# a notice is for people who look; the others are for people who do not
_QUALITY = """
select finding_id, severity, table_name, finding_text
from mart_quality_findings
where severity in ('warning', 'error')
order by period_month, finding_id
"""
_IRREGULAR = """
select
    concat(airport_code, '/', flight_date) as finding_id,
    severity,
    airport_code,
    concat(
        'On ', flight_date, ', ', disrupted_flights, ' of ', scheduled_flights, ' departures from ',
        airport_code, ' were disrupted; usual are ', round(100 * usual_disrupted_share, 1), ' %.'
    ) as finding_text
from mart_irregular_operations_days
order by flight_date, airport_code
"""


@dataclass(frozen=True)
class Finding:
    """One thing to know. The same finding has the same identity whenever it is looked for."""

    finding_id: str
    severity: str
    title: str
    text: str


def collected() -> list[Finding]:
    """Return everything that there is to know now, runs first."""
    return [*of_runs(history()), *_of_the_publication()]


def of_runs(runs: list[Run]) -> Iterator[Finding]:
    """Yield the runs that did not succeed.

    Runs of a command that fail one after the other for the same reason are one finding, so that a
    publisher that is down for a week is reported once. A run that a person stopped is not one.
    """
    failing: dict[str, tuple[str | None, str | None]] = {}
    for run in runs:
        kind = (run.outcome, run.reason)
        if run.outcome in {"succeeded", "stopped"}:
            failing.pop(run.command, None)
        elif failing.get(run.command) != kind:
            failing[run.command] = kind
            yield Finding(
                f"run/{run.run_id}",
                "warning" if run.is_transient else "error",
                f"{run.command}: {run.outcome}",
                f"ontime {run.command}, started {run.started_at_utc[:16]} UTC: "
                f"{run.reason or 'no reason is known'}",
            )


def _of_the_publication() -> Iterator[Finding]:
    """Yield what the published file knows; nothing if nothing is published."""
    try:
        with open_published() as connection:
            quality = connection.execute(_QUALITY).fetchall()
            irregular = connection.execute(_IRREGULAR).fetchall()
    except (ReaderError, duckdb.CatalogException):
        return
    for finding_id, severity, table, text in quality:
        yield Finding(f"quality/{finding_id}", severity, f"data quality of {table}", text)
    for finding_id, severity, airport, text in irregular:
        yield Finding(f"irregular/{finding_id}", severity, f"irregular day at {airport}", text)
