"""Every line of a file is read verbatim, or rejected with its number, reason and text."""

from __future__ import annotations

import csv
import random
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.declarations import Column, Kind, SourceFile, Table
from ingest.errors import RefusedFileError
from ingest.reading import delimited
from ingest.reading.delimited import DelimitedFile
from ingest.reading.lines import RejectedLine
from ingest.sources.bts import ON_TIME
from tests.ingest import samples
from tests.ingest.samples import THINGS, WriteFile

HEADER = "name,size,clock\n"
NAMES_OF_2018 = {
    "Reporting_Airline": "UniqueCarrier",
    "DOT_ID_Reporting_Airline": "AirlineID",
    "IATA_CODE_Reporting_Airline": "Carrier",
    "Tail_Number": "TailNum",
    "Flight_Number_Reporting_Airline": "FlightNum",
}


def read(file: SourceFile) -> tuple[list[dict[str, Any]], DelimitedFile]:
    """Return the rows of a file, and the outcome of its other lines."""
    reading = DelimitedFile(file)
    rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    assert reading.rows_accepted == len(rows)
    assert reading.rows_in_file == reading.rows_accepted + len(reading.rejected)
    return rows, reading


def things(file: SourceFile) -> list[tuple[str | None, ...]]:
    """Return the rows of a faultless file, without their numbers."""
    rows, reading = read(file)
    assert not reading.rejected
    assert [row.pop("_source_row_number") for row in rows] == list(range(1, len(rows) + 1))
    return [tuple(row.values()) for row in rows]


# --- accepted files


def test_values_are_kept_word_for_word(write_file: WriteFile) -> None:
    content = HEADER + ' a b ,007,0517\nÅ\N{SNOWMAN},+1.00,5\n"c, ""d""",1,2400\n'
    assert things(write_file(content)) == [
        (" a b ", "007", "0517"),
        ("Å\N{SNOWMAN}", "+1.00", "5"),
        ('c, "d"', "1", "2400"),
    ]


def test_missing_values_are_null_and_nothing_else_is(write_file: WriteFile) -> None:
    content = HEADER + 'NA,NA,1\n"NA",1,"NA"\nna,1,1\nN/A,1,1\n,1,1\nNULL,1,1\nnan,1,1\nNA ,1,1\n'
    assert things(write_file(content)) == [
        (None, None, "1"),
        (None, "1", None),
        ("na", "1", "1"),
        ("N/A", "1", "1"),
        ("", "1", "1"),
        ("NULL", "1", "1"),
        ("nan", "1", "1"),
        ("NA ", "1", "1"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"name,size,clock\nx,1,5\ny,2,6\n",
        b"name,size,clock\nx,1,5\ny,2,6",
        b"name,size,clock\r\nx,1,5\r\ny,2,6\r\n",
        b"name,size,clock\r\nx,1,5\ny,2,6\r\n",
        b"name,size,clock\r\nx,1,5\r\ny,2,6",
        b"\xef\xbb\xbfname,size,clock\nx,1,5\ny,2,6\n",
        b'\xef\xbb\xbf"name","size","clock"\r\n"x","1","5"\r\n"y","2","6"\r\n',
        b"name,size,clock,\nx,1,5,\ny,2,6,\n",
        b"name,size,clock,,\nx,1,5,,\ny,2,6,,\n",
        b"clock,size,name\n5,1,x\n6,2,y\n",
    ],
    ids=[
        "plain", "no end of the last line", "windows", "mixed ends", "windows without last end",
        "byte order mark", "mark, quotes and windows", "trailing comma", "two trailing commas",
        "other order of columns",
    ],
)  # fmt: skip
def test_the_same_rows_come_out_of_any_usual_writing(write_file: WriteFile, content: bytes) -> None:
    assert things(write_file(content)) == [("x", "1", "5"), ("y", "2", "6")]


def test_an_undeclared_column_is_kept_out_and_named(write_file: WriteFile) -> None:
    rows, reading = read(write_file("new,name,[/b],size,clock\nn,x,m,1,5\n"))
    assert reading.unknown_columns == ["new", "[/b]"]
    assert list(rows[0]) == ["name", "size", "clock", "_source_row_number"]


