"""A file that holds only a part of a month does not replace the whole month."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ingest.declarations import Source
from ingest.errors import RefusedFileError
from ingest.landing import offline, store
from ingest.landing.store import Landed
from ingest.sources import SOURCES
from tests.ingest.samples import Sandbox
from tests.publisher.bts_files import flights, month_zip, web_form_table
from tests.publisher.weather_files import reports, table

JANUARY, FEBRUARY = "2024-01", "2024-02"
BTS, WEATHER = SOURCES["bts"], SOURCES["weather"]
WHOLE = flights(FEBRUARY, 580)
FIVE_DAYS = [one for one in WHOLE if str(one["FlightDate"]) < "2024-02-06"]
CARRIER = WHOLE[0]["Reporting_Airline"]

Put = Callable[..., Landed]


def of(stations: str, begin: str, end: str) -> list[dict[str, Any]]:
    """Return the reports of some stations from a day until before another."""
    span = (date.fromisoformat(begin), date.fromisoformat(end))
    return [report for station in stations.split() for report in reports(station, *span)]


@pytest.fixture
def put(tmp_path: Path, warehouse: Path) -> Put:
    """Return a function that lands a file from a folder as the command does."""
    folder = tmp_path / "downloads"
    folder.mkdir()

    def land(source: Source, content: bytes, name: str = "a.csv") -> Landed:
        (folder / name).write_bytes(content)
        found = offline.survey(folder, [source]).found
        (folder / name).rename(tmp_path / name)
        return [offline.land(replaced(one, tmp_path / name)) for one in found][-1]

    return land


def replaced(found: offline.FoundFile, path: Path) -> offline.FoundFile:
    return offline.FoundFile(found.source, found.partition, path, shared_by=found.shared_by)


@pytest.mark.parametrize(
    ("part", "less"),
    [
        (FIVE_DAYS, "5 of the 29 days"),
        ([one for one in WHOLE if one["Reporting_Airline"] == CARRIER], "1 of the"),
        ([one for one in WHOLE if one["Origin"] == "JFK"], "flights"),
        (WHOLE[: int(len(WHOLE) * 0.94)], "545 of the 580 flights"),
    ],
    ids=["days", "carrier", "airport", "rows"],
)
def test_a_part_of_a_month_of_flights_is_refused(
    put: Put, part: list[dict[str, Any]], less: str
) -> None:
    whole = put(BTS, web_form_table(WHOLE))
    with pytest.raises(RefusedFileError) as refusal:
        put(BTS, web_form_table(part), "part.csv")
    sentence = str(refusal.value)
    assert sentence.startswith("part.csv holds only a part of 2024-02: ")
    assert less in sentence
    assert f" of {whole.path.name}, which landed on " in sentence
    assert "take it out first with `ontime remove bts 2024-02`" in sentence
    assert store.history("bts") == [whole]


def test_a_part_named_as_the_publisher_does_is_refused_too(put: Put) -> None:
    put(BTS, web_form_table(WHOLE))
    name = "On_Time_Reporting_Carrier_On_Time_Performance_1987_present_2024_2.zip"
    with pytest.raises(RefusedFileError, match="holds only a part of 2024-02"):
        put(BTS, month_zip(FEBRUARY, WHOLE[:60]), name)


def test_a_month_that_was_issued_again_replaces_the_one_before(put: Put) -> None:
    put(BTS, web_form_table(WHOLE))
    corrected = [{**one, "Tail_Number": "N1ZZ"} for one in WHOLE if one is not WHOLE[5]]
    again = put(BTS, web_form_table(corrected), "again.csv")
    assert store.newest("bts", FEBRUARY) == again


def test_the_whole_month_replaces_a_part_of_it(put: Put) -> None:
    put(BTS, web_form_table(FIVE_DAYS))
    assert put(BTS, web_form_table(WHOLE), "whole.csv") == store.newest("bts", FEBRUARY)


def test_a_flight_that_was_quarantined_is_no_part_of_a_month(put: Put) -> None:
    odd = [*WHOLE[:-1], {**WHOLE[-1], "Reporting_Airline": ""}]
    put(BTS, web_form_table(odd))
    corrected = put(BTS, web_form_table(WHOLE), "b.csv")
    assert store.newest("bts", FEBRUARY) == corrected
    worse = [*WHOLE[:-1], {**WHOLE[-1], "Reporting_Airline": "Q#", "Origin": "??"}]
    put(BTS, web_form_table(worse), "c.csv")
    assert put(BTS, web_form_table(WHOLE), "d.csv").sha256 == corrected.sha256


def test_a_report_that_was_quarantined_is_no_part_of_a_month(put: Put) -> None:
    whole = of("JFK LGA", "2024-01-31", "2024-03-02")
    put(WEATHER, table([*whole, {**whole[40], "station": "J?K", "tmpf": "abc"}]))
    corrected = put(WEATHER, table(whole), "b.csv")
    assert store.newest("weather", FEBRUARY) == corrected


def test_flights_that_end_in_the_middle_of_a_line_are_refused(put: Put) -> None:
    content = web_form_table(WHOLE)
    with pytest.raises(RefusedFileError, match="ends in the middle of a line: it was cut short"):
        put(BTS, content[:-40])
    # a last line without its line break is whole
    assert put(BTS, content.rstrip(b"\r\n"), "b.csv").partition == FEBRUARY


def test_some_days_among_several_months_do_not_replace_a_month(put: Put) -> None:
    whole = put(BTS, web_form_table(WHOLE))
    several = web_form_table([*flights(JANUARY, 62), *WHOLE[:50]])
    with pytest.raises(RefusedFileError, match=r"several\.csv holds only a part of 2024-02"):
        put(BTS, several, "several.csv")
    assert store.newest("bts", FEBRUARY) == whole
    assert store.newest("bts", JANUARY) is not None


@pytest.mark.parametrize(
    ("part", "less"),
    [
        (of("JFK", "2024-01-31", "2024-03-02"), "1 of the 2 stations and "),
        (of("BOS ORD", "2024-01-31", "2024-03-02"), "0 of the 2 stations of "),
        (of("JFK LGA", "2024-02-01", "2024-02-05"), "4 of the 31 days and "),
        (of("JFK LGA", "2024-02-01", "2024-03-01"), "29 of the 31 days and "),
        (list(islice(of("JFK LGA", "2024-01-31", "2024-03-02"), 0, None, 3)), "hours of a station"),
    ],
    ids=["station", "stations", "days", "margins", "hours"],
)
def test_a_part_of_the_weather_of_a_month_is_refused(
    put: Put, part: list[dict[str, Any]], less: str
) -> None:
    whole = put(WEATHER, table(of("JFK LGA", "2024-01-31", "2024-03-02")))
    with pytest.raises(RefusedFileError) as refusal:
        put(WEATHER, table(part), "part.csv")
    assert str(refusal.value).startswith("part.csv holds only a part of 2024-02: ")
    assert less in str(refusal.value)
    assert store.newest("weather", FEBRUARY) == whole


def test_weather_of_more_stations_replaces_that_of_fewer(put: Put) -> None:
    put(WEATHER, table(of("JFK LGA", "2024-01-31", "2024-03-02")))
    more = put(WEATHER, table(of("BOS JFK LGA", "2024-01-31", "2024-03-02")), "more.csv")
    assert store.newest("weather", FEBRUARY) == more


def test_a_damaged_landed_file_is_replaced_by_what_there_is(put: Put) -> None:
    damaged = put(BTS, web_form_table(WHOLE))
    damaged.path.chmod(0o644)
    damaged.path.write_bytes(b"PK")
    assert put(BTS, web_form_table(FIVE_DAYS), "part.csv") == store.newest("bts", FEBRUARY)


EARLY, LATE = (
    [one for one in WHOLE if (one["FlightDate"] < "2024-02-16") is is_early]
    for is_early in (True, False)
)
WIDE = ("2024-01-31", "2024-03-02")


@pytest.mark.parametrize(
    ("source", "one", "other", "what"),
    [
        (BTS, web_form_table(EARLY), month_zip(FEBRUARY, LATE),
         "files with different days of 2024-02: "),
        (WEATHER, table(of("JFK", *WIDE)), table(of("BOS", *WIDE)),
         "files with different stations of 2024-02: "),
        (BTS, web_form_table(WHOLE), web_form_table(WHOLE[1:]), "files of 2024-02 that differ: "),
    ],
    ids=["halves", "stations", "versions"],
)  # fmt: skip
def test_several_files_of_a_month_are_refused_with_what_to_do(
    tmp_path: Path, source: Source, one: bytes, other: bytes, what: str
) -> None:
    (tmp_path / "one").write_bytes(one)
    (tmp_path / "other").write_bytes(other)
    (found,) = offline.survey(tmp_path, [source]).found
    with pytest.raises(RefusedFileError) as refusal, offline.checked(found):
        pass
    sentence = str(refusal.value)
    assert f"The folder holds {what}{tmp_path / 'one'}, {tmp_path / 'other'}. " in sentence
    assert "A month loads from one file: " in sentence
    assert ("leave the one that is meant, or join them" in sentence) == ("that differ" in what)


def test_the_command_keeps_the_month_until_it_is_taken_out(
    empty_sandbox: Sandbox, tmp_path: Path
) -> None:
    for name, content in (("whole", WHOLE), ("part", FIVE_DAYS)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.csv").write_bytes(web_form_table(content))
    empty_sandbox.load("bts", "--offline-from", str(tmp_path / "whole"))
    done = empty_sandbox.load("bts", "--offline-from", str(tmp_path / "part"), code=1)
    said = re.sub(r"\s+", " ", done.stderr)
    assert "bts 2024-02 refused part.csv holds only a part of 2024-02: 5 of the 29 days" in said
    assert empty_sandbox.query("select count(*) from raw_bts.on_time") == [(580,)]
