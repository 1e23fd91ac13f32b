"""The aircraft registry is kept without personal data, and is otherwise read verbatim."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from itertools import repeat
from os import utime
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import RefusedFileError
from ingest.sources.registry import (
    AIRCRAFT,
    AIRCRAFT_MODELS,
    DEREGISTERED_AIRCRAFT,
    ENGINES,
    SOURCE,
    request,
    snapshot_partition,
)
from tests.publisher import bts_files
from tests.publisher.received import check, files, kept, publisher, raw, received
from tests.publisher.registry_files import (
    ACFTREF,
    DEREG,
    ENGINE,
    MARK,
    MASTER,
    aircraft,
    archive,
    former,
    line,
    personal_values,
)

DAY = "2024-03-15"


def recognise(path: Path) -> str | None:
    """Return the day of a registry in a folder, or None if the file is not one."""
    return next((holding.partition for holding in publisher(SOURCE).recognise(path)), None)


PERSONAL = ["NAME", "STREET", "STREET2", "CITY", "ZIP CODE"]
PERSONAL += [f"OTHER NAMES({place})" for place in range(1, 6)]


def read(content: bytes, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of the three tables; every row must be readable."""
    tables = {}
    for file in files(SOURCE, content, DAY, folder):
        rows, reading = raw(file)
        assert reading.rejected == []
        assert reading.unknown_columns == []
        tables[file.table.name] = rows
    return tables


def withheld(content: bytes, folder: Path) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the numbers of the aircraft that were read, and the rejected lines."""
    rows, reading = raw(files(SOURCE, content, DAY, folder)[0])
    return (
        [row["n_number"] for row in rows],
        [(rejected.line, rejected.text) for rejected in reading.rejected],
    )


def inflated(path: Path) -> dict[str, bytes]:
    """Return the members of an archive."""
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def marks_in(path: Path) -> list[str]:
    """Return where a file contains personal data, in its bytes or in those of its members."""
    places = {path.name: path.read_bytes(), **inflated(path)}
    return [name for name, content in places.items() if MARK.encode() in content.upper()]


# Requests


def test_the_registry_is_asked_for_as_it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(date(2024, 3, 16))
    assert asked.url == "https://registry.faa.gov/database/ReleasableAircraft.zip"
    assert (asked.partition, asked.parameters, asked.asked) == ("2024-03-16", (), "")
    monkeypatch.setenv("ONTIME_REGISTRY_URL", "http://127.0.0.1:8000/a.zip")
    assert request(date(2024, 3, 16)).url == "http://127.0.0.1:8000/a.zip"


@pytest.mark.parametrize(
    ("last_modified", "day"),
    [
        ("Fri, 15 Mar 2024 05:30:00 GMT", "2024-03-15"),
        # days are UTC days
        ("Thu, 14 Mar 2024 23:30:00 -0500", "2024-03-15"),
        (None, "2024-03-16"),
        ("", "2024-03-16"),
        ("yesterday", "2024-03-16"),
        ("Fri, 99 Mar 2024 05:30:00 GMT", "2024-03-16"),
        # a clock that is ahead of ours
        ("Wed, 01 Jan 2031 00:00:00 GMT", "2024-03-16"),
    ],
)
def test_a_snapshot_is_of_the_day_on_which_it_was_written(
    last_modified: str | None, day: str
) -> None:
    assert snapshot_partition(last_modified, date(2024, 3, 16)) == day


# No kept file names anybody from the registry


def test_the_source_says_that_what_comes_must_not_stay() -> None:
    assert publisher(SOURCE).is_confidential


def test_no_personal_column_is_declared() -> None:
    declared = {column.name for table in SOURCE.tables for column in table.columns}
    assert declared.isdisjoint({*PERSONAL, "TYPE REGISTRANT", "STATE", "REGION", "COUNTY"})
    assert set(PERSONAL) < set(MASTER)
    assert {name for name, value in aircraft("1ZZ").items() if MARK in value} == set(PERSONAL)


def test_no_value_about_a_person_is_in_what_is_kept(tmp_path: Path) -> None:
    numbers = [f"{number}ZZ" for number in range(1, 300)]
    content = archive([aircraft(number) for number in numbers])
    came = tmp_path / "came.zip"
    came.write_bytes(content)
    assert marks_in(came) == ["MASTER.txt", "DEREG.txt"]

    path = kept(SOURCE, content, DAY, tmp_path)
    assert marks_in(path) == []
    assert set(inflated(path)) == {"MASTER.txt", "ACFTREF.txt", "ENGINE.txt", "DEREG.txt"}
    assert withheld(content, tmp_path) == (numbers, [])


def test_a_column_that_nobody_knows_is_not_kept(tmp_path: Path) -> None:
    columns = [*list(MASTER)[:3], "OWNER EMAIL", *list(MASTER)[3:], "OTHER NAMES(6)"]
    owner = aircraft("1ZZ") | {"OWNER EMAIL": f"{MARK}@example.org", "OTHER NAMES(6)": f"{MARK}SIX"}
    content = archive([owner], columns=columns)
    assert marks_in(kept(SOURCE, content, DAY, tmp_path)) == []
    assert withheld(content, tmp_path) == (["1ZZ"], [])


def test_the_order_of_the_columns_is_taken_from_the_header(tmp_path: Path) -> None:
    turned = archive([aircraft("1ZZ")], columns=list(MASTER)[::-1])
    assert marks_in(kept(SOURCE, turned, DAY, tmp_path)) == []
    assert read(turned, tmp_path) == read(archive([aircraft("1ZZ")]), tmp_path)


def without(*names: str) -> list[str]:
    """Return the columns of MASTER.txt without some of them."""
    return [column for column in MASTER if column not in names]


def shifted(name: str, *, drop: str | None = None) -> bytes:
    """Return the line of an aircraft with another owner's name, without one of its columns."""
    return line(MASTER, aircraft("2ZZ") | {"NAME": name}, without(drop or ""))


