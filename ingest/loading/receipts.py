"""Receipts: the outcome of each load and download, kept in the operations schema.

A load receipt records whether a file was loaded into the warehouse, a download receipt what a
publisher sent. Only the view `loaded_partitions` states which load a partition currently holds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pyarrow as pa

from ingest.declarations import Source, SourceFile
from ingest.publishers import Request
from ingest.reading.lines import RejectedLine

OPERATIONS = "operations"

RECEIPT_SCHEMA = pa.schema(
    [
        pa.field("receipt_id", pa.string(), nullable=False),
        pa.field("source_name", pa.string(), nullable=False),
        pa.field("table_name", pa.string(), nullable=False),
        pa.field("partition_name", pa.string(), nullable=False),
        pa.field("file_name", pa.string(), nullable=False),
        pa.field("file_bytes", pa.int64()),
        pa.field("file_sha256", pa.string()),
        pa.field("rows_in_file", pa.int64()),
        pa.field("rows_loaded", pa.int64(), nullable=False),
        pa.field("rows_quarantined", pa.int64(), nullable=False),
        pa.field("unknown_columns", pa.string()),
        pa.field("missing_columns", pa.string()),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("load_id", pa.string()),
        pa.field("loaded_at_utc", pa.timestamp("us"), nullable=False),
    ]
)

QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field("receipt_id", pa.string(), nullable=False),
        pa.field("file_name", pa.string(), nullable=False),
        pa.field("line_number", pa.int64(), nullable=False),
        pa.field("column_name", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("raw_text", pa.string()),
    ]
)

DOWNLOAD_SCHEMA = pa.schema(
    [
        pa.field("download_id", pa.string(), nullable=False),
        pa.field("source_name", pa.string(), nullable=False),
        pa.field("partition_name", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("asked", pa.string()),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("file_name", pa.string()),
        pa.field("file_sha256", pa.string()),
        pa.field("etag", pa.string()),
        pa.field("last_modified", pa.string()),
        pa.field("received_bytes", pa.int64()),
        pa.field("resumed_bytes", pa.int64()),
        pa.field("attempts", pa.int64()),
        pa.field("duration_seconds", pa.float64()),
        pa.field("downloaded_at_utc", pa.timestamp("us"), nullable=False),
    ]
)

LOADED_PARTITIONS = f"""
create or replace view {OPERATIONS}.loaded_partitions as
with latest as (
    select *
    from {OPERATIONS}.load_receipts
    where outcome in ('loaded', 'removed')
    -- the ids of a partition's receipts end in their time, and unlike times are never equal
    qualify row_number() over (
        partition by source_name, table_name, partition_name order by receipt_id desc
    ) = 1
)
select
    receipt_id,
    source_name,
    table_name,
    partition_name,
    file_name,
    file_bytes,
    file_sha256,
    rows_in_file,
    rows_loaded,
    rows_quarantined,
    unknown_columns,
    missing_columns,
    load_id,
    loaded_at_utc
