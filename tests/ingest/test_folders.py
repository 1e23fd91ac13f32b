"""A folder of downloads: everything in it is loaded or named, and the exit code says which."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.landing.offline import survey
from ingest.sources import live_sources
from tests.ingest.samples import Sandbox
from tests.ingest.test_bts import NEEDED
from tests.ingest.test_web_form import EIGHT_COLUMNS, KAGGLE_2015
from tests.publisher import registry_files, weather_files
from tests.publisher.bts_files import flights, packed, web_form_table

JANUARY, FEBRUARY = "2024-01", "2024-02"
ONTIME = web_form_table(flights(JANUARY, 40))
WEATHER = weather_files.answer(
    {
        "station": ["JFK"],
        **{
            f"{part}1": [value]
            for part, value in (("year", "2023"), ("month", "12"), ("day", "31"))
        },
        **{f"{part}2": [value] for part, value in (("year", "2024"), ("month", "2"), ("day", "2"))},
    }
)


def encrypted(archive: bytes) -> bytes:
    """Return an archive whose only member is marked as encrypted."""
    marked = bytearray(archive)
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[archive.index(start) + flags] |= 1
    return bytes(marked)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def left(folder: Path) -> dict[str, str]:
    """Return why files of a folder are not taken."""
    found = survey(folder, live_sources())
    return {one.path.name: one.reason for one in found.left}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "is empty: download it again"),
        ("people.csv", b"name,age\nx,1\n",
         "is not a file of any source: its first line names none of their columns"),
        ("a.csv", b"<html><head><title>Sorry</title></head></html>",
         "is a web page titled “Sorry” and no data: download it again"),
        ("a.csv.gz", gzip.compress(ONTIME), "is compressed with gzip: unpack it"),
        ("A.PARQUET", b"PAR1 and more", "is a Parquet file: only the publishers' own files load, "
         "as csv or zip"),
        ("a.zip", packed({"a.txt": b"x"}),
         "is a zip archive without a table of flights or the registry: unpack what should load"),
        ("a.zip", b"PK\x03\x04 and no more",
         "is a zip archive that is cut short or damaged: download it again"),
        ("a.xlsx", packed({"[Content_Types].xml": b"x"}),
         "is a spreadsheet: only the publishers' own files load, as csv or zip"),
        ("a.xlsx", packed({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b"x"}),
         "is a spreadsheet: only the publishers' own files load, as csv or zip"),
        ("a.json", b'[{"FL_DATE": "2024-01-01"}]',
         "is JSON: only the publishers' own files load, as csv or zip"),
        ("a.sqlite3", b"SQLite format 3\x00 and more",
         "is an SQLite database: only the publishers' own files load, as csv or zip"),
        ("a.sas7bdat", b"\x00\x00 and more", "is not a file of any source: its first line names "
         "none of their columns"),
        ("a.RDS", b"\x1f\x8b and more", "is compressed with gzip: unpack it"),
        ("a.zip", packed({"january.zip": packed({"a.csv": ONTIME})}),
         "is a zip archive with archives in it: unpack it into the folder"),
        ("a.zip", encrypted(packed({"a.csv": ONTIME})),
         "is a zip archive with a password: unpack it into the folder"),
        ("a.csv", ONTIME.replace(b"\n", b"\r"),
         "ends its lines with carriage returns alone: save it with line feeds"),
        ("w.csv", WEATHER.replace(b"\n", b"\r"),
         "ends its lines with carriage returns alone: save it with line feeds"),
        ("a.csv", "YEAR,MONTH".encode("utf-16"), "is UTF-16 text: save it as UTF-8"),
        ("a.zip.crdownload", b"\x00\x01", "is not a file of any source: its first line names none "
         "of their columns"),
    ],
)  # fmt: skip
def test_a_file_of_no_source_is_named_with_the_reason(
    folder: Path, name: str, content: bytes, reason: str
) -> None:
    (folder / name).write_bytes(content)
    assert left(folder) == {name: reason}


def test_what_cannot_be_opened_as_a_file_is_named(folder: Path, tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (elsewhere / "a.csv").write_bytes(ONTIME)
    (folder / "years").symlink_to(elsewhere)
    (folder / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    os.mkfifo(folder / "pipe.csv")
    (folder / "to a pipe").symlink_to(folder / "pipe.csv")
    (folder / "around").symlink_to(folder)
    (folder / ".hidden").symlink_to(elsewhere)
    assert left(folder) == {
        "around": "is a link to a folder: give that folder as FOLDER, or move it here",
        "gone.csv": "is a link that leads nowhere: copy the file itself into the folder",
        "pipe.csv": "is a pipe and no file: save what comes from it as a file",
        "to a pipe": "is a pipe and no file: save what comes from it as a file",
        "years": "is a link to a folder: give that folder as FOLDER, or move it here",
    }


def test_a_link_to_a_file_is_as_good_as_the_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(ONTIME)
    (folder / "link.csv").symlink_to(tmp_path / "a.csv")
    (tmp_path / "link to the folder").symlink_to(folder)
    found = survey(tmp_path / "link to the folder", live_sources()).found
    assert [(one.path.name, one.partition) for one in found] == [("link.csv", JANUARY)]


def test_a_folder_that_may_not_be_opened_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "locked").mkdir()
    listed = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert left(folder) == {"locked": "is a folder that may not be opened by this user"}


def test_what_is_no_data_is_not_named(folder: Path) -> None:
    for name in ("readme.txt", "photo.png", ".hidden.csv", "T_ONTIME_REPORTING.csv.json"):
        (folder / name).write_text("no data")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "a.csv").write_text("no data")
    assert left(folder) == {}


def test_the_projects_own_data_are_no_downloads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder may be the project's: what is written there is neither named nor a rival."""
    own = folder / "project" / "data"
    monkeypatch.setenv("ONTIME_DATA_DIR", str(own))
    (own / "dbt").mkdir(parents=True)
    (own / "ontime.duckdb").write_bytes(b"no publisher's file")
    (own / "dbt" / "test_results.json").write_bytes(b"[]")
    (folder / "project" / "mine.duckdb").write_bytes(b"somebody's")
    reason = "is not a file of any source: its first line names none of their columns"
    assert left(folder) == {"mine.duckdb": reason}
    # what has landed is the publisher's, if it is asked for
    (own / "landing" / "bts").mkdir(parents=True)
    (own / "landing" / "bts" / "bad.csv").write_bytes(b"name,age\nx,1\n")
    assert left(folder) == {"mine.duckdb": reason}
    assert left(own) == {"bad.csv": reason}


