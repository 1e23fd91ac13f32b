"""Which columns a change computes in another way, what is computed from them, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlglot

from ontime.catalog.lineage.project import Column, Project
from ontime.catalog.lineage.select import DIALECT, Step
from ontime.catalog.manifest import Node, downstream, models
from ontime.catalog.readers import readers

# kinds of readers outside dbt's graph of models, as reports call them
_KINDS = {"metric": "metrics", "exposure": "exposures", "page": "pages"}
_SHOWN_SINGLY = 12


@dataclass(frozen=True)
class ColumnChange:
    """A column that a change removes, adds or computes in another way.

    `reaches` are the columns of marts that are computed from it, each as `table.column`.
    """

    name: str
    what: str
    reaches: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What a change does according to the SQL alone.

    `rows` are the models whose joins, filters or groups changed; `marts` are all marts that a
    changed model is or reaches, and `columns_by_mart` what is known of their columns.
    `modified_ids` are the models of the change that have other SQL.
    """

    modified: tuple[str, ...]
    modified_ids: tuple[str, ...]
    columns: tuple[ColumnChange, ...]
    rows: tuple[str, ...]
    marts: tuple[str, ...]
    columns_by_mart: dict[str, tuple[str, ...]]


def effect(before: Project, after: Project) -> Effect:
    """Return what a change does to columns, followed through the SQL of all models."""
    modified = [unique_id for unique_id in _ids(after) if _differs(before, after, unique_id)]
    gone = [unique_id for unique_id in _ids(before) if unique_id not in after.steps]
    found: list[tuple[Column, str, Project]] = []
    rows = []
    for unique_id in modified:
        changes = list(_changes(before, after, unique_id))
        found += changes
        if not changes:
            rows.append(after.title(unique_id))
    for unique_id in gone:
        found += [((unique_id, name), "removed", before) for name in before.steps[unique_id]]
    columns, reached = [], dict[str, dict[str, None]]()
    for column, what, project in found:
        marts = [one for one in (column, *project.downstream(column)) if project.is_mart(one[0])]
        for unique_id, name in marts:
            reached.setdefault(project.title(unique_id), {})[name] = None
        beyond = [project.named(one) for one in marts if one != column]
        columns.append(ColumnChange(project.named(column), what, tuple(beyond)))
    changed = {*modified, *gone}
    marts_reached = {
        project.title(unique_id)
        for project in (before, after)
        for unique_id in downstream(project.manifest, changed & set(_ids(project)))
        if project.is_mart(unique_id)
    }
    return Effect(
        tuple(sorted([*map(after.title, modified), *map(before.title, gone)])),
        tuple(sorted(modified)),
        tuple(sorted(columns, key=lambda change: change.name)),
        tuple(sorted(rows)),
        tuple(sorted(marts_reached)),
        {mart: tuple(sorted(names)) for mart, names in sorted(reached.items())},
    )


def read_by(
    manifest: Node, columns_by_mart: Mapping[str, Iterable[str]], root: Path = Path()
) -> dict[str, tuple[str, ...]]:
    """Return the metrics, exposures and pages that read any of these columns, by kind.

    A mart with no column named, or with many, means all of its columns.
    """
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS.values()}
    for mart, names in columns_by_mart.items():
        columns = list(names)
        asked: list[str | None] = list(columns)
        if not columns or len(columns) > _SHOWN_SINGLY:
            asked = [None]
        for column in asked:
            answer = readers(manifest, mart, column, root)
            for kind, title in _KINDS.items():
                found[title] |= set(answer[kind])
    return {kind: tuple(sorted(names)) for kind, names in found.items()}


def _ids(project: Project) -> list[str]:
    return [str(node["unique_id"]) for node in models(project.manifest)]


def _differs(before: Project, after: Project, unique_id: str) -> bool:
    """Return whether a model is new, or its SQL differs in more than its layout and comments."""
    earlier = before.manifest["nodes"].get(unique_id)
    later = after.manifest["nodes"][unique_id]
    if earlier is None:
        return True
    texts = [node["compiled_code"] or "" for node in (earlier, later)]
    if texts[0] == texts[1]:
        return bool(before.steps[unique_id].keys() != after.steps[unique_id].keys())
    return _canonical(texts[0]) != _canonical(texts[1])


def _canonical(sql: str) -> str:
    try:
        return str(sqlglot.parse_one(sql, dialect=DIALECT).sql(dialect=DIALECT, comments=False))
    except sqlglot.errors.SqlglotError:
        return re.sub(r"\s+", " ", sql)


def _changes(
    before: Project, after: Project, unique_id: str
) -> Iterator[tuple[Column, str, Project]]:
    """Yield the columns of a model that change, how, and the project that has them."""
    earlier, later = before.steps.get(unique_id, {}), after.steps[unique_id]
    for name in earlier:
        if name not in later:
            yield (unique_id, name), "removed", before
    for name, step in later.items():
        if name not in earlier:
            yield (unique_id, name), "added", after
        elif _computation(earlier[name]) != _computation(step):
            yield (unique_id, name), "computed in another way", after


def _computation(step: Step) -> tuple[object, ...]:
    # names of CTEs do not count
    texts = [_expression(text) for _, text in step.expressions]
    return (step.inputs, step.rows, step.functions, texts)


def _expression(text: str) -> str:
    return re.sub(r"\b\w+\.", "", _canonical(f"select {text}"))
