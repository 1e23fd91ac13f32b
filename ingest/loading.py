"""Load files into raw tables with dlt: a file replaces its partition, whole or not at all.

One pipeline per source system writes `raw_<source>`, one more writes the receipts and the
quarantined rows. The raw rows go first: if the process dies in between, the partition's load id
has no receipt, and the next run loads the file again, which changes nothing but that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.pipeline import LoadInfo
from dlt.extract.exceptions import ResourceExtractionError
from dlt.pipeline.exceptions import PipelineStepFailed

from ingest import receipts
from ingest.declarations import Source, SourceFile, Table
from ingest.delimited import DelimitedFile
from ingest.errors import IngestError, RefusedFileError
from ingest.lines import RejectedLine
from ingest.receipts import OPERATIONS, Receipt
from warehouse.paths import data_folder, warehouse_file

_REPLACE_PARTITION: Any = {"disposition": "merge", "strategy": "delete-insert"}
# what was declared is what there is: nothing that a file brings changes a raw table
_CONTRACT: Any = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}


def load_file(
    source: Source,
    file: SourceFile,
    sha256: str,
    *,
    max_quarantined_percent: float,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Receipt:
    """Load one file in place of its partition and leave its receipt.

    `progress` is called with the number of rows read so far.

    Raises:
        RefusedFileError: the file is not what its source promises. Nothing of it is kept.
    """
    reading = DelimitedFile(file)

    def rows() -> Iterator[pa.Table]:
        for batch in reading.batches():
            if batch.num_rows:
                yield with_lineage(batch, file)
            progress(reading.rows_accepted)
        _check_worth_loading(reading, max_quarantined_percent)

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
    )
    record(receipt, reading.rejected)
    return receipt


def load_partition(source: Source, table: Table, rows: Callable[[], Iterator[pa.Table]]) -> str:
    """Replace one partition of a raw table by rows that carry their lineage; return the load id.

    The rows are first written aside: an error while they are produced leaves the table as it was.
    """
    load_info = _run(source.dataset, [_resource(table.name, rows, merge_key="_source_partition")])
    return load_info.loads_ids[-1]


def record(receipt: Receipt, rejected: list[RejectedLine]) -> None:
    """Write a receipt, and the lines that were set aside, to the operations schema."""
    resources = [
        _resource("load_receipts", lambda: iter([receipts.receipts_table([receipt])]), "receipt_id")
    ]
    if rejected:
        quarantined = receipts.quarantine_table(receipt, rejected)
        resources.append(_resource("quarantined_rows", lambda: iter([quarantined]), "receipt_id"))
    _run(OPERATIONS, resources)


def create_declared_tables(sources: list[Source]) -> None:
    """Make every declared raw table exist, empty where nothing was ever loaded."""
    for source in sources:
        _run(
            source.dataset,
            [
                _resource(
                    table.name, _empty(with_lineage(_no_rows(table), None)), "_source_partition"
                )
                for table in source.tables
            ],
        )
    _run(
        OPERATIONS,
        [
            _resource("load_receipts", _empty(receipts.RECEIPT_SCHEMA.empty_table()), "receipt_id"),
            _resource(
                "quarantined_rows", _empty(receipts.QUARANTINE_SCHEMA.empty_table()), "receipt_id"
            ),
        ],
    )


def with_lineage(batch: pa.RecordBatch, file: SourceFile | None) -> pa.Table:
    """Add the name of the file and its partition to each row."""
    name, partition = (file.path.name, file.partition) if file else ("", "")
    table = pa.Table.from_batches([batch])
    for column, value in (("_source_file", name), ("_source_partition", partition)):
        table = table.append_column(
            pa.field(column, pa.string(), nullable=False),
            pa.repeat(pa.scalar(value, pa.string()), batch.num_rows),
        )
    # lineage stands last and in the same order in every raw table
    numbers = table.column("_source_row_number")
    return table.drop_columns("_source_row_number").append_column(
        pa.field("_source_row_number", pa.int64(), nullable=False), numbers
    )


def _no_rows(table: Table) -> pa.RecordBatch:
    arrays = {column.raw_name: pa.nulls(0, pa.string()) for column in table.columns}
    return pa.RecordBatch.from_pydict({**arrays, "_source_row_number": pa.nulls(0, pa.int64())})


def _empty(table: pa.Table) -> Callable[[], Iterator[pa.Table]]:
    return lambda: iter([table])


def _check_worth_loading(reading: DelimitedFile, max_quarantined_percent: float) -> None:
    """Refuse a file that is empty or mostly garbage, before it replaces anything."""
    name = reading.file.path.name
    if not reading.rows_in_file:
        raise RefusedFileError(f"{name} holds a header and no rows.")
    share = 100 * len(reading.rejected) / reading.rows_in_file
    if share > max_quarantined_percent:
        first = reading.rejected[0]
        where = f"line {first.line}" + (f", column {first.column}" if first.column else "")
        raise RefusedFileError(
            f"{name}: {len(reading.rejected)} of {reading.rows_in_file} rows do not parse "
            f"({share:.2f} %, more than the {max_quarantined_percent:g} % allowed by "
            f"--max-quarantined-percent); the first is {where}: {first.reason}."
        )


def _resource(name: str, rows: Callable[[], Iterator[pa.Table]], merge_key: str) -> Any:
    return dlt.resource(
        rows,
        name=name,
        write_disposition=_REPLACE_PARTITION,
        merge_key=merge_key,
        columns={merge_key: {"nullable": False}},
        schema_contract=_CONTRACT,
    )


@cache
def _destination(warehouse: Path) -> Any:
    return dlt.destinations.duckdb(str(warehouse))


def _pipeline(dataset: str) -> dlt.Pipeline:
    return dlt.pipeline(
        pipeline_name=dataset,
        pipelines_dir=str(data_folder() / "dlt"),
        destination=_destination(warehouse_file().absolute()),
        dataset_name=dataset,
    )


def _run(dataset: str, resources: list[Any]) -> LoadInfo:
    """Load resources into one schema.

    Raises:
        RefusedFileError: as raised while the rows were produced.
        IngestError: the warehouse could not be written.
    """
    try:
        pipeline = _pipeline(dataset)
        # what an earlier run left half done has no receipt: its file is loaded from the start
        if pipeline.has_pending_data:
            pipeline.abort_packages()
        return pipeline.run(resources, loader_file_format="parquet")
    except (PipelineStepFailed, ResourceExtractionError) as error:
        cause: BaseException = error
        while cause.__cause__ or cause.__context__:
            if isinstance(cause, IngestError):
                break
            cause = cause.__cause__ or cause.__context__ or cause
        if isinstance(cause, IngestError):
            raise cause from None
        what = str(cause).strip().splitlines()[0]
        raise IngestError(
            f"The warehouse {warehouse_file()} could not be written: {what}"
        ) from error
