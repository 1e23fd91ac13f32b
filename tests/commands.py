"""Run the project's commands as a user does, with the data in another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest

from ontime.publishing.identity import identity, project_hash
from ontime.storage.content_hash import content_hashes
from ontime.transformation.semantic_manifest import keep_of_build
from tests import warm
from tests.warm import DBT, ROOT

__all__ = ["ARTIFACTS", "DBT", "NO_ARTIFACTS", "ROOT", "Project"]

# dbt writes manifest.json, run_results.json and so on, which takes it a second for each command
ARTIFACTS = {"DBT_WRITE_JSON": "true"}
NO_ARTIFACTS = {"DBT_WRITE_JSON": "false"}


@dataclass(frozen=True)
class Project:
    """The project, with its data in the test's own folder."""

    folder: Path

    @property
    def warehouse_file(self) -> Path:
        """Return the path of the build database."""
        return self.folder / "data" / "ontime.duckdb"

    @property
    def published_file(self) -> Path:
        """Return the file that readers open."""
        return self.folder / "data" / "published" / "ontime_marts.duckdb"

    @property
    def publication_name(self) -> str:
        """Return the name of the publication that a new reader sees."""
        with duckdb.connect(str(self.published_file), read_only=True) as connection:
            [(name,)] = connection.execute(
                "select publication_name from catalogue.publication"
            ).fetchall()
        return str(name)

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command of this project."""
        return {
            **os.environ,
            "ONTIME_DATA_DIR": str(self.folder / "data"),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            # every statement that dbt runs takes a twentieth of its time
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_USE_COLORS": "false",
            "PYTHONPATH": str(ROOT),
            **extra,
        }

    def run(
        self,
        *command: str | Path,
        check: bool = True,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's root; fail the test with its output if it fails."""
        words, environment = [str(word) for word in command], self.environment(env)
        if warm.runs_here(words, environment):
            done = warm.run(words, environment, ROOT)
        else:
            done = subprocess.run(
                words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
        assert not check or done.returncode == 0, (
            f"{command}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        )
        return done

    def ingest(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m ontime`."""
        return self.run(sys.executable, "-m", "ontime", *arguments, check=check, env=env)

    def dbt(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `dbt`, without its artifacts unless `env` has ARTIFACTS."""
        return self.run(DBT, *arguments, check=check, env={**NO_ARTIFACTS, **env})

    def build_without_tests(self, *arguments: str, **extra: str) -> None:
        """Build every seed and model without tests: nothing is published."""
        self.dbt(
            "build", "--resource-type", "seed", "--resource-type", "model", *arguments, env=extra
        )

    def build_with_data_tests(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `dbt build` as `make build` does where the unit tests have passed on this code."""
        spared = ("--exclude-resource-type", "unit_test")
        return self.dbt("build", *spared, *arguments, check=check, env=env)

    def has_passed_unit_tests(self) -> None:
        """Record that this code has passed the unit tests, which say nothing about data.

        The build of the whole embedded data runs them (the fixture `built`).
        """
        with duckdb.connect(str(self.warehouse_file)) as connection:
            connection.execute(
                "create or replace table operations.tested_parts as select '' as table_name, "
                "'' as part_name, '' as part_version, ? as tested_by",
                [identity(connection).without_data.as_json()],
            )

    def hashes(self, schema: str = "marts") -> dict[str, str]:
        """Return a hash of the content of every table of a schema of the warehouse.

        Columns of lineage and the order of rows do not matter.
        """
        with duckdb.connect(str(self.warehouse_file), read_only=True) as connection:
            return content_hashes(connection, schema)

    def keep_metrics(self) -> None:
        """Keep the metrics that a build with artifacts has written, as `make build` does."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DBT_TARGET_PATH", str(self.folder / "target"))
            keep_of_build(project_hash())

    def copy(self, folder: Path) -> Project:
        """Return a copy of the project's data and kept metrics in another folder."""
        for name in ("data", "target/metrics"):
            shutil.rmtree(folder / name, ignore_errors=True)
            if (self.folder / name).exists():
                shutil.copytree(self.folder / name, folder / name, symlinks=True)
        return Project(folder)
