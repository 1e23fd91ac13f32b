"""Run commands of dbt one after another in one process, as an editor does, and report on each.

The report has whether the command succeeded, whether the lock was held while it ran and after it,
and whether another process could open the warehouse then.

    python -m tests.transformation.lives_on WAREHOUSE COMMANDS REPORT
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from ontime.storage.lock import writer_of


def report(words: list[str], warehouse: Path) -> dict[str, bool]:
    """Run a command, and return the report on it."""
    held = []

    def hear(event: Any) -> None:
        if event.info.name == "NodeStart":
            held.append(bool(writer_of(warehouse)))

    done = dbtRunner(callbacks=[hear]).invoke([*words, "--quiet"])
    # another process can open the file: a second connection of this one always could
    child = subprocess.run(
        [sys.executable, "-c", f"import duckdb; duckdb.connect({str(warehouse)!r})"],
        capture_output=True,
        check=False,
    )
    return {
        "succeeded": done.success,
        "held": any(held),
        "held_after": bool(writer_of(warehouse)),
        "opens": child.returncode == 0,
    }


if __name__ == "__main__":
    reports = [report(words, Path(sys.argv[1])) for words in json.loads(sys.argv[2])]
    Path(sys.argv[3]).write_text(json.dumps(reports))
