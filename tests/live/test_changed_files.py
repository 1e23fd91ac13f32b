"""Files that have changed in some detail: what a user sees on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.live.live_project import (
    FLIGHTS_A_MONTH,
    JANUARY,
    LiveProject,
    path_of,
    publish_month,
)
from tests.publisher import bts_files

MANY = 1_200


def flights(count: int = FLIGHTS_A_MONTH) -> list[dict[str, Any]]:
    """Return flights of January."""
    return bts_files.flights(JANUARY, count)


def told_of_january(live: LiveProject) -> tuple[Any, ...]:
    """Return rows in the file, loaded and quarantined, and unknown columns of the last receipt."""
    return live.query(
        "select rows_in_file, rows_loaded, rows_quarantined, unknown_columns "
        "from operations.loaded_partitions "
        f"where source_name = 'bts' and partition_name = '{JANUARY}'"
    )[0]


def test_one_row_that_does_not_parse_is_quarantined(live: LiveProject) -> None:
    rows = flights(MANY)
    rows[700]["ArrDelay"] = "late"
    publish_month(live.server, JANUARY, rows)
    done = live.load("bts", "--months", JANUARY)
    assert f"{MANY - 1:,} rows  1 quarantined" in done.stdout
    assert told_of_january(live) == (MANY, MANY - 1, 1, None)
    assert live.query(
        "select line_number, column_name, reason, raw_text like '%late%' "
        "from operations.quarantined_rows"
    ) == [(702, "arr_delay", "not a whole number below a billion", True)]


def test_a_row_of_another_month_is_quarantined(live: LiveProject) -> None:
    rows = flights(MANY)
    rows[31]["FlightDate"] = "2024-02-01"
    publish_month(live.server, JANUARY, rows)
    live.load("bts", "--months", JANUARY)
    assert told_of_january(live) == (MANY, MANY - 1, 1, None)
    assert live.query("select line_number, column_name from operations.quarantined_rows") == [
        (33, "flight_date")
    ]


def test_more_than_one_row_in_a_thousand_refuses_the_month_unless_it_is_allowed(
    live: LiveProject,
) -> None:
    before = live.raw()
    rows = flights()
    rows[5]["ArrDelay"] = "late"
    publish_month(live.server, JANUARY, rows)
    done = live.load("bts", "--months", JANUARY, code=1)
    assert "1 of 120 rows do not parse (0.83 %, more than the 0.1 % allowed" in done.stderr
    assert live.raw() == before
    live.load("bts", "--months", JANUARY, "--max-quarantined-percent", "1")
    assert told_of_january(live) == (FLIGHTS_A_MONTH, FLIGHTS_A_MONTH - 1, 1, None)
    # what was refused did not stay in landing, so it was fetched again
    assert len(live.server.asked(path_of(JANUARY))) == 2


def test_the_same_refusal_leaves_one_receipt(live: LiveProject) -> None:
    rows = flights()
    rows[5]["ArrDelay"] = "late"
    publish_month(live.server, JANUARY, rows)
    for _ in range(2):
        live.load("bts", "--months", JANUARY, code=1)
    assert live.query(
        "select count(*) from operations.load_receipts where outcome = 'refused'"
    ) == [(1,)]


def test_a_missing_column_that_the_models_need_refuses_the_month(live: LiveProject) -> None:
    before = live.raw()
    publish_month(live.server, JANUARY, flights(), columns=bts_files.without(["Cancelled"]))
    done = live.load("bts", "--months", JANUARY, code=1)
    assert "lacks the required column Cancelled" in done.stderr
    assert live.raw() == before


def test_a_missing_column_that_they_do_not_need_is_null(live: LiveProject) -> None:
    publish_month(live.server, JANUARY, flights(), columns=bts_files.without(["DistanceGroup"]))
    live.load("bts", "--months", JANUARY)
    assert live.query(
        "select count(*), count(distance_group), count(distance) from raw_bts.on_time "
        f"where _source_partition = '{JANUARY}'"
    ) == [(FLIGHTS_A_MONTH, 0, FLIGHTS_A_MONTH)]


def test_an_added_column_is_left_out_and_reported(live: LiveProject) -> None:
    before = live.raw()
    rows = [{**row, "Mood": "fine"} for row in flights()]
    publish_month(live.server, JANUARY, rows, columns=["Mood", *bts_files.COLUMNS])
    done = live.load("bts", "--months", JANUARY)
    assert "columns kept out, not declared: Mood" in done.stdout
    assert told_of_january(live) == (FLIGHTS_A_MONTH, FLIGHTS_A_MONTH, 0, "Mood")
    assert live.raw() == before


def test_the_names_of_before_2018_and_another_order_are_the_same_month(live: LiveProject) -> None:
    before = live.raw()
    publish_month(live.server, JANUARY, flights(), header="old")
    live.load("bts", "--months", JANUARY)
    assert live.raw() == before
    publish_month(live.server, JANUARY, flights(), columns=bts_files.COLUMNS[::-1])
    live.load("bts", "--months", JANUARY)
    assert live.raw() == before


def test_a_renamed_column_is_reported_or_refused(live: LiveProject) -> None:
    before = live.raw()
    columns = ["Origin_Airport" if name == "Origin" else name for name in bts_files.COLUMNS]
    publish_month(live.server, JANUARY, flights(), columns=columns)
    done = live.load("bts", "--months", JANUARY, code=1)
    assert "lacks the required column Origin of" in done.stderr
    assert live.raw() == before
    columns = ["TaxiOutMinutes" if name == "TaxiOut" else name for name in bts_files.COLUMNS]
    publish_month(live.server, JANUARY, flights(), columns=columns)
    done = live.load("bts", "--months", JANUARY)
    assert "columns kept out, not declared: TaxiOutMinutes" in done.stdout


def test_a_month_that_is_in_a_folder_twice(live: LiveProject, tmp_path: Path) -> None:
    before = live.raw()
    folder = tmp_path / "downloads"
    folder.mkdir()
    content = live.server.files[path_of(JANUARY)].content
    (folder / bts_files.month_name(JANUARY)).write_bytes(content)
    (folder / "copy of it.zip").write_bytes(content)
    live.load("bts", "--offline-from", str(folder))
    assert live.raw() == before
    (folder / "copy of it.zip").write_bytes(bts_files.month_zip(JANUARY, flights(50)))
    done = live.load("bts", "--offline-from", str(folder), code=1)
    assert "The folder holds files of 2024-01 that differ: " in done.stderr
    assert "copy of it.zip" in done.stderr
    assert live.raw() == before


def test_the_newest_issue_of_another_machine_is_taken(live: LiveProject, tmp_path: Path) -> None:
    publish_month(live.server, JANUARY, flights(50))
    live.load("bts", "--months", JANUARY)
    other = LiveProject(tmp_path / "other", live.server)
    other.load("bts", "--offline-from", str(live.landing))
    assert other.raw()["raw_bts.on_time"] == live.raw()["raw_bts.on_time"]
