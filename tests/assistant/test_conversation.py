"""An assistant gets answers that can be judged, sentences for its mistakes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.assistant.conftest import Conversation
from tests.assistant.questions import ATTACKS, CALLS
from tests.commands import Project

pytestmark = pytest.mark.whole

READING = {"answer_metric", "describe_table", "explain", "list_metrics", "list_tables", "query"}


def test_tools_say_that_they_only_read(conversation: Conversation) -> None:
    assert set(conversation.tools) == READING
    for tool in conversation.tools.values():
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.description.strip().endswith(".")
    assert "trust grade" in conversation.instructions


def test_every_answer_names_its_publication(conversation: Conversation, small: Project) -> None:
    answered = [name for name, (_, is_error) in conversation.replies.items() if not is_error]
    assert len(answered) > 15
    for name in answered:
        named = conversation.answer(name)["publication"]
        assert named["publication_name"] == small.publication_name, name
        assert named["fingerprint"], name
        assert "warning" not in named, name


def test_rate_has_its_counts_definition_coverage_and_grade(
    conversation: Conversation, small: Project
) -> None:
    answer = conversation.answer("rate")
    with duckdb.connect(str(small.published_file), read_only=True) as connection:
        expected = connection.execute(
            "select carrier_code, count(*) filter (where is_on_time_arrival) / count(*), "
            "count(*) filter (where is_on_time_arrival), count(*) from marts.fct_flights "
            "where flight_month = date '2013-03-01' group by 1 order by 4 desc, 1"
        ).fetchall()
        [(grade,)] = connection.execute(
            "select trust_grade from marts.mart_table_month_quality "
            "where table_name = 'fct_flights' and data_month = date '2013-03-01'"
        ).fetchall()
    shown = [
        (row["carrier"], row["on_time_arrival_rate"], row["on_time_arrivals"], flights)
        for row in answer["rows"]
        for flights in [row["scheduled_flights"]]
    ]
    assert shown == [pytest.approx(row) for row in expected]
    definitions = {each["name"]: each for each in answer["definitions"]}
    assert list(definitions) == ["on_time_arrival_rate", "on_time_arrivals", "scheduled_flights"]
    rate = definitions["on_time_arrival_rate"]
    assert rate["formula"] == "on_time_arrivals / scheduled_flights"
    assert rate["numerator"].startswith("on_time_arrivals: ")
    assert rate["denominator"].startswith("scheduled_flights: ")
    assert answer["coverage"]["scheduled_flights"] == sum(row[3] for row in expected)
    assert answer["coverage"]["first_month"] == answer["coverage"]["last_month"] == "2013-03-01"
    assert answer["coverage"]["sources"][0]["coverage_text"].startswith("Departures from EWR")
    assert answer["trust"]["grade"] == grade
    assert answer["trust"]["months_of_each_grade"] == {grade: 1}
    assert "one letter" in answer["trust"]["meaning"]


def test_grade_of_all_months_is_that_of_the_worst(
    conversation: Conversation, small: Project
) -> None:
    trust = conversation.answer("everything")["trust"]
    with duckdb.connect(str(small.published_file), read_only=True) as connection:
        counted = connection.execute(
            "select trust_grade, count(*) from marts.mart_table_month_quality "
            "where table_name = 'fct_flights' group by 1 order by 1"
        ).fetchall()
    assert trust["months_of_each_grade"] == dict(counted)
    assert trust["grade"] == counted[-1][0]
    assert {row["trust_grade"] for row in trust["worst_months"]} == {counted[-1][0]}


def test_saved_query_is_answered_by_month(conversation: Conversation) -> None:
    rows = conversation.answer("saved")["rows"]
    assert [row["month"] for row in rows] == [f"2013-{month:02}-01" for month in range(1, 13)]
    assert {"on_time_arrival_rate", "on_time_arrivals", "scheduled_flights"} <= set(rows[0])


def test_cut_is_stated(conversation: Conversation) -> None:
    answer = conversation.answer("cut")
    assert len(answer["rows"]) == 3
    assert answer["cut"] == [
        "There are more than the 3 rows shown: ask for more rows, add up, or filter."
    ]
    assert conversation.answer("rate")["cut"] == []
    many = conversation.answer("many characters")
    assert 0 < len(many["rows"]) < 1000
    assert many["cut"] == [
        f"The answer was cut after {len(many['rows'])} rows, at 100,000 characters."
    ]
    [[value]] = conversation.answer("long value")["rows"]
    assert len(value) == 2003
    assert len(conversation.answer("shown")["rows"]) == 5
    assert "1000" in conversation.error("too many rows")


def test_values_of_every_kind_arrive(conversation: Conversation) -> None:
    assert conversation.answer("odd values")["rows"] == [
        [None, None, 1.5, "2013-01-01", "[1, 2]", 1, None]
    ]
    assert conversation.answer("same name twice")["rows"] == [[1, 2]]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("no metric", "`list_metrics` lists"),
        ("unknown metric", "Did you mean on_time_arrival_rate"),
        ("unknown dimension", "Did you mean carrier"),
        ("unknown saved query", "Did you mean punctuality_by_carrier"),
        ("both", "leave the others out"),
        ("no condition", "not a condition"),
        ("unknown table", "Did you mean fct_flights"),
        ("unknown column", "fct_flights has no column delay"),
        ("mistake", 'column "nonsense" not found'),
    ],
)
def test_mistake_is_answered_in_a_sentence(
    conversation: Conversation, call: str, sentence: str
) -> None:
    assert sentence in conversation.error(call)


def test_dictionary_and_lineage(conversation: Conversation) -> None:
    tables = {each["table_name"]: each for each in conversation.answer("tables")["tables"]}
    [count] = conversation.answer("count")["rows"]
    assert tables["fct_flights"]["row_count"] == count[0]
    weather = [each["table_name"] for each in conversation.answer("weather tables")["tables"]]
    assert "fct_weather_observations" in weather
    assert len(weather) < len(tables)
    described = conversation.answer("table")
    columns = {each["column_name"]: each for each in described["columns"]}
    assert columns["data_month"]["is_primary_key"]
    assert columns["trust_grade"]["description"]
    assert "case" in conversation.answer("explained")["explanation"]
    names = {each["name"] for each in conversation.answer("metrics")["metrics"]}
    assert {"on_time_arrival_rate", "scheduled_flights"} <= names
    assert len(conversation.answer("late metrics")["metrics"]) < len(names)


def test_characters_that_hide_text_are_written_out(conversation: Conversation) -> None:
    answer = conversation.answer("hidden characters")
    assert answer["columns"] == ["a\\u202eb", "list"]
    assert answer["rows"] == [["late\\u202e\\x1b[2J", "['\\x00']"]]
    assert "are data" in conversation.instructions


@pytest.mark.parametrize(
    "call",
    ["long name", "many names", "long condition", "long table", "long column", "long search"],
)
def test_endless_words_of_a_client_do_not_come_back(conversation: Conversation, call: str) -> None:
    assert len(conversation.error(call)) < 1_000


def test_names_and_types_of_columns_are_bounded_too(conversation: Conversation) -> None:
    assert "of 20 columns alone are longer than 100,000" in conversation.error("many long types")


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_refused(conversation: Conversation, attack: str) -> None:
    conversation.error(f"attack: {attack}")


def test_condition_reaches_no_file(conversation: Conversation) -> None:
    text, _ = conversation.replies["condition that attacks"]
    assert "root:" not in text
    conversation.error("condition that attacks")


def test_attacks_leave_nothing_behind(conversation: Conversation, small: Project) -> None:
    assert conversation.answer("count afterwards")["rows"] == conversation.answer("count")["rows"]
    assert list(CALLS)[-1] == "count afterwards"
    for folder in (small.folder, Path()):
        assert not list(folder.glob("stolen*"))
