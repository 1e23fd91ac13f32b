"""The command line around the published file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer

from warehouse import content_hash as hashing
from warehouse import contracts as promises
from warehouse import questions as worked
from warehouse.answers import AnswerError, Form
from warehouse.comparison.commands import diff
from warehouse.console import errors as errors_console
from warehouse.console import output
from warehouse.dictionary import write
from warehouse.lineage.commands import explain, lineage
from warehouse.lock import WarehouseBusyError
from warehouse.paths import published_file, warehouse_file
from warehouse.prompt import ask_forever, show
from warehouse.publishing.identity import project_hash
from warehouse.publishing.placement import PublicationError, in_place, roll_back
from warehouse.publishing.verification import is_up_to_date
from warehouse.publishing.verification import verify as differences
from warehouse.reader import ReaderError, in_words, open_published
from warehouse.releases.commands import release

console = output()
errors = errors_console(style="red")

_MOST_DIGITS = 18  # of a number of rows, which DuckDB counts in 64 bits
_FORMAT = typer.Option("--format", help="How to write the answer.")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Look at what was published, go back to what was published before, compare contents.",
)
app.command()(diff)
app.command()(explain)
app.command()(lineage)
app.command()(release)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def build(context: typer.Context) -> None:
    """Run `dbt build` with one line of progress; takes the options of `dbt build`."""
    from warehouse import building  # noqa: PLC0415 - importing dbt takes seconds

    raise typer.Exit(building.build(context.args, errors_console()))


@app.command()
def query(
    sql: Annotated[
        str,
        typer.Argument(
            envvar="ONTIME_SQL", help="One or more statements; a prompt if none is given."
        ),
    ] = "",
    form: Annotated[Form, _FORMAT] = Form.TABLE,
) -> None:
    """Query the published marts, read-only. Never waits for a build and never blocks one."""
    with _sentences():
        connection = open_published()
        if sql.strip():
            show(connection, sql, form)
            return
    ask_forever(connection)


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
    form: Annotated[Form, _FORMAT] = Form.TABLE,
) -> None:
    """Answer a question about metrics from the published marts; without one, list what there is."""
    # MetricFlow takes a second to load, which no other command shall wait for
    from warehouse import metric_list  # noqa: PLC0415
    from warehouse import metrics as semantic  # noqa: PLC0415

    try:
        known = semantic.load()
        if not (metrics.strip() or query.strip()):
            console.print(metric_list.in_words(known), markup=False)
            return
        if metrics.strip() and query.strip():
            _fail("Ask for metrics (METRIC) or for a saved query (QUERY), not for both.")
        if query.strip() and by.strip():
            _fail("A saved query has its own dimensions: leave BY out, or ask for METRIC and BY.")
        if not (query.strip() or _words(metrics)):
            _fail("METRIC names no metric. `make metrics` lists what there is.")
        if limit.strip() and not (limit.strip().isdecimal() and len(limit.strip()) <= _MOST_DIGITS):
            _fail(f"LIMIT is a number of rows, not {limit}.")
        sql = known.question(
            _words(metrics),
            by=_words(by),
            where=where,
            saved=query.strip(),
            order=_words(order),
            limit=int(limit) if limit.strip() else None,
            with_names=True,
        )
    except semantic.MetricError as error:
        _fail(str(error))
    if show_sql:
        console.print(sql, markup=False)
        return
    with _sentences():
        connection = open_published()
    try:
        with _sentences(duckdb.IOException):
            show(connection, sql, form)
            if form is Form.TABLE:
                asked = (
                    known.saved[query.strip()].query_params.metrics if query else _words(metrics)
                )
                console.print(metric_list.units(known, asked), markup=False)
    except duckdb.Error as error:
        made_by = connection.execute("select project_hash from catalogue.publication").fetchall()
        _fail(
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
    from warehouse import metric_list, metrics  # noqa: PLC0415

    try:
        known = metrics.load()
    except metrics.MetricError as error:
        _fail(str(error))
    path = folder / "metrics.md"
    path.write_text(metric_list.as_markdown(known), encoding="utf-8")
    console.print(path)


@app.command()
def summary() -> None:
    """Say what is published, table by table, and what to try next."""
    with _sentences():
        connection = open_published()
        built_at, revision = connection.execute(
            "select built_at_utc, git_revision from catalogue.publication"
        ).fetchall()[0]
        tables = connection.execute(
            "select table_name, row_count, column_count from catalogue.tables order by table_name"
        ).fetchall()
        punctuality = connection.execute(
            """
            select
                shares.event_share,
                shares.scheduled_flights,
                coverage.scope_first_month,
                coverage.scope_last_month
            from mart_default_scope_shares as shares
            cross join mart_source_coverage as coverage
            where
                coverage.is_default_scope
                and shares.subject_type = 'network'
                and shares.share_name = 'arrived_on_time'
            """
        ).fetchall()
    console.print(
        f"\nPublished: {published_file()}  (built {built_at} UTC, revision {revision[:12]})"
    )
    for name, rows, columns in tables:
        console.print(f"  marts.{name:<34} {rows:>9,} rows  {columns:>2} columns")
    for share, flights, first, last in punctuality:
        console.print(
            f"\n{100 * share:.1f} % of {flights:,} flights from {first:%Y-%m} to {last:%Y-%m} "
            "arrived on time."
        )
    console.print(
        "\nTry next:\n"
        '  make query SQL="from mart_carrier_month_punctuality limit 5"\n'
        "  make query        a prompt; .tables lists what there is\n"
        "  make dashboards   charts of all of it, as pages in site/\n"
        "  make docs         browse every table and column: target/static_index.html\n"
        "  make help         everything else"
    )


@app.command("is-current")
def report_whether_current() -> None:
    """Exit with 0 if a build now would publish what is published already, else with 1."""
    if not is_up_to_date():
        raise typer.Exit(1)
    console.print("Nothing has changed since the last publication.")


@app.command()
def dictionary(
    folder: Annotated[Path, typer.Option(help="Where to write them.")] = Path("docs"),
) -> None:
    """Write the data dictionary and the diagram of the marts from the published file.

    Source and tests of a column are those of the project as its files are now.
    """
    with _sentences():
        connection = open_published()
    # sqlglot takes a moment to load, which no other command shall wait for
    from warehouse.lineage.origins import origins  # noqa: PLC0415
    from warehouse.lineage.project import LineageError, load  # noqa: PLC0415

    try:
        known = origins(load(lambda sentence: errors.print(sentence, style="default")))
    except LineageError as error:
        _fail(str(error))
    with _sentences():
        for path in write(connection, folder, known):
            console.print(path)


@app.command()
def questions(
    folder: Annotated[Path, typer.Option(help="The documentation to write them in.")] = Path(
        "docs"
    ),
) -> None:
    """Answer the worked questions of the analysts' guide from the published file, with charts."""
    with _sentences():
        for path in worked.write(open_published(), folder):
            console.print(path)


