"""What the copy is made of: a published file, as its catalogue describes it, and its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ontime.catalog.published import CATALOGUE, MARTS, PublishedFile, Table, identifier

ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Publication:
    """A publication: its name, the fingerprint of its content, its tables."""

    name: str
    fingerprint: str
    tables: tuple[Table, ...]

    @property
    def schemas(self) -> list[str]:
        """Return the names of the schemas that hold its tables."""
        return sorted({table.schema for table in self.tables})


def described(connection: duckdb.DuckDBPyConnection) -> Publication:
    """Return the structure of the published file behind a connection."""
    file = PublishedFile(connection)
    (facts,) = file.rows("publication")
    return Publication(
        facts["publication_name"],
        facts["fingerprint"],
        tuple(table for schema in (CATALOGUE, MARTS) for table in file.tables(schema)),
    )


def batches(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table in batches."""
    rows = connection.execute(f"from {identifier(table.schema)}.{identifier(table.name)}")
    yield from rows.to_arrow_reader(ROWS_AT_A_TIME)
