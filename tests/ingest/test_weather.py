"""Weather is requested in whole months, checked on arrival, and read as delivered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from ingest.errors import RefusedFileError
from ingest.sources.weather import (
    REPORTS,
    SOURCE,
    request,
    station_of,
    stations_of,
    window,
)
from tests.publisher import bts_files, registry_files
from tests.publisher.received import check, files, kept, publisher, raw
from tests.publisher.weather_files import (
    BUSY_PAGE,
    COLUMNS,
    NO_STATION,
    TRACE,
    answer,
    reports,
    table,
)

MONTH = "2024-01"
REPORT = {"station": "JFK", "valid": "2024-01-01 00:51", "tmpf": 36.0, "metar": "KJFK 010051Z"}


def recognise(path: Path) -> list[str]:
    """Return the months that a file in a folder holds."""
    return [holding.partition for holding in publisher(SOURCE).recognise(path)]


def query(month: str, *stations: str) -> dict[str, list[str]]:
    """Return a request as the service's own program parses it."""
    return parse_qs(urlencode(request(month, stations).parameters))


def read(content: bytes, folder: Path) -> list[dict[str, Any]]:
    """Return the raw rows of an answer; every row must be readable."""
    (file,) = files(SOURCE, content, MONTH, folder)
    rows, reading = raw(file)
    assert reading.rejected == []
    assert reading.unknown_columns == []
    return rows


# Requests


def test_all_stations_of_a_month_are_asked_for_in_one_call() -> None:
    asked = request(MONTH, ["LGA", "JFK", "PHNL", "JFK"])
    assert asked.partition == MONTH
    assert asked.url == "https://mesonet.agron.iastate.edu/cgi-bin/request/asos.py"
    assert parse_qs(urlencode(asked.parameters)) == {
        "station": ["JFK", "LGA", "PHNL"],
        "data": ["all"],
        "year1": ["2023"], "month1": ["12"], "day1": ["31"],
        "year2": ["2024"], "month2": ["2"], "day2": ["2"],
        "tz": ["UTC"],
        "format": ["onlycomma"],
        "latlon": ["no"],
        "missing": ["M"],
        "trace": ["0.0001"],
        "report_type": ["3", "4"],
    }  # fmt: skip


def test_a_request_has_the_same_words_in_any_order() -> None:
    assert request(MONTH, ["LGA", "JFK"]).asked == request(MONTH, ["JFK", "LGA"]).asked
    assert stations_of(request(MONTH, ["LGA", "PHNL", "JFK"]).asked) == {"JFK", "LGA", "PHNL"}
    assert stations_of("") == frozenset()


def test_the_service_is_asked_once_a_second() -> None:
    assert publisher(SOURCE).seconds_between_requests == 1


def test_the_address_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_WEATHER_URL", "http://127.0.0.1:8000/asos.py")
    assert request(MONTH, ["JFK"]).url == "http://127.0.0.1:8000/asos.py"


@pytest.mark.parametrize(
    ("month", "begin", "end"),
    [
        ("2024-01", date(2023, 12, 31), date(2024, 2, 2)),
        ("2024-02", date(2024, 1, 31), date(2024, 3, 2)),
        ("2023-12", date(2023, 11, 30), date(2024, 1, 2)),
    ],
)
def test_a_day_on_either_side_covers_the_month_in_every_zone(
    month: str, begin: date, end: date
) -> None:
    assert window(month) == (begin, end)


@pytest.mark.parametrize(
    ("icao", "station"),
    [("KJFK", "JFK"), ("PHNL", "PHNL"), ("TJSJ", "TJSJ"), ("PANC", "PANC"), ("K1V", "K1V")],
)
def test_the_k_of_the_contiguous_states_is_stripped(icao: str, station: str) -> None:
    assert station_of(icao) == station


# The service's answers


def test_the_last_day_asked_for_is_not_in_the_answer_and_the_months_last_day_is() -> None:
    lines = answer(query("2023-12", "JFK")).decode().splitlines()[1:]
    days = sorted({line.split(",")[1][:10] for line in lines})
    assert (days[0], days[-1]) == ("2023-11-30", "2024-01-01")
    hours = {line.split(",")[1][11:13] for line in lines if ",2023-12-31 " in line}
    assert len(hours) == 24


def test_two_months_repeat_two_days_at_their_joint_word_for_word() -> None:
    january, february = (set(answer(query(month, "JFK")).splitlines()[1:]) for month in
                         ("2024-01", "2024-02"))  # fmt: skip
    shared = {line.split(b",")[1][:10] for line in january & february}
    assert shared == {b"2024-01-31", b"2024-02-01"}


