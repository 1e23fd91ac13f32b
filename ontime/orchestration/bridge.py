"""Tell Dagster about the project: `python -m ontime.orchestration.bridge SUBJECT` prints JSON.

It runs in the project's environment, which has dbt and DuckDB; Dagster's has neither.

DuckDB lets nobody write a file that another process reads. What is read here is therefore read
under the write lock: a command that begins meanwhile finds it busy, which is tried again, and while
a command writes, the answer is the exit code 75.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from ingest.commands.status import partitions_of, verdicts_of
from ingest.errors import IngestError
from ingest.sources import SOURCES
from ontime.publishing.placement import faults, in_place
from ontime.publishing.verification import is_up_to_date
from ontime.storage.lock import WarehouseBusyError, hold_warehouse, release_warehouse
from ontime.storage.paths import warehouse_file
from ontime.transformation import dbt

# what is a step of its own: the rest of what dbt knows is not shown
_KINDS = {"model", "seed"}

# of sysexits.h: a temporary failure
BUSY = 75

_ROWS = """
select schema_name, table_name, row_count
from operations.model_builds
qualify row_number() over (
    partition by schema_name, table_name order by built_at_utc desc, run_id desc
) = 1
"""
_COLUMNS = """
select schema_name, table_name, column_name, lower(data_type)
from duckdb_columns()
where not internal
order by schema_name, table_name, column_index
"""


def project() -> dict[str, Any]:
    """Return the models, seeds, sources, tests and exposures of the dbt project."""
    with dbt.only_one("orchestration") as folder:
        dbt.run("parse", *dbt.WITHOUT_WAREHOUSE, folder=folder)
        return described(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def described(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what Dagster shows of a dbt manifest, in the order of names."""
    nodes = manifest["nodes"]
    tables = {
        unique_id: {
            "key": [node["schema"], node["alias"]],
            "kind": node["resource_type"],
            "selector": ".".join(node["fqn"]),
            "description": node["description"],
            "materialization": node["config"]["materialized"],
            "code_version": node["checksum"]["checksum"][:12],
            "is_public": node.get("access") == "public",
            "reads": node["depends_on"].get("nodes", []),
            "columns": {name: each["description"] for name, each in node["columns"].items()},
        }
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] in _KINDS
    }
    sources = {
        unique_id: {
            "key": [node["schema"], node["identifier"]],
            "source": node["source_name"],
            "description": node["description"],
        }
        for unique_id, node in sorted(manifest["sources"].items())
    }
    tests = {
        unique_id: {
            "name": node["name"],
            "table": _tested(node, tables),
            "is_warning": node["config"]["severity"].lower() == "warn",
            "description": node.get("description") or "",
        }
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] == "test" and _tested(node, tables)
    }
    exposures = {
        node["name"]: {
            "label": node["label"] or node["name"],
            "kind": node["type"],
            "description": node["description"],
            "reads": node["depends_on"]["nodes"],
        }
        for _, node in sorted(manifest["exposures"].items())
    }
    return {"tables": tables, "sources": sources, "tests": tests, "exposures": exposures}


def _tested(node: dict[str, Any], tables: dict[str, Any]) -> str | None:
    """Return the table that a test is shown at: its own, or the first that it reads."""
    candidates = [node.get("attached_node"), *node["depends_on"]["nodes"]]
    return next((each for each in candidates if each in tables), None)


@contextmanager
def _reading() -> Iterator[None]:
    """Keep writers out while the warehouse is read.

    Raises:
        WarehouseBusyError: it is being written.

    """
    taken = warehouse_file().exists() and hold_warehouse(warehouse_file())
    try:
        yield
    finally:
        if taken:
            release_warehouse(warehouse_file())


def loaded() -> list[dict[str, Any]]:
    """Return the partitions of the live sources that the warehouse holds."""
    with _reading():
        return [
            {
                "source": source.name,
                "partition": partition.name,
                "rows": partition.rows,
                "rows_quarantined": partition.rows_quarantined,
                "version": "-".join(sorted(sha[:12] for sha in partition.shas)),
            }
            for source in SOURCES.values()
            if source.publisher is not None
            for partition in partitions_of(source)
        ]


def news() -> list[str]:
    """Return what the publishers have added or issued again, as `ontime status` says it."""
    with _reading():  # and not while the publishers are asked
        held = {source.name: partitions_of(source) for source in SOURCES.values()}
    return [verdict.news for _, verdict in verdicts_of(held) if verdict.news]


def results() -> dict[str, Any]:
    """Return the outcome of each node in the last command of dbt, with rows and columns."""
    path = dbt.target_folder() / "run_results.json"
    found = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    with _reading(), duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
        columns: dict[str, list[list[str]]] = {}
        for schema, table, column, kind in warehouse.execute(_COLUMNS).fetchall():
            columns.setdefault(f"{schema}.{table}", []).append([column, kind])
        rows: dict[str, int | None] = {}
        with suppress(duckdb.CatalogException):  # nothing was built yet
            rows = {f"{s}.{t}": count for s, t, count in warehouse.execute(_ROWS).fetchall()}
    return {
        "nodes": {
            each["unique_id"]: {
                "status": each["status"],
                "seconds": each["execution_time"],
                "failures": each["failures"],
                "message": each["message"],
            }
            for each in found
        },
        "rows": rows,
        "columns": columns,
    }


def publication() -> dict[str, Any]:
    """Return the publication in place, and whether it is whole and up to date."""
    version = in_place()
    if version is None:
        return {"name": None}
    with _reading():
        is_latest = is_up_to_date()
    return {
        "name": version.name,
        "fingerprint": version.fingerprint,
        "megabytes": round(version.size_bytes / 1e6, 1),
        "tables": version.tables,
        "features": sorted(
            file.path for file in version.files if file.path.startswith("features/")
        ),
        "faults": faults(),
        "is_up_to_date": is_latest,
    }


SUBJECTS: dict[str, Callable[[], Any]] = {
    each.__name__: each for each in (project, loaded, news, results, publication)
}


def main(subject: str) -> int:
    """Print what there is to say about a subject, as JSON; return the exit code."""
    try:
        sys.stdout.write(json.dumps(SUBJECTS[subject]()))
    except (IngestError, WarehouseBusyError) as error:
        sys.stderr.write(f"{error}\n")
        return BUSY if getattr(error, "is_transient", True) else 1
    return 0


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main(sys.argv[1]))
