"""Fixtures that the tests of the documentation share."""

from pathlib import Path

import pytest

from ontime.catalog.lineage.project import Project as Lineage
from ontime.catalog.lineage.project import load
from tests.commands import ARTIFACTS, ROOT, Project
from tests.shared import made_once


@pytest.fixture(scope="session")
def documented(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the built project with its documentation in `target/`, as `make docs` writes it."""

    def document(folder: Path) -> None:
        built.copy(folder).dbt("--quiet", "docs", "generate", "--static", env=ARTIFACTS)

    return Project(made_once(tmp_path_factory, "documented", document))


@pytest.fixture(scope="session")
def lineage() -> Lineage:
    """Return the lineage of the project's columns, kept in `target/` as for `make explain`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return load()