def test_a_station_is_named_without_its_k_and_a_silent_one_not_at_all() -> None:
    content = answer(query(MONTH, "KJFK", "PHNL", "LGA"), silent={"LGA"})
    assert {line.split(b",")[0] for line in content.splitlines()[1:]} == {b"JFK", b"PHNL"}


def test_rain_adds_up_within_the_hour_until_the_routine_report() -> None:
    begin, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
    hours: dict[str, list[tuple[str, float]]] = {}
    for report in reports("JFK", begin, end):
        hours.setdefault(report["valid"][:13], []).append((report["valid"][14:], report["p01i"]))
    assert len(hours) == 31 * 24
    assert {reported[-1][0] for reported in hours.values()} == {"51"}
    rain = [[amount for _, amount in reported] for reported in hours.values()]
    assert all(amounts == sorted(amounts) for amounts in rain)
    # the routine report has the hour's rain; a sum over all reports would count some of it twice
    assert any(len(amounts) > 1 and sum(amounts) > amounts[-1] > 0 for amounts in rain)
    assert any(amounts[-1] == TRACE for amounts in rain)


# Checks


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (NO_STATION, "received should be a table of weather reports that begins with "
         "`station,valid,`, but what came begins: Please select at least one station from the list "
         "of available stations."),
        (BUSY_PAGE, "received should be a table of weather reports that begins with "
         "`station,valid,`, but a web page titled “IEM :: Server over capacity” came."),
        (b"", "received should be a table of weather reports that begins with `station,valid,`, "
         "but nothing came."),
        (b"#DEBUG: data\n", "but what came begins: #DEBUG: data."),
        (b"#DEBUG: data\nNothing found\n", "but what came begins: Nothing found."),
        (b"#DEBUG: data\nstation,valid\n", "received lacks tmpf, dwpf, relh, drct, sknt, p01i, "
         "mslp, vsby, gust, metar: choose all data, or these as well, and download the file "
         "again."),
        (table([{**REPORT, "metar": None}]), "received has no METAR that states its time, so "
         "nothing shows that its times are in UTC: choose metar as well"),
        (bytes(range(256)), "but what came begins:"),
        (table([]), "received holds no report: the service knows none of the stations, or has "
         "nothing of 2024-01."),
        (table([REPORT]).replace(b",tmpf,", b",tmpc,").replace(b",metar,", b",text,"),
         "received lacks tmpf, metar: choose all data, or these as well"),
        (table([REPORT]).replace(b",tmpf,", b",\xff,"), "The header of received is damaged ("),
        (table([REPORT])[:-20], "received ends in the middle of a line: it was cut short."),
        (table([{**REPORT, "valid": "2023-02-14 00:00"}]), "received should hold the weather of "
         "2024-01, but its first report is of '2023-02-14'."),
        (table([{**REPORT, "valid": "2024-02-02 00:00"}]),
         "but its first report is of '2024-02-02'."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)  # fmt: skip
def test_what_is_not_the_weather_of_the_month_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        check(SOURCE, content, MONTH)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("valid", "metar"),
    [("2023-12-31 00:00", "KJFK 310000Z"), ("2024-02-01 23:59", "KJFK 012359Z")],
)
def test_reports_of_the_days_on_either_side_are_accepted(valid: str, metar: str) -> None:
    check(SOURCE, table([{**REPORT, "valid": valid, "metar": metar}]), MONTH)


def test_an_answer_is_kept_word_for_word(tmp_path: Path) -> None:
    content = answer(query(MONTH, "JFK", "PHNL"))
    assert kept(SOURCE, content, MONTH, tmp_path).read_bytes() == content


# Files in a folder


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("weather_2024-01.csv", "2024-01"),
        ("weather-2024-01-0123456789abcdef.csv", "2024-01"),
        ("JFK.csv", "2024-01"),
        ("asos.TXT", "2024-01"),
        ("no suffix", "2024-01"),
    ],
)
def test_a_file_of_weather_is_known_by_its_content(tmp_path: Path, name: str, month: str) -> None:
    path = tmp_path / name
    path.write_bytes(answer(query(MONTH, "JFK")))
    assert recognise(path) == [month]


def test_files_of_other_sources_are_passed_over(tmp_path: Path) -> None:
    others = {
        bts_files.month_name(MONTH): bts_files.month_zip(MONTH, bts_files.flights(MONTH, 2)),
        "ReleasableAircraft.zip": registry_files.archive([registry_files.aircraft("1ZZ")]),
        "names.csv": b"station,valid,name\nJFK,2024-01-01 00:51,x\n",
        "empty.csv": b"",
    }
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
        assert recognise(tmp_path / name) == []


