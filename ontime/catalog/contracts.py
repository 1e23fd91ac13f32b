"""Check the contracts of the public models, and report the readers of a broken contract.

`dbt_project/contracts/` holds a file for each version of each public model: its columns, their
types, which may be null, and its primary key. They are compared with dbt's manifest. A break is
reported in a sentence that names the readers of the model, or of the column as far as their text
shows. Additions break nothing; they only need to be accepted.

    ontime contracts            compare; part of `make lint`
    ontime contracts --accept   accept the current schemas; `make contracts`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

FOLDER = Path("dbt_project/contracts")
MANIFEST = Path("target/lint/manifest.json")

# where people read tables by name, outside dbt
_PAGES = ("docs/questions/*.sql", "docs/*.md", "README.md", "dbt_project/analyses/**/*.sql")

Node = dict[str, Any]


@dataclass(frozen=True)
class Promise:
    """What one version of a public model promises; `columns` holds type and may-be-null by name."""

    model: str
    version: str
    is_latest: bool
    primary_key: tuple[str, ...]
    columns: dict[str, tuple[str, bool]]

    @property
    def title(self) -> str:
        """The model and its version, as in `fct_flights v1`."""
        return f"{self.model} v{self.version}"

    @property
    def file_name(self) -> str:
        """The name of the file in which the promise is kept."""
        return f"{self.model}.v{self.version}.yml"


@dataclass(frozen=True)
class Break:
    """A broken promise: its model, what changed, and who reads it."""

    title: str
    what: str
    readers: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a sentence, and what to do about it."""
        who = "; ".join(self.readers) if self.readers else "nobody that the project knows of"
        return (
            f"{self.title}: {self.what}. Read by {who}. Readers of the published file may read it, "
            "too. Keep it and add a version beside it, or, if nobody needs the old one, run "
            "`make contracts` and commit with a `!`."
        )


def read_manifest(path: Path = MANIFEST) -> Node:
    """Return dbt's manifest, which `dbt parse` writes.

    Raises:
        OSError: there is none.

    """
    return dict(json.loads(path.read_bytes()))


def promised(manifest: Node) -> dict[str, Promise]:
    """Return what the public models of a manifest promise, by the name of the promise's file."""
    promises = (_promise(node) for node in _models(manifest) if _is_public(node))
    return {promise.file_name: promise for promise in promises}


