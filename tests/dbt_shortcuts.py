"""Spare dbt work whose results nothing reads: a third of its cost in Python.

- For each argument of a generic test, dbt copies the whole context of Jinja, about 1,600 macros, to
  read one or two of them, and compiles the same few texts anew for each test.
- For each event, it fills two messages, formats a line and searches it for secrets, and only then
  asks whether anybody wants lines of that level.
- For each result of a query, it makes the patterns of dates in all languages.
- For each unit test, it parses the whole query to find where the rows that are given come in.
- For each command, it looks for cycles in the graph of the project, and reads the source of every
  caller to name a module.
- It writes the SQL of each node into two files and describes the graph in a third, also where the
  caller asked for no artifacts.

All are the same to whoever looks at the outcome (tests/gate/test_dbt_shortcuts.py).
"""

from __future__ import annotations

import inspect
import logging
import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cache, wraps
from types import CodeType
from typing import Any

from dbt import compilation
from dbt.context.macros import MacroNamespace
from dbt.contracts.graph.nodes import ParsedNode
from dbt.flags import get_flags
from dbt_common.behavior_flags import BehaviorFlagRendered
from dbt_common.clients import agate_helper, jinja
from dbt_common.events import logger
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

_LEVELS = {
    "test": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
_find_cycles_itself = compilation.Linker.find_cycles
# events that something listens to: `ontime build`, the plugin of dbt, or a test
_HEARD = {
    *("CommandCompleted", "LogStartLine", "LogTestResult", "NodeFinished", "NodeStart"),
    *("NothingToDo", "PrintEvent"),
}

# the functions that are replaced, each with what replaces it
_replaced: list[tuple[Any, str, Any, Any]] = []


def take_shortcuts() -> None:
    """Replace dbt's functions in this process, and so in its forks."""
    for owner, name, _, shortcut in _replaced:
        setattr(owner, name, shortcut)


def take_none() -> None:
    """Give this process dbt's own functions back."""
    for owner, name, itself, _ in _replaced:
        setattr(owner, name, itself)


def _replaces(owner: Any, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function that is given dbt's own function before its arguments."""

    def register(spared: Callable[..., Any]) -> Callable[..., Any]:
        itself = getattr(owner, name)

        @wraps(itself)
        def shortcut(*arguments: Any, **named: Any) -> Any:
            return spared(itself, *arguments, **named)

        # as it is kept there, because a static method is not its function
        _replaced.append((owner, name, inspect.getattr_static(owner, name), shortcut))
        return spared

    return register


class _Names(Mapping[str, Any]):
    """Several contexts as one, which are looked up and never copied."""

    def __init__(self, *contexts: Mapping[str, Any]) -> None:
        self._contexts = [one for context in contexts for one in _flat(context)]

    def __contains__(self, name: object) -> bool:
        for context in self._contexts:  # noqa: SIM110 - a generator takes twice as long
            if name in context:
                return True
        return False

    def __getitem__(self, name: str) -> Any:
        for context in self._contexts:
            if name in context:
                return context[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(ChainMap(*map(dict, self._contexts)))

    def __len__(self) -> int:
        return len(set().union(*self._contexts))

    def copy(self) -> MutableMapping[str, Any]:
        """Return what Jinja changes to report where in a template an error is."""
        return ChainMap({}, self)  # type: ignore[arg-type]


def _flat(context: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the contexts that a chain of contexts consists of."""
    if type(context) is not ChainMap:
        return [context]
    return [one for part in context.maps for one in _flat(part)]


@_replaces(jinja.NativeSandboxTemplate, "render")
def _render(_: Any, template: jinja.NativeSandboxTemplate, context: Any) -> Any:
    try:
        looked_up = _context(template, context)
        return jinja.quoted_native_concat(template.root_render_func(looked_up))
    except Exception:  # as dbt does: Jinja rewrites the traceback and raises it
        return template.environment.handle_exception()


@_replaces(jinja.MacroFuzzTemplate, "new_context")
def _new_context(
    itself: Callable[..., Any], template: Any, given: Any = None, *others: Any, **named: Any
) -> Any:
    if any(others) or named:  # dbt itself takes none
        return itself(template, given, *others, **named)
    return _context(template, {} if given is None else given)


def _context(template: Any, given: Mapping[str, Any]) -> Any:
    return template.environment.context_class(
        template.environment, _Names(given, template.globals), template.name, template.blocks
    )


@_replaces(MacroNamespace, "__contains__")
def _has_macro(_: Any, namespace: MacroNamespace, name: object) -> bool:
    for one in namespace.maps:
        for macros in one.maps if type(one) is ChainMap else (one,):
            if name in macros:
                return True
    return False


_compiled: dict[tuple[type, str], CodeType] = {}


@_replaces(jinja.NativeSandboxEnvironment, "compile")
@_replaces(jinja.MacroFuzzEnvironment, "compile")
def _compile(
    itself: Callable[..., Any], environment: Any, source: Any, *place: Any, **named: Any
) -> Any:
    """Compile a text once: what it means where it is used comes with the context."""
    if not isinstance(source, str) or any(place) or any(named.values()):
        return itself(environment, source, *place, **named)
    key = (type(environment), source)
    if key not in _compiled:
        _compiled[key] = itself(environment, source)
    return _compiled[key]


@_replaces(jinja, "get_environment")
def _get_environment(
    itself: Callable[..., Any], node: Any = None, capture_macros: bool = False, native: bool = False
) -> Any:
    if capture_macros:  # which is about the node
        return itself(node, capture_macros, native)
    return _environment(itself, native)


@cache
def _environment(make: Callable[..., Any], native: bool) -> Any:
    return make(native=native)


def compile_ahead(manifest: Any) -> None:
    """Compile the texts of all nodes, so that a fork does not have to."""
    for node in manifest.nodes.values():
        metadata = getattr(node, "test_metadata", None)
        for text in _texts(metadata.kwargs if metadata else {}):
            jinja.get_template(text, {}, native=True)
        if "{" in node.raw_code:
            jinja.get_template(node.raw_code, {})


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts among the arguments of a test, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


@_replaces(BaseEvent, "__init__")
def _make_event(itself: Callable[..., None], event: Any, *arguments: Any, **named: Any) -> None:
    """Keep what an event says, and fill its message when it is read."""
    if arguments:
        itself(event, *arguments, **named)
    else:
        event.__dict__["_fill"] = lambda: itself(event, **named)


@_replaces(BaseEvent, "__getattr__")
def _read_event(itself: Callable[..., Any], event: Any, name: str) -> Any:
    if name == "pb_msg" and (fill := event.__dict__.pop("_fill", None)):
        fill()
        return event.__dict__["pb_msg"]
    return getattr(event.pb_msg, name) if name != "pb_msg" else itself(event, name)


@_replaces(EventManager, "fire_event")
def _fire_event(
    itself: Callable[..., None],
    manager: EventManager,
    e: BaseEvent,
    level: EventLevel | None = None,
    *others: Any,
    **named: Any,
) -> None:
    least = _LEVELS[(level or e.level_tag()).value]
    is_heard = least >= logging.WARNING or type(e).__name__ in _HEARD
    if is_heard or any(_wants(one, least) for one in manager.loggers):
        itself(manager, e, level, *others, **named)


def _wants(one: logger._Logger, level: int) -> bool:
    writer = one._python_logger
    return writer is None or writer.isEnabledFor(level)


@_replaces(logger._Logger, "write_line")
def _write_line(itself: Callable[..., None], one: logger._Logger, msg: Any) -> None:
    if _wants(one, _LEVELS[msg.info.level]) or logger._is_print_event(msg):
        itself(one, msg)


@_replaces(compilation.Linker, "get_graph_summary")
def _get_graph_summary(itself: Callable[..., Any], linker: Any, *arguments: Any) -> Any:
    """Describe the graph for a command that writes artifacts."""
    return itself(linker, *arguments) if get_flags().WRITE_JSON else {}  # type: ignore[no-untyped-call]


@_replaces(compilation.Linker, "find_cycles")
def _find_cycles(_: Any, linker: Any) -> None:
    """Look for no cycles: the server has (see `look_for_cycles`)."""


def look_for_cycles(manifest: Any) -> None:
    """Fail if a node of the project depends on itself."""
    linker = compilation.Linker()
    linker.link_graph(manifest)
    if found := _find_cycles_itself(linker):  # type: ignore[no-untyped-call]
        raise RuntimeError(f"Found a cycle: {found}")


@_replaces(BehaviorFlagRendered, "_default_source")
def _default_source(*_: Any) -> str:
    """Name no module, for a warning, without reading the source of each caller."""
    return "Unknown"


@_replaces(ParsedNode, "write_node")
def _write_node(itself: Callable[..., None], node: ParsedNode, *arguments: Any) -> None:
    """Write the SQL of a node for a command that writes artifacts."""
    if get_flags().WRITE_JSON:  # type: ignore[no-untyped-call]
        itself(node, *arguments)


# what comes before the first table of a query that begins with tables of its own
_BEFORE_TABLES = re.compile(r"(?:\s|--[^\n]*\n)*with\s+(?!recursive\b)", re.IGNORECASE)
_TEXTS = re.compile(r"--[^\n]*|'[^']*'")


@_replaces(compilation, "inject_ctes_into_sql")
def _inject_ctes(itself: Callable[..., str], sql: str, ctes: list[Any]) -> str:
    """Put tables before those of a query without parsing the whole of it."""
    before = _BEFORE_TABLES.match(sql)
    added = ", ".join(one.sql for one in ctes)
    if not ctes or ";" in _TEXTS.sub("", sql):  # dbt keeps the first of several statements
        return itself(sql, ctes)
    if before:
        return f"{before[0]}{added}, {sql[before.end() :]}"
    if not re.search(r"\bwith\b", sql, re.IGNORECASE):
        query = sql.lstrip()
        return f"{sql[: len(sql) - len(query)]}with{added} {query}"
    return itself(sql, ctes)


@_replaces(agate_helper, "build_type_tester")
def _build_type_tester(
    itself: Callable[..., Any],
    text_columns: Iterable[str],
    string_null_values: Iterable[str] = ("null", ""),
) -> Any:
    """Make what tells the types of a result once for the same columns."""
    return _type_tester(itself, tuple(text_columns), tuple(string_null_values))


@cache
def _type_tester(
    make: Callable[..., Any], text_columns: tuple[str, ...], nulls: tuple[str, ...]
) -> Any:
    return make(text_columns, nulls)
