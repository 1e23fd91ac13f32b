"""The command `failures`."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from ontime.commands.outcome import console, sentences
from ontime.querying.answers import write
from ontime.querying.failures import FailuresError, LastRun, open_warehouse

app = typer.Typer(add_completion=False)


@app.command()
def failures(
    limit: Annotated[
        int, typer.Option(envvar="ONTIME_LIMIT", min=1, help="Show at most so many rows of a test.")
    ] = 10,
) -> None:
    """Show the rows behind the tests that failed in the last build or audit.

    With the key of each row, and its file and number where the table keeps them. Reads the
    warehouse as it is now and changes nothing.
    """
    with sentences(FailuresError):
        run = LastRun.read()
        if not run.failures:
            console.print("Every test of the last run of dbt passed.")
            return
        connection = open_warehouse()
        for failure in run.failures:
            console.print(failure.title, markup=False, style="bold")
            if not failure.sql or failure.node["resource_type"] == "unit_test":
                console.print(failure.message, markup=False)
                continue
            try:
                rows = run.rows(connection, failure)
                count = rows.count("*").fetchall()[0][0]
            except duckdb.Error as error:
                console.print(f"Its rows cannot be read: {error}", markup=False)
                continue
            if count:
                write(rows.limit(limit))
            more = f", of which {limit:,} are shown: LIMIT=... shows more" if count > limit else ""
            console.print(f"{count:,} row{'s' if count != 1 else ''}{more}.\n", markup=False)
