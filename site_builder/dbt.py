"""Have dbt and dbt-colibri tell of the models: one page of docs, and the lineage of each column."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

_BIN = Path(sys.executable).parent
Lineage = dict[tuple[str, str], list[str]]


class DocumentationError(Exception):
    """A tool could not write its pages: the message is what it said."""


def write(docs: Path, lineage: Path) -> Lineage:
    """Write both into folders of the site; return the source columns of each mart's column.

    Raises:
        DocumentationError: dbt or dbt-colibri failed.

    """
    with tempfile.TemporaryDirectory(prefix="ontime-docs-") as scratch:
        target = Path(scratch)
        # a full refresh, so that incremental models are told as what makes them whole: the lineage
        # of an increment would lead from a table to itself. Compiled only; nothing is built.
        _run("dbt", "--quiet", "docs", "generate", "--static", "--target-path", scratch)
        docs.mkdir()
        shutil.copy(target / "static_index.html", docs / "index.html")
        _run("dbt", "--quiet", "compile", "--full-refresh", "--target-path", scratch)
        _run(
            *(
                "colibri",
                "generate",
                "--output-dir",
                str(lineage),
                "--disable-telemetry",
                "--light",
            ),
            *("--manifest", str(target / "manifest.json")),
            *("--catalog", str(target / "catalog.json")),
        )
        return _sources(json.loads(next(lineage.glob("*.json")).read_bytes()))


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603
        [_BIN / tool, *arguments],
        env={**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DocumentationError(f"{tool} failed.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _sources(told: dict[str, Any]) -> Lineage:
    """Walk each mart's columns back to the columns of raw tables."""
    parents = defaultdict(set)
    for edge in told["lineage"]["edges"]:
        child = edge["target"], edge["targetColumn"]
        parents[child].add((edge["source"], edge["sourceColumn"]))
    found: Lineage = {}
    for child in list(parents):
        if child[0].startswith("model."):
            found[child[0].split(".")[2], child[1]] = sorted(_roots(child, parents))
    return found


def _roots(
    child: tuple[str, str], parents: dict[tuple[str, str], set[tuple[str, str]]]
) -> set[str]:
    seen, open_ends, roots = {child}, [child], set()
    while open_ends:
        for parent in parents.get(open_ends.pop(), set()):
            if parent[0].startswith(("source.", "seed.")):
                roots.add(".".join([*parent[0].split(".")[2:], parent[1]]))
            elif parent not in seen:
                seen.add(parent)
                open_ends.append(parent)
    return roots
