"""Weather as people download it: with other options, in other zones, over other spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.errors import RefusedFileError
from ingest.publishers import Holding, Received
from ingest.sources.weather import SOURCE
from ingest.sources.weather.columns import minutes_from_metar
from tests.publisher.received import check, files, publisher, raw
from tests.publisher.weather_files import COLUMNS, reports, table

MARCH = "2024-03"
DEBUG = (
    b"#DEBUG: Format Typ    -> comma\n#DEBUG: Time Zone     -> UTC\n#DEBUG: Entries Found -> -1\n"
)


def of(begin: str, end: str) -> list[dict[str, Any]]:
    """Return the reports of a station from a day until before another."""
    return list(reports("JFK", date.fromisoformat(begin), date.fromisoformat(end)))


def in_zone(rows: Iterable[dict[str, Any]], zone: str) -> Iterator[dict[str, Any]]:
    """Yield reports with the time that the service writes if it is asked for another zone."""
    for row in rows:
        at = datetime.fromisoformat(row["valid"]).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        yield {**row, "valid": f"{at:%Y-%m-%d %H:%M}"}


def holdings(folder: Path, content: bytes, name: str = "asos.csv") -> list[Holding]:
    path = folder / name
    path.write_bytes(content)
    return list(publisher(SOURCE).recognise(path))


# Options of the service


def test_lines_before_the_header_are_skipped_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    rows = of("2024-03-01", "2024-03-03")
    rows[1] = {**rows[1], "tmpf": "warm"}
    (file,) = files(SOURCE, DEBUG + table(rows), MARCH, tmp_path)
    found, reading = raw(file)
    assert [row["_source_row_number"] for row in found] == [1, *range(3, len(rows) + 1)]
    assert [(line.line, line.column) for line in reading.rejected] == [(6, "tmpf")]
    assert holdings(tmp_path, DEBUG + table(rows)) == [Holding(MARCH)]


def test_columns_that_no_mart_shows_may_be_missing(tmp_path: Path) -> None:
    begins = ("sky", "ice", "peak", "wxcodes", "alti", "feel", "snowdepth")
    optional = {name for name in COLUMNS if name.startswith(begins)}
    places = [place for place, name in enumerate(COLUMNS) if name not in optional]
    rows = [row.split(",") for row in table(of("2024-03-01", "2024-03-03")).decode().splitlines()]
    chosen = "".join(",".join(row[place] for place in places) + "\n" for row in rows).encode()
    (file,) = files(SOURCE, chosen, MARCH, tmp_path)
    found, reading = raw(file)
    assert len(found) == len(rows) - 1
    assert set(reading.absent_columns) == optional


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (table(of("2024-03-01", "2024-03-02")).replace(b",", b"\t"),
         "asos.csv separates its values by tabs: choose commas, and download it again."),
        (b"station,station_name,valid(UTC),tmpf,dwpf\nJFK,NEW YORK,2024-03-01 00:01,40,30\n",
         "asos.csv holds one-minute reports: download the hourly and special reports (METAR) "),
        (table([]), "asos.csv holds no report with a time such as 2024-01-31 05:51."),
        (b"station,valid,tmpf\nJFK,2024-03-01 00:51,40\n",
         "asos.csv lacks dwpf, relh, drct, sknt, p01i, mslp, vsby, gust, metar: choose all data"),
    ],
)  # fmt: skip
def test_reports_that_cannot_be_used_are_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        holdings(tmp_path, content)
    assert str(refusal.value).startswith(sentence)


# Local time


@pytest.mark.parametrize(
    ("zone", "month", "begin", "end", "shift"),
    [
        ("America/New_York", "2024-01", "2024-01-01", "2024-02-01", "5 h before"),
        ("America/New_York", "2024-07", "2024-07-01", "2024-08-01", "4 h before"),
        # the nights in which the clocks change
        ("America/New_York", "2024-03", "2024-03-09", "2024-03-12", "4 h before"),
        ("America/New_York", "2024-11", "2024-11-02", "2024-11-05", "5 h before"),
        ("America/Chicago", "2024-02", "2024-02-01", "2024-03-01", "6 h before"),
        ("Asia/Kolkata", "2024-02", "2024-02-01", "2024-03-01", "5 h 30 min after"),
        ("Pacific/Guam", "2024-02", "2024-02-01", "2024-03-01", "10 h after"),
        ("Pacific/Honolulu", "2024-02", "2024-02-01", "2024-03-01", "10 h before"),
        # a zone that leaves UTC on the last day of the month
        ("Europe/London", "2024-03", "2024-03-01", "2024-04-01", "1 h after"),
    ],
)
def test_times_of_another_zone_are_refused(
    zone: str, month: str, begin: str, end: str, shift: str
) -> None:
    content = table(in_zone(of(begin, end), zone))
    with pytest.raises(RefusedFileError, match=rf"is not in UTC: its times are {shift} those"):
        check(SOURCE, content, month)


def test_a_zone_that_is_utc_in_that_month_is_accepted() -> None:
    check(SOURCE, table(in_zone(of("2024-01-01", "2024-02-01"), "Europe/London")), "2024-01")


def test_single_reports_that_disagree_with_their_metar_are_quarantined(tmp_path: Path) -> None:
    rows = of("2024-03-01", "2024-03-31")
    rows[3] = {**rows[3], "metar": "KJFK 010851Z 14012KT"}
    rows[5] = {**rows[5], "metar": None}  # nothing says that it is wrong
    (file,) = files(SOURCE, table(rows), MARCH, tmp_path)
    found, reading = raw(file)
    assert len(found) == len(rows) - 1
    assert [(line.line, line.reason) for line in reading.rejected] == [
        (5, "not the time in UTC that its METAR states")
    ]


def test_stations_with_metars_decide_the_time_zone_for_those_without(tmp_path: Path) -> None:
    silent = [{**one, "station": "XYZ", "metar": None} for one in of("2024-03-01", "2024-03-31")]
    (file,) = files(SOURCE, table([*of("2024-03-01", "2024-03-31"), *silent]), MARCH, tmp_path)
    rows, reading = raw(file)
    assert reading.rejected == []
    assert sum(row["station"] == "XYZ" for row in rows) == len(silent)
    with pytest.raises(RefusedFileError, match="has no METAR that states its time"):
        files(SOURCE, table(silent), MARCH, tmp_path)


@pytest.mark.parametrize("kind", ["METAR", "SPECI", "METAR COR"])
def test_a_refusal_quotes_the_time_of_a_metar_whatever_is_before_it(
    tmp_path: Path, kind: str
) -> None:
    rows = [
        {**one, "valid": one["valid"].replace("2024-03-01 00", "2024-02-29 19"),
         "metar": f"{kind} {one['metar']}"}
        for one in of("2024-03-01", "2024-03-02") if "2024-03-01 00" in one["valid"]
    ]  # fmt: skip
    with pytest.raises(RefusedFileError, match=rf"in a row with {kind} KJFK 0100\d\dZ\)"):
        files(SOURCE, table(rows), MARCH, tmp_path)


@pytest.mark.parametrize(
    ("valid", "metar", "minutes"),
    [
        ("2024-03-01 00:51", "KJFK 010051Z 14012KT", 0),
        ("2024-02-29 19:51", "KJFK 010051Z 14012KT", -300),
        ("2024-03-01 02:10", "METAR COR KJFK 292355Z", 135),
        ("2023-12-31 23:56", "SPECI KJFK 010003Z", -7),
        ("2024-03-01 00:51", "KJFK 150051Z", 2880),
        ("2024-03-01 00:51", "KJFK 012561Z", None),
        ("2024-03-01 00:51", "no time", None),
    ],
)
def test_the_difference_from_a_metar_crosses_months(
    valid: str, metar: str, minutes: int | None
) -> None:
    assert minutes_from_metar(valid, metar) == minutes


# Spans


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        # what the project asks for: a day on either side is the margin
        ("2024-02-29", "2024-04-02", [Holding(MARCH)]),
        ("2024-03-01", "2024-04-01", [Holding(MARCH)]),
        ("2024-03-05", "2024-03-07", [Holding(MARCH)]),
        ("2024-03-01", "2024-04-06", [Holding(MARCH), Holding("2024-04")]),
        ("2023-12-31", "2024-03-02", [Holding("2024-01"), Holding("2024-02")]),
    ],
)
def test_the_months_of_a_file_are_found_without_its_margins(
    tmp_path: Path, begin: str, end: str, expected: list[Holding]
) -> None:
    assert holdings(tmp_path, table(of(begin, end))) == expected


def test_each_month_gets_its_part_with_its_margins(tmp_path: Path) -> None:
    content = DEBUG + table(of("2024-01-01", "2024-04-01"))
    months = ("2024-01", "2024-02", MARCH)
    path = tmp_path / "asos.csv"
    path.write_bytes(content)
    assert [holding.partition for holding in publisher(SOURCE).recognise(path)] == list(months)
    days = {}
    for month in months:
        kept = tmp_path / f"{month}.csv"
        with path.open("rb") as stream:
            received = Received(path.name, month, stream, months)
            publisher(SOURCE).check(received)
            publisher(SOURCE).keep(received, kept)
        (file,) = publisher(SOURCE).files(kept, month)
        rows, reading = raw(file)
        assert reading.rejected == []
        times = sorted(row["valid"] for row in rows)
        days[month] = (times[0][:10], times[-1][:10])
    assert days == {
        "2024-01": ("2024-01-01", "2024-02-01"),
        "2024-02": ("2024-01-31", "2024-03-01"),
        MARCH: ("2024-02-29", "2024-03-31"),
    }


def test_the_name_that_a_user_gave_decides_about_a_margin(tmp_path: Path) -> None:
    content = table(of("2024-02-29", "2024-03-01"))
    assert holdings(tmp_path, content, "weather_2024-03.csv") == [Holding(MARCH)]
    assert holdings(tmp_path, content, "asos.csv") == [Holding("2024-02")]
