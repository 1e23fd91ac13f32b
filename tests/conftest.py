"""Fixtures that all tests share: one warehouse built as a user builds it, and its readers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.storage.reader import attach_published
from ontime.transformation.environment import ignore_settings_of_dbt
from tests.commands import ARTIFACTS, Project
from tests.requirements import counted
from tests.shared import made_once
from tests.small import load


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the embedded data, ingested, built with every dbt test, and published, once."""

    def build(folder: Path) -> None:
        project = Project(folder)
        project.ingest("load")
        done = project.dbt("build", env=ARTIFACTS)
        assert "published:" in done.stdout, done.stdout[-3000:]
        project.keep_metrics()

    return Project(made_once(tmp_path_factory, "built", build))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the small year (tests/small.py), built with every dbt test, and published, once."""

    def build(folder: Path) -> None:
        project = Project(folder)
        load(project)
        done = project.dbt("build", env=ARTIFACTS)
        assert "published:" in done.stdout, done.stdout[-3000:]
        project.keep_metrics()

    return Project(made_once(tmp_path_factory, "small", build))


@pytest.fixture(scope="session")
def failed(small: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of it, rebuilt once after a flight was deleted from the raw table."""

    def build(folder: Path) -> None:
        project = small.copy(folder)
        with duckdb.connect(str(project.warehouse_file)) as connection:
            # deleted between the file and the raw table: the receipts no longer balance
            connection.execute(
                "delete from raw_nycflights13.flights where _source_row_number = "
                "(select min(_source_row_number) from raw_nycflights13.flights)"
            )
        done = project.build_with_data_tests(check=False)
        assert done.returncode == 1
        assert "Not published: " in done.stdout

    return Project(made_once(tmp_path_factory, "failed", build))


@pytest.fixture(scope="session")
def published(built: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a read-only connection to the published file, with the views of what lies beside it.

    As in `make query`, so that the guides' queries run unchanged; but other files can be read.
    """
    with attach_published(built.published_file)[0] as connection:
        yield connection


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return an empty project folder of the test's own."""
    return Project(tmp_path)


@pytest.fixture
def copy_of_built(built: Project, tmp_path: Path) -> Project:
    """Return a copy of the built warehouse, for tests that change it."""
    return built.copy(tmp_path)


@pytest.fixture
def copy_of_small(small: Project, tmp_path: Path) -> Project:
    """Return a copy of the small year, for tests that change it."""
    return small.copy(tmp_path)


def pytest_configure(config: pytest.Config) -> None:
    """Give the commands under test the same surroundings, however the run was started.

    A shell starts background jobs with SIGINT ignored, and child processes inherit that; make gives
    its own options to every make below it, and pytest to every pytest; dbt reads settings for other
    projects.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTEST_ADDOPTS"):
        os.environ.pop(name, None)
    ignore_settings_of_dbt(os.environ)
    config.addinivalue_line("markers", "whole: needs a built warehouse, commands, or a server")


# fixtures that need a command, a build, a browser or a server
WHOLE = {
    *("built", "small", "project", "publishers", "sandbox", "empty_sandbox", "loaded"),
    *("browser", "server", "checkout", "superset", "session", "python", "hold"),
    *("published", "made_up", "flown", "disrupted"),
}


def _asked_for(item: pytest.Function) -> set[str]:
    """Return the fixtures of a test, also those that it asks `request` for by a parameter."""
    names = set(item.fixturenames)
    if "request" in names and hasattr(item, "callspec"):
        names |= {value for value in item.callspec.params.values() if isinstance(value, str)}
    return names


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make check` leaves to `make test`, and put the long ones first."""
    for item in items:
        if isinstance(item, pytest.Function) and WHOLE & _asked_for(item):
            item.add_marker("whole")
    # With two processes, each begins with one half, and takes tests from the other's end when it
    # has done its own. So the first half begins with the readers of one warehouse, the second with
    # those of the other, and both end with the tests that take milliseconds.
    whole = [item for item in items if "whole" in item.keywords]
    quick = [item for item in items if "whole" not in item.keywords]
    reading = _long_first([item for item in whole if "built" in _asked_for_by(item)])
    others = _long_first([item for item in whole if "built" not in _asked_for_by(item)])
    half = len(items) // 2
    room = max(half - len(reading), 0)
    items[:] = [*reading[:half], *quick[:room], *others, *reading[half:], *quick[room:]]


def _asked_for_by(item: pytest.Item) -> set[str]:
    return _asked_for(item) if isinstance(item, pytest.Function) else set()


def _long_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with those first whose modules build; the tests of a module stay together.

    A test that builds has a folder of its own besides the warehouse that it starts from.
    """

    def builds(item: pytest.Item) -> bool:
        names = _asked_for_by(item)
        return bool(names & {"built", "small"}) and "tmp_path" in names

    building = {item.path for item in items if builds(item)}
    return sorted(items, key=lambda item: item.path not in building)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Report how many tests were skipped because of missing requirements, and name these."""
    for sentence in counted(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(sentence, yellow=True)
