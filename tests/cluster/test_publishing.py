"""What a cluster publishes in a lake is whole, and what is pulled is what was published."""

from __future__ import annotations

import json
import shutil
import uuid
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


def test_what_is_pulled_is_published_as_a_build_of_this_machine_is(
    small: Project,
    of_cluster: Path,
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    here, said = Project(tmp_path), list[str]()
    publishing.publish(of_cluster, place, small.folder / "target")
    pull(place, said.append)
    assert said == [f"published: {here.published_file}"]
    what = "table_name, row_count, content_hash, definition_hash from catalogue.tables"
    assert _rows(here, what) == _rows(small, what)
    assert _rows(here, "* from catalogue.table_months") == _rows(
        small, "* from catalogue.table_months"
    )
    # neither a warehouse nor what was fetched is left
    assert not here.warehouse_file.exists()
    assert not (tmp_path / "data" / ".pulling").exists()

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
    small: Project, of_cluster: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publishing.publish(of_cluster, place, small.folder / "target")

    def put(_place: Place, file: Path, name: str) -> None:
        if "fct_flights/" in name:
            raise OSError("No space left on device")
        original(_place, file, name)

    original = Place.put
    monkeypatch.setattr(Place, "put", put)
    with pytest.raises(OSError, match="No space left"):
        publishing.publish(of_cluster, place, small.folder / "target")
    monkeypatch.undo()
    assert publishing.current(place) == before
    # the next one clears away what was left
    publishing.publish(of_cluster, place, small.folder / "target")
    after = publishing.publish(of_cluster, place, small.folder / "target")
    folders = {name.split("/")[1] for name in place.names(publishing.FOLDER)}
    assert len(folders) == 2
    assert after.name in folders


def test_a_build_that_failed_a_test_is_not_published(
    small: Project, of_cluster: Path, place: Place, tmp_path: Path
) -> None:
    for name in ("manifest.json", "run_results.json"):
        shutil.copy(small.folder / "target" / name, tmp_path)
    path = tmp_path / "run_results.json"
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    results["results"][-1]["status"] = "fail"
    path.write_text(json.dumps(results), encoding="utf-8")
    with pytest.raises(PublicationError, match="Not published: 1 of"):
        publishing.publish(of_cluster, place, tmp_path)
    assert publishing.current(place) is None


def test_nothing_published_is_one_sentence(place: Place) -> None:
    with pytest.raises(PublicationError, match="Nothing is published in the lake memory://"):
        pull(place, print)


def _rows(project: Project, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        return connection.execute(f"select {query} order by all").fetchall()
