"""Load the made-up month in one way, in its own process, and print time and memory as JSON.

    python -m benchmarks.load_month {ontime,duckdb,duckdb-unpacked,dicts} ARCHIVE FOLDER

Import time is not counted.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import dlt
import duckdb

from benchmarks.national_month import MEMBER, MONTH, ROWS, YEAR
from ingest.declarations import SourceFile
from ingest.landing.checksums import file_sha256
from ingest.loading.files import load_file
from ingest.sources.bts import ON_TIME, SOURCE

# dlt's row-by-row path takes minutes for all of them
SLICE_OF_DICTS = 5_000


def by_ontime(archive: Path, _folder: Path) -> int:
    """Load the month with the project, checksum and receipt included."""
    file = SourceFile(ON_TIME, f"{YEAR}-{MONTH:02}", archive, member=MEMBER)
    return load_file(
        SOURCE, file, file_sha256(archive) or "", max_quarantined_percent=0
    ).rows_loaded


def by_duckdb(archive: Path, folder: Path) -> int:
    """Unpack the month, which DuckDB cannot do, and load it with `create table as select`."""
    unpack(archive, folder)
    return by_duckdb_unpacked(archive, folder)


def by_duckdb_unpacked(_archive: Path, folder: Path) -> int:
    """Load the unpacked file in the folder with `create table as select`."""
    database = folder / "baseline.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table on_time as select * from "
            f"read_csv('{folder / 'month.csv'}', all_varchar = true, header = true, quote = '\"')"
        )
        return rows_of(connection, "on_time")


def by_dicts(archive: Path, folder: Path) -> int:
    """Pass the first rows to dlt one by one, as its introductory example does."""

    def rows() -> Iterator[dict[str, str]]:
        with zipfile.ZipFile(archive) as opened, opened.open(MEMBER) as member:
            lines = io.TextIOWrapper(member, "latin-1", newline="")
            for row in islice(csv.DictReader(lines), SLICE_OF_DICTS):
                row.pop("")  # after the trailing comma
                yield row

    database = folder / "dicts.duckdb"
    database.unlink(missing_ok=True)
    pipeline = dlt.pipeline(
        "dicts",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="raw",
    )
    pipeline.run(rows, table_name="on_time", write_disposition="replace")
    with duckdb.connect(str(database), read_only=True) as connection:
        return rows_of(connection, "raw.on_time")


WAYS: dict[str, Callable[[Path, Path], int]] = {
    "ontime": by_ontime,
    "duckdb": by_duckdb,
    "duckdb-unpacked": by_duckdb_unpacked,
    "dicts": by_dicts,
}


def unpack(archive: Path, folder: Path) -> None:
    """Write the member of the archive to a file."""
    with (
        zipfile.ZipFile(archive) as opened,
        opened.open(MEMBER) as member,
        (folder / "month.csv").open("wb") as unpacked,
    ):
        shutil.copyfileobj(member, unpacked, 1 << 20)


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return how many rows a table has."""
    return int(connection.sql(f"select count(*) from {table}").fetchall()[0][0])


def peak_megabytes() -> float:
    """Return the peak memory of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main() -> None:
    """Measure one way, starting with an empty folder."""
    way, archive, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    os.environ["ONTIME_DATA_DIR"] = str(folder / "project")
    shutil.rmtree(folder / "project", ignore_errors=True)
    wall, processor = time.perf_counter(), time.process_time()
    rows = WAYS[way](archive, folder)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if rows != (SLICE_OF_DICTS if way == "dicts" else ROWS):
        raise SystemExit(f"{way} loaded {rows} rows")
    print(
        json.dumps(
            {
                "rows": rows,
                "seconds": wall,
                "processor_seconds": processor,
                "megabytes": peak_megabytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