UNCERTAIN = {
    # a name with a comma shifts all fields after it by one
    "a comma in a name": (
        shifted(f"{MARK}SON, {MARK}ANNE"),
        "withheld: 36 fields where the header has 35",
    ),
    "three commas in a name": (
        shifted(f"{MARK}A, {MARK}B, {MARK}C, {MARK}D"),
        "withheld: 38 fields where the header has 35",
    ),
    "a field too few": (
        shifted(f"{MARK}SON", drop="REGION"),
        "withheld: 34 fields where the header has 35",
    ),
    # the right number of fields, but in the wrong places
    "a comma gained and one lost": (
        shifted(f"{MARK}SON, {MARK}ANNE", drop="MODE S CODE HEX"),
        "withheld: LAST ACTION DATE does not have its shape",
    ),
    "a comma gained and one lost before": (
        shifted(f"{MARK}SON, {MARK}ANNE", drop="SERIAL NUMBER"),
        "withheld: MFR MDL CODE does not have its shape",
    ),
    "four commas gained and four fields lost": (
        line(
            MASTER,
            aircraft("2ZZ") | {"NAME": f"{MARK}A,{MARK}B,{MARK}C,{MARK}D,{MARK}E"},
            without("KIT MFR", " KIT MODEL", "UNIQUE ID", "MODE S CODE HEX"),
        ),
        "withheld: LAST ACTION DATE does not have its shape",
    ),
    "a comma gained and the last one lost": (
        shifted(f"{MARK}SON, {MARK}ANNE").removesuffix(b","),
        "withheld: a value where the header has no name",
    ),
    "an address on a line of its own": (
        f"{MARK} STREET 1, {MARK}CITY".encode(),
        "withheld: 2 fields where the header has 35",
    ),
    "a name where the number should be": (
        line(MASTER, aircraft("2ZZ") | {"N-NUMBER": f"{MARK}SON"}),
        "withheld: N-NUMBER does not have its shape",
    ),
    "a name where a date should be": (
        line(MASTER, aircraft("2ZZ") | {"EXPIRATION DATE": f"{MARK}SON"}),
        "withheld: EXPIRATION DATE does not have its shape",
    ),
    "a name where the identity should be": (
        line(MASTER, aircraft("2ZZ") | {"UNIQUE ID": f"{MARK}SON"}),
        "withheld: UNIQUE ID does not have its shape",
    ),
    "a name in letters beyond ASCII": (
        line(MASTER, aircraft("2ZZ") | {"STATUS CODE": f"\u00c9{MARK}"}),
        "withheld: STATUS CODE does not have its shape",
    ),
    "nothing": (b"", "withheld: 1 field where the header has 35"),
    "a line that pretends to be withheld": (
        f"withheld: {MARK}SON".encode(),
        "withheld: 1 field where the header has 35",
    ),
    "a line without end": (
        f"{MARK}SON ".encode() * 20_000,
        "withheld: too long",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("uncertain", "instead"), UNCERTAIN.values(), ids=UNCERTAIN.keys())
def test_a_line_whose_columns_are_not_certain_is_withheld_under_its_number(
    tmp_path: Path, uncertain: bytes, instead: str
) -> None:
    content = archive([aircraft("1ZZ"), uncertain, aircraft("3ZZ")])
    path = kept(SOURCE, content, DAY, tmp_path)
    assert marks_in(path) == []
    assert inflated(path)["MASTER.txt"].count(b"\n") == 4
    assert withheld(content, tmp_path) == (["1ZZ", "3ZZ"], [(3, instead)])


@pytest.mark.parametrize(
    ("uncertain", "instead"),
    [
        # a comma lost in front of the postal code, and one gained in an address behind it
        (line(DEREG, former("2ZZ"))
         .replace(b"OK,", b"OK ")
         .replace(b"STREET2 2ZZ ", b"STREET,2 2ZZ ")
         .replace(b"STREET 2ZZ ", b"STREET,2ZZ "),
         "fields where the header has"),
        (line(DEREG, former("2ZZ", MFR_MDL_CODE=f"{MARK}SON")), "MFR-MDL-CODE does not have"),
        (line(DEREG, former("2ZZ", YEAR_MFR=f"{MARK}")), "YEAR-MFR does not have its shape"),
        (line(DEREG, former("2ZZ", CANCEL_DATE=f"{MARK}")), "CANCEL-DATE does not have its shape"),
        (line(DEREG, former("2ZZ", CERT_ISSUE_DATE="1 JAN")), "CERT-ISSUE-DATE does not have"),
        (line(DEREG, former("2ZZ", LAST_ACT_DATE="2018")), "LAST-ACT-DATE does not have its"),
    ],
)  # fmt: skip
def test_a_former_registration_whose_columns_are_not_certain_is_withheld(
    tmp_path: Path, uncertain: bytes, instead: str
) -> None:
    content = archive([aircraft("1ZZ")], given_up=[former("1ZZ"), uncertain, former("3ZZ")])
    path = kept(SOURCE, content, DAY, tmp_path)
    assert marks_in(path) == []
    rows, reading = raw(files(SOURCE, content, DAY, tmp_path)[3])
    assert [row["n_number"] for row in rows] == ["1ZZ", "3ZZ"]
    (rejected,) = reading.rejected
    assert rejected.line == 3
    assert instead in rejected.text


def test_an_address_that_moved_is_in_no_column_of_a_former_registration(tmp_path: Path) -> None:
    """A comma in a name moves the postal code into the column of the engine."""
    blank = dict.fromkeys(("ENG_MFR_MDL", "YEAR_MFR"), "")
    moved = line(DEREG, former("2ZZ", ZIP_CODE_MAIL="73101", **blank))
    moved = moved.replace(b"NAME 2ZZ ", b"NAME,2ZZ ")
    moved = moved.replace(b"     ,    ,          ,", b"         ,          ,")
    assert moved.count(b",") == len(DEREG)
    content = archive([aircraft("1ZZ")], given_up=[moved])
    assert [row["n_number"] for row in read(content, tmp_path)["deregistered_aircraft"]] == ["2ZZ"]
    kept_bytes = b"".join(inflated(kept(SOURCE, content, DAY, tmp_path)).values())
    assert b"73101" not in kept_bytes
    assert MARK.encode() not in kept_bytes


def test_former_registrations_land_with_their_dates(tmp_path: Path) -> None:
    content = archive([aircraft("1ZZ")], given_up=[former("N80", YEAR_MFR="0000")])
    (row,) = read(content, tmp_path)["deregistered_aircraft"]
    assert row == {
        "n_number": "80",
        "serial_number": "FORMER-80",
        "mfr_mdl_code": "1384404",
        "year_mfr": "0000",
        "cancel_date": "20180301",
        "last_act_date": "20180302",
        "cert_issue_date": "20050405",
        "_source_row_number": 1,
    }


def test_a_line_of_another_table_whose_columns_are_not_certain_is_withheld_too(
    tmp_path: Path,
) -> None:
    holder = {"CODE": "1384404", "MFR": "SMITH", "TC-DATA-HOLDER": f"{MARK}SON"}
    content = archive([aircraft("1ZZ")], models=[holder, line(ACFTREF, holder) + b"more,"])
    path = kept(SOURCE, content, DAY, tmp_path)
    assert marks_in(path) == []
    rows, reading = raw(files(SOURCE, content, DAY, tmp_path)[1])
    assert [row["mfr"] for row in rows] == ["SMITH"]
    assert [(rejected.line, rejected.text) for rejected in reading.rejected] == [
        (3, "withheld: 15 fields where the header has 14")
    ]


def test_a_bare_quote_in_a_name_takes_nothing_along(tmp_path: Path) -> None:
    """A reader that interprets quotes would continue into the next lines."""
    owners = [aircraft("1ZZ", NAME=f'{MARK} "BOB', STREET=f'"{MARK}'), aircraft("3ZZ")]
    content = archive([*owners, aircraft("4ZZ", SERIAL_NUMBER='K-7 "SKY')])
    assert marks_in(kept(SOURCE, content, DAY, tmp_path)) == []
    rows = read(content, tmp_path)["aircraft"]
    assert [(row["n_number"], row["serial_number"]) for row in rows] == [
        ("1ZZ", "SN-1ZZ"),
        ("3ZZ", "SN-3ZZ"),
        ("4ZZ", 'K-7 "SKY'),
    ]


def test_no_refusal_quotes_a_line(tmp_path: Path) -> None:
    """If the publisher makes a mistake, an aircraft may be where the header should be."""
    people = ",".join(personal_values("1ZZ").values()).encode()
    broken = {
        "MASTER.txt": people + b"\r\n" + people,
        "ACFTREF.txt": people,
        "ENGINE.txt": people,
    }
    with pytest.raises(RefusedFileError) as refusal:
        check(SOURCE, bts_files.packed(broken), DAY)
    assert MARK not in str(refusal.value)
    assert str(refusal.value).startswith(
        "MASTER.txt in received lacks the columns N-NUMBER, SERIAL NUMBER, MFR MDL CODE,"
    )


def test_what_is_read_is_never_gathered_in_memory(tmp_path: Path) -> None:
    lines = repeat(line(MASTER, aircraft("1ZZ")), 30_000)
    came = received(archive(lines), DAY)
    tracemalloc.start()
    try:
        publisher(SOURCE).keep(came, tmp_path / "kept.zip")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 30_000 * len(line(MASTER, aircraft("1ZZ"))) > 15_000_000
    assert peak < 1_000_000


# Kept files are reproducible


def test_what_only_fills_the_end_is_no_line(tmp_path: Path) -> None:
    padded = archive([aircraft("1ZZ"), b"", aircraft("2ZZ"), b"", b"\x1a", b"\0" * 50])
    assert withheld(padded, tmp_path) == (
        ["1ZZ", "2ZZ"],
        [(3, "withheld: 1 field where the header has 35")],
    )


def test_a_registry_of_a_day_to_come_is_refused() -> None:
    with pytest.raises(RefusedFileError, match=r"is of 2998-03-01 .* still to come"):
        check(SOURCE, archive([aircraft("1ZZ")]), "2998-03-01")


def test_the_same_archive_gives_the_same_bytes_whenever_it_was_packed(tmp_path: Path) -> None:
    rows = [aircraft("1ZZ"), aircraft("2ZZ")]
    first = kept(SOURCE, archive(rows), DAY, tmp_path).read_bytes()
    later = archive(rows, written_at=datetime(2025, 1, 1))
    assert kept(SOURCE, later, DAY, tmp_path).read_bytes() == first


def test_what_was_kept_elsewhere_is_kept_as_it_is(tmp_path: Path) -> None:
    uncertain = [text for text, _ in UNCERTAIN.values()]
    content = archive([aircraft("1ZZ"), *uncertain, aircraft("3ZZ")])
    once = kept(SOURCE, content, DAY, tmp_path).read_bytes()
    assert kept(SOURCE, once, DAY, tmp_path).read_bytes() == once
    assert withheld(once, tmp_path) == withheld(content, tmp_path)


# Checks


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (archive([aircraft("1ZZ")], without=["ENGINE.txt"]),
         "received should be a zip archive with MASTER.txt, ACFTREF.txt and ENGINE.txt, but it "
         "holds MASTER.txt, ACFTREF.txt and DEREG.txt."),
        (archive([aircraft("1ZZ")], columns=without("YEAR MFR", "UNIQUE ID")),
         "MASTER.txt in received lacks the columns YEAR MFR, UNIQUE ID."),
        (archive([aircraft("1ZZ")], columns=[*MASTER, "YEAR MFR"]),
         "MASTER.txt in received names a column more than once."),
        (archive([]), "MASTER.txt in received has no rows."),
        (archive([aircraft("1ZZ")], without=["DEREG.txt"]),
         "received lacks DEREG.txt, the registrations that were cancelled: download the whole "
         "archive again."),
        (archive([aircraft("1ZZ")])[:900], "but it is cut short or damaged"),
        (b"<html><title>Down for maintenance</title></html>",
         "but a web page titled “Down for maintenance” came."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)  # fmt: skip
def test_what_is_not_the_registry_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        check(SOURCE, content, DAY)
    assert sentence in str(refusal.value)


# Files in a folder


def test_an_archive_in_a_folder_is_of_the_day_of_its_aircraft(tmp_path: Path) -> None:
    path = tmp_path / "any name.zip"
    path.write_bytes(archive([aircraft("1ZZ")], written_at=datetime(2023, 7, 4, 5)))
    assert recognise(path) == "2023-07-04"


def test_one_that_landed_elsewhere_is_of_the_day_in_its_name(tmp_path: Path) -> None:
    stripped = kept(SOURCE, archive([aircraft("1ZZ")]), DAY, tmp_path)
    landed = stripped.rename(tmp_path / "registry-2023-07-04-0123456789abcdef.zip")
    assert recognise(landed) == "2023-07-04"
    # without the file name, its day is unknown
    assert recognise(landed.rename(tmp_path / "renamed.zip")) is None


def test_a_damaged_one_under_the_publishers_name_is_known_so_that_it_can_be_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ReleasableAircraft.zip"
    path.write_bytes(archive([aircraft("1ZZ")])[:1000])
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC).timestamp()
    utime(path, (noon, noon))
    assert recognise(path) == "2024-03-01"
    with pytest.raises(RefusedFileError, match="cut short or damaged"):
        check(SOURCE, path.read_bytes(), "2024-03-01")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.zip", b""),
        ("cut.zip", archive([aircraft("1ZZ")])[:1000]),
        ("parts.zip", archive([aircraft("1ZZ")], without=["ACFTREF.txt"])),
        ("MASTER.txt", b"N-NUMBER,NAME,\r\n"),
        (bts_files.month_name("2024-01"),
         bts_files.month_zip("2024-01", bts_files.flights("2024-01", 2))),
    ],
)  # fmt: skip
def test_a_foreign_file_is_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert recognise(path) is None