from latest
where outcome = 'loaded'
"""  # noqa: S608 - names are declared by this program


@dataclass(frozen=True)
class Receipt:
    """The outcome of one file in one run; `outcome` is `loaded`, `refused` or `removed`."""

    receipt_id: str
    source_name: str
    table_name: str
    partition_name: str
    file_name: str
    file_bytes: int | None
    file_sha256: str | None
    rows_in_file: int | None
    rows_loaded: int
    rows_quarantined: int
    unknown_columns: str | None
    missing_columns: str | None
    outcome: str
    reason: str | None
    load_id: str | None
    loaded_at_utc: datetime


def refused(source: Source, file: SourceFile, sha256: str | None, reason: str) -> Receipt:
    """Return the receipt of a file that was refused: none of its rows were kept."""
    return _receipt(source, file, sha256, outcome="refused", reason=reason)


def removed(source: Source, table_name: str, partition: str) -> Receipt:
    """Return the receipt of a partition that the user removed from the warehouse."""
    now = _now()
    return Receipt(
        receipt_id=_receipt_id(source, table_name, partition, now),
        source_name=source.name,
        table_name=table_name,
        partition_name=partition,
        file_name="",
        file_bytes=None,
        file_sha256=None,
        rows_in_file=None,
        rows_loaded=0,
        rows_quarantined=0,
        unknown_columns=None,
        missing_columns=None,
        outcome="removed",
        reason="taken out on demand",
        load_id=None,
        loaded_at_utc=now,
    )


def loaded(  # noqa: PLR0913 - the figures of a balance sheet
    source: Source,
    file: SourceFile,
    sha256: str,
    *,
    load_id: str,
    rows_in_file: int,
    rows_loaded: int,
    rows_quarantined: int,
    unknown_columns: list[str],
    missing_columns: list[str],
) -> Receipt:
    """Return the receipt of a file that replaced its partition."""
    return _receipt(
        source,
        file,
        sha256,
        outcome="loaded",
        load_id=load_id,
        rows_in_file=rows_in_file,
        rows_loaded=rows_loaded,
        rows_quarantined=rows_quarantined,
        unknown_columns=", ".join(unknown_columns) or None,
        missing_columns=", ".join(missing_columns) or None,
    )


def _receipt(  # noqa: PLR0913 - the figures of a balance sheet
    source: Source,
    file: SourceFile,
    sha256: str | None,
    *,
    outcome: str,
    reason: str | None = None,
    load_id: str | None = None,
    rows_in_file: int | None = None,
    rows_loaded: int = 0,
    rows_quarantined: int = 0,
    unknown_columns: str | None = None,
    missing_columns: str | None = None,
) -> Receipt:
    now = _now()
    return Receipt(
        receipt_id=_receipt_id(source, file.table.name, file.partition, now),
        source_name=source.name,
        table_name=file.table.name,
        partition_name=file.partition,
        file_name=file.path.name,
        file_bytes=file.path.stat().st_size if file.path.exists() else None,
        file_sha256=sha256,
        rows_in_file=rows_in_file,
        rows_loaded=rows_loaded,
        rows_quarantined=rows_quarantined,
        unknown_columns=unknown_columns,
        missing_columns=missing_columns,
        outcome=outcome,
        reason=reason,
        load_id=load_id,
        loaded_at_utc=now,
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _receipt_id(source: Source, table_name: str, partition: str, now: datetime) -> str:
    return f"{source.name}/{table_name}/{partition}/{now:%Y%m%dT%H%M%S.%f}"


@dataclass(frozen=True)
class DownloadReceipt:
    """The outcome of one download; `outcome` is `landed`, `refused` or `failed`.

    `refused` means that the publisher sent something other than the file, `failed` that no
    complete file arrived.
    """

    download_id: str
    source_name: str
    partition_name: str
    url: str
    asked: str | None
    outcome: str
    reason: str | None
    file_name: str | None
    file_sha256: str | None
    etag: str | None
    last_modified: str | None
    received_bytes: int | None
    resumed_bytes: int | None
    attempts: int | None
    duration_seconds: float | None
    downloaded_at_utc: datetime


def download(  # noqa: PLR0913 - the figures of a delivery note
    source: Source,
    request: Request,
    outcome: str,
    *,
    reason: str | None = None,
    file_name: str | None = None,
    file_sha256: str | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    received_bytes: int | None = None,
    resumed_bytes: int | None = None,
    attempts: int | None = None,
    duration_seconds: float | None = None,
) -> DownloadReceipt:
    """Return the receipt of a download."""
    now = _now()
    return DownloadReceipt(
        download_id=f"{source.name}/{request.partition}/{now:%Y%m%dT%H%M%S.%f}",
        source_name=source.name,
        partition_name=request.partition,
        url=request.public_url,
        asked=request.asked or None,
        outcome=outcome,
        reason=reason,
        file_name=file_name,
        file_sha256=file_sha256,
        etag=etag,
        last_modified=last_modified,
        received_bytes=received_bytes,
        resumed_bytes=resumed_bytes,
        attempts=attempts,
        duration_seconds=duration_seconds,
        downloaded_at_utc=now,
    )


def downloads_table(receipts: list[DownloadReceipt]) -> pa.Table:
    """Return receipts of downloads as the rows of `operations.download_receipts`."""
    return pa.Table.from_pylist([asdict(receipt) for receipt in receipts], schema=DOWNLOAD_SCHEMA)


def receipts_table(receipts: list[Receipt]) -> pa.Table:
    """Return receipts as the rows of `operations.load_receipts`."""
    return pa.Table.from_pylist([asdict(receipt) for receipt in receipts], schema=RECEIPT_SCHEMA)


def quarantine_table(receipt: Receipt, rejected: list[RejectedLine]) -> pa.Table:
    """Return rejected lines as the rows of `operations.quarantined_rows`."""
    return pa.Table.from_pylist(
        [
            {
                "receipt_id": receipt.receipt_id,
                "file_name": receipt.file_name,
                "line_number": line.line,
                "column_name": line.column,
                "reason": line.reason,
                "raw_text": line.text,
            }
            for line in rejected
        ],
        schema=QUARANTINE_SCHEMA,
    )
