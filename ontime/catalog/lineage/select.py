"""Trace the columns of one compiled query to the columns of the relations that it reads.

sqlglot parses the query and determines which columns each expression reads. Only values are traced;
which rows there are (joins, filters, groups) does not depend on a single column, so read the SQL
for that. What cannot be traced is reported in `troubles` and never guessed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.optimizer import build_scope, qualify
from sqlglot.optimizer.scope import Scope, find_all_in_scope
from sqlglot.schema import MappingSchema

DIALECT = "duckdb"
# the columns of a relation, in a query that does not name them
STAR = "*"

# tokens that end the select list, if they are at the same depth of parentheses
_ENDS = {
    TokenType.FROM,
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.ORDER_BY,
    TokenType.UNION,
    TokenType.EXCEPT,
    TokenType.INTERSECT,
    TokenType.SEMICOLON,
}

# functions that number rows: if they name no column, their value comes from the rows themselves
_OF_ROWS = (exp.RowNumber, exp.Rank, exp.DenseRank)


@dataclass
class Step:
    """How a query computes one of its columns.

    `inputs` are columns of the relations that the query reads, and `rows` are relations whose rows
    are counted. `functions` are calls that generate rows. `expressions` are the SQL expressions
    from first to last, each with the name of its CTE. `troubles` describe what could not be traced.
    """

    inputs: set[tuple[str, str]] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    expressions: list[tuple[str, str]] = field(default_factory=list)
    troubles: set[str] = field(default_factory=set)

    def add(self, other: Step) -> None:
        """Merge another step into this one."""
        self.inputs |= other.inputs
        self.rows |= other.rows
        self.functions |= other.functions
        self.troubles |= other.troubles
        self.expressions += [e for e in other.expressions if e not in self.expressions]


class UnreadableError(Exception):
    """A query cannot be parsed; the message gives the reason."""


def schema(relations: Mapping[tuple[str, str, str], Mapping[str, str]]) -> MappingSchema:
    """Return the schema that queries may read, from the column types of each relation.

    A relation without declared columns is left out, because sqlglot refuses it. Its columns are
    traced where a query names them; a `*` of it is not traced.
    """
    nested: dict[str, Any] = {}
    for (database, schema_name, name), columns in relations.items():
        if not columns:
            continue
        nested.setdefault(database, {}).setdefault(schema_name, {})[name] = dict(columns)
    return MappingSchema(nested, dialect=DIALECT)


def steps(sql: str, known: MappingSchema) -> dict[str, Step]:
    """Return how a query computes each of its columns.

    Relations are named `database.schema.name`, as in the query. The name `*` means the columns that
    the query takes from a relation whose columns are not known.

    Raises:
        UnreadableError: sqlglot cannot parse the query.

    """
    try:
        query = qualify.qualify(
            sqlglot.parse_one(sql, dialect=DIALECT),
            dialect=DIALECT,
            schema=known,
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
            allow_partial_qualification=True,
        )
        scope = build_scope(query)
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise UnreadableError(_first_line(error)) from None
    if scope is None or not isinstance(query, exp.Query):
        raise UnreadableError("it selects nothing")
    follower = _Follower(sql, known)
    return {name: follower.follow(scope, name, "") for name in query.named_selects}


class _Follower:
    """Traces the columns of one query and caches the results."""

    def __init__(self, sql: str, known: MappingSchema) -> None:
        self._sql = sql
        self._known = known
        self._spans = list(_selected(sql))
        self._found: dict[tuple[int, str], Step] = {}

    def follow(self, scope: Scope, column: str, where: str) -> Step:
        """Return how a scope, which is a query or a CTE, computes a column."""
        key = (id(scope), column)
        if key not in self._found:
            # stops the recursion: the reference of a recursive CTE to itself adds no inputs
            self._found[key] = Step()
            self._found[key] = self._follow(scope, column, where)
        return self._found[key]

    def _follow(self, scope: Scope, column: str, where: str) -> Step:
        query = scope.expression
        step = Step()
        if isinstance(query, exp.SetOperation):
            names = query.named_selects
            if column not in names:
                step.troubles.add(f"no half of the union in {where or 'the query'} has {column}")
                return step
            for half in scope.set_operation_scopes:
                step.add(self._nth(half, names.index(column), where))
        elif isinstance(query, exp.Select):
            step.add(self._select(scope, query, column, where))
        elif isinstance(query, exp.Subquery):
            for inner in scope.subquery_scopes:
                step.add(self.follow(inner, column, where))
        elif isinstance(query, exp.UDTF):
            # a VALUES list, or a list that is unnested into rows
            self._read(query, scope, step)
        else:
            step.troubles.add(f"{type(query).__name__} in {where or 'the query'}")
        return step

    def _nth(self, scope: Scope, position: int, where: str) -> Step:
        """Trace a column of one half of a union, by its position."""
        names = _names(scope)
        if position >= len(names):
            return Step(troubles={f"the halves of a union in {where or 'the query'} differ"})
        return self.follow(scope, names[position], where)

    def _select(self, scope: Scope, query: exp.Select, column: str, where: str) -> Step:
        selected = next((one for one in query.selects if one.alias_or_name == column), None)
        if selected is None or column == STAR:
            if any(one.is_star for one in query.selects):
                return Step(troubles=set(self._undeclared(scope)))
            return Step(troubles={f"{column} is not selected by name in {where or 'the query'}"})
        step = Step()
        self._read(selected, scope, step)
        if not (step.inputs or step.rows or step.functions) and selected.find(exp.AggFunc):
            # a sum of ones counts rows
            step.rows |= set(_relations(scope))
        if not _is_passed_on(selected):
            step.expressions.append((where, self._text(selected)))
        return step

    def _undeclared(self, scope: Scope) -> Iterator[str]:
        """Yield from which relations a `*` takes columns that are not known."""
        for table in _sources(scope):
            if not self._known.column_names(table):
                yield f"`select *` of {_relation(table)}, whose columns no yml declares"

    def _read(self, expression: exp.Expr, scope: Scope, step: Step) -> None:
        """Add to a step what an expression and its subqueries read."""
        for column in find_all_in_scope(expression, exp.Column):
            self._column(column, scope, step)
        if _is_of_rows(expression):
            step.rows |= set(_relations(scope))
        named = {window.args["alias"].name for window in _named_windows(expression)}
        for window in scope.expression.args.get("windows") or () if named else ():
            if window.name in named:
                self._read(window, scope, step)
        inner_scopes = {id(inner.expression): inner for inner in scope.subquery_scopes}
        for query in find_all_in_scope(expression, exp.Query):
            if query is expression or not isinstance(query, exp.UNWRAPPED_QUERIES):
                continue
            inner = inner_scopes.get(id(query))
            if inner is None:
                step.troubles.add(f"a subquery: {_short(query.sql(dialect=DIALECT))}")
                continue
            # the value of a subquery also depends on its conditions
            self._read(inner.expression, inner, step)
            step.functions |= set(_functions(inner))

    def _column(self, column: exp.Column, scope: Scope, step: Step) -> None:
        source = _source(column, scope)
        row = scope.sources.get(column.name) if column.table in {"", column.name} else None
        if isinstance(row, Scope) and column.name not in _names(row):
            # a relation's name in place of a column means its whole row
            for name in _names(row):
                step.add(self.follow(row, name, column.name))
        elif isinstance(source, Scope):
            step.add(self.follow(source, column.name, column.table))
        elif isinstance(source, exp.Table):
            if isinstance(source.this, exp.Func):
                step.functions.add(_short(source.this.sql(dialect=DIALECT)))
                self._read(source.this, scope, step)
            else:
                step.inputs.add((_relation(source), column.name))
        else:
            step.troubles.add(f"of which relation {column.sql(dialect=DIALECT)} is")

    def _text(self, selected: exp.Expr) -> str:
        """Return the SQL of a select item, as written in the compiled query."""
        alias = selected.args.get("alias")
        named = [alias] if isinstance(alias, exp.Identifier) else []
        for identifier in [*named, *selected.find_all(exp.Identifier)]:
            start = identifier.meta.get("start")
            if start is None:
                continue
            around = [span for span in self._spans if span[0] <= start < span[1]]
            if around:
                first, last = min(around, key=lambda span: span[1] - span[0])
                return _tidy(self._sql[first:last])
        return str(selected.sql(dialect=DIALECT))


def _selected(sql: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end position of each select item in a query's text."""
    depth = 0
    # for each open select list: its depth, and the start of its current item
    lists: list[tuple[int, int]] = []
    before = None
    end = 0
    for token in sqlglot.tokenize(sql, dialect=DIALECT):
        kind = token.token_type
        is_end = kind in _ENDS and not (
            kind == TokenType.FROM and before == TokenType.DISTINCT and lists and end > lists[-1][1]
        )
        if kind in {TokenType.R_PAREN, TokenType.R_BRACKET}:
            depth -= 1
        while lists and (depth < lists[-1][0] or (depth == lists[-1][0] and is_end)):
            yield lists.pop()[1], end
        if kind in {TokenType.L_PAREN, TokenType.L_BRACKET}:
            depth += 1
        elif kind == TokenType.SELECT:
            lists.append((depth, token.end + 1))
        elif kind == TokenType.COMMA and lists and depth == lists[-1][0]:
            yield lists[-1][1], end
            lists[-1] = (depth, token.end + 1)
        before, end = kind, token.end + 1
    for _, start in reversed(lists):
        yield start, end


