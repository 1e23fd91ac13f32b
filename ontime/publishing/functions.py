"""The functions that the publishing macros call in their SQL: identity, run history, publishing.

dbt's plugin registers them on dbt's connection; `after_build` registers them on its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from duckdb import DuckDBPyConnection

from ontime.publishing.identity import Identity, identity
from ontime.publishing.order import Order
from ontime.publishing.placement import PublicationError, in_place
from ontime.publishing.writing import publish
from ontime.storage import runs, runs_table
from ontime.storage.revision import git_revision

_STOPPED = (
    "The publication was stopped. Readers still see the one before: `make publish` publishes the "
    "last whole build."
)


def register(connection: DuckDBPyConnection, project: str) -> None:
    """Register the functions on a connection to the warehouse.

    `project` is the checksum of the project's files as they were when the build began.
    """
    for name, function, arguments in (
        ("ontime_git_revision", git_revision, []),
        ("ontime_identity", _identity(connection, project), ["varchar", "varchar"]),
        ("ontime_identity_digest", _digest, ["varchar"]),
        ("ontime_identity_without_data", _without_data, ["varchar"]),
        ("ontime_identity_difference", _difference, ["varchar", "varchar"]),
        ("ontime_publish", _publisher(connection), ["varchar", "varchar"]),
        ("ontime_run_id", _run_id, []),
        ("ontime_note_build", lambda counts: _note_build(counts, connection), ["varchar"]),
        ("ontime_record_results", lambda results: _record(results, connection), ["varchar"]),
    ):
        connection.create_function(name, function, arguments, "varchar", side_effects=True)  # type: ignore[arg-type]


def _identity(connection: DuckDBPyConnection, project: str) -> Callable[[str, str], str]:
    def found(target: str, variables: str) -> str:
        with connection.cursor() as cursor:
            return identity(
                cursor, project=project, target=target, variables=json.loads(variables)
            ).as_json()

    return found


def _run_id() -> str:
    run = runs.current()
    return run.run_id if run else ""


def _note_build(counts: str, connection: DuckDBPyConnection) -> str:
    """Add a build's counts to the run in the log, and bring the log into the warehouse."""
    if run := runs.current():
        for name, count in json.loads(counts).items():
            setattr(run, name, count)
    with connection.cursor() as cursor:
        runs_table.write(cursor)
    return ""


def _digest(made_from: str) -> str:
    return Identity.from_json(made_from).digest


def _without_data(made_from: str) -> str:
    return Identity.from_json(made_from).without_data.as_json()


def _difference(built: str, now: str) -> str:
    return Identity.from_json(built).difference(Identity.from_json(now))


def _publisher(connection: DuckDBPyConnection) -> Any:
    def published(name: str, order: str) -> str:
        """Return the outcome as JSON; the macro raises a refusal as a dbt error."""
        try:
            outcome = publish(connection, name, Order.from_json(order))
        except PublicationError as error:
            return json.dumps({"problem": str(error)})
        except (KeyboardInterrupt, RuntimeError) as error:
            # what DuckDB makes of a Ctrl-C, which dbt would show with all that called it
            if isinstance(error, RuntimeError) and "interrupted" not in str(error):
                raise
            return json.dumps({"problem": _STOPPED})
        if (run := runs.current()) and outcome.startswith("published") and (seen := in_place()):
            run.publication = seen.name
        return json.dumps({"outcome": outcome})

    return published


def _record(results: str, connection: DuckDBPyConnection) -> str:
    """Load a build's test results through a separate connection, and return how many."""
    from ingest.sources.dbt_artifacts import record  # noqa: PLC0415 - only a whole build needs it

    with connection.cursor() as cursor:
        return f"{record(results, cursor)} test results recorded"
