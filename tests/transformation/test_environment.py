"""Settings of dbt in the environment, made for another project, do not change what make does."""

from __future__ import annotations

import sys

import pytest

from ontime.transformation.environment import ignore_settings_of_dbt, refusal_of_threads
from tests.commands import ROOT, Project

FOR_ANOTHER_PROJECT = {
    "DBT_ENGINE_PROFILE": "another",
    "DBT_EXCLUDE_RESOURCE_TYPES": "seed",
    "DBT_EMPTY": "true",
    "DBT_PROFILE": "another",
    "DBT_PROFILES_DIR": "/nowhere",
    "DBT_PROJECT_DIR": "/nowhere",
    "DBT_PRINT": "false",
    "DBT_QUIET": "true",
    "DBT_RESOURCE_TYPES": "snapshot",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "true",
    "DBT_STATE": "/nowhere",
    "DBT_TARGET": "elsewhere",
    "DBT_VARS": "{on_time_threshold_minutes: 20}",
    "DBT_WARN_ERROR": "true",
}


@pytest.fixture
def loaded(project: Project) -> Project:
    """Return a project with raw tables and no models built."""
    project.ingest("load", "airportsdata")
    return project


def test_what_changes_a_build_is_removed_and_the_rest_stays() -> None:
    others = {"DBT_LOG_PATH": "logs", "DBT_TARGET_PATH": "elsewhere", "PATH": "/bin"}
    environment = {**FOR_ANOTHER_PROJECT, **others}
    ignore_settings_of_dbt(environment)
    assert environment == others


def test_a_build_does_not_obey_the_environment(loaded: Project) -> None:
    done = loaded.ingest("build", "--select", "carriers", env=FOR_ANOTHER_PROJECT)
    assert "Not published: only a part of the project was built" in done.stdout
    assert "Built and tested: 1 seed, " in done.stderr


def test_dbt_as_make_calls_it_does_not_obey_the_environment(project: Project) -> None:
    words = ("list", "--quiet", "--select", "carriers", "--resource-type", "seed")
    command = (sys.executable, "-m", "ontime.with_project_settings", *words, "--target", "lint")
    assert project.run(*command, env=FOR_ANOTHER_PROJECT).stdout.split() == ["ontime.carriers"]
    # every target calls it in this way
    assert "$(BIN)/dbt " not in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("DBT_TARGET", "does not have a target named 'elsewhere'"),
        ("DBT_PROFILE", "Could not find profile named 'another'"),
    ],
)
def test_a_bare_dbt_obeys_the_environment(project: Project, name: str, reason: str) -> None:
    done = project.dbt(
        "list", "--select", "carriers", check=False, env={name: FOR_ANOTHER_PROJECT[name]}
    )
    assert done.returncode == 2
    assert reason in done.stdout + done.stderr


@pytest.mark.parametrize(
    "threads", ["abc", "0", "-1", "2.5", "", " 4", "257", "9" * 20, "\N{SUPERSCRIPT TWO}"]
)
def test_a_number_of_threads_that_is_none_is_refused_in_a_sentence(threads: str) -> None:
    assert refusal_of_threads({"ONTIME_THREADS": threads}) == (
        f"ONTIME_THREADS must be a whole number from 1 to 256; it is {threads!r}. Nothing was done."
    )


def test_any_other_number_of_threads_is_passed_on() -> None:
    for environment in ({}, {"ONTIME_THREADS": "1"}, {"ONTIME_THREADS": "16"}):
        assert refusal_of_threads(environment) is None


@pytest.mark.parametrize(
    "words", [("ontime", "build"), ("ontime", "audit"), ("ontime.with_project_settings", "parse")]
)
def test_the_commands_end_with_that_sentence(project: Project, words: tuple[str, str]) -> None:
    command = (sys.executable, "-m", *words)
    done = project.run(*command, env={"ONTIME_THREADS": "many"}, check=False)
    assert done.returncode in {1, 2}
    assert done.stdout + done.stderr == (
        "ONTIME_THREADS must be a whole number from 1 to 256; it is 'many'. Nothing was done.\n"
    )


@pytest.mark.parametrize("command", ["build", "audit"])
def test_a_memory_limit_that_is_none_is_one_sentence(project: Project, command: str) -> None:
    done = project.ingest(command, check=False, env={"ONTIME_MEMORY_LIMIT": "much"})
    assert done.returncode == 2
    assert done.stderr == (
        "ONTIME_MEMORY_LIMIT must be an amount of memory such as 4GB or 512MB; it is 'much'. "
        "Nothing was done.\n"
    )
    assert not project.warehouse_file.exists()


@pytest.mark.parametrize("gigabytes", ["0", "-1", "many", "nan", "inf"])
def test_a_publication_that_cannot_be_kept_is_refused_before_the_build(
    project: Project, gigabytes: str
) -> None:
    done = project.ingest("build", check=False, env={"ONTIME_KEPT_GIGABYTES": gigabytes})
    assert done.returncode == 2
    assert done.stderr == (
        "ONTIME_KEPT_GIGABYTES must be a number of gigabytes above zero; "
        f"it is {gigabytes!r}. Nothing was done.\n"
    )
    assert not project.warehouse_file.exists()