def test_content_of_a_foreign_file_is_not_quoted(folder: Path) -> None:
    (folder / "a.csv").write_text("a name of a person\n")
    assert "person" not in "".join(left(folder).values())


def test_the_good_file_loads_and_the_other_is_named(empty_sandbox: Sandbox, folder: Path) -> None:
    (folder / "nested").mkdir()
    (folder / "nested" / "T_ONTIME_REPORTING.csv").write_bytes(ONTIME)
    (folder / "other.csv").write_bytes(EIGHT_COLUMNS)
    (folder / "flights.csv").write_bytes(KAGGLE_2015)
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert (
        "other.csv                            not taken  it lacks OP_CARRIER_FL_NUM" in done.stderr
    )
    assert "flights.csv                          not taken  it is the file of 2015" in done.stderr
    assert "2 files were not loaded" in done.stderr
    assert empty_sandbox.receipts() == [("bts.on_time", "loaded", 40, 40, 0)]


def test_a_folder_with_nothing_to_load_names_each_file(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    (folder / "other.csv").write_bytes(EIGHT_COLUMNS)
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert "other.csv" in done.stderr
    assert empty_sandbox.receipts() == []
    dry = empty_sandbox.load("bts", "--offline-from", str(folder), "--dry-run", code=1)
    assert "other.csv" in dry.stderr


def test_a_table_beside_its_own_archive_is_the_same(empty_sandbox: Sandbox, folder: Path) -> None:
    (folder / "T_ONTIME_REPORTING.csv").write_bytes(ONTIME)
    (folder / "T_ONTIME_REPORTING.zip").write_bytes(packed({"T_ONTIME_REPORTING.csv": ONTIME}))
    done = empty_sandbox.load("bts", "--offline-from", str(folder))
    assert "holds the same as T_ONTIME_REPORTING.zip" in done.stdout
    assert empty_sandbox.receipts() == [("bts.on_time", "loaded", 40, 40, 0)]


def test_what_the_user_left_out_is_named_and_is_no_failure(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    (folder / "january.csv").write_bytes(ONTIME)
    (folder / "february.csv").write_bytes(web_form_table(flights(FEBRUARY, 40)))
    (folder / "weather.csv").write_bytes(WEATHER)
    done = empty_sandbox.load("bts", "--offline-from", str(folder), "--months", JANUARY)
    said = " ".join(done.stdout.split())
    assert "february.csv not taken it is of 2024-02" in said
    assert "weather.csv not taken it is of weather" in said
    assert empty_sandbox.query("select distinct _source_partition from raw_bts.on_time") == [
        (JANUARY,)
    ]


def test_every_month_of_a_file_loads(empty_sandbox: Sandbox, folder: Path) -> None:
    made = [*flights(JANUARY, 62), *flights(FEBRUARY, 58)]
    mixed = [flight for pair in zip(made[::2], made[1::2][::-1], strict=True) for flight in pair]
    (folder / "both.csv").write_bytes(web_form_table(mixed))
    done = empty_sandbox.load("bts", "--offline-from", str(folder))
    assert "2 files" not in done.stderr
    assert empty_sandbox.query(
        "select _source_partition, count(*), count(distinct flight_date) from raw_bts.on_time "
        "group by all order by all"
    ) == [(JANUARY, 62, 31), (FEBRUARY, 58, 29)]
    again = empty_sandbox.load("bts", "--offline-from", str(folder))
    assert again.stdout.count("unchanged") == 2


def test_a_line_that_does_not_parse_is_quarantined_in_one_month(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    table = web_form_table([*flights(JANUARY, 62), *flights(FEBRUARY, 58)]).splitlines(True)
    table.insert(80, b"damaged\n")  # among the flights of February
    (folder / "both.csv").write_bytes(b"".join(table))
    empty_sandbox.load("bts", "--offline-from", str(folder), "--max-quarantined-percent", "5")
    assert empty_sandbox.receipts() == [
        ("bts.on_time", "loaded", 62, 62, 0),
        ("bts.on_time", "loaded", 59, 58, 1),
    ]


def test_a_column_without_any_value_is_as_good_as_missing(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    made = [{**flight, "DepDelay": None} for flight in flights(JANUARY, 40)]
    (folder / "a.csv").write_bytes(web_form_table(made))
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert (
        "a.csv has no value in DEP_DELAY in any of its 40 rows: download the whole month"
        in done.stderr
    )
    assert empty_sandbox.query("select count(*) from raw_bts.on_time") == [(0,)]


def test_the_receipt_lists_the_columns_without_a_value(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    made = [{**flight, "Tail_Number": None} for flight in flights(JANUARY, 40)]
    (folder / "a.csv").write_bytes(web_form_table(made, columns=[*NEEDED, "Tail_Number"]))
    empty_sandbox.load("bts", "--offline-from", str(folder))
    ((missing,),) = empty_sandbox.query(
        "select missing_columns from operations.loaded_partitions where source_name = 'bts'"
    )
    assert set(missing.split(", ")).isdisjoint(NEEDED)
    assert {"Tail_Number", "DepTime", "DOT_ID_Reporting_Airline"} <= set(missing.split(", "))


def test_a_row_without_a_carrier_is_quarantined(empty_sandbox: Sandbox, folder: Path) -> None:
    made = flights(JANUARY, 40)
    made[7]["Reporting_Airline"] = None
    (folder / "a.csv").write_bytes(web_form_table(made))
    empty_sandbox.load("bts", "--offline-from", str(folder), "--max-quarantined-percent", "5")
    assert empty_sandbox.query(
        "select line_number, column_name, reason from operations.quarantined_rows"
    ) == [(9, "reporting_airline", "no value in a column that needs one")]


def test_the_registry_is_known_beside_the_others(folder: Path) -> None:
    (folder / "r.zip").write_bytes(registry_files.archive([registry_files.aircraft("1ZZ")]))
    (folder / "w.csv").write_bytes(WEATHER)
    (folder / "f.csv").write_bytes(ONTIME)
    found = survey(folder, live_sources())
    assert {one.source.name: one.path.name for one in found.found} == {
        "bts": "f.csv", "registry": "r.zip", "weather": "w.csv",
    }  # fmt: skip


def damaged(count: int = 3) -> bytes:
    """Return a table in which some flights have no delay that can be read."""
    made = flights(JANUARY, 62)
    for one in made[10 : 10 + count]:
        one["DepDelay"] = "soon"
    return web_form_table(made)


def test_a_refusal_after_landing_names_the_users_file(empty_sandbox: Sandbox, folder: Path) -> None:
    (folder / "my flights.csv").write_bytes(damaged())
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert "my flights.csv: 3 of 62 rows do not parse" in done.stderr
    assert "bts-2024-01-" not in done.stderr
    both = [*flights(JANUARY, 62), *flights(FEBRUARY, 58)]
    both[100]["DepDelay"] = "soon"
    (folder / "my flights.csv").write_bytes(web_form_table(both))
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert "my flights.csv (its part of 2024-02): 1 of 58 rows do not parse" in done.stderr


def test_a_refused_file_does_not_stay_in_landing(empty_sandbox: Sandbox, folder: Path) -> None:
    landing = empty_sandbox.project.warehouse_file.parent / "landing" / "bts" / JANUARY
    (folder / "a.csv").write_bytes(damaged())
    empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert not landing.exists()
    (folder / "a.csv").write_bytes(web_form_table(flights(JANUARY, 62)))
    empty_sandbox.load("bts", "--offline-from", str(folder))
    good = sorted(landing.iterdir())
    (folder / "a.csv").write_bytes(damaged(1))
    empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    assert sorted(landing.iterdir()) == good
    replayed = empty_sandbox.project.run(
        sys.executable, "-m", "ontime", "replay", env=empty_sandbox.environment({}), check=False
    )
    assert replayed.returncode == 0
    assert empty_sandbox.query("select count(*) from raw_bts.on_time") == [(62,)]


def test_the_registry_is_refused_as_a_whole(empty_sandbox: Sandbox, folder: Path) -> None:
    five = [registry_files.aircraft(f"{number}AA") for number in range(1, 6)]
    (folder / "r.zip").write_bytes(registry_files.archive(five))
    empty_sandbox.load("registry", "--offline-from", str(folder))
    gone = registry_files.former("6ZZ", CANCEL_DATE="2018/03/1")
    (folder / "r.zip").write_bytes(registry_files.archive(five[:3], given_up=[gone]))
    done = empty_sandbox.load("registry", "--offline-from", str(folder), code=1)
    assert "r.zip: none of its 1 rows parses" in done.stderr
    assert empty_sandbox.query("select count(*) from raw_registry.aircraft") == [(5,)]
    landing = empty_sandbox.project.warehouse_file.parent / "landing" / "registry" / "2024-03-15"
    assert len(list(landing.glob("*.zip"))) == 1


def test_a_damaged_member_is_a_refusal_and_the_other_files_load(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    given_up = [registry_files.former(f"{number}ZZ") for number in range(1, 50)]
    content = bytearray(registry_files.archive([registry_files.aircraft("1AA")], given_up=given_up))
    where = content.index(b"DEREG.txt") + 400
    content[where : where + 12] = bytes(255 - byte for byte in content[where : where + 12])
    (folder / "r.zip").write_bytes(bytes(content))
    (folder / "w.csv").write_bytes(WEATHER)
    done = empty_sandbox.load("registry", "weather", "--offline-from", str(folder), code=1)
    assert "it is cut short or damaged" in done.stderr
    assert "weather.reports 2024-01" in done.stdout


def test_a_file_is_compared_with_what_is_loaded(empty_sandbox: Sandbox, folder: Path) -> None:
    """A larger file may have landed and never loaded, as when the command was killed."""
    (folder / "a.csv").write_bytes(web_form_table(flights(JANUARY, 62)))
    empty_sandbox.load("bts", "--offline-from", str(folder))
    landing = empty_sandbox.project.warehouse_file.parent / "landing" / "bts" / JANUARY
    before = {path.name for path in landing.iterdir()}
    larger = web_form_table(flights(JANUARY, 93))
    other = empty_sandbox.copy(folder.parent / "other")
    (folder / "a.csv").write_bytes(larger)
    other.load("bts", "--offline-from", str(folder))
    for path in (other.project.warehouse_file.parent / "landing" / "bts" / JANUARY).iterdir():
        if path.name not in before:
            (landing / path.name).write_bytes(path.read_bytes())
    (folder / "a.csv").write_bytes(web_form_table(flights(JANUARY, 62)[:61]))
    empty_sandbox.load("bts", "--offline-from", str(folder))
    assert empty_sandbox.query("select count(*) from raw_bts.on_time") == [(61,)]


def test_a_file_that_loaded_under_a_wider_limit_stays_when_it_is_refused(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    (folder / "a.csv").write_bytes(damaged())
    wide = ("--max-quarantined-percent", "10")
    empty_sandbox.load("bts", "--offline-from", str(folder), *wide)
    empty_sandbox.load("bts", "--offline-from", str(folder), "--force", code=1)
    assert (
        len(
            list(
                (
                    empty_sandbox.project.warehouse_file.parent / "landing" / "bts" / JANUARY
                ).iterdir()
            )
        )
        == 2
    )
    assert empty_sandbox.query("select count(*) from raw_bts.on_time") == [(59,)]


def test_a_missing_folder_is_reported_before_anything_is_loaded(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    missing = str(folder / "missing")
    done = empty_sandbox.load("airportsdata,bts", "--offline-from", missing, code=2)
    assert done.stderr.startswith(f"There is no folder {missing}: --offline-from needs one")
    assert "rows" not in done.stdout
    assert empty_sandbox.receipts() == []


def test_cancelled_flights_alone_are_refused_without_boxes_to_tick(
    empty_sandbox: Sandbox, folder: Path
) -> None:
    cancelled = [one for one in flights(JANUARY, 620) if one["Cancelled"]]
    (folder / "a.csv").write_bytes(web_form_table(cancelled))
    done = empty_sandbox.load("bts", "--offline-from", str(folder), code=1)
    said = " ".join(done.stderr.split())
    assert (
        f"a.csv has no value in DEP_DELAY, ARR_DELAY in any of its {len(cancelled)} rows: download "
        "the whole month, since cancelled flights alone have no delays." in said
    )
    assert "tick" not in said


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        ("1987-09", "has flights of 1987-09, before 1987-10, when the records begin: check its "
         "dates"),
        ("2999-01", "has flights of 2999-01, which is still to come: check its dates"),
    ],
)  # fmt: skip
def test_flights_of_a_month_that_cannot_be_are_refused(
    folder: Path, month: str, reason: str
) -> None:
    made = [
        {**one, "FlightDate": f"{month}-{one['FlightDate'][-2:]}", "Year": int(month[:4]),
         "Month": int(month[5:])}
        for one in flights("2024-09" if month < "2000" else JANUARY, 60)
    ]  # fmt: skip
    (folder / "a.csv").write_bytes(web_form_table([*made, *flights(FEBRUARY, 60)]))
    assert left(folder) == {"a.csv": f"a.csv {reason}."}


def test_weather_of_a_month_to_come_is_refused(folder: Path) -> None:
    (folder / "w.csv").write_bytes(WEATHER.replace(b"2024-", b"2999-"))
    assert left(folder) == {
        "w.csv": "w.csv has reports of 2999-01, which is still to come: check its dates."
    }
