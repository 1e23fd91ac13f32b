"""Run dbt for the files that it writes, such as its manifest; `building.py` builds the warehouse.

dbt writes to a subfolder of its target folder, so it does not disturb a concurrent build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

_DBT = Path(sys.executable).parent / "dbt"
# no telemetry is sent, and no hint state is written to the user's home folder
_QUIETLY = ("--quiet", "--no-use-colors", "--log-level-file", "none", "--no-hints-enabled")
NO_TELEMETRY = {"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
_PARSED = "partial_parse.msgpack"
_MOST_WORDS = 3000

# The `lint` target is an in-memory database: no warehouse is opened, so dbt neither waits for a
# build nor blocks one.
WITHOUT_WAREHOUSE = ("--target", "lint")


class DbtError(Exception):
    """dbt failed; the message is what it printed."""


def target_folder() -> Path:
    """Return the folder that dbt writes to."""
    return Path(os.environ.get("DBT_TARGET_PATH") or "target")


@contextmanager
def only_one(name: str) -> Iterator[Path]:
    """Yield a subfolder of the target folder that one process at a time may use; others wait.

    Raises:
        OSError: the folder cannot be written.

    """
    folder = target_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "dbt.lock"):
        yield folder


def run(*arguments: str, folder: Path) -> None:
    """Run dbt with a folder as its target path.

    Raises:
        DbtError: dbt failed.

    """
    kept = folder / _PARSED
    # reuse what linting has already parsed
    linted = target_folder() / "lint" / _PARSED
    if linted.exists() and not kept.exists():
        shutil.copyfile(linted, kept)
    done = _run(arguments, folder)
    if done.returncode and kept.exists():
        # dbt fails on its parse cache if a model has gained or lost a version since
        kept.unlink()
        done = _run(arguments, folder)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise DbtError(said[-_MOST_WORDS:] or f"dbt ended with code {done.returncode}")


def _run(arguments: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - dbt, with words of our own
        [_DBT, *_QUIETLY, *arguments, "--target-path", folder],
        env={**os.environ, **NO_TELEMETRY},
        capture_output=True,
        text=True,
        check=False,
    )
