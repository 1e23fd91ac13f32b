"""The command `sqlfluff`, which works out the layout of a file once and not for each of its rules.

Four rules each begin by finding out how deep every word of a file lies, which takes most
of their time. While nothing is corrected, all of them find the same.

sqlfluff's processes import this module too, because it is the one that was started.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlfluff.cli.commands import cli
from sqlfluff.utils.reflow.sequence import ReflowSequence

_plain_from_root = ReflowSequence.from_root
# the file that was looked at last, by whom it was configured, and what was found
_last: tuple[Any, Any, ReflowSequence] | None = None


def _from_root(root_segment: Any, config: Any) -> ReflowSequence:
    global _last  # noqa: PLW0603 - one file is linted at a time in each process
    if _last is None or _last[0] is not root_segment or _last[1] is not config:
        _last = (root_segment, config, _plain_from_root(root_segment, config))
    found = _last[2]
    return ReflowSequence(
        elements=list(found.elements),
        root_segment=root_segment,
        reflow_config=found.reflow_config,
        depth_map=found.depth_map,
    )


def take_shortcut() -> None:
    """Have the rules share what they find out."""
    ReflowSequence.from_root = _from_root  # type: ignore[method-assign]


def take_none() -> None:
    """Have each rule find it out, as sqlfluff does."""
    ReflowSequence.from_root = _plain_from_root  # type: ignore[method-assign]


if __name__ in {"__main__", "__mp_main__"}:
    take_shortcut()
if __name__ == "__main__":
    sys.exit(cli())
