"""The commands `metric` and `metric-list`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ontime.commands.outcome import console, fail, sentences
from ontime.metrics import metric_list, semantics
from ontime.publishing.identity import project_hash
from ontime.querying.answers import Form
from ontime.querying.prompt import show
from ontime.storage.reader import open_published

_MOST_DIGITS = 18  # of a number of rows, which DuckDB counts in 64 bits

app = typer.Typer(add_completion=False)


@app.command()
def metric(  # noqa: PLR0913, PLR0917 - the parts of a question
    metrics: Annotated[
        str,
        typer.Argument(envvar="ONTIME_METRIC", help="One metric, or several with commas between."),
    ] = "",
    by: Annotated[str, typer.Option(envvar="ONTIME_BY", help="Dimensions to group by.")] = "",
    where: Annotated[
        str, typer.Option(envvar="ONTIME_WHERE", help="A condition on dimensions: carrier = 'UA'.")
    ] = "",
    order: Annotated[
        str,
        typer.Option(
            envvar="ONTIME_ORDER", help="Columns to sort by; -column: the greatest first."
        ),
    ] = "",
    limit: Annotated[str, typer.Option(envvar="ONTIME_LIMIT", help="At most so many rows.")] = "",
    query: Annotated[str, typer.Option(envvar="ONTIME_QUERY", help="A saved query.")] = "",
    show_sql: Annotated[bool, typer.Option(help="Print the SQL instead of the answer.")] = False,
    form: Annotated[Form, typer.Option("--format", help="How to write the answer.")] = Form.TABLE,
) -> None:
    """Answer a question about metrics from the published marts; without one, list what there is."""
    try:
        known = semantics.load()
        if not (metrics.strip() or query.strip()):
            console.print(metric_list.in_words(known), markup=False)
            return
        if metrics.strip() and query.strip():
            fail("Ask for metrics (METRIC) or for a saved query (QUERY), not for both.")
        if query.strip() and by.strip():
            fail("A saved query has its own dimensions: leave BY out, or ask for METRIC and BY.")
        if not (query.strip() or _words(metrics)):
            fail("METRIC names no metric. `make metrics` lists what there is.")
        if limit.strip() and not (limit.strip().isdecimal() and len(limit.strip()) <= _MOST_DIGITS):
            fail(f"LIMIT is a number of rows, not {limit}.")
        sql = known.question(
            _words(metrics),
            by=_words(by),
            where=where,
            saved=query.strip(),
            order=_words(order),
            limit=int(limit) if limit.strip() else None,
            with_names=True,
        )
    except semantics.MetricError as error:
        fail(str(error))
    if show_sql:
        console.print(sql, markup=False)
        return
    with sentences():
        connection = open_published()
    try:
        with sentences(of_duckdb=duckdb.IOException):
            show(connection, sql, form)
            if form is Form.TABLE:
                asked = (
                    known.saved[query.strip()].query_params.metrics if query else _words(metrics)
                )
                console.print(metric_list.units(known, asked), markup=False)
    except duckdb.Error as error:
        made_by = connection.execute("select project_hash from catalogue.publication").fetchall()
        fail(
            str(error).splitlines()[0]
            if made_by == [(project_hash(),)]
            else f"{str(error).splitlines()[0]}\nThe published file was made by another version of "
            "the project than these metrics: `make run` makes it anew."
        )


@app.command("metric-list")
def write_metric_list(
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path("docs"),
) -> None:
    """Write the list of the metrics from the dbt project."""
    try:
        known = semantics.load()
    except semantics.MetricError as error:
        fail(str(error))
    path = folder / "metrics.md"
    path.write_text(metric_list.as_markdown(known), encoding="utf-8")
    console.print(path)


def _words(listed: str) -> list[str]:
    """Return the words of a list with commas between."""
    return [word.strip() for word in listed.split(",") if word.strip()]
