"""Run dbt with the project's own settings: `python -m ontime.with_project_settings OPTIONS...`.

For the targets of make that call dbt directly. dbt replaces this process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ontime.transformation.environment import ignore_settings_of_dbt, refusal_of_threads


def main(options: list[str]) -> None:
    """Replace this process with dbt."""
    if refusal := refusal_of_threads(os.environ):
        sys.exit(refusal)
    ignore_settings_of_dbt(os.environ)
    dbt = Path(sys.executable).parent / "dbt"
    os.execv(dbt, [str(dbt), *options])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
