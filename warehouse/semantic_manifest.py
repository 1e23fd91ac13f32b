"""The semantic manifest: the project's metrics and semantic models, as dbt writes them down."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from warehouse.publishing.identity import project_hash


class ManifestError(Exception):
    """dbt cannot parse the project; the message is what it says."""


def semantic_manifest() -> str:
    """Return the semantic manifest of the project in the working folder, as JSON.

    If a file of the project has changed since the last time, dbt parses the project, which takes
    seconds; it does not open the warehouse.

    Raises:
        ManifestError: dbt cannot parse the project.

    """
    folder = Path(os.environ.get("DBT_TARGET_PATH") or "target") / "metrics"
    kept = folder / f"{project_hash()}.json"
    folder.mkdir(parents=True, exist_ok=True)
    # of two that ask at once, one parses and the other reads what it has found
    with (folder / "parsing.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _parse(folder)
            for stale in folder.glob("?" * 64 + ".json"):
                stale.unlink()
            (folder / "semantic_manifest.json").replace(kept)
        return kept.read_text(encoding="utf-8")


def _parse(folder: Path) -> None:
    # the target for linting opens no warehouse, so that nobody waits for a build and none waits;
    # a hint would be noted down in the user's home
    command = [
        str(Path(sys.executable).parent / "dbt"),
        *("--quiet", "--log-level-file", "none", "--no-hints-enabled", "parse"),
        *("--target", "lint", "--target-path", str(folder)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ManifestError(f"dbt cannot read the project:\n{(done.stdout + done.stderr).strip()}")
