"""The base of a change, built from the embedded data with its own code, and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ontime.changes.builds import Build, changes_folder
from ontime.changes.revisions import ChangeError, files_of, object_of
from ontime.publishing.identity import Identity, installed_packages, project_hash, usual_target

KEPT = 3
_DONE = "done"


def baseline(commit: str, tell: Callable[[str], None]) -> Build:
    """Return the build of a commit; build it if no kept one is made from the same.

    Its models are built without tests: they are those of a commit that has passed its own. `tell`
    is called with a sentence on each step.

    Raises:
        ChangeError: it cannot be built.

    """
    with files_of(commit, changes_folder() / "files") as files:
        build = Build(_folder(commit, files), f"revision {commit[:12]}")
        if not (build.folder / _DONE).exists():
            shutil.rmtree(build.folder, ignore_errors=True)
            tell(f"Building {build.name}, once for this state of the models ...")
            build.require("load", code=files)
            build.require(
                *("build", "--resource-type", "seed", "--resource-type", "model"), code=files
            )
            tell(f"Following the columns of {build.name} ...")
            page = build.folder.resolve() / "lineage"
            build.require("lineage", "--to", str(page), code=files)
            (build.folder / _DONE).touch()
        os.utime(build.folder / _DONE)
    _forget()
    return build


def lineage_of(build: Build) -> Path:
    """Return the file in which a kept build has the lineage of its columns."""
    return build.target / "explain" / "lineage.json"


def _folder(commit: str, files: Path) -> Path:
    """Return where the build of a commit is kept: by its identity, and the code that loads."""
    try:
        made_from = Identity(
            project=project_hash(files),
            variables={},
            target=usual_target(files),
            source_files=object_of(commit, "ingest"),
            packages=installed_packages(),
        )
    except (OSError, KeyError) as error:
        raise ChangeError(f"{commit[:12]} cannot be built: it has no {error}.") from None
    # an impact compares what this code reads, so it is part of the name as well
    digest = hashlib.sha256(made_from.as_json().encode()).hexdigest()
    return changes_folder() / "baselines" / digest[:16]


def _forget() -> None:
    """Remove all kept builds but the last ones that were used."""
    kept = sorted(
        (changes_folder() / "baselines").glob("*"),
        key=lambda folder: (folder / _DONE).stat().st_mtime if (folder / _DONE).exists() else 0.0,
    )
    for folder in kept[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
