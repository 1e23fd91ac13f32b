"""The semantic manifest, and the same as an open document: metrics and semantic models.

dbt writes both: `semantic_manifest.json` for MetricFlow, and `osi_document.json` in the format of
the Open Semantic Interchange.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ontime.publishing.identity import project_hash
from ontime.transformation import dbt

_MANIFEST, _DOCUMENT = "semantic_manifest.json", "osi_document.json"
# what dbt writes, and how the name of the kept file ends, after the checksum of the project
_KEPT = {_MANIFEST: ".json", _DOCUMENT: ".osi.json"}
_DIGITS = 64


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
        project = project_hash()
        kept = folder / f"{project}{_KEPT[_MANIFEST]}"
        if not kept.exists():
            try:
                dbt.run("parse", *dbt.WITHOUT_WAREHOUSE, folder=folder)
            except dbt.DbtError as error:
                raise ManifestError(f"dbt cannot read the project:\n{error}") from None
            _keep(folder, folder, project)
        return kept.read_text(encoding="utf-8")


def kept_document(project: str) -> str | None:
    """Return the open document of a state of the project, or None if no build of it is kept.

    Arguments:
        project: the checksum of the project's files.

    """
    try:
        path = dbt.target_folder() / "metrics" / f"{project}{_KEPT[_DOCUMENT]}"
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def keep_of_build(project: str) -> None:
    """Keep what a build has written, if the project's files have not changed since.

    Arguments:
        project: the checksum of the project's files before the build.

    """
    built = dbt.target_folder()
    with dbt.only_one("metrics") as folder:
        if (built / _MANIFEST).exists() and project_hash() == project:
            _keep(built, folder, project)


def _keep(written: Path, folder: Path, project: str) -> None:
    for stale in folder.glob(f"{'?' * _DIGITS}*.json"):
        stale.unlink()
    for name, ending in _KEPT.items():
        if (written / name).exists():
            kept = folder / f"{project}{ending}"
            draft = kept.with_suffix(".writing")
            shutil.copyfile(written / name, draft)
            draft.replace(kept)
