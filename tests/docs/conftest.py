"""What the tests of the documentation share."""

from pathlib import Path

import pytest

from tests.commands import Project
from tests.shared import made_once


@pytest.fixture(scope="session")
def documented(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the built project with its documentation in `target/`, as `make docs` writes it."""

    def document(folder: Path) -> None:
        built.copy(folder).dbt("--quiet", "docs", "generate", "--static")

    return Project(made_once(tmp_path_factory, "documented", document))
