"""A build of a part runs the tests that it can, and says how to go on."""

from __future__ import annotations

import json

import pytest

from tests.commands import ARTIFACTS, Project

MART = "mart_route_month_punctuality"


@pytest.fixture
def loaded(project: Project) -> Project:
    """Return a project with raw tables and no models built."""
    project.ingest("load", "airportsdata")
    return project


def unbuilt_parents(project: Project, *options: str) -> set[str]:
    """Return what the tests of a selection read that the selection does not build."""
    keys = ("--output", "json", "--output-keys", "unique_id", "resource_type", "depends_on")
    done = project.dbt("list", "--quiet", "--target", "lint", *options, *keys)
    nodes = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    built = {node["unique_id"] for node in nodes}
    tests = [node for node in nodes if node["resource_type"] == "test"]
    assert tests
    read = {parent for test in tests for parent in test["depends_on"]["nodes"]}
    return {name for name in read - built if not name.startswith("source.")}


def test_a_selection_with_its_parents_tests_only_what_it_builds(project: Project) -> None:
    assert unbuilt_parents(project, "--select", f"+{MART}") == set()
    assert unbuilt_parents(project, "--select", f"+{MART}", "--indirect-selection", "eager")


def test_a_retry_that_passes_says_what_publishes(loaded: Project) -> None:
    failed = loaded.dbt("build", "--select", "int_us_federal_holidays", check=False, env=ARTIFACTS)
    assert failed.returncode == 1
    # the cause is removed without dbt's record of the failed run
    elsewhere = {"DBT_TARGET_PATH": str(loaded.folder / "elsewhere")}
    loaded.dbt("seed", "--select", "us_federal_holiday_rules", env=elsewhere)
    done = loaded.dbt("retry", env=ARTIFACTS)
    assert "Not published: only a part of the project was built" in done.stdout
    assert "`make build` builds and tests the rest, and publishes." in done.stdout
    assert not loaded.published_file.exists()
