"""Publish what a cluster has built and tested: a folder of the lake that is never changed.

    published.json                                the publication that readers open
    published/<name>/marts/dim_dates/...parquet   a mart as Spark wrote it
    published/<name>/operations/...               the receipts of what it was made from
    published/<name>/manifest.json                dbt's description of it all

`published.json` is replaced in one step when all files are there: a reader has one publication or
the next, whole. The publication before the present one is kept, older ones are removed. Nothing
else may lie in the folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ontime.cluster import lake as lakes
from ontime.cluster.places import Place, PlaceError
from ontime.cluster.tables import files_of, rows_of
from ontime.publishing.placement import PublicationError
from ontime.publishing.rendering import Macros, artifacts_of, outcomes, started_at
from ontime.storage.content_hash import METHOD, content_hash

MARK = "published.json"
FOLDER = "published"
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z")


@dataclass(frozen=True)
class Mart:
    """A published mart: its columns with their types, its files, its rows and their hash."""

    columns: dict[str, str]
    files: list[str]
    rows: int
    content_hash: str


@dataclass(frozen=True)
class Published:
    """A publication: its name, how its hashes are computed, and its marts."""

    name: str
    method: str
    marts: dict[str, Mart]


def publish(cluster_warehouse: Path, lake: Place, artifacts: Path) -> Published:
    """Put the marts of a build in place for readers, if it was whole and passed its tests.

    Arguments:
        cluster_warehouse: the folder of the cluster's tables.
        lake: the lake that they were built from.
        artifacts: the folder with the manifest and the results of the build.

    Raises:
        PublicationError: the build must not be published; the message says why.
        PlaceError: another process is writing to the lake, or it cannot be read.
        OSError: the lake cannot be written.

    """
    manifest, results = artifacts_of(artifacts)
    _refuse_untested(manifest, results)
    with lake.held():
        _refuse_another_lake(lake, results)
        return _publish(cluster_warehouse, lake, manifest)


def _publish(cluster_warehouse: Path, lake: Place, manifest: dict[str, Any]) -> Published:
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    marts = {}
    by_month = _by_month(manifest)
    with duckdb.connect() as connection:
        for mart, columns in sorted(columns_of_marts(manifest).items()):
            source = cluster_warehouse / "marts.db" / mart
            files = files_of(source)
            if not files and mart not in by_month:
                raise PublicationError(f"Not published: {source} holds no table. Build again.")
            rows, digest = _content(connection, files, columns, source)
            names = [f"marts/{mart}/{file.relative_to(source)}" for file in files]
            for file, place in zip(files, names, strict=True):
                lake.put(file, f"{FOLDER}/{name}/{place}")
            marts[mart] = Mart(columns, names, rows, digest)
    _copy_receipts(lake, f"{FOLDER}/{name}")
    lake.replace(f"{FOLDER}/{name}/manifest.json", json.dumps(manifest))
    before = current(lake)
    # in an object store, another process may have published meanwhile, and cleared this one away
    if before and before.name > name:
        raise PublicationError(f"Not published: {before.name} was published meanwhile.")
    published = Published(name, METHOD, marts)
    lake.replace(MARK, json.dumps(asdict(published), indent=1))
    for old in lake.names(FOLDER):
        folder = old.split("/")[1]
        if folder < name and not (before and folder == before.name):
            lake.remove(old)
    return published


def current(lake: Place) -> Published | None:
    """Return the publication that readers open, if there is one.

    Raises:
        PlaceError: the file that names it cannot be read.

    """
    mark = lake.read(MARK)
    if mark is None:
        return None
    try:
        found = json.loads(mark)
        marts = {key: Mart(**mart) for key, mart in found["marts"].items()}
        return Published(found["name"], found["method"], marts)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PlaceError(
            f"{lake.address}/{MARK} cannot be read: remove it, and publish again."
        ) from None


def _refuse_another_lake(lake: Place, results: dict[str, Any]) -> None:
    """Refuse a folder that is no lake, or not the one that the build has read.

    Raises:
        PublicationError: receipts and marts would not fit, or files of others would be removed.

    """
    if lake.read(lakes.MANIFEST) is None:
        raise PublicationError(
            f"There is no lake in {lake.address}: name the one that was built from, or write it "
            "with `ontime lake`."
        )
    others = [name for name in lake.names(FOLDER) if not _NAME.fullmatch(name.split("/")[1])]
    if others:
        raise PublicationError(
            f"Not published: {lake.address}/{others[0]} belongs to no publication of a cluster. "
            "Name another lake, or move it."
        )
    changed_at = lake.changed_at(lakes.MANIFEST)
    if changed_at and changed_at > started_at(results["metadata"]):
        raise PublicationError(
            f"Not published: the lake {lake.address} has changed since the build began. "
            "Build what it holds now."
        )


def _refuse_untested(manifest: dict[str, Any], results: dict[str, Any]) -> None:
    """Ask the macro that decides it for every engine.

    Raises:
        PublicationError: the build was not of the whole project, or failed a test.

    """
    with duckdb.connect() as connection:
        macros = Macros(connection, manifest, results, target="spark", say=print)
        objection = macros.call("objection_to_publishing", outcomes(manifest, results))
    if objection or results["args"].get("which") != "build":
        raise PublicationError(f"Not published: {objection or 'the last command was not a build'}.")


def columns_of_marts(manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the columns of each mart, in order, with the types of their contract."""
    return {
        node["alias"]: {column["name"]: column["data_type"] for column in node["columns"].values()}
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def _by_month(manifest: dict[str, Any]) -> set[str]:
    """Return the marts whose months are folders: without a flight they have none."""
    return {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["config"].get("materialized") == "monthly"
        and "(" not in (node["config"].get("month_column") or "")
    }


def _content(
    connection: duckdb.DuckDBPyConnection, files: list[Path], columns: dict[str, str], source: Path
) -> tuple[int, str]:
    if not source.exists():
        raise PublicationError(f"Not published: there is no folder {source}.")
    connection.execute(f"create or replace temp view mart as {rows_of(connection, files, columns)}")
    return content_hash(connection, "mart")


def _copy_receipts(lake: Place, folder: str) -> None:
    """Keep what the lake records about loading, and where it is."""
    tables = [table for table in lakes.read(lake) if table.schema == "operations"]
    for table in tables:
        for file in table.files.values():
            lake.copy(file, f"{folder}/{file}")
    lake.replace(
        f"{folder}/{lakes.MANIFEST}", json.dumps([asdict(table) for table in tables], indent=1)
    )
