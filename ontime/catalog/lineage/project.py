"""The compiled dbt project and the lineage of its columns, cached until a file changes.

dbt compiles every model for an in-memory target, in a separate folder. No warehouse is opened, so
this neither waits for a build nor blocks one. The models are compiled as for a full refresh, so
that the SQL of an incremental model is its complete query.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ontime.catalog.lineage import select
from ontime.catalog.lineage.select import Step
from ontime.catalog.manifest import Node, columns_of, read_manifest, relation, relations
from ontime.publishing.identity import project_hash
from ontime.transformation import dbt

# a column: the unique id of its model, seed or source, and its name
Column = tuple[str, str]


class LineageError(Exception):
    """The project, or a name in it, cannot be explained; the message gives the reason."""


@dataclass(frozen=True)
class Ends:
    """The ultimate origins of a column's values.

    `raw` and `seeds` are columns, and `rows` are relations whose rows are counted. `generated` are
    functions that generate rows or read the engine's own tables. `constants` are columns whose
    values are literals in the SQL. `troubles` describe what could not be traced.
    """

    raw: list[Column]
    seeds: list[Column]
    rows: list[str]
    generated: list[str]
    constants: list[Column]
    troubles: list[str]

    @property
    def is_followed(self) -> bool:
        """Return whether every path was traced to its origin and there is at least one origin."""
        return not self.troubles and bool(
            self.raw or self.seeds or self.rows or self.generated or self.constants
        )


@dataclass(frozen=True)
class Project:
    """dbt's manifest with compiled SQL, and the lineage step of each column of each model."""

    manifest: Node
    steps: dict[str, dict[str, Step]]

    def node(self, unique_id: str) -> Node:
        """Return a model, seed or source from the manifest."""
        found = relation(self.manifest, unique_id)
        if found is None:
            raise KeyError(unique_id)
        return dict(found)

    def title(self, unique_id: str) -> str:
        """Return the usual name of a relation; the name of a raw table includes its source."""
        if not unique_id.startswith(("model.", "seed.", "source.")):
            return unique_id  # belongs to the engine, so dbt does not know it
        node = self.node(unique_id)
        if node["resource_type"] == "source":
            return f"{node['source_name']}.{node['identifier']}"
        is_older = node.get("version") is not None and node["version"] != node["latest_version"]
        return f"{node['name']}.v{node['version']}" if is_older else str(node["name"])

    def named(self, column: Column) -> str:
        """Return the name of a column, prefixed with the name of its relation."""
        return f"{self.title(column[0])}.{column[1]}"

    @cached_property
    def relations(self) -> dict[str, str]:
        """The unique ids of models, seeds and sources by every accepted name."""
        found: dict[str, str] = {}
        for node in relations(self.manifest):
            unique_id = str(node["unique_id"])
            title = self.title(unique_id)
            names = {title, f"{node['schema']}.{title}"}
            if node["resource_type"] == "source":
                names = {title, f"{node['schema']}.{node['identifier']}"}
            elif node.get("version") is not None:
                names.add(f"{node['name']}.v{node['version']}")
            found |= dict.fromkeys(names, unique_id)
        return found

    @cached_property
    def readers(self) -> dict[Column, list[Column]]:
        """The columns that are computed directly from each column, one model downstream."""
        found: dict[Column, list[Column]] = {}
        for unique_id, columns in self.steps.items():
            for name, step in columns.items():
                for read in step.inputs:
                    found.setdefault(read, []).append((unique_id, name))
        return found

    def upstream(self, column: Column) -> list[Column]:
        """Return a column and all columns upstream of it, each after its downstream columns."""
        done: dict[Column, None] = {}
        seen: set[Column] = set()
        waiting: list[tuple[Column, bool]] = [(column, False)]
        while waiting:
            one, is_finished = waiting.pop()
            if is_finished:
                done[one] = None
            elif one not in seen:
                seen.add(one)
                waiting.append((one, True))
                step = self.steps.get(one[0], {}).get(one[1])
                waiting += [(read, False) for read in sorted(step.inputs if step else ())]
        return list(done)[::-1]

    def downstream(self, column: Column) -> list[Column]:
        """Return every column downstream of a column, nearest first."""
        found: dict[Column, None] = {}
        waiting = [column]
        while waiting:
            near = [reader for one in waiting for reader in sorted(self.readers.get(one, ()))]
            waiting = [one for one in dict.fromkeys(near) if one not in found]
            found.update(dict.fromkeys(waiting))
        return list(found)

    def ends(self, column: Column) -> Ends:
        """Return the ultimate origins of a column's values."""
        raw, seeds, constants = [], [], []
        rows: set[str] = set()
        generated: set[str] = set()
        troubles: set[str] = set()
        for one in self.upstream(column):
            unique_id, name = one
            kind = unique_id.partition(".")[0]
            if kind == "source":
                raw.append(one)
            elif kind == "seed":
                seeds.append(one)
            elif kind != "model":
                generated.add(unique_id)
            elif (step := self.steps.get(unique_id, {}).get(name)) is None:
                troubles.add(f"{self.named(one)} is not a column that the model makes")
            else:
                rows |= step.rows
                generated |= step.functions
                troubles |= {f"{self.named(one)}: {trouble}" for trouble in step.troubles}
                if not (step.inputs or step.rows or step.functions or step.troubles):
                    constants.append(one)
        return Ends(
            sorted(raw), sorted(seeds), sorted(rows), sorted(generated), constants, sorted(troubles)
        )

    def nearest(self, column: Column) -> list[Column]:
        """Return the nearest columns of marts, raw tables and seeds upstream of a column."""
        found: dict[Column, None] = {}
        seen = {column}
        waiting = [column]
        while waiting:
            step = self.steps.get(waiting[0][0], {}).get(waiting[0][1])
            waiting = waiting[1:]
            for read in sorted(step.inputs if step else ()):
                if read in seen:
                    continue
                seen.add(read)
                if read[0].startswith(("source.", "seed.")) or self.is_mart(read[0]):
                    found[read] = None
                else:
                    waiting.append(read)
        return sorted(found)

    def is_mart(self, unique_id: str) -> bool:
        """Return whether a relation is a mart."""
        return unique_id.startswith("model.") and self.node(unique_id)["schema"] == "marts"

    def marts(self) -> list[Node]:
        """Return the marts, sorted by name."""
        marts = (node for node in relations(self.manifest) if self.is_mart(node["unique_id"]))
        return sorted(marts, key=lambda node: str(node["name"]))