def kept(folder: Path = FOLDER) -> dict[str, Promise]:
    """Return the recorded promises, by the name of their file."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        text = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[path.name] = Promise(
            model=text["model"],
            version=str(text["version"]),
            is_latest=text["is_latest"],
            primary_key=tuple(text["primary_key"]),
            columns={
                name: (column["data_type"], column["nullable"])
                for name, column in text["columns"].items()
            },
        )
    return found


def write(promises: dict[str, Promise], folder: Path = FOLDER) -> None:
    """Write each promise to a file, replacing all files that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.yml"):
        path.unlink()
    for name, promise in promises.items():
        lines = [
            "# Written by `make contracts`: what readers of this model may rely on.",
            f"model: {promise.model}",
            f'version: "{promise.version}"',
            f"is_latest: {str(promise.is_latest).lower()}",
            f"primary_key: [{', '.join(promise.primary_key)}]",
            "columns:",
            *(
                f'  {column}: {{data_type: "{data_type}", nullable: {str(nullable).lower()}}}'
                for column, (data_type, nullable) in promise.columns.items()
            ),
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def breaks(before: dict[str, Promise], manifest: Node, root: Path = Path()) -> list[Break]:
    """Return the promises that a manifest no longer keeps, each with its readers."""
    now = promised(manifest)
    found = []
    for name, old in before.items():
        for what, column in _changes(old, now.get(name), manifest):
            who = tuple(_readers(manifest, old, column, root))
            found.append(Break(old.title, what, who))
    return found


def additions(before: dict[str, Promise], manifest: Node) -> list[str]:
    """Return, in words, what is promised beyond the recorded contracts; this breaks nothing."""
    said = []
    for name, new in promised(manifest).items():
        old = before.get(name)
        if old is None:
            said.append(f"{new.title} is new")
            continue
        said += [f"{new.title}: column `{c}` is new" for c in new.columns if c not in old.columns]
        said += [
            f"{new.title}: column `{column}` is never null any more"
            for column, (_, nullable) in new.columns.items()
            if not nullable and old.columns.get(column, ("", False))[1]
        ]
    return said


def ungoverned(manifest: Node) -> list[str]:
    """Return, in words, what each mart is missing to be a public model with an owner.

    dbt drops the time spine and the semantic model of a model that has versions. A model that
    declares either therefore cannot have versions; its contract file holds it to version 1.
    """
    declared_with = {
        (semantic["original_file_path"], unique_id)
        for semantic in manifest.get("semantic_models", {}).values()
        for unique_id in semantic["depends_on"]["nodes"]
    }
    said = []
    for node in _models(manifest):
        if node["schema"] != "marts":
            continue
        lacks = {
            "a group": not node["group"],
            "public access": node["access"] != "public",
            "a version (latest_version: 1, versions: [{v: 1}])": (
                node["version"] is None
                and not node.get("time_spine")
                and (_patch_path(node), node["unique_id"]) not in declared_with
            ),
            "an enforced contract": not node["contract"]["enforced"],
            "a primary key": not _primary_key(node),
        }
        said += [f"{node['name']} lacks {what}" for what, is_lacking in lacks.items() if is_lacking]
    return said


def _models(manifest: Node) -> Iterator[Node]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def _patch_path(node: Node) -> str:
    return str(node["patch_path"]).partition("://")[2]


def _is_public(node: Node) -> bool:
    return bool(node["access"] == "public" and node["contract"]["enforced"])


def _promise(node: Node) -> Promise:
    key = _primary_key(node)
    columns = {}
    for name, column in node["columns"].items():
        constraints = {constraint["type"] for constraint in column["constraints"]}
        is_nullable = name not in key and not constraints & {"not_null", "primary_key"}
        columns[name] = (column["data_type"].lower(), is_nullable)
    version = node["version"]
    return Promise(
        model=node["name"],
        version="1" if version is None else str(version),
        is_latest=version == node["latest_version"],
        primary_key=key,
        columns=columns,
    )


def _primary_key(node: Node) -> tuple[str, ...]:
    for constraint in node["constraints"]:
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    return tuple(
        name
        for name, column in node["columns"].items()
        if any(constraint["type"] == "primary_key" for constraint in column["constraints"])
    )


def _changes(old: Promise, new: Promise | None, manifest: Node) -> Iterator[tuple[str, str | None]]:
    """Yield what no longer holds of a promise, in words, and the column that it is about."""
    if new is None:
        yield _why_gone(old, manifest), None
        return
    if old.is_latest and not new.is_latest:
        yield f"the table `{old.model}` now shows a later version", None
    for name in old.columns:
        for change in _column_changes(name, old, new):
            yield change, name
    if new.primary_key != old.primary_key:
        was, is_now = (", ".join(key) or "none" for key in (old.primary_key, new.primary_key))
        yield f"the primary key changed from ({was}) to ({is_now})", None


def _why_gone(old: Promise, manifest: Node) -> str:
    """Return why the project no longer makes a promise."""
    same = [node for node in _models(manifest) if node["name"] == old.model]
    if not same:
        return "the model was removed or renamed"
    if any(str(node["version"] or "1") == old.version for node in same):
        return "the model is no longer public with an enforced contract"
    return "the version was removed"


def _column_changes(name: str, old: Promise, new: Promise) -> Iterator[str]:
    """Yield what no longer holds of one column."""
    data_type, nullable = old.columns[name]
    if name not in new.columns:
        added = [other for other in new.columns if other not in old.columns]
        like = [other for other in added if new.columns[other] == (data_type, nullable)]
        hint = f" (renamed to `{like[0]}`?)" if len(like) == 1 else ""
        yield f"column `{name}` was removed{hint}"
        return
    new_type, new_nullable = new.columns[name]
    if new_type != data_type:
        yield f"column `{name}` changed its type from {data_type} to {new_type}"
    if new_nullable and not nullable:
        yield f"column `{name}` can now be null"


def readers(
    manifest: Node, model: str, column: str | None = None, root: Path = Path()
) -> dict[str, list[str]]:
    """Return the names of the readers of a model, or of one of its columns, by kind.

    Models that read it indirectly, through other models, have the kind `model by way of these`.
    """
    ids = {node["unique_id"] for node in _models(manifest) if node["name"] == model}
    known: dict[str, Node] = {
        **manifest["nodes"],
        **manifest.get("unit_tests", {}),
        **manifest.get("semantic_models", {}),
    }
    direct = {
        unique_id: node
        for unique_id, node in known.items()
        if ids & {*node["depends_on"].get("nodes", ()), node.get("attached_node")}
        and _names(manifest, node, column)
    }
    models = {unique_id for unique_id, node in direct.items() if node["resource_type"] == "model"}
    behind = _downstream(manifest, models) - models - ids
    semantic = {
        unique_id
        for unique_id, node in manifest.get("semantic_models", {}).items()
        if ids & set(node["depends_on"]["nodes"])
    }
    # an exposure names the models that it shows, not their columns
    shown = ids | models | behind

    def called(kinds: Iterable[str]) -> list[str]:
        return [node["name"] for node in direct.values() if node["resource_type"] in kinds]

    found = {
        "model": called(["model"]),
        "model by way of these": [manifest["nodes"][u]["name"] for u in behind],
        "semantic model": called(["semantic_model"]),
        "metric": _metrics(manifest, semantic, column),
        "exposure": [
            node["name"]
            for node in manifest["exposures"].values()
            if shown & set(node["depends_on"]["nodes"])
        ],
        "test": called(["test", "unit_test"]),
        "page": _pages(model, column, root),
    }
    return {kind: sorted(set(names)) for kind, names in found.items()}


def _readers(manifest: Node, promise: Promise, column: str | None, root: Path) -> Iterator[str]:
    """Yield, in words, the readers of a model, or of one of its columns, kind by kind."""
    for kind, names in readers(manifest, promise.model, column, root).items():
        word, _, how = kind.partition(" by way")
        if names:
            tail = f" by way{how}" if how else ""
            yield f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}{tail}"


