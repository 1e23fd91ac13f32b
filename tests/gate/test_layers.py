"""The packages import each other in one direction only, from the commands down to the files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT

# lowest first: a package imports only packages that stand before it
LAYERS = (
    "ontime.terminal",
    "ontime.storage",
    "ingest",
    "ontime.publishing",
    "ontime.transformation",
    "ontime.cluster",
    "ontime.catalog",
    "ontime.querying",
    "ontime.metrics",
    "ontime.releases",
    "ontime.changes",
    "ontime.backups",
    "ontime.serving",
    "ontime.site",
    "ontime.ml",
    "ontime.orchestration",
    "ontime.alerts",
    "ontime.openlineage",
    "ontime.commands",
    "ontime.cli",
)
# what ingestion may know of the rest
BELOW_INGESTION = {"ontime.terminal", "ontime.storage"}
# started by make or by Python, they import nothing when they are imported themselves
ENTRANCES = {"ontime.__main__", "ontime.with_args", "ontime.with_project_settings"}
# of the code, the most that one package may hold
LARGEST_SHARE = 1 / 3

Import = tuple[str, str]


def module_of(path: Path, root: Path) -> str:
    """Return the name of the module that a file holds."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield the name of every module or member that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            # the module may be a package, and the name one of its modules
            yield from (f"{node.module}.{each.name}" for each in node.names)


def layer_of(module: str) -> str | None:
    """Return the layer that a module belongs to, if it is the project's."""
    for layer in LAYERS:
        if module == layer or module.startswith(f"{layer}."):
            return layer
    return None


def imports(root: Path) -> set[Import]:
    """Return which modules import which members, among the project's own."""
    return {
        (module_of(path, root), name)
        for package in ("ingest", "ontime")
        for path in (root / package).rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in {"ingest", "ontime"}
    }


def wrong(found: set[Import]) -> list[str]:
    """Return the imports that go up, or from ingestion to more than it may know."""
    sentences = []
    for importer, name in sorted(found):
        own, other = layer_of(importer), layer_of(name)
        if own is None or other is None or own == other:
            continue
        may_not = own == "ingest" and other not in BELOW_INGESTION
        if may_not or LAYERS.index(other) > LAYERS.index(own):
            sentences.append(f"{importer} imports {name}")
    return sentences


def test_every_module_belongs_to_a_layer() -> None:
    modules = {
        module_of(path, ROOT)
        for package in ("ingest", "ontime")
        for path in (ROOT / package).rglob("*.py")
    }
    assert {module for module in modules if layer_of(module) is None} == {"ontime", *ENTRANCES}
    folders = {path.parent.name for path in (ROOT / "ontime").glob("*/__init__.py")}
    assert folders == {name.removeprefix("ontime.") for name in LAYERS} - {"ingest", "cli"}


def test_no_import_goes_up() -> None:
    found = imports(ROOT)
    assert len(found) > len(LAYERS)
    assert wrong(found) == []


def test_the_code_imports_neither_tests_nor_benchmarks() -> None:
    for package in ("ingest", "ontime"):
        for path in (ROOT / package).rglob("*.py"):
            outside = {name.partition(".")[0] for name in imported(path)} & {"tests", "benchmarks"}
            assert not outside, path


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ontime/storage/planted.py", "from ontime.publishing import placement"),
        ("ontime/storage/planted.py", "import ontime.site.build"),
        ("ontime/catalog/planted.py", "def late():\n    from ontime.metrics import semantics"),
        ("ontime/terminal/planted.py", "from ontime import storage"),
        ("ingest/planted.py", "from ontime.publishing.placement import in_place"),
        ("ingest/planted.py", "from ontime.commands import status"),
    ],
)
def test_an_import_that_goes_up_would_be_found(tmp_path: Path, file: str, line: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(line, encoding="utf-8")
    (sentence,) = wrong(imports(tmp_path))
    assert sentence.startswith(f"{module_of(planted, tmp_path)} imports ")


def test_no_package_holds_more_than_two_fifths_of_the_code() -> None:
    lines = dict.fromkeys(LAYERS, 0)
    for package in ("ingest", "ontime"):
        for path in (ROOT / package).rglob("*.py"):
            if layer := layer_of(module_of(path, ROOT)):
                lines[layer] += path.read_text(encoding="utf-8").count("\n")
    of_ontime = {name: count for name, count in lines.items() if name != "ingest"}
    name, most = max(of_ontime.items(), key=lambda item: item[1])
    assert most < LARGEST_SHARE * sum(of_ontime.values()), f"{name}: {most} lines"
