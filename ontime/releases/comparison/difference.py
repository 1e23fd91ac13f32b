"""Compare two publications, table by table: first by content hash, then by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ontime.catalog.published import Table
from ontime.releases.comparison.publications import ComparisonError, Publication, attached
from ontime.releases.comparison.rows import RowDifference, compare_rows
from ontime.releases.comparison.structure import StructureChange, compare_structure


@dataclass(frozen=True)
class Side:
    """One of the two publications: its name and file, and when and from what it was built."""

    name: str
    file: Path
    built_at_utc: datetime | None
    git_revision: str | None
    fingerprint: str | None


@dataclass(frozen=True)
class TableDifference:
    """The differences of one table; `status` is same, changed, added or removed.

    If only one side has the table, all its rows count as added or removed.
    """

    name: str
    status: str
    rows_before: int
    rows_after: int
    structure: tuple[StructureChange, ...]
    rows: RowDifference


@dataclass(frozen=True)
class Difference:
    """What changed from one publication to another."""

    before: Side
    after: Side
    tables: tuple[TableDifference, ...]

    @property
    def changed(self) -> tuple[TableDifference, ...]:
        """The tables in which anything differs."""
        return tuple(table for table in self.tables if table.status != "same")

    @property
    def breaking(self) -> tuple[tuple[str, StructureChange], ...]:
        """The changes that may make an existing query fail or change its meaning."""
        return tuple(
            (table.name, change)
            for table in self.tables
            for change in table.structure
            if change.is_breaking
        )


def compare(before: Path, after: Path, *, every_row: bool = False) -> Difference:
    """Return what changed between the publications in two files.

    Tables with equal content hashes are not read, unless `every_row` is set.

    Raises:
        ComparisonError: one of the files is not a publication, or they cannot be read.

    """
    with attached(older=before, newer=after) as (connection, (older, newer)):
        names = sorted(older.tables.keys() | newer.tables.keys())
        try:
            tables = tuple(
                compare_table(connection, older, newer, name, every_row=every_row) for name in names
            )
        except duckdb.Error as error:
            first_line = str(error).splitlines()[0]
            raise ComparisonError(
                f"{before} and {after} cannot be compared: {first_line}"
            ) from None
        return Difference(_side(older), _side(newer), tables)


def compare_table(
    connection: duckdb.DuckDBPyConnection,
    older: Publication,
    newer: Publication,
    name: str,
    *,
    every_row: bool = False,
) -> TableDifference:
    """Return the differences of a table that at least one of two publications has."""
    before, after = older.tables.get(name), newer.tables.get(name)
    structure = compare_structure(before, after)
    if before is None or after is None:
        rows = RowDifference(
            added=after.row_count if after else 0, removed=before.row_count if before else 0
        )
    elif not every_row and _hold_the_same(before, after):
        rows = RowDifference()
    else:
        rows = compare_rows(connection, older, newer, name)
    if before is None or after is None:
        status = "added" if before is None else "removed"
    else:
        status = "changed" if structure or rows.added or rows.removed or rows.changed else "same"
    return TableDifference(
        name,
        status,
        before.row_count if before else 0,
        after.row_count if after else 0,
        structure,
        rows,
    )


def _hold_the_same(before: Table, after: Table) -> bool:
    # different hashes prove nothing if another DuckDB computed one of them, so rows are compared
    return before.content_hash is not None and before.content_hash == after.content_hash


def _side(publication: Publication) -> Side:
    facts = publication.facts
    built_at = facts.get("built_at_utc")
    return Side(
        publication.name,
        publication.file,
        built_at if isinstance(built_at, datetime) else None,
        facts.get("git_revision"),
        facts.get("fingerprint"),
    )
