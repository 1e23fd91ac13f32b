"""The check for known vulnerabilities says in a sentence and by its code how it ended."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands import ROOT

STUB = """#!/bin/sh
for word in "$@"; do output=$word; done
{body}
"""
UNREACHABLE = "requests.exceptions.ConnectionError: Failed to resolve 'api.osv.dev'"


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("exit 0", 0, "No locked package has a known vulnerability."),
        ("echo 'requests 1.0 PYSEC-1' > $output; exit 1", 1, "have known vulnerabilities"),
        (f'echo Traceback >&2; echo "{UNREACHABLE}" >&2; exit 1', 75, "cannot be reached"),
        ("echo 'usage: pip-audit' >&2; exit 2", 2, "target/vulnerabilities.log says why"),
    ],
)
def test_it_says_how_it_ended(tmp_path: Path, body: str, code: int, said: str) -> None:
    (tmp_path / "pip-audit").write_text(STUB.format(body=body))
    (tmp_path / "pip-audit").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", ROOT / ".ci" / "vulnerabilities", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    printed = done.stdout + done.stderr
    assert said in printed
    assert "Traceback" not in printed
