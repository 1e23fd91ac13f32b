"""How often an engine that computes a CTE anew for each reader reads each table of a query."""

from __future__ import annotations

from collections import Counter

from sqlglot import exp


def tables_read(query: exp.Expr) -> Counter[str]:
    """Return how often each table is read if every CTE is written out where it is read.

    Tables have a schema, and CTEs have none. The names of CTEs are taken to be different.
    """
    query = query.copy()
    with_each = {cte.alias: cte.this for cte in query.find_all(exp.CTE)}
    for with_ctes in list(query.find_all(exp.With)):
        with_ctes.pop()
    read: dict[str, Counter[str]] = {}
    for name, of_cte in with_each.items():  # in the order in which they are written
        read[name] = _read_by(of_cte, read)
    return _read_by(query, read)


def _read_by(query: exp.Expr, read: dict[str, Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for table in query.find_all(exp.Table):
        if table.db:
            found[f"{table.db}.{table.name}"] += 1
        else:
            found += read.get(table.name, Counter())
    return found
