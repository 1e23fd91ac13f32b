"""Who reads a model, or a column as far as the text of its readers shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ontime.catalog.manifest import Node, downstream, models, text_of

# where people read tables by name, outside dbt
_PAGES = (
    "dashboards/charts/*.yml",
    "docs/questions/*.sql",
    "docs/*.md",
    "README.md",
    "dbt_project/analyses/**/*.sql",
)


def readers(
    manifest: Node, model: str, column: str | None = None, root: Path = Path()
) -> dict[str, list[str]]:
    """Return the names of the readers of a model, or of one of its columns, by kind.

    Models that read it indirectly, through other models, have the kind `model by way of these`.
    """
    ids = {node["unique_id"] for node in models(manifest) if node["name"] == model}
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
    reading = {unique_id for unique_id, node in direct.items() if node["resource_type"] == "model"}
    behind = downstream(manifest, reading) - reading - ids
    semantic = {
        unique_id
        for unique_id, node in manifest.get("semantic_models", {}).items()
        if ids & set(node["depends_on"]["nodes"])
    }
    # an exposure names the models that it shows, not their columns
    shown = ids | reading | behind

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


def _names(manifest: Node, node: Node, column: str | None) -> bool:
    """Return whether the text of a reader, or of a macro that it calls, names a column."""
    return column is None or _has_word(text_of(manifest, node), column)


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


def _pages(model: str, column: str | None, root: Path) -> Iterator[str]:
    """Yield the pages and worked queries that name a model, and the column if there is one."""
    for pattern in _PAGES:
        for path in sorted(root.glob(pattern)):
            # generated: the dictionary names everything, and the reports on changes what they show
            if path.name in {"data-dictionary.md", "erd.md", "changes.md"}:
                continue
            text = path.read_text(encoding="utf-8")
            if _has_word(text, model) and (column is None or _has_word(text, column)):
                yield path.relative_to(root).as_posix()


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) is not None