def test_no_damage_to_an_archives_directory_is_more_than_a_file_not_known(tmp_path: Path) -> None:
    content = archive([aircraft("1ZZ")])
    path = tmp_path / "any name.zip"
    for place in range(len(content) - 300, len(content)):
        for byte in (0x00, 0x01, 0xFF):
            path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
            day = recognise(path)  # which never raises
            assert day is None or date.fromisoformat(day)


def test_a_folder_and_an_absent_file_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ReleasableAircraft").mkdir()
    assert recognise(tmp_path / "ReleasableAircraft") is None
    assert recognise(tmp_path / "ReleasableAircraft.zip") is None


# How raw represents each oddity


def test_the_tables_land_from_their_members(tmp_path: Path) -> None:
    found = files(SOURCE, archive([aircraft("1ZZ")]), DAY, tmp_path)
    assert [(file.table, file.member, file.partition) for file in found] == [
        (AIRCRAFT, "MASTER.txt", DAY),
        (AIRCRAFT_MODELS, "ACFTREF.txt", DAY),
        (ENGINES, "ENGINE.txt", DAY),
        (DEREGISTERED_AIRCRAFT, "DEREG.txt", DAY),
    ]


def test_an_archive_without_former_registrations_has_the_other_tables(tmp_path: Path) -> None:
    # as archives landed before former registrations were kept
    landed = inflated(kept(SOURCE, archive([aircraft("1ZZ")]), DAY, tmp_path))
    del landed["DEREG.txt"]
    found = files(SOURCE, bts_files.packed(landed), DAY, tmp_path)
    assert [file.member for file in found] == ["MASTER.txt", "ACFTREF.txt", "ENGINE.txt"]


