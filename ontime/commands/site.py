"""The commands `dashboards` and `serve`: write the site, and show it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ontime.publishing.verification import newer_data
from ontime.site.boards import BoardError
from ontime.site.build import build as build_site
from ontime.site.dbt import DocumentationError
from ontime.site.renderer import RenderError
from ontime.site.serve import serve as serve_site
from ontime.site.sql.engine import EngineError
from ontime.storage.paths import published_file
from ontime.storage.reader import ReaderError
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output

console = output()
errors = errors_console(style="red")

app = typer.Typer(add_completion=False)

_SITE = Path("site")
_MEGABYTE = 1e6


@app.command()
def dashboards(
    folder: Annotated[Path, typer.Option(help="Where to write the site.")] = _SITE,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out dbt docs and lineage, which take longest.")
    ] = False,
) -> None:
    """Write the site from the published file: dashboards, documentation, one landing page."""
    began = time.monotonic()
    try:
        built = build_site(folder, published_file(), is_quick=quick)
    except (ReaderError, BoardError, RenderError, DocumentationError, EngineError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from error
    console.print(
        f"{built.folder}/index.html: {built.page_count} pages, "
        f"{built.byte_count / _MEGABYTE:.1f} MB, built in {time.monotonic() - began:.0f} s. "
        "Open it in a browser, or run `make serve`."
    )
    if sentence := newer_data():
        errors.print(sentence, style="yellow", markup=False)


@app.command()
def serve(
    folder: Annotated[Path, typer.Option(help="The site to show.")] = _SITE,
    port: Annotated[int, typer.Option(envvar="ONTIME_PORT", help="A port; any free one if 0.")] = 0,
) -> None:
    """Show the site on this machine until Ctrl-C."""
    if not (folder / "index.html").exists():
        errors.print(f"There is no site in {folder} yet: run `make dashboards`.")
        raise typer.Exit(1)
    try:
        serve_site(folder, port, lambda address: console.print(f"{address}  (stop with Ctrl-C)"))
    except OSError as error:
        errors.print(f"Port {port} cannot be used: {error.strerror}.", markup=False)
        raise typer.Exit(1) from error
