"""The command `notebook`."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ontime.commands.outcome import console, fail

_ROOT = Path(__file__).resolve().parents[2]
FOLDER = _ROOT / "notebooks"

app = typer.Typer(add_completion=False)


@app.command()
def notebook(
    name: Annotated[
        str, typer.Argument(envvar="ONTIME_NOTEBOOK", help="Which one; without it, list them.")
    ] = "",
    headless: Annotated[
        bool, typer.Option("--headless", help="Open no browser; the address is printed.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(envvar="ONTIME_PORT", min=1, max=65535, help="The port; else a free one."),
    ] = None,
) -> None:
    """Open a notebook in the browser, on this machine only; without a name, list them."""
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    if not name.strip():
        for each, path in known.items():
            console.print(f"{each:<20} {_summary(path)}", markup=False)
        console.print("\nOpen one: make notebook NOTEBOOK=first_question", markup=False)
        return
    wanted = name.strip().removesuffix(".py").removeprefix("notebooks/")
    if wanted not in known:
        fail(f"There is no notebook {wanted}: there are {', '.join(known)}.")
    if find_spec("marimo") is None:
        fail("The package marimo is not installed: `make setup` installs what is locked.")
    words = ["edit", str(known[wanted]), "--host", "127.0.0.1", "--skip-update-check"]
    words += ["--no-sandbox", *(["--headless"] if headless else [])]
    words += ["--port", str(port)] if port else []
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "marimo", *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *_given()])},
            check=False,
        )
    except KeyboardInterrupt:
        return
    raise typer.Exit(done.returncode)


def _summary(path: Path) -> str:
    return path.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]


def _given() -> list[str]:
    return [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
