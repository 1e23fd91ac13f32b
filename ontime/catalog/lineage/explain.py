"""Describe in words a column's origin, meaning, tests and readers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent, wrap

from ontime.catalog.lineage.names import find
from ontime.catalog.lineage.project import Column, Project
from ontime.catalog.lineage.select import Step
from ontime.catalog.manifest import (
    Node,
    generic_tests,
    may_be_null,
    relation,
    singular_tests,
    unit_tests,
)
from ontime.catalog.readers import readers

# longer expressions are cut, unless the whole SQL is requested
MOST_LINES = 12
MOST_NAMES = 5
WIDTH = 100

# between the file of a model and the macros that write a column in it
_BY = ", written by "


def explain(project: Project, asked: str, *, whole: bool = False, root: Path = Path()) -> str:
    """Return the description of a column, or of a table with all of its columns.

    Raises:
        LineageError: there is no such table or column.

    """
    unique_id, column = find(project, asked)
    if column is None:
        return "\n".join(_table(project, unique_id, root))
    return "\n".join(_column(project, (unique_id, column), whole=whole, root=root))


def tests_by_column(manifest: Node) -> dict[Column, list[tuple[str, str]]]:
    """Return the generic tests of each column: the name, and the arguments in a few words."""
    found: dict[Column, list[tuple[str, str]]] = {}
    for test in generic_tests(manifest):
        arguments = {
            key: value
            for key, value in test["test_metadata"]["kwargs"].items()
            if key not in {"model", "column_name"}
        }
        columns = {test.get("column_name") or "", *_names_in(arguments)}
        for name in columns & _columns_of(manifest, test["attached_node"]):
            said = (str(test["test_metadata"]["name"]), _in_words(arguments))
            found.setdefault((test["attached_node"], name), []).append(said)
    return found


def unit_of(manifest: Node, name: str) -> str | None:
    """Return the unit of a column, by the same rule as the published catalogue."""
    macro = manifest["macros"]["macro.ontime.column_unit"]["macro_sql"]
    for suffix, unit in re.findall(r"\('(_\w+)', '([^']+)'\)", macro):
        if name.endswith(suffix):
            return str(unit)
    return None


def _column(project: Project, column: Column, *, whole: bool, root: Path) -> Iterator[str]:
    unique_id, name = column
    node = project.node(unique_id)
    declared = node["columns"][name]
    unit = unit_of(project.manifest, name)
    facts = [declared["data_type"] or "text", unit, _nullable(node, name)]
    yield f"{project.named(column)}  ({', '.join(fact for fact in facts if fact)})"
    yield from _paragraph(declared["description"] or "It has no description.")
    yield ""
    if unique_id.startswith("model."):
        yield from _origin(project, column)
        yield ""
        yield from _made_by(project, column, whole=whole, root=root)
    else:
        yield from _given(node)
    yield ""
    yield from _tests(project, column, root)
    yield ""
    yield from _read_by(project, column, root)


def _given(node: Node) -> Iterator[str]:
    yield "Where it comes from"
    if node["resource_type"] == "source":
        yield f"  The publisher's own words, as loaded: {node['original_file_path']}"
        yield from _paragraph(node["source_description"], "  ")
    else:
        yield f"  Written by hand: {node['original_file_path']}"


def _origin(project: Project, column: Column) -> Iterator[str]:
    ends = project.ends(column)
    yield "Where it comes from"
    by_table: dict[str, list[str]] = {}
    for unique_id, name in (*ends.raw, *ends.seeds):
        by_table.setdefault(unique_id, []).append(name)
    for unique_id, names in by_table.items():
        kind = "raw" if unique_id.startswith("source.") else "seed"
        yield from _listed(f"  {kind} {project.title(unique_id)}: ", names, "    ")
    if ends.rows:
        yield from _listed("  a count of rows of ", map(project.title, ends.rows), "    ")
    for call in ends.generated:
        yield f"  made by the engine: {call}"
    if ends.constants:
        names = [project.named(one) for one in ends.constants]
        yield from _listed("  written out in the SQL of ", names, "    ")
    for trouble in ends.troubles:
        yield f"  NOT FOLLOWED: {trouble}"


def _made_by(project: Project, column: Column, *, whole: bool, root: Path) -> Iterator[str]:
    yield "The SQL that makes it, from the last step to the first"
    waiting = [one for one in project.upstream(column) if one[0].startswith("model.")]
    number = 0
    while waiting:
        one = waiting.pop(0)
        number += 1
        step = project.steps.get(one[0], {}).get(one[1])
        file, _, macros = place(project, one, root).partition(_BY)
        yield f"  {number}. {project.named(one)}  {file}"
        if macros:
            yield f"       written by {macros}"
        if step is None:
            yield "       NOT FOLLOWED: the model does not make it"
            continue
        for where, text in step.expressions:
            if where:
                yield f"       in {where}:"
            yield indent(_cut(text, whole=whole), "         " if where else "       ")
        if not step.expressions and step.inputs:
            handed = _handed_on(project, step, waiting)
            del waiting[: len(handed) - 1]
            names = [", ".join(sorted(map(project.named, inputs))) for inputs in handed]
            yield from _listed(
                "       passed on from ", [", which has it from ".join(names)], " " * 9
            )
        for trouble in sorted(step.troubles):
            yield f"       NOT FOLLOWED: {trouble}"
    yield (
        "  This follows values. Which rows there are (joins, filters, groups) stands in the models."
    )


def _handed_on(project: Project, step: Step, following: list[Column]) -> list[set[Column]]:
    """Return the chain of columns that a column is passed on from without any change."""
    handed = [step.inputs]
    for one in following:
        step_before = project.steps.get(one[0], {}).get(one[1])
        if handed[-1] != {one} or step_before is None or step_before.expressions:
            break
        if not step_before.inputs or step_before.troubles:
            break
        handed.append(step_before.inputs)
    return handed


def place(project: Project, column: Column, root: Path = Path()) -> str:
    """Return a model's file, with the line that names a column or the macros that generate it."""
    unique_id, name = column
    node = project.node(unique_id)
    path = str(node["original_file_path"])
    # read the file itself, because dbt stores the SQL without leading empty lines
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    word = rf"(?<!\w){re.escape(name)}(?!\w)"
    for pattern in (rf"\bas\s+{word}", word):
        found = [number for number, line in enumerate(lines, start=1) if re.search(pattern, line)]
        if found:
            return f"{path}:{found[-1]}"
    step = project.steps.get(unique_id, {}).get(name)
    if step is None or not step.expressions:
        return path
    # the SQL does not name the column, so a macro generates it and there is no line to give
    macros = [
        macro
        for macro in map(project.manifest["macros"].get, node["depends_on"]["macros"])
        if macro and macro["package_name"] == node["package_name"]
    ]
    # a macro that is only a condition names no column
    writing = [one for one in macros if re.search(r"\bas\s+(\w|\{\{)", one["macro_sql"])]
    naming = [one for one in macros if re.search(word, one["macro_sql"])] or writing or macros
    called = ", ".join(f"{one['name']} ({one['original_file_path']})" for one in naming)
    return f"{path}{_BY}{called}" if called else path


