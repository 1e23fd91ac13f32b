"""Load files into raw tables with dlt: a file replaces its partition atomically.

One pipeline per source system writes `raw_<source>`; another writes the receipts and the
quarantined rows. The raw rows are written first: if the process dies in between, the partition's
load id has no receipt. The next run then loads the same file again, which only adds the receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.pipeline import LoadInfo
from dlt.extract.exceptions import ResourceExtractionError
from dlt.pipeline.exceptions import PipelineStepFailed

from ingest.declarations import Column, Source, SourceFile, Table
from ingest.errors import IngestError, RefusedFileError
from ingest.loading import receipts
from ingest.loading.destination import Warehouse, limited_warehouse
from ingest.loading.receipts import OPERATIONS, DownloadReceipt, Receipt
from ingest.loading.state import unusable_warehouse
from ingest.loading.working import working_folder
from ingest.reading.delimited import DelimitedFile
from ingest.reading.lines import RejectedLine
from ontime.storage.memory import memory_limit
from ontime.storage.paths import warehouse_file

# the size of a DuckDB row group: with other sizes, loading can take four times as long
_ROWS_AT_ONCE = 122_880
_UTC_COLUMNS: dict[str, Any] = {
    "load_receipts": {"loaded_at_utc": {"timezone": False}},
    "download_receipts": {"downloaded_at_utc": {"timezone": False}},
}


def load_file(
    source: Source,
    file: SourceFile,
    sha256: str,
    *,
    max_quarantined_percent: float,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Receipt:
    """Replace a partition with the contents of a file, and write the receipt.

    `progress` is called with the number of rows read so far.

    Raises:
        RefusedFileError: the file is not what its source declares. None of its rows are kept.

    """
    reading = DelimitedFile(file)

    def rows() -> Iterator[pa.Table]:
        for batch in reading.batches():
            progress(reading.rows_accepted)
            yield with_lineage(batch, file)
        check_complete(reading)
        check_worth_loading(reading, max_quarantined_percent)

    load_id = load_partition(source, file.table, rows)
    receipt = receipts.loaded(
        source,
        file,
        sha256,
        load_id=load_id,
        rows_in_file=reading.rows_in_file,
        rows_loaded=reading.rows_accepted,
        rows_quarantined=len(reading.rejected),
        unknown_columns=reading.unknown_columns,
        missing_columns=reading.missing_columns,
    )
    record(receipt, reading.rejected)
    return receipt


def inspect(file: SourceFile, *, max_quarantined_percent: float) -> None:
    """Read a file to its end without loading it.

    Raises:
        RefusedFileError: as `load_file` does.

    """
    reading = DelimitedFile(file)
    for _ in reading.batches():
        pass
    check_complete(reading)
    check_worth_loading(reading, max_quarantined_percent)


def load_partition(
    source: Source,
    table: Table,
    rows: Callable[[], Iterator[pa.Table]],
    connection: duckdb.DuckDBPyConnection | None = None,
) -> str:
    """Replace a partition of a raw table with rows that carry their lineage; return the load id.

    The rows are staged first: an error while they are produced leaves the table unchanged. A
    process that already has the warehouse open passes its `connection`.
    """
    resource = _resource(table.name, lambda: _row_groups(rows()), merge_key="_source_partition")
    return _run(source.dataset, [resource], connection).loads_ids[-1]


def record(receipt: Receipt, rejected: list[RejectedLine]) -> None:
    """Write a receipt and the quarantined lines to the operations schema."""
    resources = [
        _resource("load_receipts", lambda: iter([receipts.receipts_table([receipt])]), "receipt_id")
    ]
    if rejected:
        quarantined = receipts.quarantine_table(receipt, rejected)
        resources.append(_resource("quarantined_rows", lambda: iter([quarantined]), "receipt_id"))
    _run(OPERATIONS, resources)


def record_download(receipt: DownloadReceipt) -> None:
    """Write the receipt of a download to the operations schema."""
    rows = receipts.downloads_table([receipt])
    _run(OPERATIONS, [_resource("download_receipts", lambda: iter([rows]), "download_id")])


def with_lineage(table: pa.Table, file: SourceFile | None) -> pa.Table:
    """Add the name of the file and its partition to each row."""
    name, partition = (file.path.name, file.partition) if file else ("", "")
    for column, value in (("_source_file", name), ("_source_partition", partition)):
        table = table.append_column(
            pa.field(column, pa.string(), nullable=False),
            pa.repeat(pa.scalar(value, pa.string()), table.num_rows),
        )
    # the lineage columns come last, in the same order in every raw table
    numbers = table.column("_source_row_number")
    return table.drop_columns("_source_row_number").append_column(
        pa.field("_source_row_number", pa.int64(), nullable=False), numbers
    )


def _row_groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the same rows in tables of the size of a DuckDB row group."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        while sum(some.num_rows for some in waiting) >= _ROWS_AT_ONCE:
            together = pa.concat_tables(waiting)
            yield together.slice(0, _ROWS_AT_ONCE)
            waiting = [together.slice(_ROWS_AT_ONCE)]
    if any(some.num_rows for some in waiting):
        yield pa.concat_tables(waiting)


def check_complete(reading: DelimitedFile) -> None:
    """Refuse a file that leaves a column empty in which it should have values."""
    table = reading.file.table
    empty = [
        column
        for column in table.columns
        if column.name in reading.empty_columns and (column.in_some_row or column.in_each_row)
    ]
    if reading.rows_in_file and empty:
        names = ", ".join(_as_named(column, reading.header) for column in empty)
        raise RefusedFileError(
            f"{reading.file.name} has no value in {names} in any of its {reading.rows_in_file:,} "
            f"rows: {table.if_empty}."
        )


def _as_named(column: Column, header: Sequence[str]) -> str:
    """Return the name that a column has in the header of a file."""
    names = {name.casefold() for name in (column.name, *column.aliases)}
    return next((field for field in header if field.casefold() in names), column.name)


def check_worth_loading(reading: DelimitedFile, max_quarantined_percent: float) -> None:
    """Refuse a file that is empty or mostly invalid, before it replaces anything."""
    name = reading.file.name
    rows, bad = reading.rows_in_file, len(reading.rejected)
    if not rows:
        raise RefusedFileError(f"{name} holds a header and no rows.")
    if not bad:
        return
    first = reading.rejected[0]
    where = f"line {first.line}" + (f", column {first.column}" if first.column else "")
    example = f"the first is {where}: {first.reason}"
    if bad == rows:
        raise RefusedFileError(f"{name}: none of its {rows} rows parses; {example}.")
    if 100 * bad / rows > max_quarantined_percent:
        raise RefusedFileError(
            f"{name}: {bad} of {rows} rows do not parse ({100 * bad / rows:.2f} %, more than the "
            f"{max_quarantined_percent:g} % allowed by --max-quarantined-percent); {example}."
        )


def _resource(name: str, rows: Callable[[], Iterator[pa.Table]], merge_key: str) -> Any:
    return dlt.resource(
        rows,
        name=name,
        write_disposition="append",  # the destination deletes the replaced rows
        merge_key=merge_key,
        # the column name states UTC: a time zone type would show times in the reader's own zone
        columns={merge_key: {"nullable": False}, **_UTC_COLUMNS.get(name, {})},
    )


@cache
def _destination(warehouse: Path, memory_limit: str) -> Any:
    return limited_warehouse(warehouse, memory_limit)


def _run(
    dataset: str, resources: list[Any], connection: duckdb.DuckDBPyConnection | None = None
) -> LoadInfo:
    """Load resources into one schema, through a connection if one is given.

    dlt's own state is kept for one run only, for three reasons: a run must not resume one that was
    killed; the receipt alone records whether a file is loaded; and a raw table has exactly the
    declared columns, whatever columns a file has.

    Raises:
        RefusedFileError: as raised while the rows were produced.
        IngestError: the warehouse could not be written.

    """
    folder = working_folder()
    shutil.rmtree(folder / dataset, ignore_errors=True)
    try:
        pipeline = dlt.pipeline(
            pipeline_name=dataset,
            pipelines_dir=str(folder),
            destination=(
                Warehouse(connection)
                if connection
                else _destination(warehouse_file().absolute(), memory_limit())
            ),
            dataset_name=dataset,
        )
        return pipeline.run(resources, loader_file_format="parquet")
    except (PipelineStepFailed, ResourceExtractionError) as error:
        cause = _cause(error)
        if isinstance(cause, IngestError | KeyboardInterrupt):
            raise cause from None
        raise unusable_warehouse(cause) from error
    except OSError as error:
        raise IngestError(f"The folder {folder} cannot be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(folder / dataset, ignore_errors=True)


def _cause(error: BaseException) -> BaseException:
    """Return the error that dlt has wrapped, which can be a refusal or the user's Ctrl-C."""
    while not isinstance(error, IngestError | KeyboardInterrupt):
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    return error
