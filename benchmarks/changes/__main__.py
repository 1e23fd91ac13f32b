"""Show the impact of three prepared changes: `make impact-test`; writes docs/changes.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.changes.prepared import PREPARED, Prepared

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "changes.md"


def main() -> None:
    """Run `ontime impact` for each prepared change, check what it says, and put it into the guide.

    The files of the last commit are used. The base is built once, in the data folder. Words of the
    command line name some of the changes.
    """
    guide, wrong = GUIDE.read_text(encoding="utf-8"), []
    for change in PREPARED:
        if sys.argv[1:] and change.name not in sys.argv[1:]:
            continue
        report = _impact(change)
        wrong += [
            f"{change.name}: {text!r} is missing" for text in change.says if text not in report
        ]
        wrong += [f"{change.name}: {text!r} is there" for text in change.says_not if text in report]
        print(f"{change.name}: {report.splitlines()[2]}", flush=True)
        guide = _written(guide, change, report)
    GUIDE.write_text(guide, encoding="utf-8")
    if wrong:
        sys.exit("\n".join(wrong))


def _impact(change: Prepared) -> str:
    """Return the report on a change that is made in a worktree of its own."""
    data = Path(os.environ.get("ONTIME_DATA_DIR") or ROOT / "data").resolve()
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        _git("worktree", "add", "--quiet", "--detach", str(files), "HEAD")
        try:
            change.apply(files)
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "ontime",
                    "impact",
                    "--base",
                    os.environ.get("ONTIME_BASE") or "HEAD",
                ],
                cwd=files,
                env={**os.environ, "ONTIME_DATA_DIR": str(data)},
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
        finally:
            _git("worktree", "remove", "--force", str(files))
    if done.returncode:
        sys.exit(f"{change.name}: the impact ended with {done.returncode}.\n{done.stdout}")
    return done.stdout


def _written(guide: str, change: Prepared, report: str) -> str:
    """Return the guide with a report in its place, its headings one level lower."""
    start, end = f"<!-- report: {change.name} -->\n", "<!-- end of report -->"
    text = re.sub(r"^(#+)", r"#\1", report, flags=re.MULTILINE)
    text = text.split("\n", 2)[2]
    first, _, rest = guide.partition(start)
    _, _, last = rest.partition(end)
    return f"{first}{start}{text}\n{end}{last}"


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True)  # noqa: S607


if __name__ == "__main__":
    main()
