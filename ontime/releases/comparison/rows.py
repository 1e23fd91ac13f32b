"""Find the rows and values of a table that differ, in one DuckDB query over both files.

Rows with the same primary key are the same row. If the two sides do not share a primary key, whole
rows are compared: each difference is then an added or a removed row, never a changed one.
"""

# ruff: noqa: S608 - the statements are made of names that the files themselves declare
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from ontime.catalog.published import Table, identifier
from ontime.releases.comparison.publications import Publication, month_column, relation

MOST_EXAMPLES = 3

_KINDS = ("added", "removed", "changed")


@dataclass(frozen=True)
class Example:
    """A changed value as text, with the key of its row; None means null."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ColumnDifference:
    """How many of the rows on both sides have a different value in a column."""

    name: str
    values_changed: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class MonthDifference:
    """How many rows of a month differ; a row whose month changed counts in its later month."""

    month: date
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class RowDifference:
    """How many rows differ, by month if the table has months, and in which columns.

    `key` names the columns by which rows were matched; it is empty if rows could not be matched.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    months: tuple[MonthDifference, ...] = ()
    columns: tuple[ColumnDifference, ...] = ()
    key: tuple[str, ...] = ()
    added_examples: tuple[str, ...] = ()
    removed_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Pairing:
    """A table in two publications, the key that matches its rows, and the columns to compare."""

    connection: duckdb.DuckDBPyConnection
    earlier: str
    later: str
    before: Table
    after: Table
    key: tuple[str, ...]
    compared: tuple[str, ...]


def compare_rows(
    connection: duckdb.DuckDBPyConnection, older: Publication, newer: Publication, name: str
) -> RowDifference:
    """Return how the rows differ of a table that is in both publications.

    Raises:
        duckdb.Error: the files cannot be read.

    """
    before, after = older.tables[name], newer.tables[name]
    shared = [column.name for column in after.columns if before.column(column.name)]
    key = _shared_key(before, after)
    if not shared:
        return RowDifference(added=after.row_count, removed=before.row_count)
    if not key:
        return _compare_without_key(connection, older, newer, name, shared)
    pairing = _Pairing(
        connection,
        relation(older, name),
        relation(newer, name),
        before,
        after,
        key,
        tuple(column for column in shared if column not in key),
    )
    _pair(pairing)
    found = {
        (kind, month): rows
        for kind, month, rows in connection.execute(
            "select kind, row_month, count(*) from differing group by all"
        ).fetchall()
    }
    totals = {kind: sum(n for (k, _), n in found.items() if k == kind) for kind in _KINDS}
    months = sorted({month for _, month in found if month is not None})
    return RowDifference(
        **totals,
        months=tuple(
            MonthDifference(month, *(found.get((kind, month), 0) for kind in _KINDS))
            for month in months
        ),
        columns=_columns(pairing),
        key=key,
        added_examples=_keys(pairing, "added"),
        removed_examples=_keys(pairing, "removed"),
    )


def _shared_key(before: Table, after: Table) -> tuple[str, ...]:
    """Return the primary key if it is the same on both sides, with the same types."""
    if set(before.primary_key) != set(after.primary_key):
        return ()
    for name in after.primary_key:
        earlier, later = before.column(name), after.column(name)
        if earlier is None or later is None or earlier.data_type != later.data_type:
            return ()
    return after.primary_key


def _pair(pairing: _Pairing) -> None:
    """Create the table `differing`: one row per differing row, with a flag for each column."""
    key, compared = pairing.key, pairing.compared
    keys = ", ".join(
        f"coalesce(later.{identifier(column)}, earlier.{identifier(column)}) as key_{place}"
        for place, column in enumerate(key)
    )
    flags = [
        f"{_differs(pairing.before, pairing.after, column)} as changed_{place}"
        for place, column in enumerate(compared)
    ]
    is_missing = f"{{}}.{identifier(key[0])} is null"
    any_flag = [f"changed_{place}" for place in range(len(compared))]
    pairing.connection.execute(
        f"""
        create or replace temp table differing as
        select
            {keys},
            case
                when {is_missing.format("earlier")} then 'added'
                when {is_missing.format("later")} then 'removed'
                else 'changed'
            end as kind,
            {_month(pairing.before, pairing.after)} as row_month
            {"".join(f", {flag}" for flag in flags)}
        from {pairing.earlier} as earlier
        full outer join {pairing.later} as later
            on {_same_key(key, "earlier", "later")}
        where kind <> 'changed' {"".join(f" or {flag}" for flag in any_flag)}
        """
    )


