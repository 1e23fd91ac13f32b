"""A build of one state of the project in a folder of its own: its warehouse and dbt's files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ontime.catalog.manifest import Node, read_manifest
from ontime.changes.revisions import ChangeError
from ontime.storage.paths import data_folder

# settings that say how a build runs; all others say what it makes
_KEPT = {"ONTIME_MEMORY_LIMIT", "ONTIME_THREADS"}
_LINES_OF_A_FAILURE = 12


@dataclass(frozen=True)
class Result:
    """How a node of dbt ended in a build: its status, how long it took, and its message."""

    status: str
    seconds: float
    message: str

    @property
    def is_failure(self) -> bool:
        """Whether it failed by itself."""
        return self.status in {"error", "fail"}


@dataclass(frozen=True)
class Build:
    """A build; `name` is what reports call it."""

    folder: Path
    name: str

    @property
    def warehouse(self) -> Path:
        """Return the file that was built."""
        return self.folder / "data" / "ontime.duckdb"

    @property
    def target(self) -> Path:
        """Return the folder with what dbt wrote."""
        return self.folder / "target"

    @cached_property
    def manifest(self) -> Node:
        """What dbt knew of the project."""
        return read_manifest(self.target / "manifest.json")

    @cached_property
    def results(self) -> dict[str, Result]:
        """How each node ended that was built."""
        try:
            written = json.loads((self.target / "run_results.json").read_bytes())
        except FileNotFoundError:
            return {}
        return {
            result["unique_id"]: Result(
                str(result["status"]), float(result["execution_time"]), result["message"] or ""
            )
            for result in written["results"]
        }

    def has(self, unique_id: str) -> bool:
        """Return whether this build made a node."""
        result = self.results.get(unique_id)
        return result is not None and result.status == "success"

    def run(self, *words: str, code: Path, is_shown: bool = False) -> int:
        """Run `ontime` with the code in a folder and the data of this build; return its code.

        Arguments:
            words: the command and its options.
            code: the folder with the code.
            is_shown: whether its output is printed; it is kept in any case.

        """
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "ontime", *words]
        environment = self.environment()
        with (
            self._output.open("a", encoding="utf-8") as output,
            subprocess.Popen(  # noqa: S603 - the project's own command
                command,
                cwd=code,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            for line in process.stdout or ():
                output.write(line)
                if is_shown:
                    sys.stderr.write(line)
        return process.returncode

    def said(self) -> str:
        """Return the last lines of what its commands have printed."""
        try:
            lines = self._output.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join([line for line in lines if line.strip()][-_LINES_OF_A_FAILURE:])

    def require(self, *words: str, code: Path) -> None:
        """Run `ontime` likewise, without showing what it says.

        Raises:
            ChangeError: it failed; the message ends with what it said.

        """
        if self.run(*words, code=code) == 0:
            return
        raise ChangeError(f"{self.name}: `ontime {' '.join(words)}` failed.\n{self.said()}")

    def environment(self) -> dict[str, str]:
        """Return the environment of a command of this build."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ONTIME_") or name in _KEPT
        }
        return {
            **kept,
            "ONTIME_DATA_DIR": str((self.folder / "data").resolve()),
            "DBT_TARGET_PATH": str(self.target.resolve()),
            "DBT_LOG_PATH": str((self.folder / "logs").resolve()),
            "DBT_WRITE_JSON": "true",
        }

    @property
    def _output(self) -> Path:
        return self.folder / "output.txt"


def changes_folder() -> Path:
    """Return the folder with the builds of changes and of what they are compared with."""
    return data_folder() / "changes"
