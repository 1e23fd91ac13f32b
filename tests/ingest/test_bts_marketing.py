"""The BTS's table by marketing carrier: recognised, checked and read, apart from the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import RefusedFileError
from ingest.sources import SOURCES, bts, live_sources
from ingest.sources.bts_marketing import ON_TIME, SERIES, SOURCE
from ingest.sources.transtats import offers
from tests.commands import ROOT
from tests.publisher import bts_files
from tests.publisher.marketing_files import (
    COLUMNS,
    made_up_month,
    month_name,
    month_table,
    month_zip,
    web_form_table,
)
from tests.publisher.received import check, files, publisher, raw

MONTH = "2025-01"
MADE = made_up_month(MONTH, 60)
ARCHIVE = month_zip(MONTH, MADE.marketing)


def recognised(path: Path, content: bytes) -> dict[str, list[str]]:
    """Return which live sources take a file, and the months that it holds."""
    path.write_bytes(content)
    found = {}
    for source in live_sources():
        holdings = publisher(source).recognise(path)
        if holdings:
            found[source.name] = [holding.partition for holding in holdings]
    return found


def test_the_119_published_columns_are_declared_in_their_order() -> None:
    assert [column.name for column in ON_TIME.columns] == [name.strip() for name in COLUMNS]
    assert len(COLUMNS) == 119
    assert [name for name in COLUMNS if name != name.strip()] == ["Operating_Airline "]


def test_the_address_of_a_month_is_that_of_its_table() -> None:
    asked = offers.request(SERIES, MONTH)
    assert asked.url == f"https://transtats.bts.gov/PREZIP/{month_name(MONTH)}"


def test_every_row_reads_as_declared(tmp_path: Path) -> None:
    (file,) = files(SOURCE, ARCHIVE, MONTH, tmp_path)
    rows, reading = raw(file)
    assert (len(rows), reading.rejected, reading.unknown_columns) == (60, [], [])
    # the name with a space at its end is found, and none of the kept names has one
    assert {row["operating_airline"] for row in rows} >= {"OO", "PT", "AA"}
    assert {row["duplicate"] for row in rows} == {"N", "Y"}
    partner = next(row for row in rows if row["operating_airline"] == "PT")
    assert partner["marketing_airline_network"] == "AA"
    assert partner["operated_or_branded_code_share_partners"] == "AA_CODESHARE"


def test_a_row_that_does_not_parse_is_quarantined(tmp_path: Path) -> None:
    table = month_table(MADE.marketing[:3])
    header, first, second, third = table.splitlines(keepends=True)
    damaged = (
        second.replace(b"2025-01-02", b"2025-01-09") + first.replace(b'"N",', b'"N","x",') + third
    )
    (file,) = files(SOURCE, header + first + damaged, MONTH, tmp_path)
    rows, reading = raw(file)
    assert len(rows) == 2
    assert {line.reason for line in reading.rejected} == {
        "not the day that Year, Month and DayofMonth state",
        "121 fields where the header has 120",
    }


def test_each_table_is_taken_by_its_own_source(tmp_path: Path) -> None:
    both = {
        "bts_marketing": (ARCHIVE, web_form_table(MADE.marketing)),
        "bts": (
            bts_files.month_zip(MONTH, MADE.reporting),
            bts_files.web_form_table(MADE.reporting),
        ),
    }
    for name, (archive, table) in both.items():
        assert recognised(tmp_path / "a.zip", archive) == {name: [MONTH]}
        assert recognised(tmp_path / "a.csv", table) == {name: [MONTH]}
    damaged = {
        month_name(MONTH): "bts_marketing",
        bts_files.month_name(MONTH): "bts",
        f"bts_marketing-{MONTH}.zip": "bts_marketing",
    }
    for file_name, name in damaged.items():
        assert recognised(tmp_path / file_name, b"PK damaged") == {name: [MONTH]}


def test_a_month_of_the_other_table_under_this_name_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="Marketing_Airline_Network"):
        check(SOURCE, bts_files.month_zip(MONTH, MADE.reporting), MONTH)
    with pytest.raises(RefusedFileError, match="Reporting_Airline"):
        check(bts.SOURCE, ARCHIVE, MONTH)


def test_a_month_before_the_table_begins_is_not_asked_for() -> None:
    (wanted,) = offers._wanted(SERIES, ["2017-12"])
    assert wanted.absent == "2017-12 is not in this table, which begins with 2018-01."


def test_the_source_is_one_module_and_its_registration() -> None:
    """Nothing else in ingest knows it, and it adds no code: only what distinguishes the table."""
    module = ROOT / "ingest" / "sources" / "bts_marketing.py"
    knowing = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "ingest").rglob("*.py"))
        if path != module and "bts_marketing" in path.read_text(encoding="utf8")
    ]
    assert knowing == ["ingest/sources/__init__.py"]
    assert "def " not in module.read_text(encoding="utf8")
    assert SOURCES["bts_marketing"] is SOURCE
