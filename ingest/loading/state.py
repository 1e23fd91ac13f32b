"""Read what the warehouse holds, without dlt, so that a run with nothing to do is quick."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from ingest.addresses import public
from ingest.declarations import LINEAGE_COLUMNS, Source, SourceFile
from ingest.errors import IngestError
from ingest.landing import store
from ingest.landing.store import Landed
from ingest.loading.receipts import DOWNLOAD_SCHEMA, OPERATIONS, QUARANTINE_SCHEMA, RECEIPT_SCHEMA
from ontime.storage.content_hash import METHOD
from ontime.storage.lock import holder_of
from ontime.storage.memory import limit_memory
from ontime.storage.paths import warehouse_file


@dataclass(frozen=True)
class LoadedPartition:
    """What a raw table holds for one partition, according to its receipt."""

    partition: str
    table: str
    sha256: str
    rows: int
    rows_quarantined: int
    loaded_at_utc: datetime


def open_warehouse() -> duckdb.DuckDBPyConnection | None:
    """Open the warehouse for reading, or return None if there is none yet.

    Raises:
        IngestError: another program has the file locked, or it is not a warehouse.

    """
    path = warehouse_file()
    if not path.exists():
        return None
    try:
        connection = duckdb.connect(str(path), read_only=True)
        limit_memory(connection)
    except duckdb.Error as error:
        raise unusable_warehouse(error) from None
    return connection


def answer(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the warehouse; an empty list if there is no warehouse yet."""
    connection = open_warehouse()
    if connection is None:
        return []
    with connection:
        try:
            return connection.execute(sql, values).fetchall()
        except duckdb.CatalogException:
            raise IngestError(
                f"The warehouse {warehouse_file()} lacks tables that ingestion writes: run "
                "`make ingest` once, which adds them and keeps what is there."
            ) from None
        except duckdb.Error as error:  # a damaged block is noticed only when it is read
            raise unusable_warehouse(error) from None


def unusable_warehouse(error: BaseException) -> IngestError:
    """Return an error that states why the warehouse cannot be used, and what to do."""
    path = warehouse_file()
    what = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if holder := holder_of(error):
        return IngestError(
            f"The warehouse {path} is open in another program: {holder}. Close it and run this "
            "again; tools should read the published file instead.",
            is_transient=True,
        )
    if os.strerror(errno.ENOSPC) in what:
        return IngestError(
            f"The disk of the warehouse {path} is full. What was loaded before is whole: make room "
            "and run this again."
        )
    return IngestError(
        f"The warehouse {path} cannot be used: {what.rstrip('.')}. If it is damaged, move it away "
        "and load again: `ontime replay` takes live months from landing, `make run` does the rest."
    )


def lacks_tables(sources: Iterable[Source]) -> bool:
    """Return whether a declared table, view, column or macro is missing from the warehouse."""
    declared = {
        (source.dataset, table.name, name)
        for source in sources
        for table in source.tables
        for name in (*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS)
    }
    declared |= {(OPERATIONS, "load_receipts", name) for name in RECEIPT_SCHEMA.names}
    declared |= {(OPERATIONS, "quarantined_rows", name) for name in QUARANTINE_SCHEMA.names}
    declared |= {(OPERATIONS, "download_receipts", name) for name in DOWNLOAD_SCHEMA.names}
    declared.add((OPERATIONS, "loaded_partitions", "load_id"))
    connection = open_warehouse()
    if connection is None:
        return True
    with connection:
        existing = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ).fetchall()
        methods = connection.execute(
            "select macro_definition from duckdb_functions() "
            "where database_name = current_database() and function_name = 'content_hash_method'"
        ).fetchall()
    return bool(declared - set(existing)) or methods != [(f"'{METHOD}'",)]