def load(tell: Callable[[str], None] = lambda _: None) -> Project:
    """Return the project in its current state; compile it if its files have changed.

    Raises:
        LineageError: dbt cannot compile the project.
        OSError: dbt's target folder cannot be written.

    """
    key = _key()
    with dbt.only_one("explain") as folder:
        kept = folder / "lineage.json"
        found = _read(kept, key)
        if found is None:
            tell("Compiling the models to follow their columns, once until a file changes ...")
            manifest = _compile(folder)
            found = Project(manifest, follow(manifest))
            _write(kept, key, found)
    return found


def follow(manifest: Node) -> dict[str, dict[str, Step]]:
    """Return the lineage step of each column of each model in a manifest with compiled SQL."""
    ids, known = {}, {}
    for node in relations(manifest):
        place = (node["database"], node["schema"], node.get("alias") or node["identifier"])
        ids[".".join(place)] = node["unique_id"]
        known[place] = {
            name: column["data_type"] or "varchar" for name, column in node["columns"].items()
        }
    schema = select.schema(known)
    found: dict[str, dict[str, Step]] = {}
    for node in relations(manifest):
        if node["resource_type"] != "model":
            continue
        try:
            steps = select.steps(node["compiled_code"] or "", schema)
        except select.UnreadableError as error:
            trouble = f"its SQL could not be read: {error}"
            steps = {name: Step(troubles={trouble}) for name in node["columns"]}
        if (unknown := steps.pop(select.STAR, None)) is not None:
            steps = {name: Step(troubles=unknown.troubles) for name in node["columns"]} | steps
        for step in steps.values():
            step.inputs = {(ids.get(relation, relation), name) for relation, name in step.inputs}
            step.rows = {ids.get(relation, relation) for relation in step.rows}
        found[node["unique_id"]] = steps
    return found


def coverage(project: Project) -> dict[str, int]:
    """Return the number of columns in the marts, in total and by the kind of their origin."""
    counts = dict.fromkeys(
        ("columns", "followed", "raw", "seeds", "rows", "generated", "constants", "troubles"), 0
    )
    for node in project.marts():
        for name in node["columns"]:
            ends = project.ends((node["unique_id"], name))
            counts["columns"] += 1
            counts["followed"] += ends.is_followed
            for kind in ("raw", "seeds", "rows", "generated", "constants", "troubles"):
                if getattr(ends, kind):
                    counts[kind] += 1
                    if kind != "troubles":
                        break
    return counts


def _key() -> str:
    """Return a checksum of the project and of the code that traces its columns."""
    total = hashlib.sha256(project_hash().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _compile(folder: Path) -> Node:
    try:
        dbt.run(
            *("compile", *dbt.WITHOUT_WAREHOUSE, "--full-refresh", "--no-introspect"),
            *("--select", "resource_type:model", "--indirect-selection", "empty"),
            folder=folder,
        )
    except dbt.DbtError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise LineageError(f"dbt cannot compile the project: {' '.join(lines[-6:])}") from None
    manifest = read_manifest(folder / "manifest.json")
    for unique_id in manifest["nodes"]:
        manifest["nodes"][unique_id]["columns"] = columns_of(manifest, unique_id)
    return manifest


def read(path: Path, key: str | None = None) -> Project:
    """Return a project that `load` has kept, of the state `key`, or of whichever it is.

    Raises:
        OSError: there is no such file.
        ValueError: it is of another state, or not such a file.
        KeyError: a part is missing.
        TypeError: a part is of another kind.

    """
    kept = json.loads(path.read_bytes())
    if key is not None and kept["key"] != key:
        raise ValueError(f"{path} is of another state of the project")
    steps = {
        unique_id: {
            name: Step(
                inputs={(relation, column) for relation, column in step["inputs"]},
                rows=set(step["rows"]),
                functions=set(step["functions"]),
                expressions=[(where, text) for where, text in step["expressions"]],
                troubles=set(step["troubles"]),
            )
            for name, step in columns.items()
        }
        for unique_id, columns in kept["steps"].items()
    }
    return Project(kept["manifest"], steps)


def _read(path: Path, key: str) -> Project | None:
    try:
        return read(path, key)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, key: str, project: Project) -> None:
    steps = {
        unique_id: {
            name: {
                "inputs": sorted(step.inputs),
                "rows": sorted(step.rows),
                "functions": sorted(step.functions),
                "expressions": step.expressions,
                "troubles": sorted(step.troubles),
            }
            for name, step in columns.items()
        }
        for unique_id, columns in project.steps.items()
    }
    draft = path.with_suffix(".writing")
    draft.write_text(
        json.dumps({"key": key, "manifest": project.manifest, "steps": steps}), encoding="utf-8"
    )
    draft.replace(path)
