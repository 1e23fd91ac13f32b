"""Publishing after a build, without dbt's plugin, gives what publishing within the build gives."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.publishing import after_build
from ontime.publishing.after_build import publish_build
from ontime.publishing.placement import PublicationError
from tests.commands import Project

CATALOGUE = {
    "tables": "table_name, row_count, content_hash, definition_hash",
    "columns": "*",
    "table_months": "*",
    "publication": "identity, fingerprint, dbt_invocation_id",
}


@pytest.fixture
def unpublished(small: Project, copy_of_small: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return the small year as dbt leaves it without the plugin: built, and not published."""
    shutil.rmtree(copy_of_small.folder / "data" / "published")
    artifacts = copy_of_small.folder / "target"
    artifacts.mkdir(exist_ok=True)
    for name in ("manifest.json", "run_results.json"):
        shutil.copy(small.folder / "target" / name, artifacts)
    _of_one_command(artifacts)
    with duckdb.connect(str(copy_of_small.warehouse_file)) as connection:
        for table in ("audited_builds", "audited_tables", "audited_months", "tested_parts"):
            connection.execute(f"delete from operations.{table}")
    monkeypatch.setenv("ONTIME_DATA_DIR", str(copy_of_small.folder / "data"))
    return copy_of_small


@pytest.fixture
def recorded(unpublished: Project) -> Project:
    """Return it with what dbt records of the marts at the end of such a build."""
    unpublished.dbt("run-operation", "record_built_contents", "--target", "plain")
    with duckdb.connect(str(unpublished.warehouse_file)) as connection:
        connection.execute(
            "update operations.built_contents "
            "set invocation_id = (select invocation_id from operations.begun_build)"
        )
    return unpublished


def test_a_build_is_published_after_dbt_as_it_is_within_it(
    small: Project, recorded: Project
) -> None:
    said: list[str] = []
    publish_build(recorded.folder / "target", said.append)
    assert said == [f"published: {recorded.published_file}"]
    for table, columns in CATALOGUE.items():
        assert _rows(recorded, table, columns) == _rows(small, table, columns), table
    assert len(_rows(small, "tables", "*")) > 40


def test_a_build_that_failed_a_test_is_not_published(unpublished: Project) -> None:
    _change_results(
        unpublished,
        lambda results: next(
            each for each in results["results"] if each["unique_id"].startswith("test.")
        ).update(status="fail"),
    )
    _is_refused(unpublished, r"Not published: 1 of [\d,]+ nodes failed")


def test_a_build_of_a_part_is_not_published(unpublished: Project) -> None:
    def leave_out_a_model(results: dict[str, Any]) -> None:
        named = [each["unique_id"] for each in results["results"]]
        results["results"].pop(named.index("model.ontime.dim_dates"))

    _change_results(unpublished, leave_out_a_model)
    _is_refused(unpublished, "Not published: only a part of the project was built")


def test_results_of_another_build_are_not_published(unpublished: Project) -> None:
    _change_results(
        unpublished, lambda results: results["metadata"].update(invocation_id="another")
    )
    _of_one_command(unpublished.folder / "target")
    _is_refused(unpublished, "is not the one whose results lie in the target folder")


def test_a_build_of_other_files_is_not_published(unpublished: Project) -> None:
    early = {"invocation_started_at": "2001-01-01T00:00:00Z"}
    _change_results(unpublished, lambda results: results["metadata"].update(early))
    _is_refused(unpublished, "The project's files have changed since the build began")


def test_a_file_that_is_moved_into_the_project_has_changed(tmp_path: Path) -> None:
    before = time.time()
    file = tmp_path / "model.sql"
    file.write_text("select 1")
    os.utime(file, (1, 1))
    assert after_build._changed_at(file) >= before - 1
    # one that is removed changes the folder that it was in
    assert Path("dbt_project/models/marts/core") in after_build._folders()


