"""Publish a build of dbt after dbt has ended, from the files that it left: no plugin is needed.

    dbt build --target plain
    ontime publish

The macros that dbt runs with its plugin at the end of a build run here, with the same functions, on
the same warehouse: they record the test results and the audit, and publish what passed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from ontime.publishing.functions import register
from ontime.publishing.identity import project_files, project_hash, usual_target
from ontime.publishing.placement import PublicationError
from ontime.publishing.rendering import Macros, artifacts_of, outcomes, started_at
from ontime.storage.content_hash import CONTENT_HASH_MACRO
from ontime.storage.lock import hold_warehouse, opened, release_warehouse
from ontime.storage.paths import warehouse_file


def publish_build(artifacts: Path, say: Callable[[str], None]) -> None:
    """Publish the build whose artifacts lie in a folder; `say` is given the outcome.

    Raises:
        PublicationError: there is no such build, or it must not be published.
        WarehouseBusyError: another process is writing to the warehouse, or has it open.
        duckdb.Error: the warehouse cannot be read.

    """
    manifest, results = artifacts_of(artifacts)
    if manifest["metadata"].get("invocation_id") != results["metadata"].get("invocation_id"):
        raise PublicationError(
            f"Another command of dbt has written to {artifacts} since the build: "
            "run `dbt build --target plain` again."
        )
    if results["args"].get("which") != "build":
        raise PublicationError(
            f"The last command of dbt in {artifacts} was not a build: "
            "run `dbt build --target plain`."
        )
    warehouse = warehouse_file()
    if not warehouse.exists():
        raise PublicationError(f"There is no warehouse {warehouse}: run `make ingest` first.")
    taken = hold_warehouse(warehouse)
    try:
        with _opened(warehouse) as connection:
            connection.execute(CONTENT_HASH_MACRO)
            register(connection, project_hash())
            said: list[str] = []
            macros = Macros(connection, manifest, results, target=usual_target(), say=said.append)
            _refuse_another_state(connection, macros, results)
            macros.call("refuse_changed_marts")
            # a publication that was stopped may have recorded this build already
            macros.call("make_tables_of_the_audit")
            macros.call("begin_testing")
            macros.call("end_build", outcomes(manifest, results))
    finally:
        if taken:
            release_warehouse(warehouse)
    for line in said:
        if line.startswith("Not published: "):
            raise PublicationError(line)
        say(line)


def _opened(warehouse: Path) -> duckdb.DuckDBPyConnection:
    try:
        return opened(warehouse, read_only=False)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise PublicationError(f"The warehouse {warehouse} cannot be read: {reason}") from None


def _refuse_another_state(
    connection: duckdb.DuckDBPyConnection, macros: Macros, results: dict[str, Any]
) -> None:
    """Refuse a build that is not the last one of this warehouse, its raw tables and these files.

    Raises:
        PublicationError: something has changed since.

    """
    begun: list[tuple[Any, ...]] = []
    with suppress(duckdb.CatalogException, duckdb.BinderException):  # no build has begun
        label = macros.call("label_of_what_is_loaded")
        begun = connection.execute(
            f"select invocation_id, loaded_label = ({label}) from operations.begun_build"  # noqa: S608
        ).fetchall()
    if [name for name, _ in begun] != [results["metadata"]["invocation_id"]]:
        raise PublicationError(
            "The last build of this warehouse is not the one whose results lie in the target "
            "folder: run `dbt build --target plain` again."
        )
    if not begun[0][1]:
        raise PublicationError(
            "Source files were loaded or removed after the build: run `dbt build --target plain` "
            "again."
        )
    since = started_at(results["metadata"]).timestamp()
    changed = [path for path in (*project_files(), *_folders()) if _changed_at(path) > since]
    if changed:
        raise PublicationError(
            f"The project's files have changed since the build began ({changed[0]}): "
            "run `dbt build --target plain` again."
        )


def _changed_at(path: Path) -> float:
    """Return when a file was written or put in its place: one that is moved keeps its old time."""
    status = path.stat()
    return max(status.st_mtime, status.st_ctime)


def _folders() -> list[Path]:
    """Return the folders of dbt's files, whose time says that one was added or taken away."""
    return [path for path in sorted(Path("dbt_project").rglob("*")) if path.is_dir()]