def test_a_column_that_the_file_lacks_is_null_if_it_is_not_required(
    write_file: WriteFile,
) -> None:
    table = replace(THINGS, columns=(*THINGS.columns, Column("LaterOn", required=False)))
    rows, reading = read(write_file(HEADER + "x,1,5\n", table))
    assert rows == [
        {"name": "x", "size": "1", "clock": "5", "later_on": None, "_source_row_number": 1}
    ]
    assert reading.unknown_columns == []


def test_rows_are_numbered_through_all_blocks(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 256)
    content = HEADER + "".join(f"thing {number},{number},5\n" for number in range(1, 2001))
    file = write_file(content)
    assert len(list(DelimitedFile(file).batches())) > 10
    assert things(file) == [(f"thing {number}", str(number), "5") for number in range(1, 2001)]


@pytest.mark.parametrize("renamed", [{}, NAMES_OF_2018], ids=["since 2018", "before 2018"])
def test_a_month_of_the_bts_is_read_under_both_headers(
    write_file: WriteFile, renamed: dict[str, str]
) -> None:
    names = ",".join(f'"{renamed.get(name, name)}"' for name in samples.header(ON_TIME))
    flight = {
        "Year": "2001",
        "Month": "5",
        "DayofMonth": "3",
        "FlightDate": "2001-05-03",
        "Reporting_Airline": '"PA (1)"',
        "IATA_CODE_Reporting_Airline": '"PA (1)"',
        "Tail_Number": '"N\xbf\xe94"',
        "OriginCityName": '"Dallas/Fort Worth, TX"',
        "CRSDepTime": '"0005"',
        "DepTime": '"2400"',
        "DepDelay": "-5.00",
        "CancellationCode": '""',
        "CarrierDelay": "",
        "Div1WheelsOn": '""',
    }
    values = samples.row(ON_TIME, 1, **flight)
    content = f"{names},\r\n{','.join(values)},\r\n".encode("latin-1")
    file = write_file(content, ON_TIME, partition="2001-05")
    rows, reading = read(file)
    assert reading.rejected == []
    assert reading.unknown_columns == []
    assert list(rows[0]) == [column.raw_name for column in ON_TIME.columns] + ["_source_row_number"]
    expected = {
        "flight_date": "2001-05-03",
        "reporting_airline": "PA (1)",
        "iata_code_reporting_airline": "PA (1)",
        "tail_number": "N\xbf\xe94",
        "origin_city_name": "Dallas/Fort Worth, TX",
        "crs_dep_time": "0005",
        "dep_time": "2400",
        "dep_delay": "-5.00",
        "cancellation_code": None,
        "carrier_delay": None,
        "div1_wheels_on": None,
        "quarter": "1",
    }
    assert {name: rows[0][name] for name in expected} == expected


def test_a_month_before_diversions_were_published_is_read(write_file: WriteFile) -> None:
    old = replace(ON_TIME, columns=tuple(c for c in ON_TIME.columns if c.required))
    assert len(old.columns) < len(ON_TIME.columns)
    rows, _ = read(write_file(samples.sample(old), ON_TIME, partition="2013-01"))
    assert len(rows) == samples.ROWS
    assert {rows[0][c.raw_name] for c in ON_TIME.columns if not c.required} == {None}


# --- other dialects

PADDED = Table(
    "models",
    (Column("CODE"), Column("KIT MODEL"), Column("NO-SEATS")),
    null_markers=("",),
    quoted=False,
)


def test_where_quotes_enclose_nothing_they_are_characters(write_file: WriteFile) -> None:
    content = 'CODE,KIT MODEL,NO-SEATS\n1,BABY ACE "D",2\n2,"X,3\n3,""",4\n"4","",5\n'
    assert things(write_file(content, PADDED)) == [
        ("1", 'BABY ACE "D"', "2"),
        ("2", '"X', "3"),
        ("3", '"""', "4"),
        ('"4"', '""', "5"),
    ]