def _tests(project: Project, column: Column, root: Path) -> Iterator[str]:
    unique_id, name = column
    node, manifest = project.node(unique_id), project.manifest
    yield "Tests"
    generic = sorted(set(tests_by_column(manifest).get(column, ())))
    for test_name, arguments in generic:
        yield from _listed(f"  {test_name}", [arguments], "      ")
    naming = set(readers(manifest, node["name"], name, root)["test"])
    singular = [test for test in singular_tests(manifest) if test["name"] in naming]
    for test in sorted(singular, key=lambda one: str(one["name"])):
        yield f"  {test['original_file_path']}"
        yield from _paragraph(_fact(test["raw_code"]), "      ")
    for test in unit_tests(manifest, unique_id):
        if test["name"] in naming:
            yield f"  unit test {test['name']}"
            yield from _paragraph(test["description"], "      ")
    if not generic and not naming:
        yield "  None names this column."


def _read_by(project: Project, column: Column, root: Path) -> Iterator[str]:
    unique_id, name = column
    node = project.node(unique_id)
    direct = sorted(project.readers.get(column, ()))
    behind = sorted(one for one in project.downstream(column) if one not in direct)
    found = readers(project.manifest, node["name"], name, root)
    deciding = set(found["model"]) - {project.node(one[0])["name"] for one in direct}
    if node["resource_type"] == "source":
        # tables of other sources may have the same name
        found, deciding = {kind: [] for kind in found}, set()
    yield "Read by"
    yield from _by_table(project, "column", direct)
    in_marts = Counter(project.title(one[0]) for one in behind if project.is_mart(one[0]))
    yield from _listed(
        "  by way of these, columns of: ",
        [f"{title} ({count})" for title, count in sorted(in_marts.items())],
        "    ",
    )
    yield from _listed(
        "  models that name it otherwise (to join, filter, group): ", sorted(deciding), "    "
    )
    for kind in ("semantic model", "metric", "page"):
        yield from _listed(f"  {kind}{'s' * (len(found[kind]) > 1)}: ", found[kind], "    ")
    marts = {one[0] for one in (*direct, *behind) if project.is_mart(one[0])}
    yield from _exposures(project, {unique_id, *marts})
    if not (direct or deciding or found["metric"] or found["page"]):
        yield "  No model, metric or page names it."


def _by_table(project: Project, kind: str, columns: Iterable[Column]) -> Iterator[str]:
    """Yield columns grouped by table; of a table with many columns, only the first ones."""
    tables: dict[str, list[str]] = {}
    for unique_id, name in columns:
        tables.setdefault(unique_id, []).append(name)
    for unique_id, names in sorted(tables.items(), key=lambda one: project.title(one[0])):
        head = f"  {kind} {project.title(unique_id)}: "
        yield from _listed(head, names, "    ", most=MOST_NAMES)


