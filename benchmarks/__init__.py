"""Benchmarks against baselines; `python -m benchmarks` runs all of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def commit() -> str:
    """Return the short name of the commit that is measured."""
    return subprocess.run(
        [str(shutil.which("git")), "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
