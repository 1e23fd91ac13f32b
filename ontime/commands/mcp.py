"""The command `mcp`."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from ontime.commands.outcome import errors, fail
from ontime.storage.paths import data_folder

_THIS_MACHINE = "127.0.0.1"
_ROOT = Path(__file__).resolve().parents[2]

app = typer.Typer(add_completion=False)


@app.command()
def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve HTTP on this machine instead of standard input.")
    ] = False,
    port: Annotated[
        int,
        typer.Option(
            envvar="ONTIME_PORT", min=0, max=65535, help="The port for HTTP; 0: any free one."
        ),
    ] = 0,
) -> None:
    """Answer assistants from the published file, over the Model Context Protocol.

    Clients start it in a folder of their own; it works in the project's.
    """
    os.environ["ONTIME_DATA_DIR"] = str(_data())
    os.chdir(_ROOT)
    try:
        from ontime.serving.assistant.bounds import Workers  # noqa: PLC0415 - takes seconds
        from ontime.serving.assistant.server import own_pages_only, server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        fail(f"The package {error.name} is not installed: `make setup` installs what is locked.")
    workers = Workers()
    tools = server(workers)
    try:
        if http:
            free = _free(port)
            errors.print(
                f"Serving on http://{_THIS_MACHINE}:{free}/mcp until Ctrl-C.", style="default"
            )
            security = own_pages_only(_THIS_MACHINE, free)
            tools.run("streamable-http", host=_THIS_MACHINE, port=free, transport_security=security)
        else:
            tools.run("stdio")
    except KeyboardInterrupt:
        return
    finally:
        workers.close()


def _data() -> Path:
    """Return the folder of the data: by default the project's, wherever a client starts this."""
    if os.environ.get("ONTIME_DATA_DIR"):
        return data_folder().absolute()
    return _ROOT / data_folder()


def _free(port: int) -> int:
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((_THIS_MACHINE, port))
        except OSError as error:
            fail(f"Port {port} cannot be used ({error.strerror}): choose another one with --port.")
        return int(trying.getsockname()[1])
