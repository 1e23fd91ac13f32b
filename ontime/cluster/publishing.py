"""Publish what a cluster has built and tested: a folder of the lake that is never changed.

    published.json                                the publication that readers open
    published/<name>/marts/dim_dates/...parquet   a mart as Spark wrote it
    published/<name>/operations/...               the receipts of what it was made from
    published/<name>/manifest.json                dbt's description of it all

`published.json` is replaced in one step when all files are there: a reader has one publication or
the next, whole. The publication before the present one is kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ontime.cluster import lake as lakes
from ontime.cluster.places import Place
from ontime.cluster.tables import files_of, rows_of
from ontime.publishing.placement import PublicationError
from ontime.publishing.rendering import Macros, artifacts_of, outcomes
from ontime.storage.content_hash import METHOD, content_hash

MARK = "published.json"
FOLDER = "published"


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
        OSError: the lake cannot be written.

    """
    manifest, results = artifacts_of(artifacts)
    _refuse_untested(manifest, results)
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    marts = {}
    with duckdb.connect() as connection:
        for mart, columns in sorted(_columns_of_marts(manifest).items()):
            source = cluster_warehouse / "marts.db" / mart
            files = files_of(source)
            rows, digest = _content(connection, files, columns, source)
            names = [f"marts/{mart}/{file.relative_to(source)}" for file in files]
            for file, place in zip(files, names, strict=True):
                lake.put(file, f"{FOLDER}/{name}/{place}")
            marts[mart] = Mart(columns, names, rows, digest)
    _copy_receipts(lake, f"{FOLDER}/{name}")
    lake.replace(f"{FOLDER}/{name}/manifest.json", json.dumps(manifest))
    before = current(lake)
    published = Published(name, METHOD, marts)
    lake.replace(MARK, json.dumps(asdict(published), indent=1))
    for old in lake.names(FOLDER):
        if old.split("/")[1] not in {name, before.name if before else None}:
            lake.remove(old)
    return published


def current(lake: Place) -> Published | None:
    """Return the publication that readers open, if there is one."""
    mark = lake.read(MARK)
    if mark is None:
        return None
    found = json.loads(mark)
    marts = {key: Mart(**mart) for key, mart in found["marts"].items()}
    return Published(found["name"], found["method"], marts)


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


def _columns_of_marts(manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the columns of each mart, in order, with the types of their contract."""
    return {
        node["alias"]: {column["name"]: column["data_type"] for column in node["columns"].values()}
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def _content(
    connection: duckdb.DuckDBPyConnection, files: list[Path], columns: dict[str, str], source: Path
) -> tuple[int, str]:
    if not source.exists():
        raise PublicationError(f"Not published: there is no folder {source}.")
    connection.execute(f"create or replace temp view mart as {rows_of(files, columns)}")
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