def test_the_columns_that_are_kept_are_the_publishers() -> None:
    assert {column.name for column in AIRCRAFT.columns} < set(MASTER)
    assert {column.name for column in AIRCRAFT_MODELS.columns} < set(ACFTREF)
    assert {column.name for column in ENGINES.columns} == set(ENGINE)
    assert {column.name for column in DEREGISTERED_AIRCRAFT.columns} < set(DEREG)


def test_a_byte_order_mark_padding_and_a_trailing_comma_are_no_part_of_a_value(
    tmp_path: Path,
) -> None:
    content = archive([aircraft("N80", YEAR_MFR="1988", STATUS_CODE="13")])
    came = zipfile.ZipFile(io.BytesIO(content)).read("MASTER.txt")
    assert came.startswith(b"\xef\xbb\xbfN-NUMBER,")
    assert b",\r\n80   ,SN-80                         ,1384404,13515,1988," in came
    assert came.endswith(b"    ,\r\n")
    (row,) = read(content, tmp_path)["aircraft"]
    assert row == {
        "n_number": "80",
        "serial_number": "SN-80",
        "mfr_mdl_code": "1384404",
        "eng_mfr_mdl": "13515",
        "year_mfr": "1988",
        "last_action_date": "20230616",
        "cert_issue_date": "20010405",
        "type_aircraft": "5",
        "type_engine": "5",
        "status_code": "13",
        "air_worth_date": "20010330",
        "expiration_date": "20301031",
        "unique_id": "00014384",
        "mode_s_code_hex": "A03830",
        "_source_row_number": 1,
    }


