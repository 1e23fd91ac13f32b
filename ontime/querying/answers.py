"""Write the result of a query as a table on the terminal, or as CSV, JSON or Markdown.

The table is for reading: it fits the terminal, and long decimals are rounded. The other formats are
for programs and documents: they contain every row, and CSV and JSON also contain every digit.
DuckDB itself writes the values, so that no type of its own loses anything on the way.
"""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from itertools import chain
from typing import Any

import duckdb

from ontime.terminal.console import printable

_MOST_ROWS_OF_A_TABLE = 1000
_WIDTH_WITHOUT_TERMINAL = 200
_DECIMALS = 4
_ROUNDED = ("double", "float", "decimal")
# types that a document shows in its own way; every other is the text that DuckDB makes of it
_SHOWN_AS_VALUES = (
    *(*_ROUNDED, "boolean", "timestamp", "tinyint", "smallint", "integer", "bigint", "hugeint"),
    *("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"),
)


class Form(StrEnum):
    """The format of an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


class AnswerError(Exception):
    """An answer cannot be written in the format; the message is a sentence."""


def write(answer: duckdb.DuckDBPyRelation, form: Form = Form.TABLE) -> None:
    """Print an answer.

    Raises:
        AnswerError: the format cannot hold the answer.
        duckdb.Error: the query fails while its rows are read.
        OSError: the output cannot be written.

    """
    writer = {
        Form.TABLE: _write_table,
        Form.CSV: _write_csv,
        Form.JSON: _write_json,
        Form.MARKDOWN: _write_markdown,
    }[form]
    writer(answer)
    sys.stdout.flush()


def markdown(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return rows as a table in Markdown: a point for decimals, commas for thousands."""
    numeric = [
        any(isinstance(row[place], int | float | Decimal) for row in rows)
        for place in range(len(columns))
    ]
    heads = f"| {' | '.join(map(_cell, columns))} |"
    aligned = f"|{'|'.join('---:' if is_number else '---' for is_number in numeric)}|"
    return "\n".join([heads, aligned, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _write_table(answer: duckdb.DuckDBPyRelation) -> None:
    """Print DuckDB's own table of an answer, which omits the columns that do not fit."""
    width = (
        shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
        if sys.stdout.isatty()
        else _WIDTH_WITHOUT_TERMINAL
    )
    drawn = StringIO()
    with contextlib.redirect_stdout(drawn):
        _projected(answer, _rounded).show(max_rows=_MOST_ROWS_OF_A_TABLE, max_width=width)
    sys.stdout.write(printable(drawn.getvalue()))


def _write_csv(answer: duckdb.DuckDBPyRelation) -> None:
    texts = _projected(answer, lambda column, _: f"cast({column} as varchar)")
    # a file gets the raw values; on a terminal, control characters are escaped
    shown = sys.stdout.isatty()
    lines = csv.writer(sys.stdout, lineterminator="\n")
    for row in chain([answer.columns], _rows(texts)):
        lines.writerow(printable(value) if shown and value else value for value in row)


def _write_json(answer: duckdb.DuckDBPyRelation) -> None:
    names = answer.columns
    if twice := [name for name in names if names.count(name) > 1]:
        raise AnswerError(
            f"JSON cannot hold two columns named {twice[0]}: give one another name with `as`."
        )
    heads = [_in_ascii(json.dumps(name)) for name in names]
    start = "[\n"
    for row in _rows(_projected(answer, _as_json)):
        pairs = zip(heads, row, strict=True)
        fields = ",\n".join(f"    {head}: {_json_value(value)}" for head, value in pairs)
        sys.stdout.write(f"{start}  {{\n{fields}\n  }}")
        start = ",\n"
    sys.stdout.write("[]\n" if start == "[\n" else "\n]\n")


def _write_markdown(answer: duckdb.DuckDBPyRelation) -> None:
    def shown(column: str, kind: str) -> str:
        return _rounded(column, kind) if kind in _SHOWN_AS_VALUES else f"cast({column} as varchar)"

    rows = list(_rows(_projected(answer, shown)))
    sys.stdout.write(printable(markdown(answer.columns, rows)) + "\n")


def _projected(answer: duckdb.DuckDBPyRelation, expression: Any) -> duckdb.DuckDBPyRelation:
    """Return an answer with an expression, of the column and its type, in place of each column.

    Columns are named by their places: a query can give two columns the same name.
    """
    columns = zip(answer.columns, answer.types, strict=True)
    return answer.project(
        ", ".join(
            '{} as "{}"'.format(expression(f"#{place}", kind.id), name.replace('"', '""'))
            for place, (name, kind) in enumerate(columns, start=1)
        )
    )


def _rounded(column: str, kind: str) -> str:
    """Return a column with its decimals rounded; small numbers keep their significant digits."""
    if kind not in _ROUNDED:
        return column
    # the shortest text of a single-precision number is what people mean by it
    exact = f"cast(cast({column} as varchar) as double)" if kind == "float" else column
    return f"case when abs({column}) < 0.001 then {exact} else round({exact}, {_DECIMALS}) end"


def _as_json(column: str, kind: str) -> str:
    text = f"to_json({column})::varchar"
    return f"cast({column} as varchar)" if kind == "float" else text


def _json_value(text: str | None) -> str:
    """Return a value as JSON that every parser accepts: not-a-number and infinity are null."""
    if text is None:
        return "null"
    if text in {"nan", "-nan", "inf", "-inf"}:
        return "null"
    if "NaN" in text or "Infinity" in text:
        text = json.dumps(json.loads(text, parse_constant=lambda _: None))
    return _in_ascii(text)


def _in_ascii(text: str) -> str:
    """Return JSON with other characters escaped, so that none of them can control a terminal."""
    return re.sub(r"[^\x00-\x7e]", lambda found: json.dumps(found[0])[1:-1], text)


def _rows(answer: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(10_000):
        yield from rows


def _cell(value: Any) -> str:
    """Return a value as the guides show it: a point for decimals, commas for thousands."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