def _names(manifest: Node, node: Node, column: str | None) -> bool:
    """Return whether the text of a reader, or of a macro that it calls, names a column."""
    return column is None or _has_word(text_of(manifest, node), column)


def text_of(manifest: Node, node: Node) -> str:
    """Return the text of a reader, together with that of the macros that it calls."""
    texts = [node.get("raw_code") or ""]
    if node["resource_type"] == "test":
        texts += [json.dumps(node.get("test_metadata")), node.get("column_name") or ""]
    elif node["resource_type"] == "unit_test":
        texts += [json.dumps([node["given"], node["expect"]])]
    elif node["resource_type"] == "semantic_model":
        texts += [json.dumps(_read_columns(node))]
    waiting, seen = list(node["depends_on"].get("macros", ())), set()
    while waiting:
        name = waiting.pop()
        macro = manifest["macros"].get(name)
        if macro is None or name in seen or macro["package_name"] != node["package_name"]:
            continue
        seen.add(name)
        texts.append(macro["macro_sql"])
        waiting += macro["depends_on"]["macros"]
    return "\n".join(texts)


def _read_columns(semantic_model: Node) -> list[str]:
    """Return the expressions over columns of a semantic model; a name is one that says no other."""
    parts = ("entities", "dimensions", "measures")
    return [
        f"{entry.get('expr') or entry['name']} {entry.get('agg_time_dimension') or ''}"
        for part in parts
        for entry in semantic_model.get(part) or ()
    ]


def _metrics(manifest: Node, semantic: set[str], column: str | None) -> list[str]:
    """Return the metrics that read a column, or any, of semantic models, and those made of them."""
    metrics = manifest.get("metrics", {})
    words = {column} if column else set()
    for unique_id in semantic:
        # other names by which a metric can refer to the column: its measures and dimensions
        words |= {
            entry["name"]
            for part in ("measures", "dimensions")
            for entry in manifest["semantic_models"][unique_id].get(part) or ()
            if column and _has_word(str(entry.get("expr") or entry["name"]), column)
        }
    found = set()
    for unique_id, metric in metrics.items():
        # a filter writes flight__carrier_code for the carrier_code of a flight
        text = json.dumps([metric["type_params"], metric.get("filter")]).replace("__", " ")
        is_named = column is None or any(_has_word(text, word) for word in words)
        if semantic & set(metric["depends_on"]["nodes"]) and is_named:
            found.add(unique_id)
    grown = True
    while grown:
        more = {
            unique_id
            for unique_id, metric in metrics.items()
            if unique_id not in found and found & set(metric["depends_on"]["nodes"])
        }
        found |= more
        grown = bool(more)
    return [metrics[unique_id]["name"] for unique_id in found]


def _downstream(manifest: Node, ids: set[str]) -> set[str]:
    """Return every model that reads one of the models, directly or indirectly."""
    found = set(ids)
    grown = True
    while grown:
        more = {
            node["unique_id"]
            for node in _models(manifest)
            if node["unique_id"] not in found and found & set(node["depends_on"]["nodes"])
        }
        found |= more
        grown = bool(more)
    return found


def _pages(model: str, column: str | None, root: Path) -> Iterator[str]:
    """Yield the pages and worked queries that name a model, and the column if there is one."""
    for pattern in _PAGES:
        for path in sorted(root.glob(pattern)):
            # the dictionary is generated from the publication and names everything
            if path.name in {"data-dictionary.md", "erd.md"}:
                continue
            text = path.read_text(encoding="utf-8")
            if _has_word(text, model) and (column is None or _has_word(text, column)):
                yield path.relative_to(root).as_posix()


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) is not None
