"""Write tables as one Parquet file for each month.

A month that has not changed is a hard link to the file of the version before: it takes no space and
is not written again. Its checksum is compared first, so that damage is never passed on.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from ontime.publishing.contents import Contents
from ontime.publishing.order import Table
from ontime.publishing.pandas_types import copy_option
from ontime.publishing.versions import Version, sha256
from ontime.storage.paths import published_features


def month_file(folder: Path, table: str, month: str) -> Path:
    """Return the file of a month (its first day) in the folder of a version."""
    return folder / published_features().name / table / f"{month[:7]}.parquet"


def write_months(
    cursor: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    now: Contents,
    before: tuple[Version, Contents] | None,
) -> None:
    """Write the months of a table into the hidden folder of a version.

    Raises:
        OSError: the folder cannot be written.
        duckdb.Error: the rows cannot be written.

    """
    month_file(folder, table.name, "").parent.mkdir(parents=True)
    unchanged = before[1].months_like_now(table.name, now) if before else set()
    for month in now.months.get(table.name, {}):
        file = month_file(folder, table.name, month)
        if not (before and month in unchanged and _linked(before[0], file, table.name, month)):
            place = str(file).replace("'", "''")
            rows = table.rows([month])
            columns = [
                (name, kind.lower())
                for name, kind, *_ in cursor.execute(f"describe {rows}").fetchall()
            ]
            cursor.execute(
                f"copy ({rows}) to '{place}' "
                f"(format parquet, compression zstd, {copy_option(columns)})"
            )


def _linked(version: Version, file: Path, table: str, month: str) -> bool:
    """Link the file of a month from a version, unless it was changed there."""
    kept = month_file(version.folder, table, month)
    recorded = {version.folder / each.path: each.sha256 for each in version.files}
    try:
        if kept.is_symlink() or sha256(kept) != recorded.get(kept):
            return False
        os.link(kept, file)
    except FileNotFoundError:
        return False
    except OSError:  # a file system without hard links, or too many links
        shutil.copyfile(kept, file)
    return True
