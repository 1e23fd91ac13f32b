"""The baseline: the project's compiled models as one script, in plain DuckDB.

    python -m benchmarks.growth.baseline WAREHOUSE MANIFEST MEMORY_LIMIT

Each table is made with `create table as`, each view with `create view`, one after the other on one
connection: no dbt, no tests, no contracts, no publication. DuckDB uses all cores for each of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from ontime.storage.content_hash import CONTENT_HASH_MACRO


def main() -> None:
    """Run the script on a warehouse that holds the raw tables and the seeds."""
    warehouse, manifest, memory_limit = sys.argv[1:]
    with duckdb.connect(warehouse, config={"preserve_insertion_order": False}) as connection:
        connection.execute("set memory_limit = $1", [memory_limit])
        connection.execute(CONTENT_HASH_MACRO)
        for statement in script(json.loads(Path(manifest).read_text(encoding="utf-8"))):
            connection.execute(statement)


def script(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the statements that make the models, each after what it reads."""
    models = {
        name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    for schema in sorted({node["schema"] for node in models.values()}):
        yield f'create schema if not exists "{schema}"'
    reads = {name: node["depends_on"]["nodes"] for name, node in models.items()}
    for name in TopologicalSorter(reads).static_order():
        if node := models.get(name):
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            place = f'"{node["schema"]}"."{node["alias"]}"'
            yield f"create or replace {kind} {place} as {node['compiled_code']}"


if __name__ == "__main__":
    main()
