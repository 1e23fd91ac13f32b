"""The revision of the project's code."""

from __future__ import annotations

import subprocess


def git_revision() -> str:
    """Return the commit that is checked out, marked if files differ from it, or 'unknown'."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
