"""The ids and the order of the tests are the same in every process that collects them.

Each worker of pytest-xdist collects the tests; if two of them disagree, no test runs. The arguments
of a `parametrize` must not come from the clock, a random number, a port, or the order of a set or a
folder; neither must anything that a test module computes for them at import.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))

# calls whose result differs from one process to the next
CHANGING = {
    "now", "utcnow", "today", "time", "monotonic", "perf_counter", "time_ns", "localtime",
    "getpid", "uuid1", "uuid4", "token_hex", "token_urlsafe", "random", "randint", "shuffle",
    "choice", "urandom", "getsockname", "gethostname", "mkdtemp", "hash", "id",
}  # fmt: skip
# calls whose result has no defined order
UNORDERED = {"listdir", "scandir", "glob", "iglob", "rglob", "iterdir", "set", "frozenset"}

# modules that import quickly and have many parameters
QUICK = (
    *("test_download", "test_addresses", "test_months", "test_kinds", "test_landing"),
    *("test_archives", "test_delimited"),
)

# makes a process run in the future of another one
ANOTHER_DAY = """
import datetime, time

class AnotherDay(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime(2031, 7, 13, 23, 59, 58, tzinfo=tz)

datetime.datetime = AnotherDay
time.time = lambda: 1941753598.0
"""


def differing(source: str) -> list[str]:
    """Return what may differ between two processes that collect a module's tests."""
    module = ast.parse(source)
    values = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    decorators = [
        decorator
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and "parametrize" in ast.unparse(decorator.func)
    ]
    collected = [*decorators, *values.values()]
    found = [ast.unparse(call) for node in collected for call in _calls(node)]
    looped = [*(argument for node in decorators for argument in node.args[1:2])]
    looped += [loop for node in collected for loop in _loops(node)]
    return found + [ast.unparse(node) for node in looped if _is_unordered(node, values)]


def _now(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes evaluated immediately; a lambda's body is evaluated later, in a test."""
    yield node
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _now(child)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls whose result changes."""
    for inner in _now(node):
        if isinstance(inner, ast.Call) and _called(inner) in CHANGING:
            yield inner


def _loops(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that are iterated in order, to make a list or a tuple."""
    for inner in _now(node):
        if isinstance(inner, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            yield from (generator.iter for generator in inner.generators)
        elif isinstance(inner, ast.Starred):
            yield inner.value
        elif isinstance(inner, ast.Call) and _called(inner) in {
            "list",
            "tuple",
            "enumerate",
            "zip",
        }:
            yield from inner.args


def _is_unordered(node: ast.expr, values: dict[str, ast.expr]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in values and _is_unordered(values[node.id], {})
    if isinstance(node, ast.BinOp):
        return _is_unordered(node.left, values) or _is_unordered(node.right, values)
    is_call = isinstance(node, ast.Call) and _called(node) in UNORDERED
    return is_call or isinstance(node, ast.Set | ast.SetComp)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def test_nothing_that_is_collected_differs_between_processes() -> None:
    assert len(TESTS) > 100
    found = {
        path.relative_to(ROOT).as_posix(): differing(path.read_text(encoding="utf8"))
        for path in TESTS
    }
    assert {path: calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "values",
    [
        "[format_datetime(datetime.now(UTC) + timedelta(hours=5))]",
        "[str(date.today())]",
        "[pytest.param(time.time(), id='x')]",
        "[secrets.token_hex(4)]",
        "{'a', 'b'}",
        "set(NAMES)",
        "list({'a', 'b'})",
        "[*SET]",
        "SET",
        "SET | {'c'}",
        "[name.upper() for name in SET]",
        "Path('tests').glob('*.py')",
        "[path.name for path in Path('tests').iterdir()]",
    ],
)
def test_what_differs_is_found(values: str) -> None:
    module = "SET = {'a', 'b'}\n@pytest.mark.parametrize('x', VALUES)\ndef test(x): pass\n"
    assert differing(module.replace("VALUES", values))


@pytest.mark.parametrize(
    "values",
    [
        "sorted({'a', 'b'})",
        "sorted(Path('tests').glob('*.py'))",
        "[name for name in sorted(SET)]",
        "[('a', set()), ('b', {'c'})]",
        "[lambda: datetime.now(UTC)]",
        "[name for name in 'ab' if name in SET]",
    ],
)
def test_what_is_always_the_same_is_let_be(values: str) -> None:
    module = "SET = {'a', 'b'}\n@pytest.mark.parametrize('x', VALUES)\ndef test(x): pass\n"
    assert differing(module.replace("VALUES", values)) == []


def test_another_day_place_and_hash_seed_collect_the_same(tmp_path: Path) -> None:
    (tmp_path / "another_day.py").write_text(ANOTHER_DAY, encoding="utf8")
    elsewhere = {
        "PYTHONHASHSEED": "4242",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONPATH": str(tmp_path),
    }
    processes = [
        _collecting({"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
        _collecting(elsewhere, "-p", "another_day"),
    ]
    here, there = (
        [line for line in process.communicate()[0].splitlines() if "::" in line]
        for process in processes
    )
    assert len(here) > 300
    assert here == there


def _collecting(environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    """Start a process that lists the tests of these modules."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", *options),
            *("-p", "no:cacheprovider", "-p", "no:xdist", "tests/supply_chain"),
            *(f"tests/ingest/{name}.py" for name in QUICK),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