def test_a_value_of_nothing_but_padding_is_null(tmp_path: Path) -> None:
    blank = ("YEAR_MFR", "AIR_WORTH_DATE", "ENG_MFR_MDL", "SERIAL_NUMBER", "TYPE_ENGINE")
    (row,) = read(archive([aircraft("80", **dict.fromkeys(blank, ""))]), tmp_path)["aircraft"]
    assert {name for name, value in row.items() if value is None} == {
        name.lower() for name in blank
    }


def test_the_number_lacks_the_n_of_the_tail_number(tmp_path: Path) -> None:
    (row,) = read(archive([aircraft("N101AA")]), tmp_path)["aircraft"]
    assert row["n_number"] == "101AA"


def test_a_header_cell_that_begins_with_a_space_is_no_hindrance(tmp_path: Path) -> None:
    content = archive([aircraft("1ZZ")])
    assert b",KIT MFR, KIT MODEL,MODE S CODE HEX,\r\n" in zipfile.ZipFile(io.BytesIO(content)).read(
        "MASTER.txt"
    )
    # a column that we need may have one as well
    columns = [f" {name}" if name == "UNIQUE ID" else name for name in MASTER]
    spaced = archive([aircraft("1ZZ") | {" UNIQUE ID": "00000001"}], columns=columns)
    assert read(spaced, tmp_path)["aircraft"][0]["unique_id"] == "00000001"


