"""A publication records what it was made from, and its name never covers anything else."""

from __future__ import annotations

import fcntl
import json
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ontime.publishing.identity import Identity, overriding, usual_target
from ontime.publishing.verification import newer_data
from tests.commands import Project

MADE_FROM = Identity(
    project="abc",
    variables={},
    target="prod",
    source_files="def",
    packages={"duckdb": "1.5.6"},
)


@pytest.mark.parametrize(
    ("part", "value", "report"),
    [
        ("project", "abd", "the project's files have changed"),
        ("variables", {"on_time_threshold_minutes": 20}, "the variables differ (--vars)"),
        ("target", "ci", "the target differs"),
        ("source_files", "deg", "other source files are loaded"),
        ("packages", {"duckdb": "2.0.1"}, "other versions of packages are installed"),
    ],
)
def test_every_part_is_part_of_the_identity(part: str, value: object, report: str) -> None:
    other = replace(MADE_FROM, **{part: value})  # type: ignore[arg-type]
    assert other.digest != MADE_FROM.digest
    assert MADE_FROM.difference(other) == report
    assert Identity.from_json(other.as_json()) == other
    assert not other.difference(other)


def test_a_variable_with_the_projects_own_value_changes_nothing() -> None:
    assert overriding({"on_time_threshold_minutes": 15}) == {}
    assert overriding({"on_time_threshold_minutes": 20, "new": 1}) == {
        "new": 1,
        "on_time_threshold_minutes": 20,
    }


def test_the_usual_target_is_that_of_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    # as for another project: `make build` does not obey it
    monkeypatch.setenv("DBT_TARGET", "ci")
    assert usual_target() == "prod"


def recorded(project: Project, change: str) -> None:
    """Change what the last complete build recorded."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(f"update operations.audited_builds set made_from = {change}")


def test_what_was_not_built_is_not_published(copy_of_small: Project) -> None:
    project = copy_of_small
    before = project.published_file.resolve()

    def refused(*arguments: str) -> str:
        done = project.dbt("run-operation", "publish", *arguments, check=False)
        assert done.returncode != 0
        assert project.published_file.resolve() == before
        return done.stdout

    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        [(made_from,)] = connection.execute(
            "select made_from from operations.audited_builds"
        ).fetchall()
    built = Identity.from_json(made_from)
    # the code is not the code that was built, as after a change of a model
    recorded(project, f"'{replace(built, project='0' * 64).as_json()}'")
    assert "the project's files have changed: run `make build`" in refused()
    recorded(project, f"'{made_from}'")
    variables = json.dumps({"on_time_threshold_minutes": 20})
    assert "the variables differ" in refused("--vars", variables)
    # what `ci` builds is a change on trial, whatever it is made from
    assert "Only the target `prod` publishes, and this is `ci`" in refused("--target", "ci")
    # a table that was changed without dbt
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute("update marts.dim_dates set weekday_name = 'Caturday'")
    assert "marts.dim_dates was changed after the build that tested it" in refused()
    current = project.run(sys.executable, "-m", "ontime", "is-current", check=False)
    assert current.returncode == 0


def test_a_build_with_other_variables_is_published_as_what_it_is(copy_of_small: Project) -> None:
    project = copy_of_small
    variables = {"on_time_threshold_minutes": 20}
    with duckdb.connect(str(project.warehouse_file), read_only=True) as connection:
        [(made_from,)] = connection.execute(
            "select made_from from operations.audited_builds"
        ).fetchall()
    plain = Identity.from_json(made_from)
    recorded(project, f"'{replace(plain, variables=variables).as_json()}'")
    done = project.dbt("run-operation", "publish", "--vars", json.dumps(variables))
    assert "published:" in done.stdout
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        [(identity, kept_variables)] = connection.execute(
            "select identity, overridden_variables from catalogue.publication"
        ).fetchall()
    assert json.loads(kept_variables) == variables
    assert identity == replace(plain, variables=variables).digest
    # so that `make run`, which builds the unmodified project, has something to do
    done = project.run(sys.executable, "-m", "ontime", "is-current", check=False)
    assert done.returncode == 1


def test_a_changed_published_file_is_not_up_to_date_and_publishing_heals_it(
    copy_of_small: Project,
) -> None:
    project = copy_of_small
    command = (sys.executable, "-m", "ontime")
    assert project.run(*command, "is-current", check=False).returncode == 0
    assert "unchanged" in project.run(*command, "verify").stdout
    file = project.published_file.resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file.rename(file.with_name("aside.duckdb")))) as connection:
        connection.execute(
            "update marts.mart_carrier_month_punctuality set on_time_arrivals = 0 "
            "where carrier_code = 'VX'"
        )
    file.with_name("aside.duckdb").rename(file)
    assert project.run(*command, "is-current", check=False).returncode == 1
    found = project.run(*command, "verify", check=False)
    assert found.returncode == 1
    assert "ontime_marts.duckdb was changed" in found.stderr
    assert "marts.mart_carrier_month_punctuality holds other rows" in found.stderr
    status = project.ingest("status").stdout
    assert "Readers do not see what was published" in status
    assert "published:" in project.dbt("run-operation", "publish").stdout
    assert project.run(*command, "is-current", check=False).returncode == 0
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        on_time = connection.execute(
            "select sum(on_time_arrivals) from marts.mart_carrier_month_punctuality "
            "where carrier_code = 'VX'"
        ).fetchall()
    assert on_time == [(4_160,)]


def test_readers_learn_that_newer_data_are_not_built(
    copy_of_small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "none"))
    assert not newer_data()
    monkeypatch.setenv("ONTIME_DATA_DIR", str(copy_of_small.folder / "data"))
    assert not newer_data()
    with duckdb.connect(str(copy_of_small.warehouse_file)) as connection:
        connection.execute("update operations.load_receipts set file_sha256 = 'another'")
    assert newer_data() == "What is loaded is not built and published: `make build` does it."
    with copy_of_small.warehouse_file.with_suffix(".lock").open("w", encoding="utf8") as lock:
        lock.write("`dbt build` (process 1)")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert newer_data() == (
            "The warehouse is being written by `dbt build` (process 1): this is the publication "
            "before it."
        )
