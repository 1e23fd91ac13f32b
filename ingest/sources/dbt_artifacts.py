"""Test results of the last full build, as dbt reports them.

This source is written by the project's own builds, not by a publisher. At its end, before it
publishes, `dbt build` passes its results to `record`, so that each publication contains the results
of its own tests. The results are kept as `data/dbt/test_results.json` and loaded from there like
any other file. They replace the results of the earlier build completely.

A partial build, or a build without tests, records nothing because it says nothing about the whole
project. A build with failed tests records its results but is not published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingest.declarations import Source, SourceFile, Table, columns
from ontime.storage.paths import data_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TEST_RESULTS = Table(
    "test_results",
    columns(
        "test_id", "test_name", "test_kind", "column_name", "severity", "status", "failures",
        "message",
    ),
    null_markers=(),
)  # fmt: skip

# a test can concern several tables, for example one that compares them
TESTED_TABLES = Table(
    "tested_tables", columns("test_id", "schema_name", "table_name"), null_markers=()
)

SOURCE = Source(
    name="dbt",
    title="results of the tests of the last whole build",
    licence="the project's own",
    tables=(TEST_RESULTS, TESTED_TABLES),
)

PARTITION = "last whole build"


def results_file() -> Path:
    """Return the path of the results of the last full build."""
    return data_folder() / "dbt" / "test_results.json"


def record(results: str, connection: DuckDBPyConnection) -> int:
    """Save the results of a build, load them in place of the last ones; return the test count.

    `results` is a JSON list with one object per test: the columns of `test_results`, and `tables`,
    a list of objects with `schema_name` and `table_name`. This process has the warehouse open
    already, so the rows are written through `connection`.

    Raises:
        OSError: the file cannot be written.
        IngestError: the warehouse could not be written.

    """
    from ingest.loading.files import load_partition, with_lineage  # noqa: PLC0415 - dlt takes 2 s

    path = results_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    incoming = path.with_suffix(".incoming")
    incoming.write_text(results, encoding="utf-8")
    incoming.replace(path)

    tests: list[dict[str, Any]] = sorted(json.loads(results), key=lambda test: test["test_id"])
    tested = [{"test_id": test["test_id"], **table} for test in tests for table in test["tables"]]
    for table, rows in ((TEST_RESULTS, tests), (TESTED_TABLES, tested)):

        def tables(table: Table = table, rows: list[dict[str, Any]] = rows) -> Iterator[pa.Table]:
            file = SourceFile(table=table, partition=PARTITION, path=path)
            yield with_lineage(_as_text(table, rows), file)

        load_partition(SOURCE, table, tables, connection)
    return len(tests)


def _as_text(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows in the form of the raw table: numbered, and with every value as text."""
    texts = {
        column.raw_name: pa.array(
            [None if row[column.name] is None else str(row[column.name]) for row in rows],
            pa.string(),
        )
        for column in table.columns
    }
    return pa.table({**texts, "_source_row_number": pa.array(range(1, len(rows) + 1), pa.int64())})
