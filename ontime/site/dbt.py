"""Have dbt describe its models on one page."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ontime.transformation import dbt


class DocumentationError(Exception):
    """A tool could not write its pages: the message is its error output."""


def write(folder: Path) -> None:
    """Write dbt's docs into a folder of the site, as one page.

    Raises:
        DocumentationError: dbt failed.

    """
    with tempfile.TemporaryDirectory(prefix="ontime-docs-") as scratch:
        try:
            dbt.run("docs", "generate", "--static", folder=Path(scratch))
        except dbt.DbtError as error:
            raise DocumentationError(f"dbt failed.\n{error}") from None
        folder.mkdir()
        shutil.copy(Path(scratch) / "static_index.html", folder / "index.html")
