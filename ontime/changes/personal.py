"""A developer's own file: the models that they changed, beside what is published."""

from __future__ import annotations

import getpass
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ontime.catalog.manifest import Node, models, read_manifest
from ontime.changes.builds import changes_folder
from ontime.changes.revisions import ChangeError, files_of
from ontime.publishing.identity import project_hash
from ontime.storage.paths import data_folder, published_file, warehouse_file
from ontime.transformation import dbt

SETTING = "ONTIME_DEVELOPER"
_TARGET = ("--target", "dev")


@dataclass(frozen=True)
class Personal:
    """The file of one person."""

    name: str

    @classmethod
    def of_this_user(cls) -> Personal:
        """Return that of ONTIME_DEVELOPER, or else of the user of this machine.

        Raises:
            ChangeError: the name cannot be part of the name of a file.

        """
        name = os.environ.get(SETTING) or _user()
        if not re.fullmatch(r"[A-Za-z0-9_]{1,32}", name):
            raise ChangeError(
                f"{SETTING} names your file, and may have letters, digits and `_`; it is {name!r}."
            )
        return cls(name)

    @property
    def file(self) -> Path:
        """Return the file."""
        return data_folder() / f"dev_{self.name}.duckdb"

    def build(self, commit: str, options: Sequence[str], tell: Callable[[str], None]) -> int:
        """Build what was changed since a commit, or what the options select; return the exit code.

        Whatever is not built is read from the published marts.

        Raises:
            ChangeError: nothing is published, or a model reads what is not.

        """
        if not published_file().exists():
            raise ChangeError(
                f"Nothing is published in {published_file().parent} yet: run `make run`."
            )
        state = _state(commit, tell)
        chosen = list(options)
        if not any(word.split("=")[0] in {"--select", "-s", "--models", "-m"} for word in options):
            chosen = ["--select", "state:modified+", *options]
        words = ["--defer", "--favor-state", "--state", str(state), *chosen]
        self._refuse_what_is_not_published(words)
        return self._dbt("build", *words).returncode

    def _refuse_what_is_not_published(self, words: Sequence[str]) -> None:
        """Refuse a selection whose models read something that only the warehouse has."""
        asked = [word for word in words if word != "--full-refresh"]
        listed = self._dbt(
            *("--quiet", "list", "--output", "json", "--output-keys", "unique_id", *asked),
            is_captured=True,
        )
        if listed.returncode:
            raise ChangeError(f"dbt cannot select that:\n{(listed.stdout + listed.stderr).strip()}")
        chosen = {
            json.loads(line)["unique_id"]
            for line in listed.stdout.splitlines()
            if line.startswith("{")
        }
        manifest = read_manifest(dbt.target_folder() / "manifest.json")
        unpublished = missing(manifest, chosen)
        if unpublished:
            pairs = "; ".join(f"{name} reads {', '.join(read)}" for name, read in unpublished)
            raise ChangeError(
                "The target `dev` has what is published and what you build, and no raw tables: "
                f'{pairs}. Leave it out, as in `make dev ARGS="--select my_mart"`, or try the '
                "change with `make impact`, which builds everything it needs."
            )

    def _dbt(self, *words: str, is_captured: bool = False) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - dbt, with the options of this user
            [Path(sys.executable).parent / "dbt", *words, *_TARGET],
            env={**os.environ, SETTING: self.name, **dbt.NO_TELEMETRY},
            capture_output=is_captured,
            text=True,
            check=False,
        )


def missing(manifest: Node, chosen: set[str]) -> list[tuple[str, list[str]]]:
    """Return which chosen models read something that is neither chosen nor published."""
    published = {
        node["unique_id"]
        for node in models(manifest)
        if node["schema"] == "marts"
        and node["config"].get("meta", {}).get("published_as") != "parquet"
    }
    found = []
    for node in models(manifest):
        if node["unique_id"] not in chosen:
            continue
        reads = [
            unique_id.split(".")[2 if unique_id.startswith("model.") else -1]
            for unique_id in node["depends_on"]["nodes"]
            if unique_id not in chosen | published
        ]
        if node["config"]["materialized"] == "monthly":
            reads = reads or ["the record of what is loaded"]
        if reads:
            found.append((str(node["name"]), sorted(reads)))
    return sorted(found)


def _state(commit: str, tell: Callable[[str], None]) -> Path:
    """Return a folder with the manifest of a commit, as of the build that is published."""
    with files_of(commit, changes_folder() / "files") as files:
        folder = changes_folder() / "states" / project_hash(files)[:16]
        if not (folder / "manifest.json").exists():
            tell(f"Reading the models of {commit[:12]} ...")
            kept = {**os.environ, **dbt.NO_TELEMETRY}
            # the database that deferred models are read from has the warehouse's name
            kept["ONTIME_DATA_DIR"] = str(warehouse_file().parent.resolve())
            done = subprocess.run(  # noqa: S603 - dbt, with words of our own
                [
                    *(Path(sys.executable).parent / "dbt", "--quiet", "parse"),
                    *("--target-path", str(folder.resolve())),
                ],
                cwd=files,
                env=kept,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = (done.stdout + done.stderr).strip()
                raise ChangeError(f"dbt cannot read the models of {commit[:12]}:\n{said}")
    return folder


def _user() -> str:
    try:
        return re.sub(r"\W", "_", getpass.getuser())[:32]
    except (KeyError, OSError):
        return "me"
