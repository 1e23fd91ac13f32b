"""The command line of ingestion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ingest.commands import orders, refreshing, removals, replaying
from ingest.commands.console import console, errors
from ingest.commands.run import Run
from ingest.declarations import Source
from ingest.errors import IngestError, RefusedFileError
from ingest.loading.cleaning import clean
from ingest.loading.declaring import create_declared_tables
from ingest.loading.state import lacks_tables
from ingest.loading.working import clear_away
from ingest.sources import SOURCES, declared
from ontime.storage.lock import WarehouseBusyError, hold_warehouse, unwritable
from ontime.storage.memory import MemoryLimitError, memory_limit
from ontime.storage.paths import data_folder, warehouse_file
from ontime.storage.runs import current, recorded
from ontime.storage.runs_table import bring_up_to_date
from ontime.terminal.console import one_line
from ontime.terminal.interrupts import interrupts

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    # a traceback would show the passwords of addresses
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
    help=(
        "Land source files in the raw tables of the warehouse, word for word.\n\n"
        "Each file replaces its partition, whole or not at all, and leaves a receipt in "
        "`operations.load_receipts`: rows in the file = rows loaded + rows quarantined. "
        "Loading a file again that has not changed does nothing. Files from the net are kept as "
        "they came in `data/landing`.\n\n"
        "The warehouse is `data/ontime.duckdb`; the environment variable ONTIME_DATA_DIR names "
        "another folder than `data`."
    ),
)

# the runs of this process, for who reports them after their end
recorded_runs: list[str] = []

Force = Annotated[bool, typer.Option("--force", help="Fetch and load what has not changed, too.")]
Quarantine = Annotated[
    float,
    typer.Option(
        "--max-quarantined-percent",
        min=0,
        max=100,
        help="Refuse a file of which a greater share of rows does not parse.",
    ),
]


@app.command("sources")
def list_sources() -> None:
    """List the source systems, what they are, and their raw tables."""
    for source in SOURCES.values():
        console.print(f"[bold]{source.name}[/]  {source.title} ({source.licence})")
        for table in source.tables:
            console.print(f"  {source.dataset}.{table.name}  {len(table.columns)} columns")


@app.command("load")
def load(  # noqa: PLR0913, PLR0917 - the words of a command
    names: Annotated[
        list[str] | None,
        typer.Argument(
            envvar="ONTIME_SOURCES",
            metavar="[SOURCE]...",
            help=(
                "Which sources, with commas or spaces between. If none is named: those that are "
                "installed with the project, or, with months, bts, weather, registry and the "
                "airport reference; with a folder, all live ones."
            ),
        ),
    ] = None,
    months: Annotated[
        str,
        typer.Option(
            "--months",
            envvar="ONTIME_MONTHS",
            metavar="MONTHS",
            help="Which months of the live sources: 2024-01, 2024-01..2024-12, lists of these, "
            "latest, or all.",
        ),
    ] = "",
    airports: Annotated[
        str,
        typer.Option(
            envvar="ONTIME_AIRPORTS",
            metavar="CODES",
            help="Whose weather: codes with commas between, such as JFK,LGA,EWR. If none is named: "
            "the airports of the months' flights.",
        ),
    ] = "",
    offline_from: Annotated[
        Path | None,
        typer.Option(
            envvar="ONTIME_FOLDER",
            metavar="FOLDER",
            help="Take the publishers' files from a folder and not from the net.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched, and change nothing.")
    ] = False,
    force: Force = False,
    max_quarantined_percent: Quarantine = 0.1,
) -> None:
    """Load every file that is asked for and that the warehouse does not hold yet.

    Exits with 1 if a file was refused, could not be had, or lies in the folder and was not taken
    (the others are loaded all the same, and what was loaded before from such a file stays), and
    with 2 if nothing could be done.
    """
    with _recorded("load", unless=dry_run), sentences_for_errors(), interrupts() as heed_interrupts:
        sources = _chosen(
            _split(names or []),
            live_ones=bool(months or airports or offline_from),
            in_folder=offline_from is not None,
        )
        order = orders.Order(months, _airport_codes(airports), offline_from)
        run = Run(force, max_quarantined_percent, heed_interrupts)
        if dry_run:
            orders.announce(run, sources, order)
        else:
            _prepare_warehouse()
            orders.carry_out(run, sources, order)
        _finish(run)


@app.command("refresh")
def refresh(max_quarantined_percent: Quarantine = 0.1) -> None:
    """Load what the publishers have added or issued again since the last time.

    New months after the newest that is loaded, months whose label has changed at the publisher,
    their weather, and the aircraft registry: each only if it has been loaded once before.
    """
    with _recorded("refresh"), sentences_for_errors(), interrupts() as heed_interrupts:
        _prepare_warehouse()
        run = Run(False, max_quarantined_percent, heed_interrupts)
        refreshing.refresh(run)
        _finish(run)


@app.command("replay")
def replay(max_quarantined_percent: Quarantine = 0.1) -> None:
    """Rebuild the raw tables of the live sources from the files in `data/landing` alone."""
    with _recorded("replay"), sentences_for_errors(), interrupts() as heed_interrupts:
        _prepare_warehouse()
        run = Run(True, max_quarantined_percent, heed_interrupts)
        replaying.replay(run)
        _finish(run)


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="Which live source.")],
    partitions: Annotated[
        list[str], typer.Argument(metavar="PARTITION...", help="Which months or days.")
    ],
) -> None:
    """Take partitions of a live source out of the raw tables, and their files out of landing."""
    with _recorded("remove"), sentences_for_errors(), interrupts() as heed_interrupts:
        (source,) = _chosen([name], live_ones=True)
        _prepare_warehouse()
        removals.remove(source, partitions, heed_interrupts)


@contextmanager
def _recorded(command: str, *, unless: bool = False) -> Iterator[None]:
    """Record a run in the log and in the warehouse, unless it only says what it would do."""
    if unless:
        yield
        return
    loaded = 0
    try:
        with recorded(command) as run:
            recorded_runs.append(run.run_id)
            try:
                yield
            finally:
                loaded = run.files_loaded
    finally:
        # a run that loads nothing leaves the warehouse as it is, to the byte
        if loaded:
            bring_up_to_date()


@contextmanager
def sentences_for_errors() -> Iterator[None]:
    """Turn what can go wrong into a sentence and an exit code."""
    try:
        yield
    except RefusedFileError as error:
        _fail(error, 1)
    except (IngestError, MemoryLimitError, WarehouseBusyError) as error:
        _fail(error, 2, is_transient=is_transient(error))
    except KeyboardInterrupt:
        _fail("Stopped. The file in hand was not loaded; the next run takes it up again.", 130)


def is_transient(error: Exception) -> bool:
    """Return whether the same command can succeed later although nothing is corrected."""
    return isinstance(error, WarehouseBusyError) or getattr(error, "is_transient", False)


def _fail(error: Exception | str, code: int, *, is_transient: bool = False) -> None:
    if run := current():
        run.fail(str(error), is_transient=is_transient)
    errors.print(f"[red]{escape(one_line(str(error)))}[/]")
    raise typer.Exit(code)


def _finish(run: Run) -> None:
    if run.given_up:
        files = "1 file was" if run.given_up == 1 else f"{run.given_up} files were"
        _fail(f"{files} not loaded; see above for the reason.", 1, is_transient=True)


def _split(lists: list[str]) -> list[str]:
    """Return the names of lists with commas between."""
    return [name for names in lists for name in names.split(",") if name]


def _chosen(names: list[str], *, live_ones: bool, in_folder: bool = False) -> list[Source]:
    unknown = [name for name in names if name not in SOURCES]
    if unknown:
        raise IngestError(
            f"There is no source named {', '.join(unknown)}; there are {', '.join(SOURCES)}."
        )
    if names:
        return [source for source in SOURCES.values() if source.name in names]
    return orders.default_sources(live_ones=live_ones, in_folder=in_folder)


def _airport_codes(text: str) -> list[str]:
    codes = sorted({code.strip().upper() for code in text.split(",") if code.strip()})
    if wrong := [code for code in codes if not (len(code) == 3 and code.isalnum())]:  # noqa: PLR2004
        raise IngestError(
            f"{', '.join(wrong)}: no code of an airport, which has three letters such as JFK."
        )
    return codes


def _prepare_warehouse() -> None:
    """Take the lock, and see that every declared raw table exists, of every source."""
    memory_limit()  # a wrong setting is reported before anything is written
    try:
        if hold_warehouse(warehouse_file()):
            clear_away()
    except OSError as error:
        raise IngestError(unwritable(data_folder(), error)) from None
    if lacks_tables(declared()):
        create_declared_tables(declared())
    if clean():
        console.print(
            "An earlier version had kept the password or the token of a publisher's address in "
            "data/landing or in the receipts. It is taken out; change it all the same, since "
            "copies and unused pages of files may hold it."
        )
