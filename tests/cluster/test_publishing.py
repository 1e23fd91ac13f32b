"""What a cluster publishes in a lake is whole, and what is pulled is what was published."""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.cluster import lake as lakes
from ontime.cluster import publishing
from ontime.cluster.places import Place
from ontime.cluster.pulling import pull
from ontime.publishing.placement import PublicationError
from tests.commands import Project


@pytest.fixture(scope="module")
def of_cluster(small: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the marts of the small year in folders and files as Spark writes them."""
    folder = tmp_path_factory.mktemp("cluster") / "warehouse"
    manifest = json.loads((small.folder / "target" / "manifest.json").read_text("utf-8"))
    with duckdb.connect(str(small.warehouse_file), read_only=True) as connection:
        for node in manifest["nodes"].values():
            if node["schema"] == "marts" and node["resource_type"] == "model":
                place = folder / "marts.db" / node["alias"]
                place.mkdir(parents=True)
                month = node["config"].get("month_column") or "flight_month"
                by_month = node["config"]["materialized"] == "monthly" and "(" not in month
                option = f"partition_by ({month})" if by_month else "filename_pattern 'part-{i}'"
                target = place if by_month else place / "part-0.parquet"
                option = f", {option}" if by_month else ""
                connection.execute(
                    f"copy marts.{node['alias']} to '{target}' (format parquet{option})"
                )
    return folder


@pytest.fixture
def place(small: Project) -> Place:
    """Return a lake in an object store with the raw tables of the small year."""
    place = Place(f"memory://{uuid.uuid4().hex}/lake")
    with duckdb.connect(str(small.warehouse_file), read_only=True) as connection:
        lakes.export(connection, place)
    return place


@pytest.fixture
def artifacts(small: Project, place: Place, tmp_path: Path) -> Path:
    """Return the artifacts of the build, as if it had begun when the lake was there."""
    assert lakes.read(place)
    folder = tmp_path / "artifacts"
    folder.mkdir()
    for name in ("manifest.json", "run_results.json"):
        shutil.copy(small.folder / "target" / name, folder)
    begun = datetime.now(UTC).isoformat()
    change(folder, lambda results: results["metadata"].update(invocation_started_at=begun))
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a machine on which nothing is published."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return Project(tmp_path)


def change(artifacts: Path, edit: Any) -> None:
    """Edit the results of a build."""
    path = artifacts / "run_results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    edit(results)
    path.write_text(json.dumps(results), encoding="utf-8")


def test_what_is_pulled_is_published_as_a_build_of_this_machine_is(
    small: Project,
    of_cluster: Path,
    place: Place,
    artifacts: Path,
    here: Project,
) -> None:
    said: list[str] = []
    publishing.publish(of_cluster, place, artifacts)
    pull(place, said.append)
    assert said == [f"published: {here.published_file}"]
    what = "table_name, row_count, content_hash, definition_hash from catalogue.tables"
    assert _rows(here, what) == _rows(small, what)
    assert _rows(here, "* from catalogue.table_months") == _rows(
        small, "* from catalogue.table_months"
    )
    # neither a warehouse nor what was fetched is left
    assert not here.warehouse_file.exists()
    assert not (here.folder / "data" / ".pulling").exists()

    # a file that was changed in the lake is refused, and readers keep what they have
    before = here.publication_name
    published = publishing.current(place)
    assert published is not None
    file = published.marts["dim_dates"].files[0]
    name = f"{publishing.FOLDER}/{published.name}/marts/dim_carriers"
    [other] = [each for each in place.names(name) if each.endswith(".parquet")]
    place.copy(other, f"{publishing.FOLDER}/{published.name}/{file}")
    with pytest.raises(PublicationError, match="dim_dates"):
        pull(place, print)
    assert here.publication_name == before


def test_a_publication_that_fails_leaves_the_one_before(
    of_cluster: Path, place: Place, artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publishing.publish(of_cluster, place, artifacts)

    def put(_place: Place, file: Path, name: str) -> None:
        if "fct_flights/" in name:
            raise OSError("No space left on device")
        original(_place, file, name)

    original = Place.put
    monkeypatch.setattr(Place, "put", put)
    with pytest.raises(OSError, match="No space left"):
        publishing.publish(of_cluster, place, artifacts)
    monkeypatch.undo()
    assert publishing.current(place) == before
    # the next one clears away what was left
    publishing.publish(of_cluster, place, artifacts)
    after = publishing.publish(of_cluster, place, artifacts)
    folders = {name.split("/")[1] for name in place.names(publishing.FOLDER)}
    assert len(folders) == 2
    assert after.name in folders


def test_a_build_that_failed_a_test_is_not_published(
    of_cluster: Path, place: Place, artifacts: Path
) -> None:
    change(artifacts, lambda results: results["results"][-1].update(status="fail"))
    _is_refused(of_cluster, place, artifacts, "Not published: 1 of")


def test_a_build_of_another_lake_is_not_published(
    of_cluster: Path, place: Place, artifacts: Path
) -> None:
    early = {"invocation_started_at": "2001-01-01T00:00:00Z"}
    change(artifacts, lambda results: results["metadata"].update(early))
    _is_refused(of_cluster, place, artifacts, "has changed since the build began")


def test_a_folder_that_is_no_lake_is_not_published_to(of_cluster: Path, artifacts: Path) -> None:
    _is_refused(of_cluster, Place(f"memory://{uuid.uuid4().hex}"), artifacts, "There is no lake in")


def test_what_others_have_in_the_folder_stays(
    of_cluster: Path, place: Place, artifacts: Path
) -> None:
    name = f"{publishing.FOLDER}/2019/thesis.pdf"
    place.replace(name, "everything")
    _is_refused(of_cluster, place, artifacts, "2019/thesis.pdf belongs to no publication")
    assert place.read(name) == "everything"


def test_a_publication_that_began_later_is_not_cleared_away(
    of_cluster: Path, place: Place, artifacts: Path
) -> None:
    later = f"{publishing.FOLDER}/29990101T000000.000000Z/manifest.json"
    place.replace(later, "being written")
    publishing.publish(of_cluster, place, artifacts)
    assert place.read(later) == "being written"
    # nor is it replaced by one that ends after it
    before = publishing.current(place)
    assert before is not None
    mark = json.loads(place.read(publishing.MARK) or "")
    place.replace(publishing.MARK, json.dumps(mark | {"name": later.split("/")[1]}))
    with pytest.raises(PublicationError, match="was published meanwhile"):
        publishing.publish(of_cluster, place, artifacts)


def test_a_table_without_files_is_not_published(
    of_cluster: Path, place: Place, artifacts: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "warehouse"
    shutil.copytree(of_cluster, broken)
    (broken / "marts.db" / "dim_dates" / "part-0.parquet").unlink()
    _is_refused(broken, place, artifacts, "dim_dates holds no table")


def test_another_publication_of_the_same_build_is_a_version_of_its_own(
    small: Project,
    of_cluster: Path,
    place: Place,
    artifacts: Path,
    here: Project,
) -> None:
    shutil.copytree(of_cluster, here.folder / "warehouse")
    other = here.folder / "warehouse" / "marts.db" / "mart_source_coverage" / "part-0.parquet"
    with duckdb.connect(str(small.warehouse_file), read_only=True) as connection:
        connection.execute(
            "copy (select * replace ('other' as source_system) from marts.mart_source_coverage) "
            f"to '{other}' (format parquet)"
        )
    publishing.publish(here.folder / "warehouse", place, artifacts)
    pull(place, print)
    wrong = here.publication_name
    publishing.publish(of_cluster, place, artifacts)
    pull(place, print)
    assert here.publication_name != wrong
    what = "table_name, content_hash from catalogue.tables"
    assert _rows(here, what) == _rows(small, what)


@pytest.mark.parametrize("name", ["manifest.json", "marts/dim_dates/part-0.parquet"])
def test_what_is_missing_of_a_publication_is_named(
    of_cluster: Path,
    place: Place,
    artifacts: Path,
    here: Project,
    name: str,
) -> None:
    published = publishing.publish(of_cluster, place, artifacts)
    place.remove(f"{publishing.FOLDER}/{published.name}/{name}")
    with pytest.raises(PublicationError, match=f"{name} is missing in the lake memory://"):
        pull(place, print)
    assert not here.published_file.exists()


def _is_refused(of_cluster: Path, place: Place, artifacts: Path, reason: str) -> None:
    with pytest.raises(PublicationError, match=reason):
        publishing.publish(of_cluster, place, artifacts)
    assert publishing.current(place) is None


def test_nothing_published_is_one_sentence(place: Place) -> None:
    with pytest.raises(PublicationError, match="Nothing is published in the lake memory://"):
        pull(place, print)


def _rows(project: Project, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        return connection.execute(f"select {query} order by all").fetchall()
