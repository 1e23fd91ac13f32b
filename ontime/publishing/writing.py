"""Write a publication in a hidden folder, as dbt's macros order it.

What has not changed is taken from the version in place. If anything fails, the hidden folder is
removed at once, and what readers see is unchanged.
"""

from __future__ import annotations

import shutil

import duckdb

from ontime.publishing.contents import Contents, read_contents
from ontime.publishing.database import attached, write_database
from ontime.publishing.months import write_months
from ontime.publishing.order import Order
from ontime.publishing.placement import (
    PublicationError,
    building_folder,
    in_place,
    keep_in_place,
    make_draft,
    put_in_place,
    unsigned,
)
from ontime.publishing.versions import Version
from ontime.storage.content_hash import CONTENT_HASH_MACRO
from ontime.storage.paths import published_folder, warehouse_file

_MEGABYTE = 1_000_000


def publish(connection: duckdb.DuckDBPyConnection, name: str, order: Order) -> str:
    """Write a version and put it in place; return the outcome.

    Raises:
        PublicationError: it could not be written or put in place; the message says why.

    """
    try:
        _check_room()
        with connection.cursor() as cursor:
            cursor.execute(CONTENT_HASH_MACRO)
            now = _contents(cursor, order)
            if outcome := keep_in_place(now.fingerprint):
                return outcome
            draft = make_draft(name)
            before = _before()
            for table in order.in_parquet:
                write_months(cursor, draft.parent, table, now, before)
            write_database(cursor, draft, order, now, before)
        return put_in_place(draft)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(_sentence(error)) from error
    finally:
        shutil.rmtree(building_folder(name), ignore_errors=True)


def _contents(cursor: duckdb.DuckDBPyConnection, order: Order) -> Contents:
    """Return what is to be published, from its catalogue, which is first written in memory."""
    with attached(cursor, ":memory:"):
        for statement in order.catalogue:
            cursor.execute(statement)
        return read_contents(cursor, "publication")


def _before() -> tuple[Version, Contents] | None:
    """Return the version in place and its contents, if they can be read and may be passed on."""
    version = in_place()
    if version is None or unsigned(version):
        return None
    try:
        with duckdb.connect(str(version.file), read_only=True) as connection:
            return version, read_contents(connection, version.file.stem)
    except duckdb.Error:  # of an older layout, or damaged: nothing is taken from it
        return None


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
    """Estimate a publication's size: that of the last one, or else that of a warehouse."""
    last = in_place()
    if last:
        return last.size_bytes
    warehouse = warehouse_file()
    return warehouse.stat().st_size if warehouse.exists() else 0


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
