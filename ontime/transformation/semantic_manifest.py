"""The semantic manifest: the project's metrics and semantic models, as dbt writes them."""

from __future__ import annotations

import shutil
from pathlib import Path

from ontime.publishing.identity import project_hash
from ontime.transformation import dbt

_FILE = "semantic_manifest.json"


class ManifestError(Exception):
    """dbt cannot parse the project; the message is what it printed."""


def semantic_manifest() -> str:
    """Return the semantic manifest of the project in the working folder, as JSON.

    If a project file has changed since the last call, dbt parses the project again, which takes
    seconds. It does not open the warehouse.

    Raises:
        ManifestError: dbt cannot parse the project.

    """
    with dbt.only_one("metrics") as folder:
        kept = folder / f"{project_hash()}.json"
        if not kept.exists():
            try:
                dbt.run("parse", *dbt.WITHOUT_WAREHOUSE, folder=folder)
            except dbt.DbtError as error:
                raise ManifestError(f"dbt cannot read the project:\n{error}") from None
            _keep(folder / _FILE, kept)
        return kept.read_text(encoding="utf-8")


def keep_of_build(project: str) -> None:
    """Keep the semantic manifest of a build, if the project's files have not changed since.

    Arguments:
        project: the checksum of the project's files before the build.

    """
    built = dbt.target_folder() / _FILE
    with dbt.only_one("metrics") as folder:
        if built.exists() and project_hash() == project:
            _keep(built, folder / f"{project}.json")


def _keep(written: Path, kept: Path) -> None:
    for stale in kept.parent.glob("?" * 64 + ".json"):
        stale.unlink()
    aside = kept.with_suffix(".writing")
    shutil.copyfile(written, aside)
    aside.replace(kept)
