"""Every division that the project makes or recommends is null if its divisor is zero.

DuckDB divides 0 by 0 to NaN, which sorts above every number, and 1 by 0 to infinity.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tests.commands import ROOT, Project

# the file of a worked question in docs/questions is the source of its SQL in docs/analyst.md
WORKED = re.compile(r"^<!-- question: .*?^```sql\n.*?^```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]*?/[^`]*?)`", re.DOTALL)
AGGREGATE = re.compile(r"/\s*(sum|count|avg)\s*\(", re.IGNORECASE)

QUESTIONS = sorted((ROOT / "docs" / "questions").glob("*.sql"))
GUIDES = sorted((ROOT / "docs").rglob("*.md"))
DESCRIPTIONS = [
    *sorted((ROOT / "dbt_project").rglob("*.yml")),
    *sorted((ROOT / "dbt_project").rglob("*.md")),
]


def _is_of_groups(divisor: exp.Expr) -> bool:
    """Return whether a divisor counts the rows of groups, which are never empty."""
    select = divisor.find_ancestor(exp.Select)
    return (
        isinstance(divisor, exp.Count)
        and isinstance(divisor.this, exp.Star)
        and bool(select and select.args.get("group"))
    )


def _is_never_zero(divisor: exp.Expr) -> bool:
    """Return whether a divisor is a number, null instead of zero, or composed of such."""
    if isinstance(divisor, exp.Paren | exp.Cast):
        return _is_never_zero(divisor.this)
    if isinstance(divisor, exp.Mul):
        return _is_never_zero(divisor.left) and _is_never_zero(divisor.right)
    if isinstance(divisor, exp.Literal):
        return float(divisor.this) != 0
    return isinstance(divisor, exp.Nullif) or _is_of_groups(divisor)


def unsafe_divisions(sql: str) -> list[str]:
    """Return the divisions of some SQL whose divisor may be zero."""
    return [
        division.sql("duckdb")
        for statement in sqlglot.parse(sql, read="duckdb")
        if statement is not None
        for division in statement.find_all(exp.Div, exp.IntDiv)
        if not _is_never_zero(division.args["expression"])
    ]


def unsafe_advice(text: str) -> list[str]:
    """Return the divisions by a bare aggregate in the code quotes of some prose."""
    return [code for code in CODE.findall(text) if AGGREGATE.search(code)]


@pytest.mark.parametrize(
    ("sql", "unsafe"),
    [
        ("select sum(a) / sum(b) from t", 1),
        ("select a / b from t", 1),
        ("select count(*) filter (where a) / count(*) from t", 1),
        ("select count(*) filter (where a) / count(*) from t group by c", 0),
        ("select sum(a) / (sum(b) + 1) / 2 from t", 1),
        ("select sum(a) / 0 from t", 1),
        ("select sum(a) / nullif(sum(b), 0), a / 60, a // (2 * 3) from t", 0),
        ("select cast(a as double) / cast(nullif(b, 0) as double) from t", 0),
    ],
)
def test_an_unsafe_division_is_found(sql: str, unsafe: int) -> None:
    assert len(unsafe_divisions(sql)) == unsafe


def test_no_model_divides_by_what_may_be_zero(built: Project) -> None:
    folder = built.folder / "target/compiled/ontime/dbt_project/models"
    # dbt compiles a unit test into a folder named after the test's file
    compiled = [path for path in sorted(folder.rglob("*.sql")) if path.parent.suffix != ".yml"]
    assert len(compiled) > 80
    found = {
        path.stem: divisions
        for path in compiled
        if (divisions := unsafe_divisions(path.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_guide_divides_by_what_may_be_zero(path: Path) -> None:
    text = WORKED.sub("", path.read_text(encoding="utf-8"))
    found = [each for block in FENCED.findall(text) for each in unsafe_divisions(block)]
    found += unsafe_advice(FENCED.sub("", text))
    assert not found, f"divide by nullif(..., 0) in {path}: {found}"


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_no_worked_question_divides_by_what_may_be_zero(path: Path) -> None:
    found = unsafe_divisions(path.read_text(encoding="utf-8"))
    assert not found, f"divide by nullif(..., 0) in {path}: {found}"


@pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_description_advises_to_divide_by_what_may_be_zero(path: Path) -> None:
    found = unsafe_advice(path.read_text(encoding="utf-8"))
    assert not found, f"divide by nullif(..., 0) in {path}: {found}"