# How raw represents each oddity


def test_the_columns_of_the_service_are_declared_in_its_order() -> None:
    assert tuple(column.name for column in REPORTS.columns) == COLUMNS


def test_every_value_lands_in_its_column(tmp_path: Path) -> None:
    content = answer(query(MONTH, "JFK", "PHNL"))
    rows = read(content, tmp_path)
    expected = [line.split(",") for line in content.decode().splitlines()[1:]]
    assert len(rows) == len(expected) > 2 * 33 * 24
    for row, values in zip(rows, expected, strict=True):
        assert [row[name] for name in COLUMNS] == [
            None if value in ("M", "   ") else value for value in values
        ]


@pytest.mark.parametrize("missing", ["M", "null", ""])
def test_a_missing_value_is_null_however_it_is_written(tmp_path: Path, missing: str) -> None:
    (row,) = read(table([{**REPORT, "skyc1": "OVC"}], missing), tmp_path)
    assert {name for name in COLUMNS if row[name] is not None} == {
        "station", "valid", "tmpf", "skyc1", "metar",
    }  # fmt: skip


def test_a_missing_sky_condition_of_three_spaces_is_null(tmp_path: Path) -> None:
    content = table([{**REPORT, "skyc1": "OVC"}])
    assert b",OVC,   ,   ,   ," in content
    (row,) = read(content, tmp_path)
    assert [row[f"skyc{layer}"] for layer in range(1, 5)] == ["OVC", None, None, None]


@pytest.mark.parametrize(("trace", "text"), [(TRACE, "0.0001"), ("T", "T")])
def test_a_trace_lands_as_the_service_writes_it(tmp_path: Path, trace: Any, text: str) -> None:
    (row,) = read(table([{**REPORT, "p01i": trace, "snowdepth": trace}]), tmp_path)
    assert (row["p01i"], row["snowdepth"]) == (text, text)


def test_a_double_quote_in_a_report_is_a_character_of_it(tmp_path: Path) -> None:
    metars = ['KJFK 010051Z RMK "LOW', 'KJFK 010151Z RMK "A" B"']
    made = [
        {**REPORT, "valid": valid, "metar": metar}
        for valid, metar in zip(("2024-01-01 00:51", "2024-01-01 01:51"), metars, strict=True)
    ]
    rows = read(table(made), tmp_path)
    assert [row["metar"] for row in rows] == metars


def test_specials_land_beside_the_routine_reports(tmp_path: Path) -> None:
    rows = read(answer(query(MONTH, "JFK")), tmp_path)
    minutes = [row["valid"][14:] for row in rows]
    assert set(minutes) == {"07", "23", "38", "51"}
    assert minutes.count("51") == 33 * 24
    assert [row["valid"] for row in rows] == sorted(row["valid"] for row in rows)


def test_a_report_with_a_value_that_does_not_read_is_set_aside(tmp_path: Path) -> None:
    made = [
        REPORT, {**REPORT, "tmpf": "warm"}, {**REPORT, "valid": "yesterday"}, REPORT,
        {**REPORT, "valid": None}, {**REPORT, "station": None},
        {**REPORT, "valid": "2024-02-02 00:51", "metar": "KJFK 020051Z"},
    ]  # fmt: skip
    (file,) = files(SOURCE, table(made), MONTH, tmp_path)
    rows, reading = raw(file)
    assert [row["_source_row_number"] for row in rows] == [1, 4]
    assert [(line.line, line.column) for line in reading.rejected] == [
        (3, "tmpf"), (4, "valid"), (6, "valid"), (7, "station"), (8, "valid"),
    ]  # fmt: skip


def test_the_same_question_has_the_same_answer() -> None:
    assert answer(query(MONTH, "JFK", "LGA")) == answer(query(MONTH, "LGA", "JFK"))


@pytest.mark.parametrize("end", [b"\n\n", b"\x1a", bytes(512), b"\r\n\x1a"])
def test_what_only_fills_the_end_of_an_answer_is_no_report(tmp_path: Path, end: bytes) -> None:
    content = table([REPORT, {**REPORT, "valid": "2024-01-01 01:51", "metar": "KJFK 010151Z"}])
    assert len(read(content + end, tmp_path)) == 2


def test_debug_lines_after_the_reports_are_no_reports(tmp_path: Path) -> None:
    content = table([REPORT]) + b"#DEBUG: Format Typ    -> onlycomma, for JFK\n"
    assert len(read(content, tmp_path)) == 1
