"""Write the page for browsing the lineage of every column.

dbt-colibri renders the page from the lineage that this project computes: with the locked release of
sqlglot, colibri's own lineage stops at every union. The page is a single file. Its telemetry is
switched off, and its content security policy makes the browser block every request. It opens on a
subject table, and its links to the publisher's shop are removed.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from pathlib import Path
from typing import Any

from dbt_colibri.lineage_extractor.extractor import (  # type: ignore[import-untyped]
    DbtColumnLineageExtractor,
)
from dbt_colibri.report.generator import DbtColibriReportGenerator  # type: ignore[import-untyped]

from ontime.catalog.lineage.project import Project
from ontime.catalog.manifest import Node, relation, relations

_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob: data:; "
    "connect-src 'none'\">"
)
_HEAD = '<meta charset="UTF-8" />'

# colibri shows an empty canvas until a model is chosen
_START = (
    "<script>if (!location.search) location.replace(location.pathname + '?model="
    "model.ontime.mart_carrier_month_punctuality.v1&parents=2&children=0')</script>"
)

# links that advertise features that colibri sells: one function makes their addresses, and what
# carries one is drawn by React as a component of its name
_SHOP = '"https://colibri-data.com"'
_ADDRESS = re.compile(
    r'function (\w+)\(\w+,\w+\)\{[^{}]*URLSearchParams\(\{utm_source:"colibri_oss"'
)
# the heading above one of them, which would be left alone
_HEADED = re.compile(r'(\.jsxs\()"div"(,\{className:"[^"]*",children:\[\w+\.jsx\(\w+,\{children:)')
_HEADING = '"Recent Commits"'
_NOTHING = "()=>null"


class _Extractor(DbtColumnLineageExtractor):  # type: ignore[misc]
    """Colibri's reader of dbt's files, using this project's lineage instead of its own."""

    project: Project

    def extract_project_lineage(self) -> dict[str, Any]:
        """Return the parents and children of each column, in colibri's format."""
        parents: dict[str, dict[str, list[dict[str, str]]]] = {}
        children: dict[str, dict[str, list[dict[str, str]]]] = {}
        for unique_id, columns in self.project.steps.items():
            for name, step in columns.items():
                how = "pass-through" if not step.expressions else "transformation"
                read = [one for one in sorted(step.inputs) if "." in one[0] and self._has(one[0])]
                parents.setdefault(unique_id, {})[name] = [
                    {"dbt_node": node, "column": column, "lineage_type": how}
                    for node, column in read
                ]
                for node, column in read:
                    children.setdefault(node, {}).setdefault(column, []).append(
                        {"dbt_node": unique_id, "column": name}
                    )
        return {"lineage": {"parents": parents, "children": children}, "errors": []}

    def _has(self, unique_id: str) -> bool:
        return relation(self.manifest, unique_id) is not None


def write(project: Project, folder: Path) -> Path:
    """Write the page into a folder; return its path.

    Raises:
        OSError: the folder cannot be written.

    """
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("colibri").setLevel(logging.ERROR)
    manifest = _without_the_database(project.manifest)
    with tempfile.TemporaryDirectory() as made:
        given = {"manifest.json": manifest, "catalog.json": catalog(manifest)}
        for name, content in given.items():
            (Path(made) / name).write_text(json.dumps(content), encoding="utf-8")
        extractor = _Extractor(f"{made}/manifest.json", f"{made}/catalog.json")
        extractor.project = project
        DbtColibriReportGenerator(extractor, disable_telemetry=True).generate_report(made)
        page = (Path(made) / "index.html").read_text(encoding="utf-8")
    if page.count(_HEAD) != 1:
        raise OSError(0, "dbt-colibri writes another page than this project knows", str(folder))
    page = without_the_shop(page)
    if _SHOP in page:
        raise OSError(0, "dbt-colibri writes links that this project does not know", str(folder))
    path = folder / "index.html"
    path.write_text(page.replace(_HEAD, _HEAD + _POLICY + _START), encoding="utf-8")
    return path


def without_the_shop(page: str) -> str:
    """Return the page without the links to the publisher's shop: each draws nothing instead."""
    found = _ADDRESS.search(page)
    if not found:
        return page
    carrier = re.compile(rf'(\.jsxs?\()(?:"a"|\w+)(,\{{(?:\w+:"[^"]*",)*href:{found[1]}\()')
    page = carrier.sub(rf"\1{_NOTHING}\2", page)
    page = re.sub(_HEADED.pattern + _HEADING, rf"\1{_NOTHING}\2{_HEADING}", page)
    return page.replace(_SHOP, '"#"')


def _without_the_database(manifest: Node) -> Node:
    """Return a manifest whose relations are in the database `ontime` instead of `memory`."""
    named = json.dumps(manifest).replace('\\"memory\\".', "").replace('"memory"', '"ontime"')
    return dict(json.loads(named))


def catalog(manifest: Node) -> Node:
    """Return the catalog that dbt would generate from a warehouse with the declared columns."""
    catalog: Node = {"metadata": manifest["metadata"], "nodes": {}, "sources": {}, "errors": None}
    for node in relations(manifest):
        kind = "sources" if node["resource_type"] == "source" else "nodes"
        catalog[kind][node["unique_id"]] = {
            "unique_id": node["unique_id"],
            "metadata": {
                "type": "VIEW" if node["config"].get("materialized") == "view" else "BASE TABLE",
                "database": node["database"],
                "schema": node["schema"],
                "name": node.get("alias") or node["identifier"],
            },
            "columns": {
                name: {"type": column["data_type"] or "varchar", "index": index, "name": name}
                for index, (name, column) in enumerate(node["columns"].items(), start=1)
            },
            "stats": {},
        }
    return catalog
