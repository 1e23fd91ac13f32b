"""The process that answers one question: an order as JSON comes in, an answer as JSON goes out."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ontime.storage.reader import ReaderError, check_statement, in_words, open_published
from ontime.terminal.console import printable

_MEGABYTE = 2**20
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class RefusedError(Exception):
    """A statement is not one query; the message says what to write instead."""


def main() -> None:
    """Answer the order on the standard input."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    text = sys.stdin.read()
    if not text:  # whoever would have asked has ended
        return
    order = json.loads(text)
    _limit_address_space(order["address_space_megabytes"])
    try:
        said = _answer(order)
    except (RefusedError, ReaderError) as error:
        said = {"error": str(error)}
    except (duckdb.OutOfMemoryException, MemoryError):
        said = {
            "error": f"The query needed more than {order['memory_megabytes']} MB of memory and was "
            "stopped: select fewer columns, or add up before you sort."
        }
    except duckdb.Error as error:
        said = {"error": _without_traces(in_words(error))}
    sys.stdout.write(json.dumps(said))


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    with open_published(
        Path(order["file"]), memory_limit=f"{order['memory_megabytes']}MB", spill=False
    ) as connection:
        statement = _one_query(connection, order["sql"])
        asked = connection.sql(statement, params=order["parameters"] or None)
        if asked is None:
            raise RefusedError("The statement gives no rows.")
        return _bounded(asked, order)


def _one_query(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the one query that a text holds.

    Raises:
        RefusedError: it holds none, several, or something else than a query.
        ReaderError: it would write files in a way that DuckDB does not refuse.

    """
    if "\0" in sql:
        raise RefusedError("SQL cannot hold a null byte.")
    check_statement(sql)
    statements = connection.extract_statements(sql)
    if not statements:
        raise RefusedError("There is no statement: write one SELECT query.")
    if any(statement.query.strip() not in sql for statement in statements) or any(
        not statement.query.strip() for statement in statements
    ):
        raise RefusedError(
            "This is more than one query to the engine. A PIVOT needs its values listed "
            "(`pivot t on a in ('x', 'y')`); a PRAGMA is a function (`select * from pragma_...()`)."
        )
    if len(statements) > 1:
        raise RefusedError(f"These are {len(statements)} statements: ask one query at a time.")
    if statements[0].type not in _READING:
        raise RefusedError(
            f"{statements[0].type.name} is refused: only queries (SELECT, WITH, FROM, DESCRIBE, "
            "SUMMARIZE, EXPLAIN) are answered, and nothing can be written or set."
        )
    return str(statements[0].query)


def _bounded(asked: duckdb.DuckDBPyRelation, order: dict[str, Any]) -> dict[str, Any]:
    """Return as many rows of an answer as its bounds allow, and what was cut."""
    most = order["rows"]
    columns = [printable(name) for name in asked.columns]
    types = [str(each).lower() for each in asked.types]
    if sum(map(len, (*columns, *types))) > order["characters"]:
        raise RefusedError(
            f"The names and types of {len(columns):,} columns alone are longer than "
            f"{order['characters']:,} characters: select fewer columns."
        )
    rows: list[list[Any]] = []
    cut, characters, shortened = [], 0, False
    found = asked.limit(most + 1).fetchall()
    for row in found[:most]:
        values = [_as_json(value) for value in row]
        for place, value in enumerate(values):
            if isinstance(value, str) and len(value) > order["characters_of_a_value"]:
                values[place] = value[: order["characters_of_a_value"]] + "..."
                shortened = True
        characters += sum(len(str(value)) for value in values)
        if characters > order["characters"]:
            cut.append(
                f"The answer was cut after {len(rows)} rows, at {order['characters']:,} characters."
            )
            break
        rows.append(values)
    if not cut and len(found) > most:
        cut.append(
            f"There are more than the {most:,} rows shown: ask for more rows, add up, or filter."
        )
    if shortened:
        cut.append(f"Texts are cut at {order['characters_of_a_value']:,} characters.")
    return {
        "columns": columns,
        "types": types,
        "rows": rows,
        "cut": cut,
    }


def _as_json(value: Any) -> Any:
    """Return a value as JSON can hold it: a number as a number, all else as text.

    Characters that change how the text around them is read are written out.
    """
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value) if value.is_finite() else None
        case date() | datetime() | time():
            return value.isoformat()
    return printable(str(value))


def _without_traces(message: str) -> str:
    """Return the sentences of an error of DuckDB, without its excerpts of the SQL."""
    lines = [line for line in message.splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("LINE ", " ", "See also"))]
    return " ".join(kept or lines[:1])


def _limit_address_space(megabytes: int) -> None:
    """Limit what the process can allocate, where the platform can do that."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every platform

        size = megabytes * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    main()