def is_loaded(source: Source, file: SourceFile, sha256: str) -> bool:
    """Return whether the partition holds exactly this file, completely, according to its receipt.

    A load that died before its receipt was written does not count. Neither does a load that left
    out a column that was declared later.
    """
    found = answer(
        f"""
        with held as (
            select distinct _dlt_load_id
            from {source.dataset}.{file.table.name}
            where _source_partition = ?
        )
        select
            count(*) = 1 and bool_and(_dlt_load_id = load_id and file_sha256 = ?),
            any_value(unknown_columns)
        from held
        left join {OPERATIONS}.loaded_partitions
            on source_name = ? and table_name = ? and partition_name = ?
        """,  # noqa: S608 - names are declared by this program
        [file.partition, sha256, source.name, file.table.name, file.partition],
    )
    if not found or not found[0][0]:
        return False
    kept_out = set((found[0][1] or "").lower().split(", "))
    declared = {
        name.lower() for column in file.table.columns for name in (column.name, *column.aliases)
    }
    return not kept_out & declared


def holds(source: Source, landed: Landed) -> bool:
    """Return whether a table of the source holds the rows of a landed file."""
    return any(
        (held.partition, held.sha256) == (landed.partition, landed.sha256)
        for held in partitions_held(source)
    )


def is_refused(source: Source, file: SourceFile, sha256: str | None, reason: str) -> bool:
    """Return whether the partition's last receipt is the same refusal of the same file."""
    last = answer(
        f"""
        select outcome, file_sha256, reason
        from {OPERATIONS}.load_receipts
        where source_name = ? and table_name = ? and partition_name = ?
        order by receipt_id desc
        limit 1
        """,  # noqa: S608 - names are declared by this program
        [source.name, file.table.name, file.partition],
    )
    return last == [("refused", sha256, reason)]


def partitions_held(source: Source) -> list[LoadedPartition]:
    """Return what a source's raw tables hold, ordered by partition and table."""
    rows = answer(
        f"""
        select partition_name, table_name, file_sha256, rows_loaded, rows_quarantined,
            loaded_at_utc
        from {OPERATIONS}.loaded_partitions
        where source_name = ?
        order by all
        """,  # noqa: S608 - names are declared by this program
        [source.name],
    )
    return [LoadedPartition(*row) for row in rows]


def partition_names(source: Source) -> list[str]:
    """Return the partitions that a source's raw tables hold, in order."""
    return sorted({loaded.partition for loaded in partitions_held(source)})


def partitions_not_had(source_name: str, loaded: list[str]) -> list[str]:
    """Return the partitions that landed or failed to download, and are not loaded."""
    failed = {partition for name, partition in failed_downloads() if name == source_name}
    landed = {landed.partition for landed in store.history(source_name)}
    return sorted((failed | landed) - set(loaded))


def last_refusals() -> dict[tuple[str, str, str], str]:
    """Return why files were refused, by source, partition and checksum."""
    rows = answer(
        f"""
        select source_name, partition_name, file_sha256, max_by(reason, receipt_id)
        from {OPERATIONS}.load_receipts
        where outcome = 'refused' and file_sha256 is not null
        group by all
        """  # noqa: S608 - names are declared by this program
    )
    return {(source, partition, sha256): reason for source, partition, sha256, reason in rows}


def secret_addresses() -> list[str]:
    """Return the download addresses that may contain a password or a token."""
    rows = answer(f"select distinct url from {OPERATIONS}.download_receipts order by url")  # noqa: S608
    return [url for (url,) in rows if public(url) != url]


def last_download(source_name: str, partition: str) -> datetime | None:
    """Return when a partition was last received from its publisher, in UTC."""
    ((last,),) = answer(
        f"""
        select max(downloaded_at_utc)
        from {OPERATIONS}.download_receipts
        where source_name = ? and partition_name = ? and outcome = 'landed'
        """,  # noqa: S608 - names are declared by this program
        [source_name, partition],
    ) or [(None,)]
    return last.replace(tzinfo=UTC) if last else None


def failed_downloads() -> dict[tuple[str, str], str]:
    """Return why the last download of a partition failed, by source and partition."""
    rows = answer(
        f"""
        select source_name, partition_name, reason
        from {OPERATIONS}.download_receipts
        qualify row_number() over (
            partition by source_name, partition_name
            order by downloaded_at_utc desc, download_id desc
        ) = 1 and outcome <> 'landed'
        order by all
        """  # noqa: S608 - names are declared by this program
    )
    return {(source, partition): reason for source, partition, reason in rows}
