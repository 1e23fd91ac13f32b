"""What people download from the web form of the BTS: known by its content, or refused by name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import RefusedFileError
from ingest.publishers import Holding
from ingest.sources.bts import SOURCE
from tests.ingest.test_bts import NEEDED
from tests.publisher.bts_files import (
    COLUMNS,
    WEB_NAMES,
    flights,
    month_table,
    month_zip,
    packed,
    web_form_table,
    without,
)
from tests.publisher.received import publisher

JANUARY, FEBRUARY, MARCH = "2024-01", "2024-02", "2024-03"
DEFAULT_COLUMNS = (
    b"FL_DATE,ORIGIN_AIRPORT_ID,ORIGIN_AIRPORT_SEQ_ID,ORIGIN_CITY_MARKET_ID,DEST_AIRPORT_ID,"
    b"DEST_AIRPORT_SEQ_ID,DEST_CITY_MARKET_ID\n"
    b"1/1/2021 12:00:00 AM,10397,1039707,30397,13871,1387102,33316\n"
)
EIGHT_COLUMNS = (
    b"FL_DATE,OP_UNIQUE_CARRIER,TAIL_NUM,ORIGIN,DEST,DEP_TIME,ARR_TIME,ARR_DELAY\n"
    b"1/1/2020 12:00:00 AM,9E,N101ZZ,DSM,MSP,1347,1445,6\n"
)
# the beginnings of files that are not the publisher's
KAGGLE_2015 = (
    b"YEAR,MONTH,DAY,DAY_OF_WEEK,AIRLINE,FLIGHT_NUMBER,TAIL_NUMBER,ORIGIN_AIRPORT,"
    b"DESTINATION_AIRPORT,SCHEDULED_DEPARTURE,DEPARTURE_TIME,DEPARTURE_DELAY,SCHEDULED_ARRIVAL,"
    b"ARRIVAL_TIME,ARRIVAL_DELAY,DIVERTED,CANCELLED\n"
    b"2015,1,1,4,AS,98,N407ZZ,ANC,SEA,0005,2354,-11,0430,0408,-22,0,0\n"
)
KAGGLE_2009 = (
    b"FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,DEP_TIME,DEP_DELAY,"
    b"CRS_ARR_TIME,ARR_TIME,ARR_DELAY,CANCELLED,DIVERTED,DISTANCE,Unnamed: 27\n"
    b"2009-01-01,XE,1204,DCA,EWR,1100,1058.0,-2.0,1202,1158.0,-4.0,0.0,0.0,199.0,\n"
)
KAGGLE_2018 = (
    b"FlightDate,Airline,Origin,Dest,Cancelled,Diverted,CRSDepTime,DepTime,DepDelayMinutes,"
    b"ArrDelayMinutes,Distance\n2018-01-23,Endeavor Air Inc.,ABY,ATL,False,False,1202,,0,0,145\n"
)
KAGGLE_2019 = (
    b"FL_DATE,AIRLINE,AIRLINE_DOT,AIRLINE_CODE,DOT_CODE,FL_NUMBER,ORIGIN,DEST,CRS_DEP_TIME\n"
    b"2019-01-09,United Air Lines Inc.,United Air Lines Inc.: UA,UA,19977,1562,FLL,EWR,1155\n"
)
DATA_EXPO = (
    b"Year,Month,DayofMonth,DayOfWeek,DepTime,CRSDepTime,ArrTime,CRSArrTime,UniqueCarrier,"
    b"FlightNum,TailNum,ArrDelay,DepDelay,Origin,Dest,Distance\n"
    b"2008,1,3,4,2003,1955,2211,2225,WN,335,N712ZZ,-14,8,IAD,TPA,810\n"
)
MARKETING = (
    b'"Year","Quarter","Month","FlightDate","Marketing_Airline_Network","Operating_Airline ",\n'
    b'2025,1,1,2025-01-01,"AA","OH",\n'
)


def holdings(folder: Path, name: str, content: bytes) -> list[Holding]:
    """Return what a file in a folder holds of the BTS."""
    path = folder / name
    path.write_bytes(content)
    return list(publisher(SOURCE).recognise(path))


def months(folder: Path, name: str, content: bytes) -> list[str]:
    return [holding.partition for holding in holdings(folder, name, content)]


def lower(table: bytes) -> bytes:
    """Return a table with its header in small letters."""
    header, rows = table.split(b"\n", 1)
    return header.lower() + b"\n" + rows


def table(**layout: Any) -> bytes:
    return web_form_table(flights(JANUARY, 3), **layout)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("T_ONTIME_REPORTING.csv", table(columns=without(["Year", "Month"]))),
        ("T_ONTIME_REPORTING (3).CSV", table(columns=NEEDED)),
        ("backwards.csv", table(columns=NEEDED[::-1])),
        ("small.csv", lower(table(columns=NEEDED))),
        ("more.csv", table(columns=[*NEEDED, "DUP"])),
        ("196328912_T_ONTIME_REPORTING.zip", packed({"196328912_T_ONTIME_REPORTING.csv": table()})),
        ("A.ZIP", packed({"of January/ontime.CSV": table(), "__MACOSX/of January/._o.csv": b"x"})),
        ("text.zip", packed({"T_ONTIME_REPORTING.txt": table(iso_dates=True)})),
        ("no suffix", table(older_names=True)),
        ("bom.csv", b"\xef\xbb\xbf" + table()),
        ("windows.csv", table().replace(b"\n", b"\r\n")),
        ("excel.csv", table().replace(b" 12:00:00 AM", b" 0:00")),
        ("pandas.csv", table(iso_dates=True).replace(b",2024-01-01,", b",2024-01-01 00:00:00,")),
    ],
)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str, content: bytes) -> None:
    assert holdings(tmp_path, name, content) == [Holding(JANUARY)]


def test_each_month_of_a_file_is_found(tmp_path: Path) -> None:
    made = [*flights(JANUARY, 60), *flights(MARCH, 10)]
    assert holdings(tmp_path, "quarter.csv", web_form_table(made)) == [
        Holding(JANUARY), Holding(MARCH),
    ]  # fmt: skip


def test_a_stray_row_of_another_month_is_no_month(tmp_path: Path) -> None:
    made = [*flights(JANUARY, 1500), flights(FEBRUARY, 1)[0]]
    assert holdings(tmp_path, "january.csv", web_form_table(made)) == [Holding(JANUARY)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            EIGHT_COLUMNS,
            "a.csv lacks OP_CARRIER_FL_NUM, CRS_DEP_TIME, DEP_DELAY, CRS_ARR_TIME, CANCELLED, "
            "DIVERTED, DISTANCE: tick the boxes Flight_Number_Reporting_Airline, CRSDepTime, "
            "DepDelay, CRSArrTime, Cancelled, Diverted, Distance in the web form and download the "
            "file again.",
        ),
        (
            DEFAULT_COLUMNS,
            "a.csv lacks OP_UNIQUE_CARRIER, OP_CARRIER_FL_NUM, ORIGIN, DEST, CRS_DEP_TIME, "
            "DEP_DELAY, CRS_ARR_TIME, ARR_DELAY, CANCELLED, DIVERTED, DISTANCE: tick the boxes ",
        ),
        (
            table(columns=[*without(["DepDelay"], NEEDED), "DepDelayMinutes"]),
            "a.csv lacks DEP_DELAY: tick the box DepDelay in the web form and download the file "
            "again; DEP_DELAY_NEW counts early flights as 0 and cannot replace DEP_DELAY.",
        ),
        (
            month_table(flights(JANUARY, 2), columns=without(["Origin"])),
            "a.csv lacks the required column Origin of on_time; its header reads: Year,Quarter,",
        ),
        (web_form_table([]), "a.csv holds a header and no flights."),
        (
            table().replace(b",1/1/2024 12:00:00 AM", b",1 January").replace(b"1/2/2024", b"2.1.")
            .replace(b"1/3/2024", b"3.1."),
            "a.csv has no date that can be read: FL_DATE (FlightDate) should look like 2024-01-31 "
            "or 1/31/2024.",
        ),
        (
            table(columns=NEEDED).replace(b",", b";"),
            "a.csv separates its values by semicolons: save it with commas between them.",
        ),
        (
            table(columns=NEEDED).replace(b",", b"\t"),
            "a.csv separates its values by tabs: save it with commas between them.",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_file_of_flights_that_cannot_be_used_is_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        holdings(tmp_path, "a.csv", content)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("content", "what", "instead"),
    [
        (KAGGLE_2015, "the file of 2015 flights on Kaggle", "2015-01..2015-12"),
        (KAGGLE_2009, "one of the yearly files of 2009 to 2018 on Kaggle", "2009-01..2009-12"),
        (KAGGLE_2018, "one of the yearly files of 2018 to 2022 on Kaggle", "2018-01..2018-12"),
        (KAGGLE_2019, "the file of 2019 to 2023 on Kaggle", "2019-01..2019-12"),
        (DATA_EXPO, "one of the yearly files of the Data Expo 2009", "2008-01..2008-12"),
    ],
)  # fmt: skip
def test_a_known_file_in_another_shape_is_named(
    tmp_path: Path, content: bytes, what: str, instead: str
) -> None:
    for name, packing in (("flights.csv", content), ("a.zip", packed({"flights.csv": content}))):
        with pytest.raises(RefusedFileError) as refusal:
            holdings(tmp_path, name, packing)
        assert str(refusal.value).endswith(
            f"is {what}, which does not load: fetch the month files of the same flights with "
            f"MONTHS={instead} instead."
        )


def test_the_months_of_the_1990s_are_offered_instead(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match=r"MONTHS=1995-01\.\.1995-12 instead\."):
        holdings(tmp_path, "1995.csv", DATA_EXPO.replace(b"2008,1", b"1995,1"))


def test_a_file_of_the_other_table_is_left_to_it(tmp_path: Path) -> None:
    assert holdings(tmp_path, "flights.csv", MARKETING) == []


def day_first(content: bytes) -> bytes:
    """Return a table with the day before the month in its dates, such as 31/01/2024."""
    return re.sub(rb"\b(\d{1,2})/(\d{1,2})/(\d{4})", rb"\2/\1/\3", content)


def test_dates_that_begin_with_the_day_are_refused_as_a_whole(tmp_path: Path) -> None:
    content = day_first(web_form_table(flights(JANUARY, 62)))
    said = r"a\.csv writes the day before the month \(\d\d/0?1/2024"
    with pytest.raises(RefusedFileError, match=said):
        holdings(tmp_path, "a.csv", content)


def test_dates_of_the_first_days_that_may_begin_with_the_day_are_refused(tmp_path: Path) -> None:
    early = [one for one in flights(JANUARY, 62) if str(one["FlightDate"]) <= "2024-01-12"]
    assert months(tmp_path, "a.csv", web_form_table(early)) == [JANUARY]
    with pytest.raises(RefusedFileError, match=r"dates such as .*, which may begin with the day"):
        holdings(tmp_path, "a.csv", day_first(web_form_table(early)))


def test_one_damaged_date_does_not_decide_the_order(tmp_path: Path) -> None:
    content = web_form_table(flights(JANUARY, 62)).replace(b"1/20/2024", b"20/1/2024", 1)
    assert months(tmp_path, "a.csv", content) == [JANUARY]


def test_an_archive_of_several_tables_is_refused(tmp_path: Path) -> None:
    content = packed({"january.csv": table(), "february.csv": web_form_table(flights(FEBRUARY, 2))})
    with pytest.raises(RefusedFileError, match=r"year\.zip holds 2 tables: unpack it"):
        holdings(tmp_path, "year.zip", content)


def test_the_publishers_name_gives_the_month_in_any_case(tmp_path: Path) -> None:
    name = "ON_TIME_REPORTING_CARRIER_ON_TIME_PERFORMANCE_1987_PRESENT_2024_1.ZIP"
    assert months(tmp_path, name, month_zip(JANUARY, flights(JANUARY, 2))) == [JANUARY]


def test_an_archive_without_compression_is_no_plain_table(tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("T_ONTIME_REPORTING.csv", table())
    packed_sha, plain_sha = (
        publisher(SOURCE).content_sha256(path)
        for path in (tmp_path / "a.zip", tmp_path / "a.csv")
        if path.write_bytes(written.getvalue() if path.suffix == ".zip" else table())
    )
    assert packed_sha == plain_sha
    assert months(tmp_path, "b.zip", written.getvalue()) == [JANUARY]


def test_the_columns_of_the_form_are_all_known() -> None:
    assert set(WEB_NAMES) == set(COLUMNS)
