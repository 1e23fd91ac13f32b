"""Write the result of a query as a table on the terminal, or as CSV, JSON or Markdown.

The table is for reading: it fits the terminal, and long decimals are rounded. The other formats are
for programs and documents: they contain every row, and CSV and JSON also contain every digit.
"""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from math import isfinite
from typing import Any

import duckdb

from warehouse.console import printable

_MOST_ROWS_OF_A_TABLE = 1000
_WIDTH_WITHOUT_TERMINAL = 200
_DECIMALS = 4
_ROUNDED = ("DOUBLE", "FLOAT", "DECIMAL")


class Form(StrEnum):
    """The format of an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def write(answer: duckdb.DuckDBPyRelation, form: Form = Form.TABLE) -> None:
    """Print an answer.

    Raises:
        duckdb.Error: the query fails while its rows are read.

    """
    if form is Form.TABLE:
        sys.stdout.write(printable(_table(answer)))
    elif form is Form.CSV:
        # a file gets the raw values; on a terminal, control characters are escaped
        shown = sys.stdout.isatty()
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(answer.columns)
        for row in _rows(answer):
            lines.writerow(printable(str(value)) if shown and value else value for value in row)
    elif form is Form.JSON:
        named = [
            {name: _as_json(value) for name, value in zip(answer.columns, row, strict=True)}
            for row in _rows(answer)
        ]
        sys.stdout.write(json.dumps(named, indent=2, default=str) + "\n")
    else:
        rounded = _rounded(answer)
        sys.stdout.write(printable(markdown(rounded.columns, list(_rows(rounded)))) + "\n")


def markdown(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return rows as a Markdown table, with decimal points and commas between thousands."""
    numeric = [
        any(isinstance(row[place], int | float | Decimal) for row in rows)
        for place in range(len(columns))
    ]
    heads = f"| {' | '.join(columns)} |"
    aligned = f"|{'|'.join('---:' if is_number else '---' for is_number in numeric)}|"
    return "\n".join([heads, aligned, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _table(answer: duckdb.DuckDBPyRelation) -> str:
    """Return an answer as DuckDB's own table, which leaves out columns that do not fit."""
    width = (
        shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
        if sys.stdout.isatty()
        else _WIDTH_WITHOUT_TERMINAL
    )
    drawn = StringIO()
    with contextlib.redirect_stdout(drawn):
        _rounded(answer).show(max_rows=_MOST_ROWS_OF_A_TABLE, max_width=width)
    return drawn.getvalue()


def _rounded(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return an answer with its decimals rounded; numbers below 0.001 keep all their digits."""
    if len(set(answer.columns)) < len(answer.columns):
        return answer  # columns of the same name cannot be distinguished
    columns = []
    for name, kind in zip(answer.columns, answer.types, strict=True):
        column = '"{}"'.format(name.replace('"', '""'))
        if kind.id.upper() in _ROUNDED:
            columns.append(
                f"case when abs({column}) < 0.001 then {column} "
                f"else round({column}, {_DECIMALS}) end as {column}"
            )
        else:
            columns.append(column)
    return answer.project(", ".join(columns))


def _rows(answer: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(10_000):
        yield from rows


def _as_json(value: Any) -> Any:
    """Return a value for JSON: infinity and NaN become null, dates and times ISO 8601 text."""
    if isinstance(value, float | Decimal):
        return float(value) if isfinite(value) else None
    return value.isoformat() if isinstance(value, date | time) else value


def _cell(value: Any) -> str:
    """Return a value as the guides show it, with decimal points and commas between thousands."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