@app.command()
def contracts(
    accept: Annotated[
        bool, typer.Option("--accept", help="Write down what is promised now.")
    ] = False,
    manifest: Annotated[
        Path, typer.Option(help="What `dbt parse` made of the project.")
    ] = promises.MANIFEST,
) -> None:
    """Compare what the public models promise with what they promised, and name who reads it."""
    try:
        now = promises.read_manifest(manifest)
    except OSError:
        _fail(f"There is no {manifest}: run `make lint`, which has dbt write it.")
    if accept:
        promises.write(promises.promised(now))
        console.print(f"{promises.FOLDER} holds what the public models promise now.")
        return
    before = promises.kept()
    for sentence in promises.additions(before, now):
        console.print(f"{sentence}: run `make contracts` to write it down.", markup=False)
    found = [*promises.ungoverned(now), *map(str, promises.breaks(before, now))]
    for sentence in found:
        errors.print(sentence, markup=False)
    if found:
        raise typer.Exit(1)


@app.command()
def rollback() -> None:
    """Put the publication before the present one back in place, in one step."""
    try:
        version, passed_over = roll_back()
    except (PublicationError, WarehouseBusyError) as error:
        _fail(str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(f"Cannot roll back: {error.strerror}{where}. Readers see a whole publication.")
    for sentence in passed_over:
        errors.print(f"Passed over a damaged version: {sentence}.", markup=False)
    console.print(f"{published_file()} is again the publication {version.name}.")


@app.command()
def verify() -> None:
    """Check that readers see what was published: checksums of files, content of every table."""
    version = in_place()
    if version is None and not published_file().exists():
        _fail(f"Nothing is published in {published_file().parent} yet: run `make run`.")
    found = differences()
    for sentence in found:
        errors.print(f"Not as published: {sentence}.", markup=False)
    if found or version is None:
        _fail("Run `make publish` to put the last tested build in place again, or `make rollback`.")
    console.print(
        f"{published_file()} is the publication {version.name}, unchanged: {len(version.files)} "
        f"files have their checksums, {len(version.tables)} tables their content."
    )


@app.command("hash")
def hash_tables(
    relations: Annotated[
        list[str],
        typer.Argument(help="Tables (marts.fct_flights) or schemas (marts)."),
    ],
    published: Annotated[
        bool, typer.Option(help="Look into the published file instead of the warehouse.")
    ] = False,
) -> None:
    """Print the content hash of tables: equal content gives equal hashes in any order of rows."""
    try:
        connection = (
            open_published() if published else duckdb.connect(str(warehouse_file()), read_only=True)
        )
        for relation in relations:
            if "." in relation:
                hashes = {relation: hashing.content_hash(connection, relation)[1]}
            else:
                found = hashing.content_hashes(connection, relation)
                hashes = {f"{relation}.{name}": value for name, value in found.items()}
            for name, value in hashes.items():
                console.print(f"{value}  {name}")
    except ReaderError as error:
        _fail(str(error))
    except duckdb.Error as error:
        _fail(str(error).splitlines()[0])


@contextmanager
def _sentences(of_duckdb: type[duckdb.Error] = duckdb.Error) -> Iterator[None]:
    """Turn what can go wrong with the published file, or with a question to it, into a sentence."""
    try:
        yield
    except (AnswerError, ReaderError, worked.QuestionError, of_duckdb) as error:
        _fail(in_words(error))
    except BrokenPipeError:  # the reader, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(f"The answer cannot be written: {error.strerror}.")


def _words(listed: str) -> list[str]:
    """Return the words of a list with commas between."""
    return [word.strip() for word in listed.split(",") if word.strip()]


def _fail(sentence: str) -> NoReturn:
    errors.print(sentence, markup=False)
    raise typer.Exit(1)
