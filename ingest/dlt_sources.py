"""Each source system as a dlt source, for a pipeline of your own into any destination.

    pipeline = dlt.pipeline("mine", destination="filesystem", dataset_name="raw")
    pipeline.run(source_system(name, folder), loader_file_format="parquet")

The tables have the columns, texts and lineage of the raw tables of this warehouse, and rows that do
not parse are left out. A pipeline that can merge replaces a partition that it loads again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource, DltSource

from ingest.declarations import Source, SourceFile, Table, publisher_of
from ingest.errors import IngestError
from ingest.landing import offline, store
from ingest.landing.checksums import file_sha256
from ingest.loading.files import check_complete, check_worth_loading, with_lineage
from ingest.reading.delimited import DelimitedFile
from ingest.sources import SOURCES


def source_system(
    name: str, folder: str | Path | None = None, max_quarantined_percent: float = 0.1
) -> DltSource:
    """Return a source system with one resource for each of its tables.

    The files of a live source are those in `folder`, as its publisher provides them or as they
    landed; the others are installed with the project. A file is refused if more of its rows than
    `max_quarantined_percent` do not parse.

    Raises:
        IngestError: there is no such source, or a live one is to be read without a folder.

    """
    source = SOURCES.get(name)
    if source is None:
        raise IngestError(f"There is no source named {name}; there are {', '.join(SOURCES)}.")
    if source.publisher and folder is None:
        raise IngestError(f"{name} is read from a folder with its publisher's files: name one.")

    @dlt.source(name=name)
    def tables() -> Iterator[DltResource]:
        for table in source.tables:
            yield _table(source, table, folder, max_quarantined_percent)

    return tables()


def _table(
    source: Source, table: Table, folder: str | Path | None, max_quarantined_percent: float
) -> Any:
    @dlt.resource(
        name=table.name,
        write_disposition="merge",
        merge_key="_source_partition",
        columns={"_source_partition": {"nullable": False}},
    )
    def rows() -> Iterator[pa.Table]:
        for file in _files(source, folder):
            if file.table is not table:
                continue
            reading = DelimitedFile(file)
            for batch in reading.batches():
                yield with_lineage(batch, file)
            check_complete(reading)
            check_worth_loading(reading, max_quarantined_percent)

    return rows


def _files(source: Source, folder: str | Path | None) -> Iterator[SourceFile]:
    """Yield the files of a source; those of a folder in the form in which they would land."""
    yield from source.files()
    if folder is None:
        return
    publisher = publisher_of(source)
    for found in offline.survey(Path(folder), [source]).found:
        with TemporaryDirectory() as draft, offline.checked(found) as received:
            kept = Path(draft) / "kept"
            publisher.keep(received, kept)
            sha256 = file_sha256(kept) or ""
            named = kept.rename(kept.with_name(store.landed_name(source, found.partition, sha256)))
            yield from publisher.files(named, found.partition)
