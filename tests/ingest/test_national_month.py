"""The project reads the benchmark's made-up month, which is in the publisher's format."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from benchmarks.national_month import MEMBER, write_month
from ingest.declarations import SourceFile
from ingest.reading.delimited import DelimitedFile
from ingest.sources.bts import ON_TIME

ROWS = 3_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive of a shorter month."""
    return write_month(tmp_path_factory.mktemp("month"), ROWS)


def test_the_same_month_is_written_each_time(archive: Path, tmp_path: Path) -> None:
    assert write_month(tmp_path, ROWS).read_bytes() == archive.read_bytes()


def test_every_row_reads_as_declared(archive: Path) -> None:
    reading = DelimitedFile(SourceFile(ON_TIME, "2024-01", archive, member=MEMBER))
    rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    assert (len(rows), reading.rejected, reading.unknown_columns) == (ROWS, [], [])
    assert {row["cancelled"] for row in rows} == {"0.00", "1.00"}
    assert {row["diverted"] for row in rows} == {"0.00", "1.00"}


def test_values_are_quoted_as_the_publisher_does(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        header, *lines = opened.read(MEMBER).decode("latin-1").splitlines()
    assert header.split(",") == [*(f'"{column.name}"' for column in ON_TIME.columns), ""]
    # numbers are bare with two decimals, clock times and texts are quoted, missing texts are ""
    landing = r'"",,,"",,,"",""'
    flown = re.compile(
        r'2024,1,1,\d+,[1-7],2024-01-\d\d,"(\w\w)",\d+,"\1","N\w+","\d+",.*,"\d{4}","\d{4}",'
        r'-?\d+\.00,.*,0\.00,"",0\.00,.*,' + ",".join([landing] * 5) + ","
    )
    assert sum(bool(flown.fullmatch(line)) for line in lines) > 0.9 * ROWS