def test_padding_is_kept_in_values_and_ignored_in_names(write_file: WriteFile) -> None:
    content = b"\xef\xbb\xbfCODE , KIT MODEL,NO-SEATS,\r\n0020901,UH-60A   ,015,\r\n7,,   ,  \r\n"
    assert things(write_file(content, PADDED)) == [
        ("0020901", "UH-60A   ", "015"),
        ("7", None, "   "),
    ]


def test_a_marker_with_padding_is_no_marker(write_file: WriteFile) -> None:
    table = replace(THINGS, null_markers=("M", "null"))
    content = HEADER + "M,M,5\nM ,1,5\n   ,1,null\nm,1,5\n"
    assert things(write_file(content, table)) == [
        (None, None, "5"),
        ("M ", "1", "5"),
        ("   ", "1", None),
        ("m", "1", "5"),
    ]


def test_text_of_another_encoding_is_read_in_every_part(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 64)
    table = replace(THINGS, encoding="latin-1")
    names = [f"S\xe3o {number}" if number % 7 else f"Sao {number}" for number in range(100)]
    content = HEADER + "".join(f"{name},1,5\n" for name in names)
    assert [row[0] for row in things(write_file(content.encode("latin-1"), table))] == names


@pytest.mark.parametrize("header", ["Name,SIZE,clock", "NAME,Size,CLOCK", " name , Size,clock "])
def test_a_name_in_other_capitals_is_the_same_name(write_file: WriteFile, header: str) -> None:
    rows, reading = read(write_file(f"{header}\nx,1,5\n"))
    assert rows == [{"name": "x", "size": "1", "clock": "5", "_source_row_number": 1}]
    assert reading.unknown_columns == []


def test_the_declared_writing_of_a_name_goes_before_any_other(write_file: WriteFile) -> None:
    rows, reading = read(write_file("NAME,name,size,clock\nother,x,1,5\n"))
    assert rows[0]["name"] == "x"
    assert reading.unknown_columns == ["NAME"]


def test_a_name_that_could_mean_two_columns_means_neither(write_file: WriteFile) -> None:
    table = replace(THINGS, columns=(*THINGS.columns, Column("Name", required=False)))
    rows, reading = read(write_file("name,NAME,size,clock\nx,other,1,5\n", table))
    assert rows[0]["name"] == "x"
    assert reading.unknown_columns == ["NAME"]


# --- rows of another partition

MONTHLY = replace(
    THINGS,
    columns=(Column("day", Kind.DATE, aliases=("DAY_OF",)), *THINGS.columns),
    partition_column="day",
    partitions_of=lambda day: (day[:7],),
)


@pytest.mark.parametrize("name", ["day", "DAY_OF", "Day"])
def test_a_row_of_another_partition_is_set_aside(write_file: WriteFile, name: str) -> None:
    content = f"{name},{HEADER}" + (
        "2024-01-31,a,1,5\n2024-02-01,b,1,5\n2024-01-01,c,1,5\n2023-01-01,d,1,5\n"
        "2024-02-30,e,1,5\nNA,f,1,5\n2024-02-02,g,one,5\n2024-02-01,h,1,5\n"
    )
    rows, reading = read(write_file(content, MONTHLY, partition="2024-01"))
    assert [(row["name"], row["_source_row_number"]) for row in rows] == [("a", 1), ("c", 3)]
    assert [(line.line, line.column, line.reason) for line in reading.rejected] == [
        (3, "day", "belongs to 2024-02, not to 2024-01"),
        (5, "day", "belongs to 2023-01, not to 2024-01"),
        (6, "day", f"not {Kind.DATE.value}"),
        (7, "day", "nothing tells whether it belongs to 2024-01"),
        (8, "size", "not a whole number below a billion"),
        (9, "day", "belongs to 2024-02, not to 2024-01"),
    ]
    assert reading.rejected[0].text == "2024-02-01,b,1,5"


# --- rejected lines


def test_a_value_under_no_name_is_set_aside(write_file: WriteFile) -> None:
    rows, reading = read(
        write_file('name,size,clock,,\na,1,5,,\nb,2,6,x,\nc,3,7,,"y"\nd,4,8,,""\n')
    )
    assert [row["name"] for row in rows] == ["a", "d"]
    assert reading.rejected == [
        RejectedLine(3, None, "a value in a column without a name", "b,2,6,x,"),
        RejectedLine(4, None, "a value in a column without a name", 'c,3,7,,"y"'),
    ]


