"""What became of each file: one receipt each, kept in the warehouse's operations schema."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from ingest.declarations import Source, SourceFile
from ingest.lines import RejectedLine

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


@dataclass(frozen=True)
class Receipt:
    """What became of one file in one run; `outcome` is `loaded` or `refused`."""

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
    outcome: str
    reason: str | None
    load_id: str | None
    loaded_at_utc: datetime


def refused(source: Source, file: SourceFile, sha256: str | None, reason: str) -> Receipt:
    """Write the receipt of a file that was refused: nothing of it was kept."""
    return _receipt(source, file, sha256, outcome="refused", reason=reason)


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
) -> Receipt:
    """Write the receipt of a file that replaced its partition."""
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
) -> Receipt:
    now = datetime.now(UTC).replace(tzinfo=None)
    return Receipt(
        receipt_id=f"{source.name}/{file.table.name}/{file.partition}/{now:%Y%m%dT%H%M%S.%f}",
        source_name=source.name,
        table_name=file.table.name,
        partition_name=file.partition,
        file_name=file.path.name,
        file_bytes=file.path.stat().st_size if sha256 else None,
        file_sha256=sha256,
        rows_in_file=rows_in_file,
        rows_loaded=rows_loaded,
        rows_quarantined=rows_quarantined,
        unknown_columns=unknown_columns,
        outcome=outcome,
        reason=reason,
        load_id=load_id,
        loaded_at_utc=now,
    )


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


def file_sha256(path: Path) -> str | None:
    """Return the checksum of a file, or None if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
