"""Start Dagster in its own environment, with a home that outlives it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import NoReturn

from ontime.orchestration import bridge
from ontime.orchestration.calls import PYTHON_SETTING, ROOT
from ontime.storage.paths import data_folder
from ontime.terminal import ports

ENVIRONMENT = Path(".venv-dagster")
USUAL_PORT = 3000
_MODULE = "ontime.orchestration.definitions"


class DagsterError(Exception):
    """Dagster cannot be started; the message says why and what to do."""


def home() -> Path:
    """Return where Dagster keeps its runs, events and settings."""
    return (data_folder() / "dagster").resolve()


def project_file() -> Path:
    """Return the description of the dbt project from which Dagster makes its assets."""
    return home() / "project.json"


def prepare() -> None:
    """Write what Dagster needs to start: its settings, and what it shows of the dbt project.

    Raises:
        DagsterError: Dagster is not installed.
        DbtError: dbt cannot parse the project.

    """
    if not _python().exists():
        raise DagsterError(f"Dagster is not installed in {ENVIRONMENT}: run `make dagster`.")
    home().mkdir(parents=True, exist_ok=True)
    home().chmod(0o700)
    shutil.copy(Path(__file__).with_name("dagster.yaml"), home() / "dagster.yaml")
    project_file().write_text(json.dumps(bridge.project()), encoding="utf-8")


def become(port: int) -> NoReturn:
    """Replace this process with Dagster's, so that a signal that ends one ends the other."""
    options = ["-h", "127.0.0.1", "-p", str(port), "-m", _MODULE, "-d", str(ROOT)]
    words = ["-m", "dagster", "dev", *options]
    # a shell lets what it starts in the background ignore Ctrl-C, and Dagster would then ignore
    # every signal that asks it to end
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execve(_python(), [str(_python()), *words], environment())  # noqa: S606 - no shell is wanted


def environment() -> dict[str, str]:
    """Return the environment of Dagster's process."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {
        **kept,
        "DAGSTER_HOME": str(home()),
        "ONTIME_DAGSTER_PROJECT": str(project_file()),
        "ONTIME_DATA_DIR": str(data_folder().resolve()),
        PYTHON_SETTING: sys.executable,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "DO_NOT_TRACK": "1",
        # the publishers are asked for each loaded month, and Dagster's usual minute is soon over
        "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "1800",
    }


def free_port(wanted: int | None) -> int:
    """Return the port to serve on: the wanted one, else the usual one, else any free one.

    Raises:
        DagsterError: the wanted port is taken.

    """
    if (port := ports.free_port(wanted, USUAL_PORT)) is None:
        raise DagsterError(f"Port {wanted} is taken: name another one, as in PORT=3001.")
    return port


def _python() -> Path:
    return (Path(os.environ.get("ONTIME_DAGSTER") or ENVIRONMENT) / "bin" / "python").absolute()
