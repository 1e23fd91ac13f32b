"""Open a publication the way every reader should: read-only, sealed, with clear errors.

Sealed means that no statement can access another file, load an extension or change a setting that
matters. Tables that lie beside the file as Parquet have views, so that every table has its name in
the schema `marts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ontime.storage.parquet_views import parquet_views
from ontime.storage.paths import published_file

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_OF_THE_FILE = (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException)
# DuckDB's logging and profiling ignore the configuration lock, and terminate the process if they
# must not write to a folder. Without `use_tmp_file`, a file that may be read cannot be written,
# because DuckDB first writes another one beside it.
_REFUSED = re.compile(r"\b(enable_logging|enable_profil\w*|use_tmp_file)\b", re.IGNORECASE)
# names that mean something else in DuckDB or here
_TAKEN = {"memory", "temp", "system", "main", "marts", "catalogue"}


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
        connection, files = attach_published(path)
        _seal(connection, [*also, *files], memory_limit, spill=spill)
    except duckdb.Error as error:
        raise ReaderError(_unreadable(path, error)) from None
    return connection


def attach_published(path: Path) -> tuple[duckdb.DuckDBPyConnection, list[Path]]:
    """Open a published file without sealing it; also return the Parquet files that belong to it.

    Their views are in a database in memory, because the file is never written to.

    Raises:
        ReaderError: the file is not a publication.
        duckdb.Error: the file cannot be read.

    """
    # readers keep what they have opened, and what lies beside it has to be of the same publication
    file = path.resolve()
    name = file.stem if file.stem.casefold() not in _TAKEN else "publication"
    database = '"' + name.replace('"', '""') + '"'
    connection = duckdb.connect(config=_CONFIGURATION)
    # as for a file that is opened by itself
    connection.execute("set temp_directory = $1", [f"{path.absolute()}.tmp"])
    connection.execute(f"attach {_quoted(str(file))} as {database} (read_only)")
    if not _is_publication(connection, name):
        raise ReaderError(
            f"{path} is not a publication: it has no table catalogue.publication. {_what_to_do()}"
        )
    views = [view for view in parquet_views(connection, name, file) if not view.is_missing]
    connection.execute("create schema memory.marts")
    for view in views:
        connection.execute(view.create_in("memory"))
    schemas = f"{database}.marts,{database}.catalogue,memory.marts"
    connection.execute(f"set search_path = {_quoted(schemas)}")
    return connection, [file for view in views for file in view.files]


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
            + (
                "`ontime query --format csv` prints an answer as CSV."
                if found[1].casefold() == "use_tmp_file"
                else "`explain analyze` shows where the time of a query goes."
            )
        )


def in_words(error: Exception) -> str:
    """Return the message of a query error, and what to do about the published file."""
    if isinstance(error, _OF_THE_FILE):
        return _unreadable(published_file(), error)
    return str(error)


def _seal(
    connection: duckdb.DuckDBPyConnection, also: Sequence[Path], memory_limit: str, *, spill: bool
) -> None:
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


def _is_publication(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where database_name = $1 "
            "and schema_name = 'catalogue' and table_name = 'publication'",
            [name],
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


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
