"""Read the files of a table as Spark wrote them: in one folder, or in a folder for each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def files_of(folder: Path) -> list[Path]:
    """Return the files of a table; not what is being written, which is in hidden folders.

    A table without months has a file with its columns even if it has no rows.
    """
    return sorted([*folder.glob("[!._]*.parquet"), *folder.glob("[!._]*=*/[!._]*.parquet")])


def reading(files: Sequence[Path]) -> str:
    """Return the query for the rows of files; a month is in the name of its folder."""
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"select * from read_parquet([{listed}], hive_partitioning = true)"  # noqa: S608 - ours


def rows_of(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    """Return the query for the rows of files with these columns and types, in this order."""
    if not files:
        nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        return f"select {nulls} where false"
    listed = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    return f"select {listed} from ({reading(files)})"  # noqa: S608 - names of contracts
