"""The command `superset`."""

from __future__ import annotations

from typing import Annotated

import typer

from ontime.serving.superset import instance
from ontime.serving.superset.assets import AssetError
from ontime.serving.superset.instance import SupersetError
from ontime.serving.superset.semantics import SemanticsError
from ontime.storage.reader import ReaderError
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output
from ontime.transformation.semantic_manifest import ManifestError

console = output()
errors = errors_console()

app = typer.Typer(add_completion=False)


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
