"""sqlfluff, on the files that may have changed their outcome since they passed.

Parsing every model as dbt compiles it takes minutes. A file that passed is linted again when its
text, a macro, or the configuration has changed. What it compiles to depends on little else; a whole
lint, as in continuous integration, asks for every file.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlfluff.core.linter.discovery import paths_from_path

_SQLFLUFF = (sys.executable, Path(__file__).with_name("sqlfluff_once.py"))
_PASSED = Path("target") / "lint" / "sqlfluff_passed.json"
_FOUND = Path("target") / "lint" / "sqlfluff_found.json"
# what every file depends on: the rules, the macros, variables, and the versions of the tools
_COMMON = (".sqlfluff", ".sqlfluffignore", "dbt_project.yml", "requirements/lock.txt")
_MACROS = ("dbt_project/macros", "dbt_project/tests/generic")
_SHOWN_WORDS = 2000


def found(*, whole: bool = False) -> list[str]:
    """Return what is wrong with the SQL: the file, line and column, the rule, and the reason."""
    states = _states()
    passed = {} if whole else _read_passed()
    asked = [path for path, state in states.items() if passed.get(path) != state]
    # the longest first, so that no process ends with one that takes long
    asked.sort(key=lambda path: -Path(path).stat().st_size)
    results, said = lint(asked) if asked else ({}, "")
    clean = {path for path, violations in results.items() if not violations}
    kept = {path: state for path, state in states.items() if path not in asked or path in clean}
    _PASSED.parent.mkdir(parents=True, exist_ok=True)
    _PASSED.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    lines = [line for path in sorted(results) for line in _lines(path, results[path])]
    # sqlfluff passes over a file on an error of its own
    lines += [f"{path}: sqlfluff has not linted it" for path in asked if path not in results]
    return lines + ([said] if said and len(results) < len(asked) else [])


def lint(paths: Iterable[str]) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """Return the violations in each file that sqlfluff linted, and what else it said."""
    _FOUND.parent.mkdir(parents=True, exist_ok=True)
    _FOUND.unlink(missing_ok=True)
    options = ("--disable-progress-bar", "--nocolor", "--format", "json", "--write-output")
    done = subprocess.run(
        [*_SQLFLUFF, "lint", *options, _FOUND, *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()[-_SHOWN_WORDS:]
    if not _FOUND.exists():
        return {}, said
    files = json.loads(_FOUND.read_bytes())
    return {Path(one["filepath"]).as_posix(): one["violations"] for one in files}, said


def _states() -> dict[str, str]:
    """Return a checksum of each file that is linted, and of everything that its outcome needs."""
    common = hashlib.sha256()
    macros = (path for folder in _MACROS for path in sorted(Path(folder).rglob("*.sql")))
    for path in (*map(Path, _COMMON), *macros):
        common.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    return {
        Path(path).as_posix(): hashlib.sha256(common.digest() + Path(path).read_bytes()).hexdigest()
        for path in sorted(paths_from_path("dbt_project"))
    }


def _read_passed() -> dict[str, str]:
    try:
        return dict(json.loads(_PASSED.read_bytes()))
    except (OSError, ValueError):
        return {}


def _lines(path: str, violations: list[dict[str, Any]]) -> Iterator[str]:
    for one in violations:
        place = f"{path}:{one['start_line_no']}:{one['start_line_pos']}"
        yield f"{place}: {one['code']} {one['description']} ({one['name']})"
