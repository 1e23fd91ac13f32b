"""Twenty chosen kills and seven full disks leave what was there before, or all of the new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.certificate.phases import SUITE_KILLS
from tests.certificate.stopping import compiled
from tests.commands import ROOT


def test_twenty_kills_and_a_full_disk_in_each_operation_break_no_promise(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.certificate.small", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(compiled()), "ONTIME_MEMORY_LIMIT": "1GB"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    stops = [json.loads(line) for line in done.stdout.splitlines()]
    kills = [stop for stop in stops if stop["action"] == "kill"]
    assert len(kills) == sum(SUITE_KILLS.values()) == 20
    assert {stop["operation"] for stop in stops if stop["action"] == "full"} == SUITE_KILLS.keys()
    # some kills came before the step that decides, some after it
    assert {kill["seen"] for kill in kills} == {"old", "new"}
