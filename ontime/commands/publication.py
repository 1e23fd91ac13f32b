"""The commands that look at the publication in place, and the one that goes back."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from ontime.commands.outcome import console, errors, fail, sentences
from ontime.publishing.placement import PublicationError, in_place, roll_back
from ontime.publishing.verification import hashed_otherwise, is_up_to_date
from ontime.publishing.verification import verify as differences
from ontime.storage import content_hash as hashing
from ontime.storage.lock import WarehouseBusyError
from ontime.storage.paths import published_file, warehouse_file
from ontime.storage.reader import ReaderError, open_published
from ontime.storage.runs import Run, recorded

app = typer.Typer(add_completion=False)


@app.command()
def summary() -> None:
    """Say what is published, table by table, and what to try next."""
    with sentences():
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
def rollback() -> None:
    """Put the publication before the present one back in place, in one step."""
    with recorded("rollback") as run:
        _roll_back(run)


def _roll_back(run: Run) -> None:
    try:
        version, passed_over = roll_back()
    except (PublicationError, WarehouseBusyError) as error:
        run.fail(str(error), is_transient=isinstance(error, WarehouseBusyError))
        fail(str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        fail(f"Cannot roll back: {error.strerror}{where}. Readers see a whole publication.")
    run.publication = version.name
    for sentence in passed_over:
        errors.print(f"Passed over a damaged version: {sentence}.", markup=False)
    console.print(f"{published_file()} is again the publication {version.name}.")


@app.command()
def verify() -> None:
    """Check that readers see what was published: checksums of files, content of every table."""
    version = in_place()
    if version is None and not published_file().exists():
        fail(f"Nothing is published in {published_file().parent} yet: run `make run`.")
    found = differences()
    for sentence in found:
        errors.print(f"Not as published: {sentence}.", markup=False)
    if found or version is None:
        fail("Run `make publish` to put the last tested build in place again, or `make rollback`.")
    files = f"{len(version.files)} files have their checksums"
    tables = f"{len(version.tables)} tables their content"
    console.print(
        f"{published_file()} is the publication {version.name}, unchanged: "
        + (files if (method := hashed_otherwise()) else f"{files}, {tables}")
        + "."
    )
    if method:
        console.print(
            f"The content of its {len(version.tables)} tables was not compared: it was hashed by "
            f"another method ({method}; here {hashing.METHOD})."
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
        fail(str(error))
    except duckdb.Error as error:
        fail(str(error).splitlines()[0])
