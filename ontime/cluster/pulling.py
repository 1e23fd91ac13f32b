"""Publish on this machine what a cluster has published in a lake.

The marts and receipts are put into a database of their own, and the macros and the code that
publish a build of this machine publish them: the same file, catalogue, features, checks and
versions. The warehouse of this machine is not touched.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ontime.cluster.lake import MANIFEST, Table
from ontime.cluster.places import Place
from ontime.cluster.publishing import FOLDER, Mart, Published, columns_of_marts, current
from ontime.cluster.tables import rows_of
from ontime.publishing.functions import register
from ontime.publishing.identity import project_hash
from ontime.publishing.placement import PublicationError
from ontime.publishing.rendering import Macros
from ontime.storage.content_hash import CONTENT_HASH_MACRO, METHOD, content_hash
from ontime.storage.lock import hold_warehouse, release_warehouse
from ontime.storage.paths import data_folder, warehouse_file

# named as the warehouse is, because the definitions of tables name their database
_DATABASE = "ontime"


def pull(lake: Place, say: Callable[[str], None]) -> Published:
    """Publish what is published in a lake; `say` is given the outcome.

    Raises:
        PublicationError: nothing is published there, a table is not as it was published, or it
            cannot be published here.
        WarehouseBusyError: another process is writing or publishing.
        OSError: a file cannot be read or written.

    """
    published = current(lake)
    if published is None:
        raise PublicationError(
            f"Nothing is published in the lake {lake.address}: build on the cluster first."
        )
    data_folder().mkdir(parents=True, exist_ok=True)
    folder = data_folder() / ".pulling"
    taken = hold_warehouse(warehouse_file())
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        with duckdb.connect(str(folder / f"{_DATABASE}.duckdb")) as connection:
            for name, mart in published.marts.items():
                _take(connection, lake, published, name, mart, folder)
            _take_receipts(connection, lake, f"{FOLDER}/{published.name}", folder)
            _publish(connection, lake, published, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if taken:
            release_warehouse(warehouse_file())
    return published


def _take(  # noqa: PLR0913, PLR0917 - a mart, from here to there
    connection: duckdb.DuckDBPyConnection,
    lake: Place,
    published: Published,
    name: str,
    mart: Mart,
    folder: Path,
) -> None:
    """Write a mart into the database.

    Raises:
        PublicationError: it is not what was published.

    """
    files = _fetched(lake, f"{FOLDER}/{published.name}", mart.files, folder)
    connection.execute("create schema if not exists marts")
    try:
        connection.execute(
            f"create table marts.{name} as {rows_of(connection, files, mart.columns)}"
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise PublicationError(
            f"{name} in the lake {lake.address} cannot be read: {reason}"
        ) from None
    found = content_hash(connection, f"marts.{name}")
    # another DuckDB computes other hashes
    if published.method == METHOD and found != (mart.rows, mart.content_hash):
        raise PublicationError(
            f"{name} in the lake {lake.address} is not what was published: publish again."
        )
    for file in files:
        file.unlink()


def _take_receipts(
    connection: duckdb.DuckDBPyConnection, lake: Place, place: str, folder: Path
) -> None:
    connection.execute("create schema operations")
    for entry in json.loads(lake.read(f"{place}/{MANIFEST}") or "[]"):
        table = Table(**entry)
        files = _fetched(lake, place, list(table.files.values()), folder)
        connection.execute(
            f"create table operations.{table.name} as {rows_of(connection, files, table.columns)}"
        )


def _publish(
    connection: duckdb.DuckDBPyConnection,
    lake: Place,
    published: Published,
    say: Callable[[str], None],
) -> None:
    manifest = _manifest(lake, published)
    for node in manifest["nodes"].values():
        node["database"] = _DATABASE
    connection.execute(CONTENT_HASH_MACRO)
    register(connection, project_hash())
    macros = Macros(connection, manifest, {}, target="spark", say=say)
    for name in ("make_table_of_months", "make_tables_of_the_audit", "begin_testing"):
        macros.call(name)
    _record_months(connection, manifest, published)
    for name in ("record_audit", "publish_marts"):
        macros.call(name)


def _manifest(lake: Place, published: Published) -> dict[str, Any]:
    """Return dbt's manifest of a publication, with the time at which it was published.

    The version that is made here is named after that time: the same build may have been published
    here before, by itself or with other content.

    Raises:
        PublicationError: it is not there, or the publication lacks a mart of it.

    """
    name = f"{FOLDER}/{published.name}/manifest.json"
    manifest: dict[str, Any] = json.loads(lake.read(name) or "{}")
    missing = columns_of_marts(manifest).keys() - published.marts.keys() if manifest else {name}
    if missing:
        raise PublicationError(
            f"{min(missing)} is missing in the lake {lake.address}: publish again."
        )
    time = datetime.strptime(published.name, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    manifest["metadata"]["invocation_started_at"] = time.isoformat()
    return manifest


def _record_months(
    connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], published: Published
) -> None:
    """Record the months of the marts by month as built by the publication."""
    for node in manifest["nodes"].values():
        if node["schema"] == "marts" and node["config"]["materialized"] == "monthly":
            month = node["config"].get("month_column") or "flight_month"
            connection.execute(
                f"insert into operations.built_months select ?, {month}, ?, count(*), 'pulled' "  # noqa: S608
                f"from marts.{node['alias']} group by {month}",
                [node["alias"], published.name],
            )


def _fetched(lake: Place, place: str, names: list[str], folder: Path) -> list[Path]:
    for name in names:
        try:
            lake.fetch(f"{place}/{name}", folder / name)
        except FileNotFoundError:
            raise PublicationError(
                f"{place}/{name} is missing in the lake {lake.address}: publish again."
            ) from None
    return [folder / name for name in names]
