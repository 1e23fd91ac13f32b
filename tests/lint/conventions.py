"""dbt-bouncer, a line for each finding: its own table is cut to the width of the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_BOUNCER = Path(sys.executable).parent / "dbt-bouncer"
_FOUND = Path("target") / "lint" / "bouncer.json"


def found() -> list[str]:
    """Return what breaks a convention: the file, the reason, and the name of the check."""
    _FOUND.unlink(missing_ok=True)
    options = ("--config-file", "dbt-bouncer.yml", "--output-only-failures", "--output-file")
    done = subprocess.run([_BOUNCER, *options, _FOUND], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    if not _FOUND.exists():  # such as a mistake in its configuration
        return (done.stdout + done.stderr).splitlines()
    failures = json.loads(_FOUND.read_bytes())
    return [*map(sentence, failures), "dbt-bouncer.yml states the reason for each check."]


def sentence(failure: dict[str, str]) -> str:
    """Return what one failed check says: the file, the reason, and the name of the check."""
    place = failure["file_path"] or failure["unique_id"] or "the project"
    check = failure["check_run_id"].partition(":")[0]
    return f"{place}: {' '.join(failure['failure_message'].split())} ({check})"
