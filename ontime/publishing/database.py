"""Write the published file: as a copy of the one before with what has changed, or from scratch.

Most of a publication is as it was in the one before. So the file before is copied (a reflink where
the file system has them), tables that differ are replaced, and of large tables only the months that
differ. What differs is decided by the hashes in both catalogues, never by what was built.

DuckDB reuses the space of what was deleted, but only in whole blocks. If too much of the file is
unused, or too many deleted rows remain in a table, the file is written from scratch.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import duckdb

from ontime.publishing.contents import Contents
from ontime.publishing.order import Order, Table
from ontime.publishing.versions import Version
from ontime.storage.paths import published_file

# the share of a file, or of the rows of a table, that may be unused
MOST_UNUSED = 0.25
# of a file below this size, nothing is gained by writing it anew
_SMALL_BLOCKS = 40

_FICLONE = 0x40049409
_PART = 1 << 20


def write_database(
    cursor: duckdb.DuckDBPyConnection,
    file: Path,
    order: Order,
    now: Contents,
    before: tuple[Version, Contents] | None,
) -> None:
    """Write the published file of a version.

    Raises:
        OSError: the file cannot be written.
        duckdb.Error: a statement fails.

    """
    # set explicitly, because DuckDB's default storage version changes between releases
    options = f"(storage_version '{order.storage_version}')"
    if before and before[1].format == now.format and _copied(before[0], file):
        with attached(cursor, str(file), options):
            _update(cursor, order, now, before[1])
            is_compact = _is_compact(cursor, order)
        if is_compact:
            return
        file.unlink()
    with attached(cursor, str(file), options):
        cursor.execute("create schema publication.marts")
        for table in order.in_file:
            _create(cursor, table)
        for statement in order.catalogue:
            cursor.execute(statement)


@contextmanager
def attached(cursor: duckdb.DuckDBPyConnection, place: str, options: str = "") -> Iterator[None]:
    """Attach a database as `publication`, and detach it however this ends."""
    (warehouse,) = cursor.execute("select current_database()").fetchall()[0]
    quoted = "'" + place.replace("'", "''") + "'"
    cursor.execute(f"attach {quoted} as publication {options}")
    leave = f'use "{warehouse}"; detach publication'
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):
            cursor.rollback()
        with suppress(duckdb.Error):
            cursor.execute(leave)
        raise
    cursor.execute(leave)


def _copied(version: Version, file: Path) -> bool:
    """Copy the file of a version, and return whether it is what was published.

    It is read once: what is copied is what is compared.
    """
    recorded = {each.path: each.sha256 for each in version.files}
    digest = hashlib.sha256()
    try:
        with version.file.open("rb") as source, file.open("wb") as target:
            has_its_bytes = _shares_blocks(source, target)
            while part := source.read(_PART):
                digest.update(part)
                if not has_its_bytes:
                    target.write(part)
    except FileNotFoundError:
        return False
    if digest.hexdigest() == recorded[published_file().name]:
        return True
    file.unlink()
    return False


def _shares_blocks(source: BinaryIO, target: BinaryIO) -> bool:
    """Make a reflink, and return whether the file system has them."""
    try:
        fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
    except OSError:
        return False
    return True


def _create(cursor: duckdb.DuckDBPyConnection, table: Table) -> None:
    for statement in table.definition:
        cursor.execute(statement)
    cursor.execute(f"insert into publication.marts.{table.name} {table.rows()}")


def _update(
    cursor: duckdb.DuckDBPyConnection, order: Order, now: Contents, before: Contents
) -> None:
    """Turn the file of the publication before, attached as `publication`, into this one."""
    changed = {table.name for table in order.in_file if not before.has_like_now(table.name, now)}
    months: dict[str, list[str]] = {}
    for table in order.in_file:
        kept = before.months_like_now(table.name, now)
        if table.name in changed and table.is_written_by_month and kept:
            months[table.name] = sorted(now.months[table.name].keys() - kept)
            gone = sorted(before.months[table.name].keys() - kept)
            if gone:
                listed = ", ".join(f"date '{month}'" for month in gone)
                cursor.execute(
                    f"delete from publication.marts.{table.name} "  # noqa: S608 - our own names
                    f"where {table.month} in ({listed})"
                )
    described = {table.name for table in order.in_file}
    dropped = _drop(cursor, (changed - months.keys()) | (_names(cursor) - described))
    cursor.execute("drop schema publication.catalogue cascade")
    # from now on, the space of what is gone can be used again
    cursor.execute("checkpoint publication")
    for table in order.in_file:
        if months.get(table.name):
            rows = table.rows(months[table.name])
            cursor.execute(f"insert into publication.marts.{table.name} {rows}")
        elif table.name in dropped or (table.name in changed and table.name not in months):
            _create(cursor, table)
    for statement in order.catalogue:
        cursor.execute(statement)


def _names(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    rows = cursor.execute(
        "select table_name from duckdb_tables() "
        "where database_name = 'publication' and schema_name = 'marts'"
    )
    return {name for (name,) in rows.fetchall()}


def _drop(cursor: duckdb.DuckDBPyConnection, names: set[str]) -> set[str]:
    """Drop tables and all that refer to them; return what was dropped."""
    references = cursor.execute(
        "select table_name, referenced_table from duckdb_constraints() "
        "where database_name = 'publication' and schema_name = 'marts' "
        "and constraint_type = 'FOREIGN KEY'"
    ).fetchall()
    dropping = names & _names(cursor)
    while more := {child for child, parent in references if parent in dropping} - dropping:
        dropping |= more
    waiting = set(dropping)
    while waiting:
        free = waiting - {parent for child, parent in references if child in waiting}
        for name in sorted(free):
            cursor.execute(f"drop table publication.marts.{name}")
        waiting -= free
    return dropping


def _is_compact(cursor: duckdb.DuckDBPyConnection, order: Order) -> bool:
    """Return whether little of the file is unused, neither blocks nor rows."""
    cursor.execute("checkpoint publication")
    total, free = cursor.execute(
        "select total_blocks, free_blocks from pragma_database_size() "
        "where database_name = 'publication'"
    ).fetchall()[0]
    if total > _SMALL_BLOCKS and free > MOST_UNUSED * total:
        return False
    return not any(
        _deleted_share(cursor, table.name) > MOST_UNUSED
        for table in order.in_file
        if table.is_written_by_month
    )


def _deleted_share(cursor: duckdb.DuckDBPyConnection, name: str) -> float:
    """Return the share of the rows in the storage of a table that are deleted."""
    stored, there = cursor.execute(
        f"""
        select
            (
                select sum(count) from pragma_storage_info('publication.marts.{name}')
                where column_id = 0 and segment_type <> 'VALIDITY'
            ),
            (select count(*) from publication.marts.{name})
        """  # noqa: S608 - our own names
    ).fetchall()[0]
    return 1 - there / stored if stored else 0.0