def _differs(before: Table, after: Table, column: str) -> str:
    """Return the condition that a value differs; if the type changed, compare as the new type."""
    earlier, later = before.column(column), after.column(column)
    assert earlier is not None  # noqa: S101 - only shared columns are compared
    assert later is not None  # noqa: S101
    old, new = f"earlier.{identifier(column)}", f"later.{identifier(column)}"
    if earlier.data_type == later.data_type:
        return f"({old} is distinct from {new})"
    return (
        f"(try_cast({old} as {later.data_type}) is distinct from {new} "
        f"or ({old} is null) <> ({new} is null))"
    )


def _month(before: Table, after: Table) -> str:
    months = [
        f"{alias}.{identifier(month)}"
        for alias, table in (("later", after), ("earlier", before))
        if (month := month_column(table))
    ]
    if not months:
        return "null::date"
    each = ", ".join(f"date_trunc('month', {month})::date" for month in months)
    return f"coalesce({each})"


def _same_key(key: tuple[str, ...], one: str, other: str) -> str:
    return " and ".join(
        f"{one}.{identifier(column)} = {other}.{identifier(column)}" for column in key
    )


def _columns(pairing: _Pairing) -> tuple[ColumnDifference, ...]:
    connection, key, compared = pairing.connection, pairing.key, pairing.compared
    if not compared:
        return ()
    counts = ", ".join(f"count(*) filter (where changed_{place})" for place in range(len(compared)))
    counted = connection.execute(
        f"select {counts} from differing where kind = 'changed'"
    ).fetchall()[0]
    key_places = ", ".join(f"key_{place}" for place in range(len(key)))
    differences = []
    for place, column in enumerate(compared):
        if not counted[place]:
            continue
        matches = {
            alias: " and ".join(
                f"{alias}.{identifier(part)} = few.key_{number}" for number, part in enumerate(key)
            )
            for alias in ("earlier", "later")
        }
        examples = connection.execute(
            f"""
            with few as (
                select {key_places} from differing
                where kind = 'changed' and changed_{place}
                order by {key_places}
                limit {MOST_EXAMPLES}
            )

            select
                {_key_words("few", len(key))},
                earlier.{identifier(column)}::varchar,
                later.{identifier(column)}::varchar
            from few
            inner join {pairing.earlier} as earlier on {matches["earlier"]}
            inner join {pairing.later} as later on {matches["later"]}
            order by {key_places}
            """
        ).fetchall()
        shown = tuple(Example(*example) for example in examples)
        differences.append(ColumnDifference(column, int(counted[place]), shown))
    return tuple(differences)


def _key_words(alias: str, length: int) -> str:
    """Return the SQL expression that writes a key as text."""
    parts = ", ".join(f"{alias}.key_{place}" for place in range(length))
    return f"concat_ws(', ', {parts})"


def _keys(pairing: _Pairing, kind: str) -> tuple[str, ...]:
    length = len(pairing.key)
    places = ", ".join(f"key_{place}" for place in range(length))
    found = pairing.connection.execute(
        f"select {_key_words('differing', length)} from differing where kind = ? "
        f"order by {places} limit {MOST_EXAMPLES}",
        [kind],
    ).fetchall()
    return tuple(words for (words,) in found)


def _compare_without_key(
    connection: duckdb.DuckDBPyConnection,
    older: Publication,
    newer: Publication,
    name: str,
    shared: list[str],
) -> RowDifference:
    """Count the rows that only one side has, counting duplicates as often as they occur."""
    before, after = older.tables[name], newer.tables[name]
    month = month_column(after)
    if month not in shared or month_column(before) != month:
        month = None
    row_month = f"date_trunc('month', {identifier(month)}::timestamp)::date" if month else "null"
    # compare as text, because values of two different types would never be equal
    columns = ", ".join(
        f"{identifier(column)}::varchar as {identifier(column)}" for column in shared
    )
    counted: dict[date | None, dict[str, int]] = {}
    for kind, one, other in (("added", newer, older), ("removed", older, newer)):
        found = connection.execute(
            f"""
            with only_here as (
                select {columns} from {relation(one, name)}
                except all
                select {columns} from {relation(other, name)}
            )

            select {row_month}, count(*) from only_here group by all
            """
        ).fetchall()
        for value, rows in found:
            counted.setdefault(value, {})[kind] = int(rows)
    dated = sorted((value, rows) for value, rows in counted.items() if value is not None)
    return RowDifference(
        added=sum(rows.get("added", 0) for rows in counted.values()),
        removed=sum(rows.get("removed", 0) for rows in counted.values()),
        months=tuple(
            MonthDifference(value, rows.get("added", 0), rows.get("removed", 0), 0)
            for value, rows in dated
        ),
    )
