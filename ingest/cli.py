"""The command line of ingestion."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ingest import receipts
from ingest.declarations import Source, SourceFile
from ingest.errors import IngestError, RefusedFileError
from ingest.interrupts import interrupts
from ingest.progress import progress
from ingest.sources import SOURCES
from ingest.state import is_loaded, lacks_tables
from warehouse.lock import WarehouseBusyError, hold_warehouse
from warehouse.paths import data_folder, warehouse_file

console = Console(highlight=False, emoji=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help=(
        "Land source files in the raw tables of the warehouse, word for word.\n\n"
        "Each file replaces its partition, whole or not at all, and leaves a receipt in "
        "`operations.load_receipts`: rows in the file = rows loaded + rows quarantined. "
        "Loading a file again that has not changed does nothing.\n\n"
        "The warehouse is `data/ontime.duckdb`; the environment variable ONTIME_DATA_DIR names "
        "another folder than `data`."
    ),
)


@app.command("sources")
def list_sources() -> None:
    """List the source systems, what they are, and their raw tables."""
    for source in SOURCES.values():
        console.print(f"[bold]{source.name}[/]  {source.title} ({source.licence})")
        for table in source.tables:
            console.print(f"  {source.dataset}.{table.name}  {len(table.columns)} columns")


@app.command("load")
def load(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Which sources; all of them if none is named."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Load files again that have not changed.")
    ] = False,
    max_quarantined_percent: Annotated[
        float,
        typer.Option(
            min=0, max=100, help="Refuse a file of which a greater share of rows does not parse."
        ),
    ] = 0.1,
) -> None:
    """Load every file of the named sources that the warehouse does not hold yet.

    Exits with 1 if a file was refused (the others are loaded all the same, and what was loaded
    before from a refused file stays), and with 2 if the warehouse cannot be written.
    """
    try:
        with interrupts() as heed_interrupts:
            sources = _chosen(names or list(SOURCES))
            _prepare_warehouse()
            refused = 0
            for source in sources:
                for file in source.files():
                    heed_interrupts()
                    refused += not _load(source, file, force, max_quarantined_percent)
    except RefusedFileError as error:
        _fail(error, 1)
    except (IngestError, WarehouseBusyError) as error:
        _fail(error, 2)
    except KeyboardInterrupt:
        _fail("Stopped. The file in hand was not loaded; the next run takes it up again.", 130)
    if refused:
        files = "1 file was" if refused == 1 else f"{refused} files were"
        _fail(f"{files} refused; see above for the reason.", 1)


def _fail(error: Exception | str, code: int) -> None:
    errors.print(f"[red]{escape(str(error))}[/]")
    raise typer.Exit(code)


def _chosen(names: list[str]) -> list[Source]:
    unknown = [name for name in names if name not in SOURCES]
    if unknown:
        raise IngestError(
            f"There is no source named {', '.join(unknown)}; there are {', '.join(SOURCES)}."
        )
    return [SOURCES[name] for name in names]


def _prepare_warehouse() -> None:
    """Take the lock, and see that every declared raw table exists, of every source."""
    try:
        hold_warehouse(warehouse_file())
    except OSError as error:
        raise IngestError(
            f"The data folder {data_folder()} cannot be written ({error.strerror}): "
            "mend its permissions, or name another with ONTIME_DATA_DIR."
        ) from None
    if lacks_tables(SOURCES.values()):
        from ingest.loading import create_declared_tables  # noqa: PLC0415 - dlt takes 2 s to import

        with progress(console, "creating the raw tables"):
            create_declared_tables(list(SOURCES.values()))


def _load(source: Source, file: SourceFile, force: bool, max_quarantined_percent: float) -> bool:
    """Load one file and say so; return False if it was refused."""
    label = f"{source.name}.{file.table.name} {file.partition}"
    sha256 = receipts.file_sha256(file.path)
    if sha256 and not force and is_loaded(source, file, sha256):
        console.print(f"{label:<32} unchanged")
        return True

    from ingest.loading import load_file, record  # noqa: PLC0415 - dlt takes 2 s to import

    started = time.monotonic()
    try:
        with progress(console, label) as show:
            receipt = load_file(
                source,
                file,
                sha256 or "",
                max_quarantined_percent=max_quarantined_percent,
                progress=lambda rows: show(f"{label}  {rows:,} rows"),
            )
    except RefusedFileError as error:
        errors.print(f"[red]{label:<32} refused[/]  {escape(str(error))}")
        record(receipts.refused(source, file, sha256, str(error)), [])
        return False
    quarantined = f"  {receipt.rows_quarantined:,} quarantined" if receipt.rows_quarantined else ""
    console.print(
        f"{label:<32} {receipt.rows_loaded:>9,} rows{quarantined}"
        f"  ({time.monotonic() - started:.1f} s)"
    )
    if receipt.unknown_columns:
        names = escape(receipt.unknown_columns)
        console.print(f"{'':<32} columns kept out, not declared: {names}")
    return True