def _names(scope: Scope) -> list[str]:
    """Return the names of the columns that a scope produces, in order."""
    made = scope.expression
    return list(made.named_selects) if isinstance(made, (exp.Query, exp.UDTF)) else []


def _is_passed_on(selected: exp.Expr) -> bool:
    """Return whether a select item is a column that keeps its name."""
    inner = selected.unalias()
    return isinstance(inner, exp.Column) and inner.name == selected.alias_or_name


def _named_windows(expression: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the windows of an expression that the query's WINDOW clause defines."""
    for window in find_all_in_scope(expression, exp.Window):
        if isinstance(window.args.get("alias"), exp.Identifier) and not isinstance(
            window.parent, exp.Select
        ):
            yield window


def _is_of_rows(expression: exp.Expr) -> bool:
    return any(
        isinstance(call, _OF_ROWS) or not call.this or isinstance(call.this, exp.Star)
        for call in find_all_in_scope(expression, exp.Func)
        if isinstance(call, (exp.Count, *_OF_ROWS))
    )


def _source(column: exp.Column, scope: Scope) -> Scope | exp.Expr | None:
    """Return the source of a column; in a subquery, this can be a source of the outer query."""
    around: Scope | None = scope
    while around is not None:
        if not column.table:
            if len(around.selected_sources) == 1:
                return next(iter(around.selected_sources.values()))[1]
        elif column.table in around.sources:
            return around.sources[column.table]
        around = around.parent
    return None


def _sources(scope: Scope) -> Iterator[exp.Table]:
    """Yield the tables and table functions whose rows a scope reads."""
    waiting, seen = [scope], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        waiting += one.set_operation_scopes
        for _, source in one.selected_sources.values():
            if isinstance(source, Scope):
                waiting.append(source)
            elif isinstance(source, exp.Table):
                yield source


def _relations(scope: Scope) -> Iterator[str]:
    return (_relation(table) for table in _sources(scope) if not isinstance(table.this, exp.Func))


def _functions(scope: Scope) -> Iterator[str]:
    return (
        _short(table.this.sql(dialect=DIALECT))
        for table in _sources(scope)
        if isinstance(table.this, exp.Func)
    )


def _relation(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


def _tidy(text: str) -> str:
    """Return SQL without empty lines and without common indentation."""
    lines = [line.rstrip() for line in text.strip("\n").splitlines() if line.strip()]
    if lines and not lines[0].startswith(" "):
        first, rest = lines[0].strip(), textwrap.dedent("\n".join(lines[1:]))
        return f"{first}\n{textwrap.indent(rest, '    ')}".strip() if rest else first
    return textwrap.dedent("\n".join(lines)).strip()


def _short(text: str, longest: int = 100) -> str:
    one_line = re.sub(r"\s+", " ", text)
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 4]} ..."


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
