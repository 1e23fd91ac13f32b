"""A command in a fork of the warm interpreter behaves as in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.warm import DBT, ROOT

PROGRAMS = {
    "says what it was given": "import sys; print(sys.argv[1:]); print('aside', file=sys.stderr)",
    "fails": "raise SystemExit(3)",
    "fails with a sentence": "raise SystemExit('No.')",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "ends at once": "import os; print('gone', flush=True); os._exit(4)",
    "does something at its end": "import atexit; atexit.register(print, 'the end')",
    "leaves a child that still writes": (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1); print(1)'])"
    ),
    "ends lines in three ways": r"import os; os.write(1, b'one\r\ntwo\rthree\n')",
    "writes much": "print('x' * 3_000_000)",
    "warns": "import logging; logging.getLogger('ingest').warning('careful')",
    "asks for the zone": "import time; print(time.tzname)",
    "asks for its environment": "import os; print(sorted(os.environ.items()))",
    "reads nothing": "import sys; print(repr(sys.stdin.read()))",
    "queries": (
        "import duckdb\n"
        "print(duckdb.sql(\"select current_setting('threads')\").fetchall())\n"
        "print(duckdb.connect().execute('select sum(i) from range(1000000) t(i)').fetchall())"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_it_does_the_same_in_both(program: str, tmp_path: Path) -> None:
    package = tmp_path / "probe"
    package.mkdir()
    (package / "__main__.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "probe", "--word", "with space"]
    assert warm.runs_here(command, environment)
    alone = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert vars(warm.run(command, environment, ROOT)) == vars(alone)


def test_a_mistake_in_a_dbt_command_is_reported_by_dbt() -> None:
    command = [str(DBT), "seed", "--threads", "x"]
    alone = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert alone.returncode == 2
    assert vars(warm.run(command, os.environ, ROOT)) == vars(alone)


@pytest.mark.parametrize(
    "setting", [{"PYTHONHASHSEED": "7"}, {"LC_ALL": "tr_TR.UTF-8"}, {"PYTHONWARNINGS": "error"}]
)
def test_what_an_interpreter_reads_at_its_start_gets_one_of_its_own(
    setting: dict[str, str],
) -> None:
    command = [sys.executable, "-m", "ontime", "sources"]
    assert warm.runs_here(command, os.environ)
    assert not warm.runs_here(command, {**os.environ, **setting})


def test_modules_of_a_test_get_an_interpreter_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").touch()
    command = [sys.executable, "-m", "ontime", "sources"]
    assert not warm.runs_here(command, {**os.environ, "PYTHONPATH": str(tmp_path)})
