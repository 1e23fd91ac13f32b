"""Months can be written in several ways, and a typing error is answered with the correct form."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ingest.errors import IngestError
from ingest.months import (
    between,
    first_day,
    following,
    month_of,
    newest_offered,
    parse_months,
    preceding,
)

TODAY = date(2026, 3, 20)
# a gap: what is not offered is not part of `all`
OFFERED = ["1987-10", "1995-06", "2025-12", "2026-01"]


def parsed(text: str) -> list[str]:
    return parse_months(text, today=TODAY, offered=lambda: OFFERED)


def not_asked() -> list[str]:
    raise AssertionError("nobody should be asked which months are offered")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024-01", ["2024-01"]),
        (" 2024-01 ", ["2024-01"]),
        ("2024-11..2025-02", ["2024-11", "2024-12", "2025-01", "2025-02"]),
        ("2024-05 .. 2024-06", ["2024-05", "2024-06"]),
        ("2024-05..2024-05", ["2024-05"]),
        ("2025-02,2024-01", ["2024-01", "2025-02"]),
        ("2024-02, 2024-01..2024-03", ["2024-01", "2024-02", "2024-03"]),
        ("latest", ["2026-01"]),
        ("LATEST", ["2026-01"]),
        ("2025-12..latest", ["2025-12", "2026-01"]),
        ("2024-01,latest", ["2024-01", "2026-01"]),
        ("1987-10", ["1987-10"]),
        ("1995-03", ["1995-03"]),
        ("1989-12..1990-01", ["1989-12", "1990-01"]),
        # the current month has a name, although it may not have a file yet
        ("2026-03", ["2026-03"]),
    ],
)
def test_months_are_named_in_several_ways(text: str, months: list[str]) -> None:
    assert parsed(text) == months


def test_all_is_every_month_that_is_offered() -> None:
    assert parsed("all") == OFFERED
    assert parsed("all,2024-01") == sorted([*OFFERED, "2024-01"])


def test_the_offered_months_are_asked_for_once_and_only_if_it_matters() -> None:
    asked = []

    def offered() -> list[str]:
        asked.append("once")
        return OFFERED

    assert parse_months("2024-01..2024-03", today=TODAY, offered=not_asked)
    assert parse_months("latest,all,2025-01..latest", today=TODAY, offered=offered)
    assert asked == ["once"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2024-13", "'2024-13' is no month: write 2024-01, a range 2024-01..2024-12, a list of "
         "these with commas between, latest, or all."),
        ("2024-00", "'2024-00' is no month: write"),
        ("2024-1", "'2024-1' is no month: write"),
        ("202401", "'202401' is no month: write"),
        ("2024", "'2024' is no month: write"),
        ("january", "'january' is no month: write"),
        ("2024-01-15", "'2024-01-15' is no month: write"),
        ("\u0662\u0660\u0662\u0664-01", "is no month: write"),
        ("", "A month is missing: write 2024-01,"),
        ("2024-01,", "A month is missing: write"),
        ("2024-01..", "A month is missing: write"),
        ("..2024-01", "A month is missing: write"),
        ("2024-01..all", "'all' is no month: write"),
        ("2024-01...2024-03", "'.2024-03' is no month: write"),
        ("2024-01-2024-03", "'2024-01-2024-03' is no month: write"),
        ("2024-12..2024-01",
         "The range 2024-12..2024-01 runs backwards: write 2024-01..2024-12."),
        ("2026-04", "2026-04 is still to come; a month's flights are published 6 to 8 weeks after "
         "its end."),
        ("2025-01..2031-01", "2031-01 is still to come"),
        ("1987-09", "1987-09 is before 1987-10, when the records of flights begin."),
        ("1900-01..2000-01", "1900-01 is before 1987-10"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_answered_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=re.escape(sentence)):
        parse_months(text, today=TODAY, offered=not_asked)


def test_the_newest_month_is_looked_for_backwards_from_the_last_one() -> None:
    asked: list[str] = []

    def is_offered(month: str) -> bool:
        asked.append(month)
        return month <= "2025-12"

    assert newest_offered(TODAY, is_offered) == "2025-12"
    assert asked == ["2026-02", "2026-01", "2025-12"]


def test_a_publisher_that_offers_nothing_for_a_year_is_reported() -> None:
    sentence = r"^None of the 12 months from 2025-03 to 2026-02 is offered .*name months instead"
    with pytest.raises(IngestError, match=sentence):
        newest_offered(TODAY, lambda _month: False)


def test_months_follow_each_other_over_the_end_of_the_year() -> None:
    assert following("2023-12") == "2024-01"
    assert preceding("2024-01") == "2023-12"
    assert list(between("2023-12", "2024-02")) == ["2023-12", "2024-01", "2024-02"]
    assert first_day("2024-02") == date(2024, 2, 1)
    assert month_of(date(2024, 2, 29)) == "2024-02"
    everything = list(between("1987-10", "2026-01"))
    assert [following(month) for month in everything[:-1]] == everything[1:]
    assert [preceding(month) for month in everything[1:]] == everything[:-1]
