"""Whatever a file holds, each of its rows is loaded or rejected with a reason, or it is refused.

The inputs are made up by hypothesis: damaged copies of valid files, and arbitrary bytes and texts.
Any other exception would be a traceback for the user, and fails the test.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.declarations import Source, SourceFile, Table
from ingest.errors import IngestError
from ingest.loading.files import check_complete
from ingest.reading.delimited import DelimitedFile
from ingest.reading.lines import PADDING
from ingest.sources import SOURCES
from ingest.sources.registry import SOURCE as REGISTRY
from tests.ingest import samples
from tests.ingest.fuzzing import Edit, edited, edits, for_all
from tests.publisher import bts_files, registry_files, weather_files
from tests.publisher.received import publisher, received

TABLES = [
    pytest.param(table, id=f"{source.name}.{table.name}")
    for source in SOURCES.values()
    for table in source.tables
]
MONTH = "2024-01"


def accounted(file: SourceFile) -> tuple[list[dict[str, Any]], DelimitedFile] | None:
    """Read a file; return its rows, or None if it was refused. Every line must be accounted for."""
    reading = DelimitedFile(file)
    try:
        rows = [row for batch in reading.batches() for row in batch.to_pylist()]
        check_complete(reading)
    except IngestError as error:
        said = str(error)
        assert said, "a refusal has a sentence"
        assert "Traceback" not in said
        return None
    assert reading.rows_in_file == len(rows) + len(reading.rejected)
    numbers = [row["_source_row_number"] for row in rows]
    lines = [rejected.line - 1 for rejected in reading.rejected]
    assert len(set(numbers) | set(lines)) == reading.rows_in_file or file.table.comment
    assert all(rejected.reason for rejected in reading.rejected)
    return rows, reading


def lines_after_header(content: bytes) -> int:
    """Return the number of lines after the first, without what only fills the end."""
    return content.rstrip(PADDING).count(b"\n")


@pytest.mark.parametrize("table", TABLES)
def test_a_damaged_table_loses_no_line(table: Table, tmp_path: Path) -> None:
    valid = samples.sample(table, 12).encode()
    path = tmp_path / "table.csv"

    def check(changes: list[Edit]) -> None:
        content = edited(valid, changes)
        path.write_bytes(content)
        if (found := accounted(SourceFile(table, "2013", path))) and not table.comment:
            assert found[1].rows_in_file == lines_after_header(content)

    for_all(check, edits())


@pytest.mark.parametrize("table", TABLES)
def test_any_values_are_rows_or_rejected(table: Table, tmp_path: Path) -> None:
    from hypothesis import strategies  # noqa: PLC0415 - it takes half a second

    valid = [samples.value(column, 3) for column in table.columns]
    path = tmp_path / "table.csv"
    texts = strategies.text(strategies.characters(codec="utf-8"), max_size=12)
    width = len(table.columns)
    fields = strategies.lists(
        strategies.tuples(strategies.integers(0, width - 1), texts), max_size=4
    )

    def check(rows: list[list[tuple[int, str]]]) -> None:
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(samples.header(table))
        for changes in rows:
            row = list(valid)
            for place, text in changes:
                row[place] = text
            writer.writerow(row)
        path.write_bytes(written.getvalue().encode())
        accounted(SourceFile(table, "2013", path))

    for_all(check, strategies.lists(fields, min_size=1, max_size=6))


def test_any_bytes_are_a_table_or_refused(tmp_path: Path) -> None:
    from hypothesis import strategies  # noqa: PLC0415 - it takes half a second

    path = tmp_path / "table.csv"

    def check(content: bytes) -> None:
        path.write_bytes(content)
        accounted(SourceFile(samples.THINGS, "2013", path))
        path.write_bytes(b"name,size,clock\n" + content)
        accounted(SourceFile(samples.THINGS, "2013", path))

    for_all(check, strategies.binary(max_size=200))


# Files of publishers: what arrives is checked, kept and read; what lies in a folder is recognised

TWO_DAYS = {
    **{"station": ["JFK"], "year1": ["2024"], "month1": ["1"], "day1": ["1"]},
    **{"year2": ["2024"], "month2": ["1"], "day2": ["3"]},
}

FILES: dict[str, Callable[[], bytes]] = {
    "bts": lambda: bts_files.month_zip(MONTH, bts_files.flights(MONTH, 8)),
    "bts, unpacked": lambda: bts_files.month_table(bts_files.flights(MONTH, 8)),
    "bts, web form": lambda: bts_files.web_form_table(bts_files.flights(MONTH, 8)),
    "weather": lambda: weather_files.answer(TWO_DAYS),
    "registry": lambda: registry_files.archive([registry_files.aircraft("N101AA")]),
}


def source_of(name: str) -> tuple[Source, str]:
    """Return the source of a file, and the partition that it holds."""
    source = SOURCES[name.partition(",")[0]]
    return source, "2024-03-15" if source is REGISTRY else MONTH


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_of_a_publisher_loses_no_row(name: str, tmp_path: Path) -> None:
    source, partition = source_of(name)
    whole = publisher(source)
    valid = FILES[name]()
    landed = tmp_path / f"landed.{whole.suffix}"
    found = tmp_path / "found"
    outcomes = {"read": 0, "refused": 0}

    def check(changes: list[Edit]) -> None:
        content = edited(valid, changes)
        found.write_bytes(content)
        try:
            whole.recognise(found)
            answer = received(content, partition)
            whole.check(answer)
            landed.unlink(missing_ok=True)
            whole.keep(answer, landed)
            files = whole.files(landed, partition)
        except IngestError:
            outcomes["refused"] += 1
            return
        for file in files:
            accounted(file)
        outcomes["read"] += 1

    for_all(check, edits())
    assert outcomes["refused"]
