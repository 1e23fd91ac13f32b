"""Start Superset in its own environment, on the published file."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import NoReturn

from ontime.serving.superset import assets
from ontime.storage.paths import data_folder, published_file
from ontime.terminal import ports
from ontime.transformation.semantic_manifest import semantic_manifest

HERE = Path(__file__).parent
ENVIRONMENT = Path(".venv-superset")
USUAL_PORT = 8088


class SupersetError(Exception):
    """Superset cannot be started; the message says why and what to do."""


def folder() -> Path:
    """Return where Superset keeps its metadata, its key, and the assets that it imports."""
    return (data_folder() / "superset").resolve()


def prepare() -> int:
    """Write what Superset needs to start; return the number of datasets.

    Raises:
        SupersetError: nothing is published, or Superset is not installed.
        AssetError: a chart does not fit what is published.
        SemanticsError: the semantic models cannot be expressed for Superset.
        ManifestError: dbt cannot parse the project.

    """
    if not published_file().exists():
        raise SupersetError(f"Nothing is published in {published_file().parent}: run `make run`.")
    if not _python().exists():
        raise SupersetError(f"Superset is not installed in {ENVIRONMENT}: run `make superset`.")
    folder().mkdir(parents=True, exist_ok=True)
    folder().chmod(0o700)
    key = folder() / "secret_key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return assets.write(published_file(), json.loads(semantic_manifest()), folder() / "assets.zip")


def become(port: int) -> NoReturn:
    """Replace this process with Superset's, so that a signal that ends one ends the other."""
    os.execve(  # noqa: S606 - no shell is wanted
        _python(),
        [str(_python()), str(HERE / "inside.py"), str(folder() / "assets.zip"), str(port)],
        environment(),
    )


def environment() -> dict[str, str]:
    """Return the environment of Superset's process, without any of this project's Python."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {
        **kept,
        "SUPERSET_HOME": str(folder()),
        "ONTIME_PUBLISHED": str(published_file().absolute()),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "FLASK_APP": "superset.app:create_app()",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONWARNINGS": "ignore",
    }


def free_port(wanted: int | None) -> int:
    """Return the port to serve on: the wanted one, else the usual one, else any free one.

    Raises:
        SupersetError: the wanted port is taken.

    """
    if (port := ports.free_port(wanted, USUAL_PORT)) is None:
        raise SupersetError(f"Port {wanted} is taken: name another one, as in PORT=8090.")
    return port


def _python() -> Path:
    return (Path(os.environ.get("ONTIME_SUPERSET") or ENVIRONMENT) / "bin" / "python").absolute()
