"""Open a published file the way every reader should: read-only, sealed, with clear errors.

Sealed means that no statement can access another file, load an extension or change a setting that
matters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ontime.storage.paths import published_file

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_OF_THE_FILE = (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException)
# DuckDB's logging and profiling ignore the configuration lock, and terminate the process if they
# must not write to a folder
_REFUSED = re.compile(r"\b(enable_logging|enable_profil\w*)\b", re.IGNORECASE)


class ReaderError(Exception):
    """The published file cannot be read, at least not this way; the message says what to do."""


def open_published(
    path: Path | None = None,
    *,
    also: Sequence[Path] = (),
    memory_limit: str = "",
    spill: bool = True,
) -> duckdb.DuckDBPyConnection:
    """Open a published file, by default the one in place.

    `also` names the only other files that statements may read. Without `spill`, a statement that
    needs more than the memory limit fails instead of writing to the disk. Times are shown in UTC.
    Tables in the schemas `marts` and `catalogue` can be named without their schema.

    Raises:
        ReaderError: nothing is published, or the file cannot be read or is not a publication.

    """
    path = require_published(path)
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_CONFIGURATION)
        _seal(connection, also, memory_limit, spill=spill)
        if not _is_publication(connection):
            raise ReaderError(
                f"{path} is not a publication: it has no table catalogue.publication. "
                f"{_what_to_do()}"
            )
        connection.execute("set search_path = 'marts,catalogue'")
    except duckdb.Error as error:
        raise ReaderError(_unreadable(path, error)) from None
    return connection


def require_published(path: Path | None = None) -> Path:
    """Return the path of the published file, by default the one in place.

    Raises:
        ReaderError: nothing is published.

    """
    path = path or published_file()
    if not path.exists():
        raise ReaderError(f"Nothing is published in {path.parent} yet: run `make run`.")
    return path


def check_statement(sql: str) -> None:
    """Refuse statements that DuckDB itself allows on a sealed connection.

    Raises:
        ReaderError: the statement enables DuckDB's logging or profiling.

    """
    if found := _REFUSED.search(sql):
        raise ReaderError(
            f"{found[1]} cannot be used here, because it writes files: "
            "`explain analyze` shows where the time of a query goes."
        )


def in_words(error: Exception) -> str:
    """Return the message of a query error, and what to do about the published file."""
    if isinstance(error, _OF_THE_FILE):
        return _unreadable(published_file(), error)
    return str(error)


def _seal(
    connection: duckdb.DuckDBPyConnection, also: Sequence[Path], memory_limit: str, *, spill: bool
) -> None:
    # if this process already has the file open, it is sealed
    if connection.execute("select current_setting('lock_configuration')").fetchall() == [(True,)]:
        return
    if also:
        connection.execute("set allowed_paths = $1", [[str(each.resolve()) for each in also]])
    if memory_limit:
        connection.execute("set memory_limit = $1", [memory_limit])
    if not spill:
        connection.execute("set temp_directory = ''")
    connection.execute("set global timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _is_publication(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where database_name = current_database() "
            "and schema_name = 'catalogue' and table_name = 'publication'"
        ).fetchall()
    )


def _unreadable(path: Path, error: Exception) -> str:
    reason = str(error).splitlines()[0].removeprefix("IO Error: ").rstrip(".!")
    return f"{path} cannot be read ({reason}). {_what_to_do()}"


def _what_to_do() -> str:
    return (
        "`make publish` writes the published file again from the last whole build, "
        "`make run` builds it anew."
    )
