"""The command line of the copies."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ingest.commands.console import console, errors, size
from ingest.commands.progress import progress
from serving.address import AddressError, understood
from serving.postgres.copying import copy
from serving.postgres.order import CopyError, Order
from serving.superset import instance
from serving.superset.assets import AssetError
from serving.superset.instance import SupersetError
from serving.superset.semantics import SemanticsError
from warehouse.reader import ReaderError, require_published
from warehouse.semantic_manifest import ManifestError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    # a traceback would show the password in the address
    pretty_exceptions_enable=False,
    help="Serve what is published to clients that cannot open the published file.",
)


@app.callback()
def main() -> None:
    """Serve what is published to clients that cannot open the published file."""


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
        typer.Option(envvar="ONTIME_ROLE", help="An existing role that shall be able to read it."),
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


@app.command()
def superset(
    port: Annotated[
        int | None,
        typer.Option(
            envvar="ONTIME_PORT",
            min=1,
            max=65535,
            help="Where to serve; 8088, or a free one if it is taken.",
        ),
    ] = None,
    only_import: Annotated[
        bool, typer.Option("--only-import", help="Prepare and import, and serve nothing.")
    ] = False,
) -> None:
    """Serve the published marts in Apache Superset on this machine, until Ctrl-C.

    The datasets are made from what is published, the metrics from the semantic models; both, the
    charts and the dashboard replace what was imported before.
    """
    try:
        serving_on = 0 if only_import else instance.free_port(port)
        datasets = instance.prepare()
    except (SupersetError, AssetError, SemanticsError, ManifestError, ReaderError) as error:
        errors.print(str(error), markup=False, style="red")
        raise typer.Exit(1) from None
    console.print(f"Importing the connection, {datasets} datasets and their dashboard ...")
    instance.become(serving_on)