def _exposures(project: Project, shown: set[str]) -> Iterator[str]:
    """Yield the exposures, which depend on models and not on single columns."""
    for exposure in sorted(
        project.manifest["exposures"].values(), key=lambda one: str(one["name"])
    ):
        if shown & set(exposure["depends_on"]["nodes"]):
            owner = exposure["owner"]["name"]
            yield f"  exposure {exposure['name']}: {exposure['label']} ({owner})"


def _table(project: Project, unique_id: str, root: Path) -> Iterator[str]:
    node = project.node(unique_id)
    yield f"{project.title(unique_id)}  ({node['original_file_path']})"
    yield from _paragraph(node["description"] or "It has no description.")
    yield ""
    parents = [
        parent
        for parent in dict.fromkeys(node.get("depends_on", {}).get("nodes", ()))
        if parent.partition(".")[0] in {"model", "seed", "source"}
    ]
    if parents:
        yield from _listed("Reads ", map(project.title, parents), "    ")
    found = readers(project.manifest, node["name"], None, root)
    yield from _listed("Read by ", found["model"], "    ")
    yield from _listed("Metrics ", found["metric"], "    ")
    yield from _exposures(project, {unique_id})
    named = [str(test["name"]) for test in unit_tests(project.manifest, unique_id)]
    yield from _listed("Unit tests ", named, "    ")
    yield ""
    width = max(map(len, node["columns"]), default=0)
    for name, column in node["columns"].items():
        origin = ", ".join(map(project.named, project.nearest((unique_id, name)))) or _made(
            project, (unique_id, name)
        )
        if len(origin) > WIDTH:
            origin = f"{len(project.nearest((unique_id, name)))} columns"
        yield f"  {name:<{width}}  {column['data_type'] or 'text':<9}  {origin}".rstrip()
    if not node["columns"]:
        yield "No yml declares its columns."
        return
    yield ""
    example = f"{project.title(unique_id)}.{next(iter(node['columns']))}"
    yield f"More on one of them: make explain COLUMN={example}"


def _made(project: Project, column: Column) -> str:
    """Describe the origin of a column that is not computed from other columns."""
    if not column[0].startswith("model."):
        return ""
    ends = project.ends(column)
    if ends.troubles:
        return "not followed"
    if ends.rows:
        return f"rows of {', '.join(map(project.title, ends.rows))}"
    return "made by the engine" if ends.generated else "written out in the SQL"


def _nullable(node: Node, name: str) -> str | None:
    """Return whether a column may be null in words, or None if no contract is enforced."""
    if not node.get("contract", {}).get("enforced"):
        return None
    return "may be null" if may_be_null(node, name) else "never null"


def _fact(sql: str) -> str:
    """Return the comment at the head of a test, which states the fact that it asserts."""
    lines = []
    for line in sql.strip().splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def _in_words(arguments: Node) -> str:
    """Return the arguments of a test as briefly as possible."""
    if not arguments:
        return ""
    if "to" in arguments:
        target = re.sub(r".*ref\('(\w+)'.*", r"\1", str(arguments["to"]))
        return f" to {target}.{arguments.get('field', '')}"
    said = []
    for key, value in arguments.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        said.append(" ".join(f"{key}: {text}".split()))
    return f" ({'; '.join(said)})"


def _columns_of(manifest: Node, unique_id: str) -> set[str]:
    return set((relation(manifest, unique_id) or {}).get("columns", ()))


def _names_in(value: object) -> set[str]:
    """Return the words in a test's arguments, which include column names."""
    return set(re.findall(r"\w+", json.dumps(value)))


def _cut(text: str, *, whole: bool) -> str:
    lines = text.splitlines()
    if whole or len(lines) <= MOST_LINES:
        return text
    left = len(lines) - MOST_LINES + 1
    return "\n".join([*lines[: MOST_LINES - 1], f"... {left} more lines: WHOLE=1 shows them"])


def _paragraph(text: str, margin: str = "  ") -> Iterator[str]:
    for part in re.split(r"\n\s*\n", text.strip()):
        yield from wrap(
            " ".join(part.split()), WIDTH, initial_indent=margin, subsequent_indent=margin
        )


def _listed(
    head: str, names: Iterable[str], margin: str, *, most: int | None = None
) -> Iterator[str]:
    """Yield names, if any, as one wrapped list; at most `most` of them are named."""
    listed = list(names)
    if not listed:
        return
    shown = listed if most is None else listed[:most]
    more = f" and {len(listed) - len(shown)} more" if len(shown) < len(listed) else ""
    yield from wrap(
        f"{head}{', '.join(shown)}{more}",
        WIDTH,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
