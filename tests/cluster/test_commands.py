"""The lake follows what loading does, where ONTIME_LAKE names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontime import cli
from ontime.cluster import lake
from ontime.cluster.places import Place
from tests.commands import Project


@pytest.fixture
def place(small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return the lake that the setting names, for the data of the small year."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(small.folder / "data"))
    monkeypatch.setenv("ONTIME_LAKE", str(tmp_path / "lake"))
    return Place(tmp_path / "lake")


def test_a_load_brings_the_lake_up_to_date(place: Place) -> None:
    cli._land_in_lake(["load", "bts"])
    tables = {table.name: table for table in lake.read(place)}
    assert tables["flights"].files
    assert not tables["on_time"].files


@pytest.mark.parametrize("words", [["load", "--dry-run"], ["status"], ["refresh", "--help"], []])
def test_what_loads_nothing_writes_no_lake(place: Place, words: list[str]) -> None:
    cli._land_in_lake(words)
    assert lake.read(place) == []


def test_without_the_setting_there_is_no_lake(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONTIME_LAKE")
    cli._land_in_lake(["load"])
    assert lake.read(place) == []