def test_artifacts_of_two_commands_are_not_published(unpublished: Project) -> None:
    path = unpublished.folder / "target" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["metadata"]["invocation_id"] = "another"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    _is_refused(unpublished, "Another command of dbt has written to .*target since the build")


def test_a_build_of_other_raw_tables_is_not_published(unpublished: Project) -> None:
    with duckdb.connect(str(unpublished.warehouse_file)) as connection:
        connection.execute(
            "update operations.load_receipts set load_id = 'another' where table_name = 'flights'"
        )
    _is_refused(unpublished, "Source files were loaded or removed after the build")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("fct_flights", "update marts.fct_flights set flight_number = 1 where flight_number = 11"),
        ("fct_flights", "delete from marts.fct_flights where flight_date = '2013-07-01'"),
        (
            "ml_arrival_delay_features",
            "insert into marts.ml_arrival_delay_features "
            "from marts.ml_arrival_delay_features limit 1",
        ),
        ("dim_dates", "update marts.dim_dates set is_weekend = not is_weekend"),
    ],
)
def test_a_mart_that_was_changed_by_hand_is_not_published(
    recorded: Project, table: str, change: str
) -> None:
    with duckdb.connect(str(recorded.warehouse_file)) as connection:
        [(rows,)] = connection.execute(change).fetchall()
    assert rows > 0
    _is_refused(recorded, rf"marts\.{table} was changed after the build that tested it: run `dbt")


def test_publishing_again_changes_nothing(recorded: Project) -> None:
    for _ in range(2):
        publish_build(recorded.folder / "target", print)
    with duckdb.connect(str(recorded.published_file), read_only=True) as connection:
        [(tables, names)] = connection.execute(
            "select count(*), count(distinct table_name) from catalogue.tables"
        ).fetchall()
    assert tables == names > 40


def test_a_damaged_version_of_the_build_is_named(unpublished: Project) -> None:
    publish_build(unpublished.folder / "target", print)
    name = unpublished.publication_name
    file = next(unpublished.folder.glob("data/published/versions/*/features/*/2013-02.parquet"))
    file.unlink()
    with pytest.raises(PublicationError, match=rf"{name} is a damaged version .*`make publish`"):
        publish_build(unpublished.folder / "target", print)


@pytest.mark.parametrize("name", ["manifest.json", "run_results.json"])
@pytest.mark.parametrize("text", ["{}", "[]", "{"])
def test_damaged_artifacts_are_one_sentence(unpublished: Project, name: str, text: str) -> None:
    (unpublished.folder / "target" / name).write_text(text, encoding="utf-8")
    _is_refused(unpublished, f"There is no build to publish: .*{name}")


def test_a_damaged_warehouse_is_named(unpublished: Project) -> None:
    unpublished.warehouse_file.write_text("garbage", encoding="utf-8")
    _is_refused(unpublished, r"The warehouse .*ontime\.duckdb cannot be read")


def test_no_build_is_one_sentence(unpublished: Project) -> None:
    (unpublished.folder / "target" / "run_results.json").unlink()
    _is_refused(unpublished, r"There is no build to publish: .*run_results\.json is not there")


def _of_one_command(artifacts: Path) -> None:
    """Name the build in the manifest, which the tests take from an earlier command."""
    results = json.loads((artifacts / "run_results.json").read_text(encoding="utf-8"))
    manifest = json.loads((artifacts / "manifest.json").read_text(encoding="utf-8"))
    manifest["metadata"]["invocation_id"] = results["metadata"]["invocation_id"]
    (artifacts / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _is_refused(project: Project, reason: str) -> None:
    with pytest.raises(PublicationError, match=reason):
        publish_build(project.folder / "target", print)
    assert not project.published_file.exists()


def _change_results(project: Project, change: Any) -> None:
    path = project.folder / "target" / "run_results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    change(results)
    path.write_text(json.dumps(results), encoding="utf-8")


def _rows(project: Project, table: str, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        return connection.execute(
            f"select {columns} from catalogue.{table} order by all"
        ).fetchall()
