"""Run a command with the options of make's ARGS: `python -m ontime.with_args COMMAND...`.

ARGS is passed in the environment and is split into words as a shell does, respecting quotes. No
other character has a special meaning: not `$`, backtick or `;`. The command replaces this process.
"""

from __future__ import annotations

import os
import shlex
import sys

_ARGS = "ONTIME_ARGS"


def main(command: list[str]) -> None:
    """Replace this process with the command."""
    try:
        options = shlex.split(os.environ.pop(_ARGS, ""))
    except ValueError as error:
        sys.stderr.write(f"ARGS cannot be split into options: {str(error).lower()}.\n")
        sys.exit(2)
    os.execvp(command[0], [*command, *options])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
