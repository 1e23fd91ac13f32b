"""The daily job ends with the code of what failed, and its recipes run it and not make."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ontime.storage.runs import OUTCOMES
from tests.commands import ROOT

RECIPES = ROOT / "docs" / "recipes"
SCRIPT = "ontime/refresh.sh"
# ends each command as it is asked to, and notes which ran
STUB = """#!/bin/sh
echo "$@" >> {folder}/ran
case $1 in
runs) echo '{{"command": "x", "is_transient": {transient}}}' ;;
{codes}
esac
"""
QUIET = "alerts --quiet"
LAST = "runs --limit 1 --json"


def daily(folder: Path, transient: bool, **codes: int) -> tuple[int, list[str]]:
    """Run the daily job with commands that end with these codes; return its code, and what ran."""
    lines = "\n".join(f"{name.replace('_', '-')}) exit {code} ;;" for name, code in codes.items())
    text = STUB.format(folder=folder, transient=json.dumps(transient), codes=lines)
    (folder / "ontime").write_text(text)
    (folder / "ontime").chmod(0o755)
    done = subprocess.run(["/bin/sh", SCRIPT, folder, "--force"], cwd=ROOT, check=False)
    return done.returncode, (folder / "ran").read_text().splitlines()


@pytest.mark.parametrize(
    ("codes", "transient", "code", "ran"),
    [
        ({}, False, 0, ["refresh --force", "is-current", QUIET]),
        ({"is_current": 1}, False, 0, ["refresh --force", "is-current", "build", QUIET]),
        # a refused file holds up no other
        (
            {"refresh": 1, "is_current": 1},
            False,
            1,
            ["refresh --force", LAST, "is-current", "build", QUIET],
        ),
        # a publisher that does not answer: what came is built, and the job can be repeated
        (
            {"refresh": 1, "is_current": 1},
            True,
            75,
            ["refresh --force", LAST, "is-current", "build", QUIET],
        ),
        ({"is_current": 1, "build": 1}, False, 1, None),
        ({"is_current": 1, "build": 2}, True, 75, None),
        # a wrong setting, another writer, Ctrl-C
        ({"refresh": 2}, False, 2, ["refresh --force", LAST, QUIET]),
        ({"refresh": 2}, True, 75, ["refresh --force", LAST, QUIET]),
        ({"refresh": 130}, False, 130, ["refresh --force", LAST]),
        ({"alerts": 1}, False, 1, ["refresh --force", "is-current", QUIET]),
        ({"refresh": 2, "alerts": 1}, False, 2, None),
    ],
)
def test_it_ends_with_the_code_of_what_failed(
    tmp_path: Path, codes: dict[str, int], transient: bool, code: int, ran: list[str] | None
) -> None:
    ended, did = daily(tmp_path, transient, **codes)
    assert ended == code
    assert ran is None or did == ran


def test_make_and_the_timer_run_the_same_job() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"sh {SCRIPT} $(BIN)\n" in makefile
    service = (RECIPES / "ontime-refresh.service").read_text(encoding="utf-8")
    assert f"ExecStart=/bin/sh {SCRIPT} .venv/bin\n" in service
    # every code of the guide but 75, which is what can succeed later
    [lasting] = re.findall(r"^RestartPreventExitStatus=(.*)$", service, re.MULTILINE)
    assert {int(code) for code in lasting.split()} == OUTCOMES.keys() - {0}


def test_systemd_accepts_the_recipes(tmp_path: Path) -> None:
    checker = shutil.which("systemd-analyze")
    if checker is None:
        pytest.skip("systemd is not installed")
    units = [tmp_path / "ontime-refresh.service", tmp_path / "ontime-refresh.timer"]
    for unit in units:
        text = (RECIPES / unit.name).read_text(encoding="utf-8")
        unit.write_text(text.replace("User=ontime\n", "User=root\n"), encoding="utf-8")
    verified = subprocess.run(
        [checker, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    units[0].write_text(units[0].read_text() + "[Service]\nRestartWhenever=yes\n")
    spoilt = subprocess.run(
        [checker, "verify", "--man=no", units[0]], capture_output=True, text=True, check=False
    )
    assert "RestartWhenever" in spoilt.stderr
