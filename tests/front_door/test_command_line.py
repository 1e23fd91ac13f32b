"""`ontime` lists its commands without importing them, and what it says of them is true."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ontime.cli import COMMANDS, app, command
from tests.commands import ROOT

# libraries that only some commands need
_LARGE = ("dlt", "duckdb", "dbt", "sqlglot", "pandas", "psycopg", "metricflow")
_LIST = f"""
import sys
from typer.testing import CliRunner
from ontime.cli import app
done = CliRunner().invoke(app, ["--help"])
assert done.exit_code == 0, done.output
assert "rollback" in done.output
print([name for name in {_LARGE!r} if name in sys.modules])
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_itself_says(name: str) -> None:
    found = command(name)
    assert found.name == name
    assert " ".join((found.help or "").split()).startswith(COMMANDS[name].summary)


def test_every_command_of_a_module_is_listed() -> None:
    for module in {entry.module for entry in COMMANDS.values()}:
        listed = {name for name, entry in COMMANDS.items() if entry.module == module}
        assert len(import_module(module).app.registered_commands) == len(listed), module


def test_the_list_imports_nothing_large() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIST], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "ontime: No such command 'nosuch'."),
        (["quer"], "ontime: No such command 'quer'. Did you mean 'query'?"),
        (["hash"], "ontime hash: Missing argument 'relations'."),
        (["load", "--months"], "ontime load: Option '--months' requires an argument."),
        (
            ["query", "--format", "xml"],
            "ontime query: Invalid value for '--format': "
            "'xml' is not one of 'table', 'csv', 'json', 'markdown'.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_words_that_are_none_of_a_command_get_a_sentence(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ontime", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert not done.stdout
    path, _, _ = said.partition(":")
    assert done.stderr.splitlines() == [said, f"`{path} --help` lists what it takes."]


# one that loads, one that builds, some that read, one that needs no data
@pytest.mark.parametrize("below", ["", "/data"])
@pytest.mark.parametrize(
    "name", ["load", "build", "status", "runs", "query", "rollback", "is-current", "contracts"]
)
def test_a_file_for_the_data_folder_is_one_sentence(
    name: str, below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    monkeypatch.setenv("ONTIME_DATA_DIR", f"{file}{below}")
    done = CliRunner().invoke(app, [name])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"The data folder {file}{below} cannot be used, because {file} is a file: name another "
        "with ONTIME_DATA_DIR.\n"
    )
    assert file.read_text(encoding="utf-8") == "mine"
