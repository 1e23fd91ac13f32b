"""What the warehouse already holds, read without dlt so that a run with nothing to do is quick."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from ingest.declarations import LINEAGE_COLUMNS, Source, SourceFile
from ingest.errors import IngestError
from ingest.receipts import OPERATIONS, QUARANTINE_SCHEMA, RECEIPT_SCHEMA
from warehouse.paths import warehouse_file


def open_warehouse() -> duckdb.DuckDBPyConnection | None:
    """Open the warehouse for reading, or return None if there is none yet.

    Raises:
        IngestError: the file is held by another program or is no warehouse.

    """
    path = warehouse_file()
    if not path.exists():
        return None
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise unusable_warehouse(error) from None


def unusable_warehouse(error: BaseException) -> IngestError:
    """Say in a sentence why the warehouse cannot be opened or written, and what to do."""
    path = warehouse_file()
    what = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if holder := re.search(r"lock is held in (.* \(PID \d+\))", what):
        return IngestError(
            f"The warehouse {path} is open in another program: {holder[1]}. Close it and run this "
            "again; tools should read the published file instead."
        )
    return IngestError(
        f"The warehouse {path} cannot be used: {what.rstrip('.')}. If it is damaged, move it away "
        "and load again."
    )


def lacks_tables(sources: Iterable[Source]) -> bool:
    """Tell whether a declared table or column does not exist in the warehouse."""
    declared = {
        (source.dataset, table.name, name)
        for source in sources
        for table in source.tables
        for name in (*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS)
    }
    declared |= {(OPERATIONS, "load_receipts", name) for name in RECEIPT_SCHEMA.names}
    declared |= {(OPERATIONS, "quarantined_rows", name) for name in QUARANTINE_SCHEMA.names}
    connection = open_warehouse()
    if connection is None:
        return True
    with connection:
        existing = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ).fetchall()
    return bool(declared - set(existing))


def is_loaded(source: Source, file: SourceFile, sha256: str) -> bool:
    """Tell whether the partition holds exactly this file, read whole, with a receipt to prove it.

    A load that died before its receipt was written does not count, nor does one that kept out a
    column which has been declared since.
    """
    connection = open_warehouse()
    if connection is None:
        return False
    with connection:
        found = connection.execute(
            f"""
            with last as (
                select load_id, file_sha256, unknown_columns
                from {OPERATIONS}.load_receipts
                where source_name = ? and table_name = ? and partition_name = ?
                    and outcome = 'loaded'
                order by loaded_at_utc desc, receipt_id desc
                limit 1
            ),
            held as (
                select distinct _dlt_load_id
                from {source.dataset}.{file.table.name}
                where _source_partition = ?
            )
            select
                count(*) = 1 and bool_and(_dlt_load_id = load_id and file_sha256 = ?),
                any_value(unknown_columns)
            from held left join last on true
            """,  # noqa: S608 - names are declared by this program
            [source.name, file.table.name, file.partition, file.partition, sha256],
        ).fetchone()
    if not found or not found[0]:
        return False
    kept_out = set((found[1] or "").split(", "))
    return not any(kept_out & {column.name, *column.aliases} for column in file.table.columns)
