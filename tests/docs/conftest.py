"""What the tests of the documentation share."""

import pytest

from tests.commands import Project


@pytest.fixture(scope="session")
def documented(built: Project) -> Project:
    """Return the built project with its documentation in `target/`, as `make docs` writes it."""
    built.dbt("--quiet", "docs", "generate", "--static")
    return built
