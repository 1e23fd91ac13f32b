"""The questions of the bench are answered from the published file, and answers are compared."""

from __future__ import annotations

from benchmarks.queries.__main__ import same
from benchmarks.queries.engines import duckdb_engine
from benchmarks.queries.questions import QUESTIONS
from tests.commands import Project


def test_the_published_file_answers_every_question(small: Project) -> None:
    answer = duckdb_engine(str(small.published_file))
    [[flights]] = answer("select count(*) from marts.fct_flights")
    answers = {
        question.split(":")[0]: answer(
            sql.format(first_year=2013, last_year=2013, large_carrier_flights=0)
        )
        for question, sql in QUESTIONS.items()
    }
    assert len(answers) == 11
    assert all(answers.values())
    # each flight has a day of the week, a year and a month
    assert sum(counted for _, counted in answers["Q1"]) == flights
    assert answers["Q9"] == [[2013, flights]]
    assert same(answers["Q0"], [[flights / 12]])
    late = sum(counted for _, counted in answers["Q2"])
    assert 0 < late < flights
    assert sum(counted for _, counted in answers["Q3"]) == late  # three airports of ten
    assert sum(counted for _, counted in answers["Q4"]) == late
    assert answers["Q5"] == answers["Q6"]
    [[_, share]] = answers["Q7"]  # of all flights, also of those that never left
    assert same(share, 100 * late / flights)


def test_differing_answers_are_noticed() -> None:
    assert same([["UA", 0.1 + 0.2]], [["UA", 0.3]])
    assert not same([["UA", 0.3]], [["UA", 0.3001]])
    assert not same([["UA", 1], ["AA", 1]], [["AA", 1], ["UA", 1]])
    assert not same([["UA", 1]], [["UA", 1], ["AA", 1]])
    assert not same([["UA", None]], [["UA", 0]])