def test_a_row_of_nothing_but_missing_values_is_no_blank_line(write_file: WriteFile) -> None:
    _, reading = read(write_file(HEADER + 'NA,NA,NA\n"",,\n\n"NA",,\n'))
    assert [line.reason for line in reading.rejected] == [
        "no value in a declared column",
        "blank line",
        "blank line",
        "no value in a declared column",
    ]


@pytest.mark.parametrize(
    "end",
    [
        *(b"\n\n\n", b"\r\n\r\n", b"\n  \n\t", b"\n\x1a", b"\x1a", b"\n\x1a\r\n"),
        *(b"\n" + bytes(600), bytes(600)),
    ],
)
@pytest.mark.parametrize("block", [8 << 20, 7], ids=["one block", "many"])
def test_what_only_fills_the_end_of_a_file_is_no_row(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, end: bytes, block: int
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", block)
    rows, reading = read(write_file(HEADER.encode() + b"a,1,5\nb,2,6" + end))
    assert [(row["name"], row["clock"]) for row in rows] == [("a", "5"), ("b", "6")]
    assert (reading.rows_in_file, reading.rejected) == (2, [])


def test_blank_lines_before_the_last_row_are_rows(write_file: WriteFile) -> None:
    rows, reading = read(write_file(HEADER + "a,1,5\n\n\0\nb,2,6\n\n"))
    assert [row["name"] for row in rows] == ["a", "b"]
    assert [line.line for line in reading.rejected] == [3, 4]


def test_a_value_that_ends_with_a_blank_keeps_it_in_the_last_row(write_file: WriteFile) -> None:
    table = replace(THINGS, columns=(*THINGS.columns, Column("more")))
    rows, _ = read(write_file("name,size,clock,more\na,1,5,x \n\n", table))
    assert rows[-1]["more"] == "x "


def test_comments_among_the_rows_are_no_rows(write_file: WriteFile) -> None:
    table = replace(THINGS, comment="#")
    content = f"#DEBUG a\n{HEADER}a,1,5\n#DEBUG b, c\nb,2,6\nworse\n#DEBUG"
    rows, reading = read(write_file(content, table))
    assert [(row["name"], row["_source_row_number"]) for row in rows] == [("a", 1), ("b", 3)]
    assert reading.rows_in_file == 3
    assert [(line.line, line.text) for line in reading.rejected] == [(6, "worse")]


FAULTS: dict[str, tuple[bytes, str | None, str]] = {
    "too few fields": (b"x,1", None, "2 fields where the header has 3"),
    "too many fields": (b"x,1,5,7", None, "4 fields where the header has 3"),
    "one word": (b"garbage", None, "1 fields where the header has 3"),
    "blank line": (b"", None, "blank line"),
    "only commas": (b",,", None, "blank line"),
    "quote never closed": (b'"x,1,5', None, "a quote without its counterpart"),
    "quote at the end": (b'x,1,5"', None, "a quote without its counterpart"),
    "fraction": (b"x,1.5,5", "size", "not a whole number below a billion"),
    "word for a number": (b"x,one,5", "size", "not a whole number below a billion"),
    "empty number": (b"x,,5", "size", "not a whole number below a billion"),
    "huge number": (b"x,9999999999,5", "size", "not a whole number below a billion"),
    "no such minute": (b"x,1,2460", "clock", "not a clock reading from 0 to 2400"),
    "no such hour": (b"x,1,2500", "clock", "not a clock reading from 0 to 2400"),
    "two faults": (b"x,one,2460", "size", "not a whole number below a billion"),
    "broken text": (b"x\xff,1,5", "name", "bytes that are not UTF-8 text"),
    "broken number": (b"x,\xe9,5", "size", "bytes that are not UTF-8 text"),
    "broken text, quoted": (b'"a,\xc3",1,5', "name", "bytes that are not UTF-8 text"),
    "broken and short": (b"\xff\xfe", None, "bytes that are not UTF-8 text"),
    "half a character": (b"x,1,5\xc3", "clock", "bytes that are not UTF-8 text"),
    "carriage return": (b"x\ry,1,5", None, "a carriage return inside the line"),
}


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        pytest.param(fault, place, id=f"{name}, {place} before")
        for name, fault in FAULTS.items()
        for place in range(3)
        # a blank line at the end is no row
        if fault[0] or place < 2
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_a_faulty_line_is_set_aside_alone(
    write_file: WriteFile, fault: tuple[bytes, str | None, str], end: bytes, place: int
) -> None:
    line, column, reason = fault
    lines = [b"a,1,5", b"b,2,6"]
    lines.insert(place, line)
    rows, reading = read(write_file(end.join([b"name,size,clock", *lines, b""])))
    text = line.decode("utf8", "replace")
    assert reading.rejected == [RejectedLine(place + 2, column, reason, text)]
    assert [(row["name"], row["_source_row_number"]) for row in rows] == [
        ("a", 1 if place else 2),
        ("b", 3 if place < 2 else 2),
    ]


def test_a_value_that_runs_over_a_line_is_set_aside_with_both_its_lines(
    write_file: WriteFile,
) -> None:
    rows, reading = read(write_file(HEADER + 'a,1,5\n"b\nb",2,6\nc,3,7\n'))
    assert [(line.line, line.text) for line in reading.rejected] == [(3, '"b'), (4, 'b",2,6')]
    assert [(row["name"], row["_source_row_number"]) for row in rows] == [("a", 1), ("c", 4)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("block_bytes", [64, 1000, 1 << 20])
def test_numbers_and_texts_are_right_whatever_went_before(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, seed: int, block_bytes: int
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", block_bytes)
    chance = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    faulty_share = chance.choice([0.01, 0.3, 0.9])
    faults = list(FAULTS.values())
    expected_rows, expected_rejected = [], []
    lines = []
    for number in range(1, 1501):
        if chance.random() < faulty_share:
            line, column, reason = chance.choice(faults)
            text = line.decode("utf8", "replace")
            expected_rejected.append(RejectedLine(number + 1, column, reason, text))
        else:
            line = f"thing {number},{number},5".encode()
            expected_rows.append((f"thing {number}", number))
        lines.append(line)
    rows, reading = read(write_file(b"\n".join([b"name,size,clock", *lines, b""])))
    assert [(row["name"], row["_source_row_number"]) for row in rows] == expected_rows
    assert reading.rejected == expected_rejected


def test_a_file_full_of_faults_is_reported_in_reasonable_time(write_file: WriteFile) -> None:
    file = write_file(HEADER + "x,1\n" * 30_000 + '"\n' * 30_000 + "x,1,5\n")
    started = time.process_time()
    rows, reading = read(file)
    assert time.process_time() - started < 20
    assert len(reading.rejected) == 60_000
    assert rows[0]["_source_row_number"] == 60_001


def test_quoted_lines_of_a_zip_archive_are_those_of_its_member(tmp_path: Path) -> None:
    path = tmp_path / "things.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.html", "<html>")
        archive.writestr("things.csv", HEADER + "a,1,5\nb,two,5\nc,3,5\n")
    rows, reading = read(SourceFile(THINGS, "2013", path, member="things.csv"))
    assert [row["name"] for row in rows] == ["a", "c"]
    assert [(line.line, line.text) for line in reading.rejected] == [(3, "b,two,5")]


# --- refused files

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", r"^things\.csv is empty\.$"),
    "a required column is missing": (
        b"name,clock\nx,5\n",
        r"^things\.csv lacks the required column size of things; its header reads: name,clock$",
    ),
    "two required columns are missing": (
        b"name\nx\n",
        r"lacks the required columns size, clock of",
    ),
    "no header": (
        b"x,1,5\ny,2,6\n",
        r"lacks the required columns name, size, clock .*reads: x,1,5$",
    ),
    "other delimiter": (b"name;size;at\nx;1;5\n", r"lacks the required columns name, size, clock"),
    "a column twice": (
        b"name,size,clock,size\nx,1,5,1\n",
        r"names a column more than once: size\.$",
    ),
    "an unknown column twice": (b"name,size,clock,n,n\nx,1,5,1,1\n", r"more than once: n\.$"),
    "a web page": (b"<!DOCTYPE html>\n<html></html>\n", r"lacks the required columns .*DOCTYPE"),
    "UTF-16": ("name,size,clock\nx,1,5\n".encode("utf-16"), r"is not utf8 text"),
    "ends of an old Mac": (b"name,size,clock\rx,1,5\ry,2,6\r", r"cannot be read as delimited text"),
    "one endless line": (b'{"a":' + b"x" * 3_000_000, r"cannot be read as delimited text"),
    "an endless line further down": (
        b"name,size,clock\na,1,5\nb" + b"x" * 20_000_000,
        r"cannot be read as delimited text \(line 3 has no end within",
    ),
    "a quote inside a value and one before": (
        b'name,size,clock\na"b,1,"5\nc,2,6\nd,3,7\n',
        r"delimited text|were read: a quoted value must not run over the end of its line",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_not_what_was_promised_is_refused(
    write_file: WriteFile, content: bytes, sentence: str
) -> None:
    with pytest.raises(RefusedFileError, match=sentence):
        read(write_file(content))


def test_a_library_that_raises_the_limit_of_csv_changes_nothing(write_file: WriteFile) -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(RefusedFileError, match="a value has more than 131,072 characters"):
            read(write_file(REFUSED["one endless line"][0]))
    finally:
        csv.field_size_limit(before)


def test_a_column_under_both_its_names_is_refused(write_file: WriteFile) -> None:
    table = Table("things", (Column("New", Kind.TEXT, aliases=("Old",)),), ("",))
    with pytest.raises(RefusedFileError, match=r"names a column more than once: New\.$"):
        read(write_file("Old,New\na,b\n", table))


def test_a_header_alone_has_no_rows(write_file: WriteFile) -> None:
    assert things(write_file(HEADER)) == []
    assert things(write_file("name,size,clock")) == []


def truncated(archive: bytes) -> bytes:
    return archive[: len(archive) // 2]


def corrupted(archive: bytes) -> bytes:
    middle = archive.index(b"things.csv") + 40
    return archive[:middle] + bytes([archive[middle] ^ 0xFF]) + archive[middle + 1 :]


def encrypted(archive: bytes) -> bytes:
    """Set the encryption flag in the member's header and in the directory."""
    flagged = bytearray(archive)
    flagged[6] |= 1
    flagged[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(flagged)


def of_unknown_compression(archive: bytes) -> bytes:
    method = bytearray(archive)
    method[8] = method[archive.index(b"PK\x01\x02") + 10] = 97
    return bytes(method)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            truncated,
            r"^things\.zip is not a whole zip archive \(.*\): install or download it again",
        ),
        (corrupted, r"^things\.zip is not a whole zip archive \(.*\)"),
        (encrypted, r"^things\.zip is not a whole zip archive \(.*encrypted.*\)"),
        (of_unknown_compression, r"^things\.zip is not a whole zip archive \(.*\)"),
        (lambda _archive: b"<html>No such month</html>", r"not a whole zip archive \(File is not"),
        (lambda _archive: b"", r"not a whole zip archive \(File is not a zip file\)"),
    ],
    ids=["truncated", "corrupted", "encrypted", "unknown compression", "web page", "empty"],
)
def test_a_damaged_archive_is_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    path = tmp_path / "things.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("things.csv", HEADER + "".join(f"x{n},{n},5\n" for n in range(3000)))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RefusedFileError, match=sentence):
        read(SourceFile(THINGS, "2013", path, member="things.csv"))


def test_an_archive_without_the_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "things.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.csv", HEADER)
    with pytest.raises(RefusedFileError, match=r"^things\.zip has no member things\.csv\.$"):
        read(SourceFile(THINGS, "2013", path, member="things.csv"))


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match=r"absent\.csv does not exist\.$"):
        read(SourceFile(THINGS, "2013", tmp_path / "absent.csv"))
    with pytest.raises(RefusedFileError, match=r"cannot be read \(Is a directory\)\.$"):
        read(SourceFile(THINGS, "2013", tmp_path))
