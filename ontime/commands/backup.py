"""The commands `backup` and `restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ontime.backups.contents import BackupError
from ontime.backups.making import back_up
from ontime.backups.restoring import newest, restore
from ontime.commands.outcome import console, fail
from ontime.storage.lock import WarehouseBusyError
from ontime.storage.paths import data_folder, warehouse_file
from ontime.storage.runs import recorded

app = typer.Typer(add_completion=False)
_MEGABYTE = 1_000_000


@contextmanager
def _in_a_sentence(nothing: str) -> Iterator[None]:
    """Turn what can go wrong into a sentence that begins with what did not happen."""
    try:
        yield
    except (BackupError, WarehouseBusyError) as error:
        fail(str(error))
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        fail(f"{nothing} ({error.strerror}{where}).")
    except duckdb.Error as error:
        fail(
            f"{nothing}: the warehouse {warehouse_file()} cannot be read "
            f"({str(error).splitlines()[0]}). docs/data-engineer.md says how to make it again."
        )


@app.command()
def backup(
    to: Annotated[
        str, typer.Option(envvar="ONTIME_TO", help="The folder for backups, on another disk.")
    ] = "",
) -> None:
    """Copy warehouse, landing, publications and releases into a new, verified folder."""
    if not to:
        fail("Say where the backups are: make backup TO=/mnt/backups.")
    with recorded("backup"), _in_a_sentence("No backup was made"):
        made = back_up(Path(to))
    console.print(
        f"backed up: {made.folder} ({made.files:,} files, {made.size / _MEGABYTE:,.0f} MB)",
        markup=False,
    )


@app.command("restore")
def restore_backup(
    source: Annotated[
        str, typer.Option("--from", envvar="ONTIME_FROM", help="A backup, or the folder of them.")
    ] = "",
) -> None:
    """Restore a backup into an empty data folder, after checking every file of it."""
    if not source:
        fail("Say which backup, or the folder of them: make restore FROM=/mnt/backups.")
    with _in_a_sentence("Nothing was restored"):
        chosen = newest(Path(source))
        restore(chosen)
    console.print(f"restored: {chosen} is in {data_folder()}, and verified", markup=False)
