"""The command `postgres`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ontime.serving.postgres.address import AddressError, understood
from ontime.serving.postgres.copying import copy
from ontime.serving.postgres.order import CopyError, Order
from ontime.storage.reader import ReaderError, require_published
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output
from ontime.terminal.progress import progress
from ontime.terminal.sizes import size

console = output()
errors = errors_console()

app = typer.Typer(add_completion=False)


@app.command()
def postgres(
    dsn: Annotated[
        str,
        typer.Argument(
            envvar="ONTIME_DSN",
            show_default=False,
            help="Where: postgresql://user@host:5432/database",
        ),
    ] = "",
    role: Annotated[
        str,
        typer.Option(
            envvar="ONTIME_ROLE",
            help="Existing roles that may read it, as in analysts,catalogue:operators.",
        ),
    ] = "",
    prefix: Annotated[
        str,
        typer.Option(
            envvar="ONTIME_SCHEMA_PREFIX", help="What the names of the schemas begin with."
        ),
    ] = "",
    patience: Annotated[
        float,
        typer.Option(min=0, help="Seconds to wait for readers in the middle of a transaction."),
    ] = 300,
) -> None:
    """Copy the published marts and their catalogue into a PostgreSQL database.

    The new copy takes the place of the last one in one transaction, with keys, comments and, for
    ROLE, the right to read. A database that holds this publication already is left as it is.
    """
    started = time.monotonic()
    try:
        order = Order(require_published(), understood(dsn), role, prefix, patience)
        with progress(console, "Copying to PostgreSQL") as tell:
            outcome = copy(order, tell)
    except (AddressError, CopyError, ReaderError) as error:
        errors.print(str(error), markup=False, style="red")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        errors.print("Interrupted. What was there before is unchanged.", style="red")
        raise typer.Exit(130) from None
    if not outcome.is_new:
        console.print(f"unchanged: the database already holds publication {outcome.publication}")
        return
    console.print(
        f"copied: publication {outcome.publication}, {outcome.tables} tables, "
        f"{outcome.rows:,} rows, {size(outcome.size_bytes)} in {time.monotonic() - started:.0f} s"
    )
    if not role:
        console.print("Only its owner can read it: ROLE=... lets a role.")
