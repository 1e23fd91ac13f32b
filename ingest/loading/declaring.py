"""Create the declared raw tables in plain SQL, with the columns that loading with dlt gives them.

A pipeline for each dataset would do the same in several seconds.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ingest.declarations import LINEAGE_COLUMNS, Source, Table
from ingest.loading.receipts import (
    DOWNLOAD_SCHEMA,
    LOADED_PARTITIONS,
    OPERATIONS,
    QUARANTINE_SCHEMA,
    RECEIPT_SCHEMA,
)
from ingest.loading.removing import transaction
from ontime.storage.content_hash import STORED_MACRO
from ontime.storage.paths import warehouse_file

# dlt adds it to the rows of every load
_LOAD_ID = pa.field("_dlt_load_id", pa.string(), nullable=False)


def create_declared_tables(sources: list[Source]) -> None:
    """Create all declared tables that are missing, their missing columns, and the views.

    Existing rows stay; a column that was declared later is null in them.

    Raises:
        IngestError: the warehouse cannot be written.

    """
    warehouse_file().parent.mkdir(parents=True, exist_ok=True)
    with transaction() as connection:
        for source in sources:
            for table in source.tables:
                _create(connection, source.dataset, table.name, _raw_schema(table))
        for name, schema in (
            ("load_receipts", RECEIPT_SCHEMA),
            ("quarantined_rows", QUARANTINE_SCHEMA),
            ("download_receipts", DOWNLOAD_SCHEMA),
        ):
            _create(connection, OPERATIONS, name, schema.append(_LOAD_ID))
        connection.execute(LOADED_PARTITIONS)
        connection.execute(STORED_MACRO)


def _raw_schema(table: Table) -> pa.Schema:
    texts = [pa.field(column.raw_name, pa.string()) for column in table.columns]
    lineage = [
        pa.field(name, pa.int64() if name == "_source_row_number" else pa.string(), nullable=False)
        for name in LINEAGE_COLUMNS
    ]
    return pa.schema([*texts, *lineage])


def _create(
    connection: duckdb.DuckDBPyConnection, dataset: str, name: str, schema: pa.Schema
) -> None:
    relation = f'"{dataset}"."{name}"'
    connection.register("declared", schema.empty_table())
    kinds = {row[0]: row[1] for row in connection.execute("describe declared").fetchall()}
    connection.unregister("declared")
    columns = ", ".join(
        f'"{field.name}" {kinds[field.name]}{"" if field.nullable else " not null"}'
        for field in schema
    )
    connection.execute(f'create schema if not exists "{dataset}"')
    connection.execute(f"create table if not exists {relation} ({columns})")
    existing = {row[0] for row in connection.execute(f"describe {relation}").fetchall()}
    for column, kind in kinds.items():
        if column not in existing:
            connection.execute(f'alter table {relation} add column "{column}" {kind}')
