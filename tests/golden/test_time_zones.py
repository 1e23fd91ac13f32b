"""The clocks of every airport are those of its place, on every day since 1987.

The reference has zones as they are today. The zones at the coordinates come from another source,
the boundaries of the zones (`zones_by_place.txt`). Two zones are equal if their clocks have agreed
since 1987.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import airportsdata

from tests.commands import ROOT

FIRST, LAST = datetime(1987, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
PLACES = ROOT / "tests" / "golden" / "zones_by_place.txt"
CORRECTIONS = ROOT / "dbt_project" / "seeds" / "airport_zone_corrections.csv"


def zones_by_place() -> dict[str, str]:
    """Return the zone at the coordinates of each airport."""
    found: dict[str, str] = {}
    zone = ""
    for line in PLACES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        head, colon, codes = line.partition(":")
        zone = head if colon else zone
        found |= dict.fromkeys((codes if colon else line).split(), zone)
    return found


def corrections() -> dict[str, str]:
    """Return the zones that replace those of the reference."""
    with CORRECTIONS.open(encoding="utf-8", newline="") as lines:
        return {row["airport_code"]: row["time_zone_name"] for row in csv.DictReader(lines)}


@cache
def offsets(zone: str) -> list[timedelta | None]:
    """Return how far the clocks are from UTC at noon in UTC of each day."""
    noons = (FIRST + timedelta(days=day, hours=12) for day in range((LAST - FIRST).days))
    return [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]


@cache
def days_apart(zone: str, other: str) -> int:
    """Return on how many days the clocks of two zones differ."""
    return sum(ours != theirs for ours, theirs in zip(offsets(zone), offsets(other), strict=True))


def test_every_airport_has_the_clocks_of_its_place_on_every_day() -> None:
    reference, corrected = airportsdata.load("IATA"), corrections()
    places = zones_by_place()
    assert len(places) > 1900
    wrong = {
        code: (zone, place, days)
        for code, place in places.items()
        if code in reference
        for zone in [corrected.get(code, reference[code]["tz"])]
        if (days := days_apart(zone, place))
    }
    assert wrong == {}


def test_a_correction_is_needed_and_is_the_zone_of_the_place() -> None:
    reference, places = airportsdata.load("IATA"), zones_by_place()
    for code, zone in corrections().items():
        assert zone == places[code]
        assert days_apart(zone, reference[code]["tz"]) > 0, f"{code} needs no correction now"


def test_the_reference_is_an_hour_off_in_indiana_for_eighteen_summers() -> None:
    assert days_apart("America/New_York", "America/Indiana/Indianapolis") == 3934
    assert days_apart("America/New_York", "America/Detroit") == 0


def test_airports_outside_the_states_have_a_zone() -> None:
    places = zones_by_place()
    assert {places[code] for code in ("ROR", "GUM", "SPN", "PPG")} == {
        "Pacific/Palau", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago"
    }  # fmt: skip
    assert days_apart(places["YAP"], "Pacific/Chuuk") == 0
