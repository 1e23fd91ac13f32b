"""What is done to the warehouse in plain SQL, in one transaction; taking data out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ingest.declarations import Source
from ingest.loading import receipts
from ingest.loading.receipts import OPERATIONS
from ingest.loading.state import unusable_warehouse
from ontime.storage.memory import limit_memory
from ontime.storage.paths import warehouse_file


@contextmanager
def transaction() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the warehouse for writing; what was done is kept if the block ends well."""
    try:
        with duckdb.connect(str(warehouse_file())) as connection:
            limit_memory(connection)
            connection.begin()
            yield connection
            connection.commit()
    except duckdb.Error as error:
        raise unusable_warehouse(error) from None


def remove_partition(source: Source, partition: str) -> dict[str, int]:
    """Remove a partition from the raw tables of a source, in one transaction.

    Returns the number of rows removed from each table that held any, and writes a receipt for each
    of these tables.
    """
    removed: dict[str, int] = {}
    with transaction() as connection:
        for table in source.tables:
            relation = f"{source.dataset}.{table.name}"
            (rows,) = connection.execute(
                f"select count(*) from {relation} where _source_partition = ?",  # noqa: S608
                [partition],
            ).fetchone() or (0,)
            if not rows:
                continue
            connection.execute(
                f"delete from {relation} where _source_partition = ?",  # noqa: S608
                [partition],
            )
            receipt = receipts.receipts_table([receipts.removed(source, table.name, partition)])
            connection.register("receipt", receipt)
            connection.execute(
                f"insert into {OPERATIONS}.load_receipts by name "  # noqa: S608
                "select *, receipt_id as _dlt_load_id from receipt"
            )
            connection.unregister("receipt")
            removed[table.name] = rows
    return removed
