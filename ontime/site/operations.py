"""Write the page of operations: what ran, how it ended, and how long the models take.

The published file knows the runs up to the build that made it. The log beside the warehouse, if
this machine has it, also knows those that published nothing since, such as a build that failed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from ontime.site.markup import plain_table
from ontime.storage import runs

if TYPE_CHECKING:
    from ontime.site.reader import Reader, Row

_NEWEST_RUNS = 50
_SLOWEST_MODELS = 20
_LABELS = {
    "command": "command",
    "outcome": "outcome",
    "git_revision": "revision",
    "files_loaded": "files loaded",
    "rows_loaded": "rows loaded",
    "models_built": "models built",
    "tests_passed": "tests passed",
    "tests_failed": "tests failed",
    "duration_seconds": "seconds",
    "started_at_utc": "started (UTC)",
}
_REVISION_LENGTH = 12

_RUNS = """
select run_id, command, outcome, git_revision, files_loaded, rows_loaded, models_built,
    tests_passed, tests_failed, duration_seconds, started_at_utc
from catalogue.runs
"""
_MODELS = f"""
with
numbered as (
    select
        *,
        dense_rank() over (order by built_at_utc desc, run_id desc) as builds_ago
    from catalogue.model_builds
    where status = 'success'
)

select
    concat(schema_name, '.', table_name) as table_name,
    any_value(row_count) filter (where builds_ago = 1) as row_count,
    any_value(duration_seconds) filter (where builds_ago = 1) as seconds,
    median(duration_seconds) filter (where builds_ago > 1) as median_seconds_before
from numbered
group by all
having any_value(duration_seconds) filter (where builds_ago = 1) is not null
order by seconds desc, table_name asc
limit {_SLOWEST_MODELS}
"""  # noqa: S608 - the number is ours


def content(reader: Reader) -> str:
    """Return the body of the page."""
    known = _known(reader)
    last = known[:_NEWEST_RUNS]
    table = plain_table(
        list(_LABELS.values()),
        [[_value(run, name) for name in _LABELS] for run in last],
        caption=f"The last {len(last)} of {len(known)} runs",
    )
    models = _rows(reader, _MODELS)
    labels = ["table", "rows", "seconds", "median seconds in builds before"]
    if all(row["median_seconds_before"] is None for row in models):
        labels = labels[:-1]
    slowest = plain_table(
        labels,
        [list(row.values())[: len(labels)] for row in models],
        caption=f"The {len(models)} slowest models of the last build",
    )
    failed = sum(run["outcome"] != "succeeded" for run in last)
    answer = (
        f"{len(last) - failed} of the last {len(last)} runs succeeded."
        if last
        else "No runs are recorded."
    )
    return (
        f'<section><h2>What ran, and how did it end?</h2><p class="text">{answer}</p>{table}'
        f"</section><section><h2>Which models take longest?</h2>{slowest}</section>"
    )


def _known(reader: Reader) -> list[Row]:
    """Return the runs of the publication and of the log, newest first."""
    found = {run["run_id"]: run for run in _rows(reader, _RUNS)}
    for run in runs.history():
        started = datetime.fromisoformat(run.started_at_utc).replace(tzinfo=None)
        found[run.run_id] = {**run.as_dict(), "started_at_utc": started}
    return sorted(found.values(), key=lambda run: (run["started_at_utc"], run["run_id"]))[::-1]


def _value(run: Row, name: str) -> Any:
    return run[name][:_REVISION_LENGTH] if name == "git_revision" else run[name]


def _rows(reader: Reader, sql: str) -> list[Row]:
    """Return the rows of a query, or none if the publication is older than the history."""
    try:
        return reader.rows(sql)
    except duckdb.CatalogException:
        return []
