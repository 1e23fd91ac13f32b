"""The project loads the benchmark's consecutive months, and they are what they claim to be."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from benchmarks.series.size import size_of
from benchmarks.series.writing import write_month_of_series, write_series
from tests.commands import Project
from tests.shared import made_once

FLIGHTS = 2_000
FIRST, MONTHS = "2023-02", ["2023-02", "2023-03"]  # the clocks change in March

Row = dict[str, str]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with two small months."""
    folder = tmp_path_factory.mktemp("series")
    assert write_series(folder, FIRST, 2, size_of(FLIGHTS)) == MONTHS
    return folder


@pytest.fixture(scope="module")
def flights(files: Path) -> list[Row]:
    """Return the flights of both months, read without the project."""
    found: list[Row] = []
    for path in sorted(files.glob("On_Time*.zip")):
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
            found += csv.DictReader(io.TextIOWrapper(member, "latin-1"))
    return found


def test_the_same_call_writes_the_same_bytes(files: Path, tmp_path: Path) -> None:
    write_series(tmp_path, FIRST, 2, size_of(FLIGHTS))
    for path in files.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_month_is_the_same_in_every_run_of_months(files: Path, tmp_path: Path) -> None:
    write_month_of_series(tmp_path, MONTHS[1], size_of(FLIGHTS))
    assert all(path.read_bytes() == (files / path.name).read_bytes() for path in tmp_path.iterdir())


def test_each_aircraft_continues_where_it_arrived(flights: list[Row]) -> None:
    # within a day, an aircraft's flight numbers ascend
    in_order = sorted(
        flights, key=lambda row: (row["FlightDate"], int(row["Flight_Number_Reporting_Airline"]))
    )
    stays: dict[str, str] = {}
    for row in in_order:
        tail = row["Tail_Number"]
        assert stays.get(tail, row["Origin"]) == row["Origin"], (tail, row["FlightDate"])
        stays[tail] = row["Dest"]
    in_both = {row["Tail_Number"] for row in flights if row["Month"] == "2"}
    assert in_both == {row["Tail_Number"] for row in flights if row["Month"] == "3"}


def test_causes_add_up_to_the_arrival_delay(flights: list[Row]) -> None:
    causes = ("Carrier", "Weather", "NAS", "Security", "LateAircraft")
    late = [row for row in flights if row["ArrDel15"] == "1.00"]
    assert late
    for row in late:
        total = sum(float(row[f"{cause}Delay"]) for cause in causes)
        assert total == float(row["ArrDelay"])
    assert not any(row["CarrierDelay"] for row in flights if row not in late)


def test_every_kind_of_flight_occurs(flights: list[Row]) -> None:
    assert FLIGHTS < len(flights) < 4 * FLIGHTS
    assert any(row["Cancelled"] == "1.00" for row in flights)
    assert any(row["Div1Airport"] and row["DivReachedDest"] == "1.00" for row in flights)
    assert any(row["FirstDepTime"] for row in flights)
    assert any(float(row["LateAircraftDelay"] or 0) > 0 for row in flights)


@pytest.fixture(scope="module")
def loaded(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project that has loaded all of it."""

    def load(folder: Path) -> None:
        project = Project(folder)
        project.ingest("load", "airportsdata")
        project.ingest("load", "--offline-from", str(files))

    return Project(made_once(tmp_path_factory, "series", load))


def test_all_of_it_is_loaded_and_nothing_is_quarantined(
    loaded: Project, files: Path, flights: list[Row]
) -> None:
    reports = {
        month: (files / f"weather-{month}.csv").read_text().count("\n") - 1 for month in MONTHS
    }
    with zipfile.ZipFile(files / "ReleasableAircraft.zip") as archive:
        aircraft = archive.read("MASTER.txt").count(b"\n") - 1
    by_month = Counter(row["FlightDate"][:7] for row in flights)
    expected = {("on_time", month): by_month[month] for month in MONTHS}
    expected |= {("reports", month): count for month, count in reports.items()}
    # each number belonged to another aircraft before
    for table in ("aircraft", "deregistered_aircraft"):
        expected[(table, f"{FIRST}-01")] = aircraft
    with duckdb.connect(str(loaded.warehouse_file), read_only=True) as connection:
        receipts = connection.execute(
            "select table_name, partition_name, rows_loaded, rows_quarantined "
            "from operations.loaded_partitions"
        ).fetchall()
        tails = connection.execute(
            "select count(distinct tail_number) filter (where n_number is null) "
            "from raw_bts.on_time left join raw_registry.aircraft "
            "on tail_number = concat('N', trim(n_number))"
        ).fetchall()
    found = {(table, month): rows for table, month, rows, _ in receipts}
    assert expected.items() <= found.items()
    assert not any(quarantined for *_, quarantined in receipts)
    assert tails == [(0,)]
