"""Run every linter, then fail if any of them has found something.

dbt-bouncer and `ontime contracts` read what dbt makes of the project, and sqlfluff the SQL that dbt
compiles: they do not run if dbt cannot parse it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ontime.transformation.environment import ignore_settings_of_dbt
from tests.lint import conventions, sql

BIN = Path(sys.executable).parent
MANIFEST = ("--target", "lint", "--target-path", "target/lint")

Linter = Callable[[], list[str]]


def _command(*words: str | Path, has_hints: bool = False) -> Linter:
    """Return a linter that finds whatever a command prints when it fails.

    A command with hints prints only those when it passes.
    """

    def found() -> list[str]:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            if has_hints:
                print(done.stdout, end="", flush=True)  # noqa: T201
            return []
        said = (done.stdout + done.stderr).rstrip()
        return said.splitlines() or [f"it ended with code {done.returncode}"]

    return found


def _parse() -> list[str]:
    """Have dbt parse the project for the linters after it, and return why it cannot, or warns."""
    words = (BIN / "dbt", "--no-use-colors", "--log-level", "warn", "parse", *MANIFEST)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode and not found:
        found = [f"it ended with code {done.returncode}"]
    return [*found, *hints(found)]


def hints(found: list[str]) -> list[str]:
    """Return what to do about a message of dbt that does not say so."""
    if "private to the 'core' group" in " ".join(found):
        return [
            "Intermediate models are private to the group core: remove the `+group` of the mart's "
            "folder from dbt_project.yml, or let the mart read only other marts."
        ]
    return []


def run(linters: dict[str, Linter], needed: str) -> int:
    """Run linters in order, those after `needed` only if it passes, and return the exit code."""
    failed: list[str] = []
    for name, linter in linters.items():
        if needed in failed:
            print(f"{name}: not run, because {needed} failed", flush=True)  # noqa: T201
            continue
        found = linter()
        print(f"{name}: {'failed' if found else 'passed'}", flush=True)  # noqa: T201
        for line in found:
            print(f"  {line}", flush=True)  # noqa: T201
        if found:
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}. `make format` corrects style.", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def main() -> int:
    """Lint the project in the present folder."""
    parser = argparse.ArgumentParser(prog="make lint")
    parser.add_argument(
        "--whole", action="store_true", help="lint also the SQL that passed before, as CI does"
    )
    whole = parser.parse_args().whole or bool(os.environ.get("CI"))
    ignore_settings_of_dbt(os.environ)
    return run(
        {
            "ruff check": _command(BIN / "ruff", "check", "--output-format", "concise", "."),
            "ruff format": _command(BIN / "ruff", "format", "--check", "."),
            "dbt parse": _parse,
            "dbt-bouncer": conventions.found,
            "contracts": _command(sys.executable, "-m", "ontime", "contracts", has_hints=True),
            "sqlfluff": lambda: sql.found(whole=whole),
        },
        needed="dbt parse",
    )


if __name__ == "__main__":
    sys.exit(main())
