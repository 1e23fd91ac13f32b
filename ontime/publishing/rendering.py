"""Run the publishing macros of the dbt project without dbt, on a connection to DuckDB.

The macros decide what a publication is. dbt runs them at the end of a build with its plugin; this
runs the same files with what a build leaves behind, its `manifest.json` and `run_results.json`. It
knows what these macros use of dbt's language, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import yaml  # type: ignore[import-untyped]

from ontime.publishing.placement import PublicationError

_MACROS = Path("dbt_project/macros")
# what is published, and what these macros call
_FOLDERS = ("publishing", "incremental", "testing")
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(.*?{%-?\s*endmacro\s*-?%}", re.DOTALL)


class _Returned(Exception):  # noqa: N818 - it carries the value of dbt's `return`
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Row:
    """A row of a result, by the number or the name of a column."""

    def __init__(self, values: tuple[Any, ...], names: list[str]) -> None:
        self._values, self._names = values, names

    def __getitem__(self, key: int | str) -> Any:
        """Return a value."""
        return self._values[self._names.index(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        """Return the values."""
        return iter(self._values)


class Result:
    """A result, as the macros read it."""

    def __init__(self, values: list[tuple[Any, ...]], names: list[str]) -> None:
        self.rows = [Row(row, names) for row in values]
        self.columns = [
            SimpleNamespace(values=lambda place=place: [row[place] for row in values])
            for place in range(len(names))
        ]


class Macros:
    """The macros, with a manifest and a connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        manifest: Mapping[str, Any],
        results: Mapping[str, Any],
        *,
        target: str,
        say: Callable[[str], None],
    ) -> None:
        """Read the macros.

        Arguments:
            connection: to the warehouse.
            manifest: of dbt.
            results: of the build, or nothing where the macros do not ask for it.
            target: the name of the target that the identity of the build names.
            say: is given what the macros print.

        """
        arguments = results.get("args") or {}
        metadata = results.get("metadata") or manifest["metadata"]
        self._connection = connection
        [(database,)] = connection.execute("select current_database()").fetchall()
        variables = _variables() | dict(arguments.get("vars") or {})
        self._environment = jinja2.Environment(  # noqa: S701 - SQL, not HTML
            extensions=["jinja2.ext.do"]
        )
        self._environment.globals.update(
            {
                "adapter": SimpleNamespace(
                    quote=lambda name: f'"{name}"',
                    dispatch=lambda name: self._environment.globals[f"duckdb__{name}"],
                ),
                "dbt_version": manifest["metadata"]["dbt_version"],
                "exceptions": SimpleNamespace(raise_compiler_error=_refuse),
                "execute": True,
                "flags": SimpleNamespace(
                    EMPTY=bool(arguments.get("empty")), FULL_REFRESH=False, WHICH="build"
                ),
                "fromjson": json.loads,
                "graph": {
                    "nodes": manifest["nodes"],
                    "sources": manifest["sources"],
                    "unit_tests": manifest["unit_tests"],
                },
                "invocation_args_dict": dict(arguments),
                "invocation_id": metadata["invocation_id"],
                "local_md5": lambda text: hashlib.md5(text.encode()).hexdigest(),  # noqa: S324
                "print": say,
                "project_name": "ontime",
                "query_now": self._query,
                "return": _return,
                "run_started_at": started_at(metadata),
                "selected_resources": [],
                "target": {
                    "name": target,
                    "type": "duckdb",
                    "path": str(database),
                    "database": database,
                },
                "tojson": json.dumps,
                "var": lambda name: variables[name],
            }
        )
        self._load()

    def call(self, name: str, *arguments: Any) -> Any:
        """Run a macro, and return what it returns.

        Raises:
            PublicationError: the macro refuses; the message says why.

        """
        return self._called(name)(*arguments)

    def _load(self) -> None:
        texts = {
            found.group(1): found.group(0)
            for folder in _FOLDERS
            for path in sorted((_MACROS / folder).glob("*.sql"))
            for found in _MACRO.finditer(path.read_text(encoding="utf-8"))
        }
        texts.pop("query_now")
        self._environment.globals.update({name: self._called(name) for name in texts})
        # a template for each, so that a macro that returns a value never calls past `_called`
        self._modules = {
            name: self._environment.from_string(text).make_module() for name, text in texts.items()
        }

    def _called(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return getattr(self._modules[name], name)(*arguments, **named)
            except _Returned as returned:
                return returned.value

        return call

    def _query(self, sql: str) -> Result:
        done = self._connection.execute(sql)
        return Result(done.fetchall(), [column[0] for column in done.description or []])


def artifacts_of(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the manifest and the results that a build of dbt has left in a folder.

    Raises:
        PublicationError: they are not there.

    """
    manifest = _read(folder / "manifest.json", "metadata", "nodes", "sources", "unit_tests")
    return manifest, _read(folder / "run_results.json", "metadata", "results", "args")


def outcomes(manifest: Mapping[str, Any], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the results with their nodes, as dbt gives them to `on-run-end`."""
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    return [
        {**result, "node": nodes[result["unique_id"]]}
        for result in results["results"]
        if result["unique_id"] in nodes
    ]


def started_at(metadata: Mapping[str, Any]) -> datetime:
    """Return when a command of dbt began, or wrote its results if that is all it says."""
    text = metadata.get("invocation_started_at") or metadata["generated_at"]
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(path: Path, *parts: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = {**found, **{part: found[part] for part in parts}}
    except (OSError, ValueError, KeyError, TypeError):
        raise PublicationError(
            f"There is no build to publish: {path} is not there or cannot be read. Build first."
        ) from None
    return found


def _variables() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("dbt_project.yml").read_text("utf-8"))["vars"]
    return found


def _return(value: Any) -> None:
    raise _Returned(value)


def _refuse(message: str) -> None:
    raise PublicationError(message)
