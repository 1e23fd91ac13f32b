"""The command `release`."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import duckdb
import typer

from ontime.releases.comparison.publications import ComparisonError
from ontime.releases.comparison.versions import find
from ontime.releases.errors import ReleaseError
from ontime.releases.release import make_release
from ontime.storage.paths import releases_folder
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output
from ontime.transformation.semantic_manifest import kept_document

app = typer.Typer(add_completion=False)


@app.command()
def release(
    since: Annotated[
        str,
        typer.Option(help="Say what changed since this release or version; else since the last."),
    ] = "",
) -> None:
    """Write what is published to a folder of its own, to be cited, passed on and kept."""
    console = output()
    errors = errors_console(style="red")
    # on SIGTERM, exit normally so that the unfinished release is cleaned up
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        made = make_release(
            find("published"),
            releases_folder(),
            find(since) if since else None,
            document_of=kept_document,
        )
    except (ReleaseError, ComparisonError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None
    except OSError as error:
        where = error.filename or releases_folder()
        errors.print(f"No release was made: {where}: {error.strerror}.", markup=False)
        raise typer.Exit(1) from None
    except duckdb.Error as error:
        # for example, the disk is full
        errors.print(f"No release was made: {str(error).splitlines()[0]}", markup=False)
        raise typer.Exit(1) from None
    finally:
        signal.signal(signal.SIGTERM, before)
    if not made.is_new:
        console.print(f"unchanged: {made.folder} already holds exactly this", markup=False)
        return
    since_what = f", with the changes since {made.previous}" if made.previous else ""
    console.print(
        f"released: {made.folder} ({made.tables} tables, {made.size / 1e6:,.0f} MB{since_what})",
        markup=False,
    )


def _stop(number: int, frame: Any) -> None:  # noqa: ARG001 - the signature of a handler
    raise typer.Exit(128 + number)
