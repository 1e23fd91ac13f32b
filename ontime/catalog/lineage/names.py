"""Find the relation and column that a user names, or suggest similar names."""

from __future__ import annotations

from difflib import get_close_matches

from ontime.catalog.lineage.project import LineageError, Project

NOTHING_ASKED = (
    "Say which column: make explain COLUMN=fct_flights.arrival_delay_minutes; "
    "a table alone lists its columns."
)


def find(project: Project, asked: str) -> tuple[str, str | None]:
    """Return the unique id of a relation, and the name of a column if one was given.

    A model or seed is named with or without its schema. A raw table is named with its source or its
    schema. An older version of a model is named with a suffix such as `.v1`.

    Raises:
        LineageError: there is no such relation or column.

    """
    asked = asked.strip().lower()
    if not asked:
        raise LineageError(NOTHING_ASKED)
    known = project.relations
    if asked in known:
        return known[asked], None
    table, _, column = asked.rpartition(".")
    if table not in known:
        raise LineageError(_unknown(project, asked, table))
    columns = project.node(known[table])["columns"]
    if not columns:
        raise LineageError(f"No yml declares the columns of {table}, so they cannot be explained.")
    if column not in columns:
        like = _like(column, list(columns))
        hint = f"the nearest are {like}" if like else f"it has {', '.join(columns)}"
        raise LineageError(f"{table} has no column {column}: {hint}.")
    return known[table], column


def _unknown(project: Project, asked: str, table: str) -> str:
    """Return the message that there is no such table, with similar names."""
    owners = [f"{node['name']}.{asked}" for node in project.marts() if asked in node["columns"]]
    if owners:
        some = ", ".join(owners[:3])
        more = f" and {len(owners) - 3} more" if len(owners) > 3 else ""  # noqa: PLR2004
        return f"{asked} is a column: say of which table, as in {some}{more}."
    # a mistyped table may be given with a column or alone
    like = _like(table or asked, list(project.relations)) or _like(asked, list(project.relations))
    hint = f"the nearest are {like}" if like else "`make docs` lists what there is"
    return f"There is no table {table or asked}: {hint}."


def _like(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    near += [other for other in names if name in other and other not in near][: 3 - len(near)]
    return ", ".join(near)
