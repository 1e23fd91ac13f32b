"""Have dbt tell of its models on one page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_DBT = Path(sys.executable).parent / "dbt"


class DocumentationError(Exception):
    """A tool could not write its pages: the message is what it said."""


def write(folder: Path) -> None:
    """Write dbt's docs into a folder of the site, as one page.

    Raises:
        DocumentationError: dbt failed.

    """
    with tempfile.TemporaryDirectory(prefix="ontime-docs-") as scratch:
        done = subprocess.run(  # noqa: S603
            [_DBT, "--quiet", "docs", "generate", "--static", "--target-path", scratch],
            env={**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DocumentationError(f"dbt failed.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        folder.mkdir()
        shutil.copy(Path(scratch) / "static_index.html", folder / "index.html")
