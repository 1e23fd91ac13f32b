"""Answer a question about metrics, with everything that is needed to judge the answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ontime.metrics.definitions import definition, with_parts
from ontime.metrics.semantics import MetricError, Metrics
from ontime.publishing.identity import project_hash
from ontime.serving.assistant.bounds import Bounds, BoundsError, Reader

_MONTHS_NAMED = 12
# of the flights that most metrics are made of, and that have grades and a coverage
_FACTS = "fct_flights"


@dataclass(frozen=True)
class Question:
    """A question about metrics: all words are the user's."""

    metrics: list[str]
    by: list[str]
    where: str
    order: list[str]
    saved: str
    rows: int


def publication(reader: Reader) -> dict[str, Any]:
    """Return the name and fingerprint of the publication in place.

    Raises:
        BoundsError: nothing is published, or it cannot be read.

    """
    [found] = reader.ask(
        "select publication_name, fingerprint, built_at_utc, project_hash from publication"
    ).records()
    other = found.pop("project_hash") != project_hash()
    if other:
        found["warning"] = (
            "It was made by another version of the project than these definitions: "
            "`make run` makes it anew."
        )
    return found


def answer(reader: Reader, known: Metrics, question: Question) -> dict[str, Any]:
    """Return the rows of an answer, the definitions, what it covers, and how far to trust it.

    Raises:
        MetricError: a name is unknown, or the names cannot be combined.
        BoundsError: the query fails, or needs more than its bounds.

    """
    asked = question.metrics
    if question.saved:
        if question.saved not in known.saved:
            known.sql([], saved=question.saved)  # raises, with the names that are alike
        asked = [metric.name for metric in _metrics_of(known, question.saved)]
    if not asked:
        raise MetricError("No metric is named: `list_metrics` lists what there is.")
    shown = with_parts(known, asked)
    if question.saved:
        by = [each.name for each in known.saved_group_bys(question.saved)]
    else:
        by = question.by
    sql = known.question(shown, by=by, where=question.where, order=question.order, with_names=True)
    rows = reader.ask(sql, Bounds(rows=question.rows))
    made_of = frozenset().union(*(known.tables_of(name) for name in shown))
    table = _FACTS if _FACTS in made_of else min(made_of)
    counted = known.row_count_of(table)
    months = reader.ask(
        known.question([counted], by=["month"], where=question.where), Bounds(rows=1_000)
    )
    covered = [row for row in months.records() if row[counted]]
    return {
        "rows": rows.records(),
        "cut": rows.cut,
        "definitions": [definition(known, name) for name in shown],
        "coverage": _coverage(reader, covered, table, counted),
        "trust": _trust(reader, covered, table),
        "publication": publication(reader),
        "sql": sql,
    }


def _metrics_of(known: Metrics, saved: str) -> list[Any]:
    return [known.by_name[name] for name in known.saved[saved].query_params.metrics]


def _coverage(
    reader: Reader, found: list[dict[str, Any]], table: str, counted: str
) -> dict[str, Any]:
    """Return which flights an answer is about, and which of all flights are loaded."""
    sources = reader.ask(
        "select source_system, coverage_text, scope_text, is_default_scope, has_cancellations, "
        "has_delay_causes, has_taxi_times from mart_source_coverage order by source_system"
    )
    return {
        "table": table,
        "scheduled_flights": sum(row[counted] for row in found),
        "months": len(found),
        "first_month": min((row["month"] for row in found), default=None),
        "last_month": max((row["month"] for row in found), default=None),
        # of the other flights, the months above are all that is loaded
        "sources": sources.records() if table == _FACTS else [],
    }


def _trust(reader: Reader, found: list[dict[str, Any]], table: str) -> dict[str, Any]:
    """Return the worst grade of the months of an answer, and the months that have it."""
    if table != _FACTS:
        return {"grade": None, "meaning": f"The months of {table} have no grades."}
    covered = {row["month"] for row in found}
    try:
        graded = reader.ask(
            "select data_month, trust_grade, error_findings, warning_findings "
            "from mart_table_month_quality where table_name = 'fct_flights' "
            "order by trust_grade desc, error_findings desc, warning_findings desc, data_month",
            Bounds(rows=1_000),
        ).records()
        [[meaning]] = reader.ask(
            "select description from columns where table_name = 'mart_table_month_quality' "
            "and column_name = 'trust_grade'"
        ).rows
    except (BoundsError, ValueError):
        return {"grade": None, "meaning": "This publication has no grades: `make run` adds them."}
    ours = [row for row in graded if row["data_month"] in covered]
    worst = ours[0]["trust_grade"] if ours else None
    return {
        "grade": worst,
        "meaning": meaning,
        "months_of_each_grade": dict(sorted(Counter(row["trust_grade"] for row in ours).items())),
        "worst_months": [row for row in ours if row["trust_grade"] == worst and worst != "A"][
            :_MONTHS_NAMED
        ],
        "findings": "select severity, finding_text from mart_quality_findings "
        "where series_type = 'all' and period_month = date '...' order by period_date",
    }
