"""dbt's manifest: the models, sources, seeds and tests of the project, and what they depend on.

Everything that reads the manifest asks here, so that only this file knows how dbt writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Node = dict[str, Any]

_RELATIONS = {"model", "seed", "source"}
# constraints after which a column is never null
_NEVER_NULL = {"not_null", "primary_key"}


def read_manifest(path: Path) -> Node:
    """Return a manifest from a file.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON.

    """
    return dict(json.loads(path.read_bytes()))


def models(manifest: Node) -> Iterator[Node]:
    """Yield the models."""
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def relations(manifest: Node) -> Iterator[Node]:
    """Yield what has rows: the models, seeds and raw tables."""
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] in _RELATIONS:
            yield node


def relation(manifest: Node, unique_id: str) -> Node | None:
    """Return a model, seed or source."""
    found: Node | None = manifest["nodes"].get(unique_id) or manifest["sources"].get(unique_id)
    return found


def generic_tests(manifest: Node) -> Iterator[Node]:
    """Yield the tests that are declared on a model, seed or source."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            yield node


def singular_tests(manifest: Node) -> Iterator[Node]:
    """Yield the tests that are files of their own."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and not node.get("test_metadata"):
            yield node


def unit_tests(manifest: Node, unique_id: str | None = None) -> list[Node]:
    """Return the unit tests, of one model or of all."""
    tests = manifest.get("unit_tests", {}).values()
    return [test for test in tests if unique_id in {None, *test["depends_on"]["nodes"][:1]}]


def primary_key(node: Node) -> tuple[str, ...]:
    """Return the primary key that a model declares, of the whole model or of its columns."""
    for constraint in node["constraints"]:
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    return tuple(
        name
        for name, column in node["columns"].items()
        if any(constraint["type"] == "primary_key" for constraint in column["constraints"])
    )


def may_be_null(node: Node, column: str) -> bool:
    """Return whether a model declares that a column may be null."""
    constraints = {constraint["type"] for constraint in node["columns"][column]["constraints"]}
    return column not in primary_key(node) and not constraints & _NEVER_NULL


def columns_of(manifest: Node, unique_id: str) -> Node:
    """Return all columns of a node: a view that only adds columns inherits the others."""
    node = manifest["nodes"][unique_id]
    inherited = node["config"].get("meta", {}).get("inherits")
    if inherited is None:
        return dict(node["columns"])
    parent = f"model.{node['package_name']}.{inherited}"
    return columns_of(manifest, parent) | dict(node["columns"])


def downstream(manifest: Node, ids: set[str]) -> set[str]:
    """Return some models and every model that reads one of them, directly or indirectly."""
    found = set(ids)
    grown = True
    while grown:
        more = {
            node["unique_id"]
            for node in models(manifest)
            if node["unique_id"] not in found and found & set(node["depends_on"]["nodes"])
        }
        found |= more
        grown = bool(more)
    return found


def macros_of(manifest: Node, node: Node) -> Iterator[Node]:
    """Yield the macros of the node's own package that it calls, directly or indirectly."""
    waiting, seen = list(node["depends_on"].get("macros", ())), set()
    while waiting:
        name = waiting.pop()
        macro = manifest["macros"].get(name)
        if macro is None or name in seen or macro["package_name"] != node["package_name"]:
            continue
        seen.add(name)
        yield macro
        waiting += macro["depends_on"]["macros"]


def text_of(manifest: Node, node: Node) -> str:
    """Return the text of a reader, together with that of the macros that it calls."""
    texts = [node.get("raw_code") or ""]
    if node["resource_type"] == "test":
        texts += [json.dumps(node.get("test_metadata")), node.get("column_name") or ""]
    elif node["resource_type"] == "unit_test":
        texts += [json.dumps([node["given"], node["expect"]])]
    elif node["resource_type"] == "semantic_model":
        texts += [json.dumps(_expressions(node))]
    return "\n".join([*texts, *(macro["macro_sql"] for macro in macros_of(manifest, node))])


def _expressions(semantic_model: Node) -> list[str]:
    """Return the expressions over columns of a semantic model; a name is one that says no other."""
    parts = ("entities", "dimensions", "measures")
    return [
        f"{entry.get('expr') or entry['name']} {entry.get('agg_time_dimension') or ''}"
        for part in parts
        for entry in semantic_model.get(part) or ()
    ]
