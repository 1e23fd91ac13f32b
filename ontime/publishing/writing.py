"""Write a publication in a hidden folder, with statements that dbt's macros generate.

If anything fails, the hidden folder is removed at once, and what readers see is unchanged.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

from ontime.publishing.placement import (
    PublicationError,
    building_folder,
    in_place,
    make_aside,
    put_in_place,
)
from ontime.storage.content_hash import CONTENT_HASH_MACRO
from ontime.storage.paths import published_folder, warehouse_file

_MEGABYTE = 1_000_000


def publish(
    connection: duckdb.DuckDBPyConnection, name: str, storage_version: str, statements: list[str]
) -> str:
    """Write the database `publication` and put it in place; return the outcome.

    Raises:
        PublicationError: it could not be written or put in place; the message says why.

    """
    try:
        _check_room()
        aside = make_aside(name)
        with connection.cursor() as cursor:
            _write(cursor, aside, storage_version, statements)
        return put_in_place(aside)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(_sentence(error)) from error
    finally:
        shutil.rmtree(building_folder(name), ignore_errors=True)


def _write(
    cursor: duckdb.DuckDBPyConnection, file: Path, storage_version: str, statements: list[str]
) -> None:
    cursor.execute(CONTENT_HASH_MACRO)
    (warehouse,) = cursor.execute("select current_database()").fetchall()[0]
    place = str(file).replace("'", "''")
    # set explicitly, because DuckDB's default storage version changes between releases
    cursor.execute(f"attach '{place}' as publication (storage_version '{storage_version}')")
    leave = f'use "{warehouse}"; detach publication'
    try:
        for statement in statements:
            cursor.execute(statement)
    except BaseException:
        with suppress(duckdb.Error):
            cursor.rollback()
        with suppress(duckdb.Error):
            cursor.execute(leave)
        raise
    cursor.execute(leave)


def _check_room() -> None:
    """Check that the disk has enough free space for the publication.

    Raises:
        PublicationError: the disk has less free space than the last publication takes.
        OSError: the folder cannot be written.

    """
    published_folder().mkdir(parents=True, exist_ok=True)
    needed, free = _needed_bytes(), shutil.disk_usage(published_folder()).free
    if free < needed:
        raise PublicationError(_room(needed, free))


def _needed_bytes() -> int:
    """Estimate a publication's size: that of the last one, or else that of the warehouse."""
    last = in_place()
    return last.size_bytes if last else warehouse_file().stat().st_size


def _room(needed: int, free: int) -> str:
    return (
        f"Publishing needs about {needed // _MEGABYTE + 1:,} MB in {published_folder()}, and "
        f"{free // _MEGABYTE:,} MB are free: make room and run `make publish`. "
        "Readers still see the publication before."
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    else:
        reason = str(error).splitlines()[0]
    needed, free = _needed_bytes(), shutil.disk_usage(published_folder().parent).free
    room = (
        f" About {needed // _MEGABYTE + 1:,} MB are needed and {free // _MEGABYTE:,} MB are free."
        if free < needed or "space" in reason
        else ""
    )
    return (
        f"Publishing stopped ({reason}).{room} Readers see a whole publication; "
        "remove the cause and run `make publish`."
    )
