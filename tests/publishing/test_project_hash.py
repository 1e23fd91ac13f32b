"""The declared inputs of a build are exactly the files that can change it."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from ontime.publishing.identity import project_hash
from tests.commands import ROOT


def imported_by(module: str) -> set[str]:
    """Return the files of the package `ontime` that a module imports, directly or not."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        place = ROOT / name.replace(".", "/")
        path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        relative = path.relative_to(ROOT).as_posix()
        if not name.startswith("ontime") or not path.exists() or relative in found:
            continue
        found.add(relative)
        waiting.append(name.rpartition(".")[0])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return found


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the project's files, which is the working directory."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("dbt_project", "profiles", "requirements", "ingest", "ontime"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changes_the_hash(file: Path) -> bool:
    """Return whether a changed comment in a file changes the hash of the project."""
    before, text = project_hash(), file.read_bytes()
    file.write_bytes(text + b"\n# a comment\n")
    after = project_hash()
    file.write_bytes(text)
    assert project_hash() == before
    return after != before


def test_all_that_dbt_loads_from_the_package_is_declared(copied: Path) -> None:
    loaded = imported_by("ontime.transformation.dbt_plugin")
    assert {"ontime/transformation/dbt_plugin.py", "ontime/publishing/features.py"} <= loaded
    files = {path.relative_to(copied).as_posix() for path in copied.glob("ontime/**/*.py")}
    assert {name for name in files if changes_the_hash(copied / name)} == loaded


@pytest.mark.parametrize(
    ("name", "is_part"),
    [
        ("dbt_project.yml", True),
        ("dbt_project/models/marts/core/fct_flights.sql", True),
        ("dbt_project/macros/on_time.sql", True),
        ("dbt_project/seeds/carriers.csv", True),
        ("profiles/profiles.yml", True),
        ("requirements/lock.txt", True),
        ("ingest/sources/dbt_artifacts.py", True),
        ("ingest/download/fetching.py", False),
        ("requirements/superset.txt", False),
    ],
)
def test_a_change_counts_where_it_can_change_a_build(
    copied: Path, name: str, is_part: bool
) -> None:
    assert changes_the_hash(copied / name) == is_part
