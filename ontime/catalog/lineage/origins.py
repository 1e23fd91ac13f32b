"""Summarize the source and the tests of each column of the marts, briefly enough for a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontime.catalog.dictionary import Origin
from ontime.catalog.lineage.explain import tests_by_column
from ontime.catalog.lineage.project import Column, Project
from ontime.catalog.manifest import Node, singular_tests, text_of, unit_tests

# if a table contributes more columns, the rest are counted, not named
_MOST = 4


def origins(project: Project) -> dict[tuple[str, str], Origin]:
    """Return the source and tests of each column of the marts as Markdown, by table and column."""
    tests = _tests(project)
    return {
        (node["name"], name): Origin(
            _source(project, (node["unique_id"], name)),
            ", ".join(tests.get((node["unique_id"], name), ())),
        )
        for node in project.marts()
        for name in node["columns"]
    }


def _source(project: Project, column: Column) -> str:
    """List the nearest columns of marts, raw tables and seeds upstream of a column."""
    by_table: dict[str, list[str]] = {}
    for unique_id, name in project.nearest(column):
        by_table.setdefault(unique_id, []).append(name)
    said = []
    for unique_id, names in by_table.items():
        title = project.title(unique_id)
        table = f"[{title}](#{title})" if project.is_mart(unique_id) else f"`{title}`"
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        said.append(f"{table}: {', '.join(f'`{name}`' for name in names[:_MOST])}{more}")
    if said:
        return "; ".join(said)
    ends = project.ends(column)
    if ends.troubles:
        return "not followed"
    if ends.rows:
        return f"rows of {', '.join(f'`{project.title(row)}`' for row in ends.rows)}"
    return "made by the engine" if ends.generated else "written out in the SQL"


def _tests(project: Project) -> dict[Column, list[str]]:
    """Return the tests of each column of the marts: generic tests by name, others as counts."""
    marts = {node["unique_id"]: node for node in project.marts()}
    found: dict[Column, list[str]] = {}
    for column, names in tests_by_column(project.manifest).items():
        if column[0] in marts:
            found[column] = sorted({name for name, _ in names})
    counts: dict[Column, dict[str, int]] = {}
    for kind, test in _named_tests(project.manifest):
        words = set(re.findall(r"\w+", text_of(project.manifest, test)))
        for unique_id in set(test["depends_on"]["nodes"]) & marts.keys():
            for name in words & marts[unique_id]["columns"].keys():
                of_column = counts.setdefault((unique_id, name), {})
                of_column[kind] = of_column.get(kind, 0) + 1
    for column, kinds in counts.items():
        for kind, count in sorted(kinds.items()):
            found.setdefault(column, []).append(f"{count} {kind}{'s' * (count > 1)}")
    return found


def _named_tests(manifest: Node) -> Iterator[tuple[str, Node]]:
    """Yield the singular tests and unit tests, each with what its kind is called."""
    for kind, tests in (("rule", singular_tests), ("unit test", unit_tests)):
        for test in tests(manifest):
            yield kind, test
