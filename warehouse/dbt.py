"""Run dbt for what it writes, such as its manifest; a build of the warehouse is `building.py`.

What dbt writes goes into a folder below its target folder, so a build beside it is not disturbed.
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
# nothing is sent anywhere, and no hint is noted down in the user's home
_QUIETLY = ("--quiet", "--no-use-colors", "--log-level-file", "none", "--no-hints-enabled")
_NO_TELEMETRY = {"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
_PARSED = "partial_parse.msgpack"
_MOST_WORDS = 3000

# The target of linting is in memory: no warehouse is opened, so dbt neither waits for a build nor
# holds one up.
WITHOUT_WAREHOUSE = ("--target", "lint")


class DbtError(Exception):
    """dbt failed; the message is what it printed."""


def target_folder() -> Path:
    """Return the folder into which dbt writes."""
    return Path(os.environ.get("DBT_TARGET_PATH") or "target")


@contextmanager
def only_one(name: str) -> Iterator[Path]:
    """Yield a folder below the target folder that one process uses at a time; others wait.

    Raises:
        OSError: the folder cannot be written.

    """
    folder = target_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "dbt.lock"):
        yield folder


def run(*arguments: str, folder: Path) -> None:
    """Run dbt and have it write into a folder.

    Raises:
        DbtError: dbt failed.

    """
    kept = folder / _PARSED
    # what linting has parsed need not be parsed again
    linted = target_folder() / "lint" / _PARSED
    if linted.exists() and not kept.exists():
        shutil.copyfile(linted, kept)
    done = _run(arguments, folder)
    if done.returncode and kept.exists():
        # dbt trips over what it parsed before where a model got a version since, or lost it
        kept.unlink()
        done = _run(arguments, folder)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise DbtError(said[-_MOST_WORDS:] or f"dbt ended with code {done.returncode}")


def _run(arguments: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - dbt, with words of our own
        [_DBT, *_QUIETLY, *arguments, "--target-path", folder],
        env={**os.environ, **_NO_TELEMETRY},
        capture_output=True,
        text=True,
        check=False,
    )
