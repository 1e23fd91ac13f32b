"""Check whether readers see what was published, and whether it is up to date."""

from __future__ import annotations

import duckdb

from ontime.publishing.identity import identity
from ontime.publishing.placement import faults, in_place
from ontime.storage.content_hash import METHOD, content_hashes
from ontime.storage.lock import writer_of
from ontime.storage.paths import warehouse_file
from ontime.storage.reader import ReaderError, in_words, open_published


def is_up_to_date() -> bool:
    """Return whether a build now would publish what readers already see.

    This is true if the published version has the same identity and its files are unchanged. Their
    checksums are computed from the files, not read from what the files state about themselves.
    """
    version = in_place()
    if version is None or not warehouse_file().exists():
        return False
    try:
        with duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
            now = identity(warehouse)
    except duckdb.Error:
        return False
    return version.identity == now.digest and not faults()


def newer_data() -> str:
    """Report in a sentence which loaded or built data readers do not see yet, if any."""
    if writer := writer_of(warehouse_file()):
        return f"The warehouse is being written by {writer}: this is the publication before it."
    if warehouse_file().exists() and not is_up_to_date():
        return "What is loaded is not built and published: `make build` does it."
    return ""


def pending() -> list[str]:
    """Say what remains to be done so that readers see what is loaded; nothing if they do."""
    if in_place() and (found := faults()):
        return [f"Readers do not see what was published ({'; '.join(found)}): run `make publish`."]
    if not is_up_to_date():
        return ["What is loaded is not built and published: run `make build`."]
    return []


def verify() -> list[str]:
    """Report how what readers see differs from what was published; nothing if it does not.

    The checksums of the files are compared with the recorded ones. Then the file is opened as
    readers open it, and the content of each table is hashed and compared, so that a change is found
    whatever its cause. If another version of DuckDB computed the published hashes, they say nothing
    here and are not compared: see `hashed_otherwise`.
    """
    found = faults()
    version = in_place()
    if version is None:
        return found
    try:
        with open_published() as connection:
            seen = content_hashes(connection, "marts")
            is_comparable = _method(connection) == METHOD
    except ReaderError as error:
        return [*found, str(error)]
    except duckdb.Error as error:
        return [*found, in_words(error)]
    if not is_comparable:
        seen = {table: version.tables.get(table, hashed) for table, hashed in seen.items()}
    return found + [
        f"marts.{table} {_change(table, version.tables, seen)}"
        for table in sorted(version.tables.keys() | seen.keys())
        if version.tables.get(table) != seen.get(table)
    ]


def hashed_otherwise() -> str:
    """Return how the published content was hashed, if it was not as it is hashed now.

    Raises:
        ReaderError: nothing is published, or it cannot be opened.

    """
    with open_published() as connection:
        method = _method(connection)
    return "" if method == METHOD else method


def _method(connection: duckdb.DuckDBPyConnection) -> str:
    """Return how the content was hashed; publications before this was recorded used MD5 alone."""
    rows = connection.execute("select * from catalogue.publication")
    names = [column[0] for column in rows.description]
    (row,) = rows.fetchall()
    return str(dict(zip(names, row, strict=True)).get("content_hash_method") or "md5")


def _change(table: str, published: dict[str, str], seen: dict[str, str]) -> str:
    if table not in seen:
        return "is missing"
    return "holds other rows" if table in published else "was added"
