"""The commands that look at the publication in place, and the one that goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ontime.commands.outcome import console, errors, fail, sentences, stoppable
from ontime.publishing.after_build import publish_build
from ontime.publishing.placement import PublicationError, in_place, roll_back
from ontime.publishing.signing import SigningError, check_keys, in_words
from ontime.publishing.verification import hashed_otherwise, is_up_to_date
from ontime.publishing.verification import verify as differences
from ontime.publishing.versions import MANIFEST
from ontime.storage import content_hash as hashing
from ontime.storage.lock import WarehouseBusyError, opened
from ontime.storage.paths import published_file, releases_folder, warehouse_file
from ontime.storage.reader import ReaderError, open_published
from ontime.storage.runs import Run, recorded
from ontime.transformation.dbt import target_folder

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
def publish() -> None:
    """Publish what `dbt build --target plain` has built, if it passed every test."""
    stopped = "Stopped. Readers see a whole publication; `ontime publish` does the rest."
    with recorded("publish") as run, sentences(), stoppable(stopped):
        try:
            publish_build(target_folder(), lambda line: console.print(line, markup=False))
        except (PublicationError, WarehouseBusyError) as error:
            run.fail(str(error), is_transient=isinstance(error, WarehouseBusyError))
            fail(str(error))


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
def verify(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Releases to check instead of the publication and all releases in data/releases."
        ),
    ] = None,
) -> None:
    """Check that readers see what was published and released: checksums, content, signatures."""
    version = in_place()
    if folders is None and version is None and not published_file().exists():
        fail(f"Nothing is published in {published_file().parent} yet: run `make run`.")
    try:
        check_keys()
    except SigningError as error:  # no publication is at fault
        fail(f"Nothing was checked. {str(error).removesuffix('.')}.")
    from ontime.releases.verification import releases  # noqa: PLC0415 - it imports for a second

    is_sound = folders is not None or _verify_publication()
    for folder in folders or releases(releases_folder()):
        is_sound &= _verify_release(folder)
    if not is_sound:
        raise typer.Exit(1)


def _verify_publication() -> bool:
    """Report whether the publication in place is as it was published, and its signature."""
    found = differences()
    for sentence in found:
        errors.print(f"Not as published: {sentence.removesuffix('.')}.", markup=False)
    version = in_place()
    if found or version is None:
        errors.print(
            "Run `make publish` to put the last tested build in place again, or `make rollback`.",
            markup=False,
        )
        return False
    files = f"{len(version.files)} files have their checksums"
    tables = f"{len(version.tables)} tables their content"
    console.print(
        f"{published_file()} is the publication {version.name}, unchanged: "
        + (files if (method := hashed_otherwise()) else f"{files}, {tables}")
        + f"; {in_words(version.folder / MANIFEST)}."
    )
    if method:
        console.print(
            f"The content of its {len(version.tables)} tables was not compared: it was hashed by "
            f"another method ({method}; here {hashing.METHOD})."
        )
    return True


def _verify_release(folder: Path) -> bool:
    """Report whether a release is as it was made, and signed as it should be."""
    from ontime.releases.verification import description  # noqa: PLC0415 - see above
    from ontime.releases.verification import differences as found_in  # noqa: PLC0415

    found = found_in(folder)
    for sentence in found:
        said = sentence.removesuffix(".")
        errors.print(f"Not as released: {folder.name}: {said}.", markup=False)
    if found:
        errors.print(
            f"Remove {folder} and run `make release`, or take it from a backup.", markup=False
        )
        return False
    console.print(f"The release {folder.name} is unchanged: {description(folder)}.")
    return True


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
        connection = open_published() if published else opened(warehouse_file(), read_only=True)
        for relation in relations:
            if "." in relation:
                hashes = {relation: hashing.content_hash(connection, relation)[1]}
            else:
                found = hashing.content_hashes(connection, relation)
                if not found:
                    fail(f"There is no table in {relation}: name a schema, such as marts.")
                hashes = {f"{relation}.{name}": value for name, value in found.items()}
            for name, value in hashes.items():
                console.print(f"{value}  {name}")
    except (ReaderError, WarehouseBusyError) as error:
        fail(str(error))
    except duckdb.Error as error:
        fail(str(error).splitlines()[0])
