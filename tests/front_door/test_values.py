"""Values of make's variables are data: nothing in them is executed, and they arrive unchanged."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ontime.cli import COMMANDS, command
from tests.commands import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HOSTILE = (
    "{name}`touch tick`$(touch paren)$(shell touch shell)${{HOME}}$b$$\n"
    "\";touch quote;\"';touch apostrophe;'\n#) %, \\ * ~ && touch and | touch pipe "
)
# make's own variable for the program that runs a nested Makefile
OF_MAKE = {"MAKE"}
# what `make metrics` blanks on purpose
BLANKED = {"METRIC", "QUERY"}
# not options of a command: the Makefile and `ontime.with_args` read these
READ_BEFORE = {"ARGS", "PYTHON", "SUPERSET_PYTHON"}
STUB = """#!{python} -IS
import json, os, sys
with open({calls!r} + str(os.getpid()), "w") as file:
    json.dump([sys.argv, dict(os.environ)], file)
"""
_PROGRAMS = ("python", "ontime", "dbt", "ruff", "mypy", "sqlfluff", "dbt-bouncer")


def inputs() -> list[str]:
    """Return the variables that a user sets, as the Makefile lists them."""
    listed = re.search(r"^override INPUTS := ((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)
    assert listed
    return listed[1].replace("\\", " ").split()


def variables() -> list[str]:
    """Return every variable that the Makefile names anywhere."""
    referenced = re.findall(r"(?<!\$)\$[({]([^(){}]*)[)}]", MAKEFILE)
    assigned = re.findall(r"^(?:export |override )*([A-Z_]+) *[:?]?=", MAKEFILE, re.MULTILINE)
    names = {name for text in referenced for name in re.findall(r"\b[A-Z][A-Z_]+\b", text)}
    return sorted((names | {*assigned, *inputs()}) - OF_MAKE)


def targets() -> list[str]:
    """Return every target of the Makefile except the one that removes things."""
    phony = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    return sorted({target for line in phony for target in line.split()} - {"clean"})


def options(name: str) -> set[str]:
    """Return the variables of the environment that a command reads."""
    return {str(parameter.envvar) for parameter in command(name).params if parameter.envvar}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a project whose programs only record how they were called."""
    folder = tmp_path / "on time"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "calls").mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    for environment in (".venv", ".venv-superset", ".venv-dagster"):
        (folder / environment).mkdir(exist_ok=True)
        (folder / environment / ".installed").touch()
    for program in _PROGRAMS:
        path = folder / ".venv" / "bin" / program
        path.write_text(STUB.format(python=sys.executable, calls=f"{folder}/calls/"))
        path.chmod(0o755)
    return folder


def make(
    folder: Path, *words: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run make without any of its variables from the tests' own environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [shutil.which("make") or "make", "--no-print-directory", *words],
        cwd=folder,
        env={**kept, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def calls(folder: Path) -> list[tuple[list[str], dict[str, str]]]:
    """Return the arguments and the environment of every program that ran."""
    return [tuple(json.loads(path.read_text())) for path in (folder / "calls").iterdir()]


@pytest.mark.parametrize("origin", ["environment", "command line"])
def test_hostile_values_arrive_unchanged_and_run_nothing(checkout: Path, origin: str) -> None:
    before = {path.name for path in checkout.iterdir()}
    values = {name: HOSTILE.format(name=name) for name in variables()}
    words = [f"{name}={value}" for name, value in values.items() if origin == "command line"]
    done = make(checkout, "-k", *targets(), *words, env=values if not words else {})
    assert {path.name for path in checkout.iterdir()} <= before | {".venv-drivers"}
    assert not re.search(r"unterminated|syntax error|not found", done.stderr, re.IGNORECASE)
    ran = calls(checkout)
    assert len(ran) > len(targets())
    for call, environment in ran:
        assert not any("touch" in word for word in call), call
        for name in inputs():
            arrived = environment[f"ONTIME_{name}"]
            # a nested Makefile has no use for a value from the environment
            if environment["MAKELEVEL"] == "1" and not (name in BLANKED and not arrived):
                assert arrived == values[name], (call, name)
            assert name not in environment


@pytest.mark.parametrize("name", ["PYTHON", "SUPERSET_PYTHON"])
@pytest.mark.parametrize("origin", ["environment", "command line"])
def test_a_hostile_interpreter_is_named_and_not_run(checkout: Path, name: str, origin: str) -> None:
    shutil.rmtree(checkout / (".venv" if name == "PYTHON" else ".venv-superset"))
    before = {path.name for path in checkout.iterdir()}
    value = HOSTILE.format(name=name)
    target = "run" if name == "PYTHON" else "superset"
    if origin == "environment":
        done = make(checkout, target, env={name: value})
    else:
        done = make(checkout, target, f"{name}={value}")
    assert done.returncode != 0
    assert value in done.stderr
    assert {path.name for path in checkout.iterdir()} == before


def test_every_variable_that_a_user_sets_is_read_by_a_command() -> None:
    read = {name for command_name in COMMANDS for name in options(command_name)}
    assert {f"ONTIME_{name}" for name in set(inputs()) - READ_BEFORE} == read


def test_no_recipe_hands_a_value_to_the_shell() -> None:
    recipes = "".join(line for line in MAKEFILE.splitlines(True) if line.startswith("\t"))
    expanded = set(re.findall(r"(?<!\$)\$[({]([^(){}]*)[)}]", recipes))
    assert expanded == {"BIN", "DBT", "WITH_ARGS", "MAKE"}
    quoted = re.sub(r'"\$\$ONTIME_\w+"', "", recipes)
    assert set(re.findall(r"\$\$\w*", quoted)) == {"$$", "$$1", "$$2", "$$name"}


def test_months_that_are_set_but_empty_are_refused(checkout: Path) -> None:
    for words, env in ((["MONTHS="], {}), ([], {"MONTHS": " "})):
        done = make(checkout, "ingest", *words, env=env)
        assert done.returncode != 0
        assert "MONTHS is empty" in done.stderr
    assert not calls(checkout)


def split(args: str) -> subprocess.CompletedProcess[str]:
    """Run a command with ARGS that writes its own arguments."""
    write = "import json, os, sys; print(json.dumps([sys.argv[1:], 'ONTIME_ARGS' in os.environ]))"
    return subprocess.run(
        [sys.executable, "-m", "ontime.with_args", sys.executable, "-c", write, "first"],
        cwd=ROOT,
        env={**os.environ, "ONTIME_ARGS": args},
        capture_output=True,
        text=True,
        check=False,
    )


def test_args_become_words_and_nothing_else() -> None:
    done = split("--html 'a b.html'\n\"c 'd'\" `touch x` $(touch x) $HOME ~ * ; a#b")
    words = ["first", "--html", "a b.html", "c 'd'", "`touch", "x`", "$(touch", "x)"]
    assert json.loads(done.stdout) == [[*words, "$HOME", "~", "*", ";", "a#b"], False]
    assert json.loads(split("").stdout) == [["first"], False]


def test_args_with_an_open_quote_are_refused_in_a_sentence() -> None:
    done = split("--html 'a")
    assert done.returncode == 2
    assert done.stderr == "ARGS cannot be split into options: no closing quotation.\n"