def test_double_quotes_in_a_model_are_characters_of_it(tmp_path: Path) -> None:
    models = read(archive([aircraft("1ZZ")]), tmp_path)["aircraft_models"]
    assert [row["model"] for row in models] == ["737-823", "A320-232", 'BABY "D"']


def test_models_and_engines_land_word_for_word(tmp_path: Path) -> None:
    tables = read(archive([aircraft("1ZZ")]), tmp_path)
    assert tables["aircraft_models"][0] == {
        "code": "1384404",
        "mfr": "BOEING",
        "model": "737-823",
        "type_acft": "5",
        "type_eng": "5",
        "ac_cat": "1",
        "build_cert_ind": "0",
        "no_eng": "02",
        "no_seats": "149",
        "ac_weight": "CLASS 3",
        "speed": "0000",
        "_source_row_number": 1,
    }
    assert tables["engines"][1] == {
        "code": "13515",
        "mfr": "CFM INTL",
        "model": "CFM56-7B24",
        "type": "5",
        "horsepower": "00000",
        "thrust": "024200",
        "_source_row_number": 2,
    }


def test_the_code_of_an_aircraft_is_that_of_its_model(tmp_path: Path) -> None:
    tables = read(archive([aircraft("1ZZ")]), tmp_path)
    assert tables["aircraft"][0]["mfr_mdl_code"] in {
        row["code"] for row in tables["aircraft_models"]
    }


def test_bytes_that_are_no_text_are_set_aside_without_the_person(tmp_path: Path) -> None:
    damaged = line(MASTER, aircraft("2ZZ")).replace(b"SN-2ZZ", b"SN-\xff\xfe ")
    content = archive([aircraft("1ZZ"), damaged])
    assert marks_in(kept(SOURCE, content, DAY, tmp_path)) == []
    rows, reading = raw(files(SOURCE, content, DAY, tmp_path)[0])
    assert [row["n_number"] for row in rows] == ["1ZZ"]
    assert [(rejected.line, rejected.column) for rejected in reading.rejected] == [
        (3, "serial_number")
    ]
    assert MARK not in reading.rejected[0].text
