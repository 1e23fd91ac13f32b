"""Run a check on many made-up inputs, always the same ones: see hypothesis.

`ONTIME_FUZZ_EXAMPLES` is the number of inputs of each check, 25 in the suite; `make certify` takes
many more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

Edit = tuple[str, float, bytes]


def examples() -> int:
    """Return how many inputs each check gets."""
    return int(os.environ.get("ONTIME_FUZZ_EXAMPLES") or "25")


def for_all(check: Callable[[Any], None], strategy: Any) -> None:
    """Run a check on inputs of a strategy; a failing one is reduced before it is shown."""
    from hypothesis import HealthCheck, given, settings  # noqa: PLC0415 - it takes half a second

    bounded = settings(
        max_examples=examples(),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    def checked(made_up: Any) -> None:
        check(made_up)

    on_all: Any = given(strategy)
    bounded(on_all(checked))()


def edits() -> Any:
    """Return the strategy of a few changes to a file: where, as a share of it, what, and bytes."""
    from hypothesis import strategies  # noqa: PLC0415 - see above

    kinds = strategies.sampled_from(["replace", "insert", "delete", "double", "cut"])
    # what separates, quotes, ends or spoils text is more telling than any byte
    telling = strategies.sampled_from(
        [
            b",",
            b'"',
            b"\n",
            b"\r",
            b"\r\n",
            b"\0",
            b"\x1a",
            b"\xff",
            b"\xef\xbb\xbf",
            b"#",
            b"NA",
            b" ",
        ]
    )
    places = strategies.floats(0, 1, exclude_max=True)
    some = strategies.one_of(telling, strategies.binary(max_size=12))
    return strategies.lists(strategies.tuples(kinds, places, some), min_size=1, max_size=4)


def edited(content: bytes, changes: list[Edit]) -> bytes:
    """Return a content with changes made to it."""
    for kind, share, text in changes:
        at = int(share * len(content))
        if kind == "replace":
            content = content[:at] + text + content[at + len(text) :]
        elif kind == "insert":
            content = content[:at] + text + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + 1 + len(text) :]
        elif kind == "double":
            content = content[:at] + content[at : at + 40] + content[at:]
        else:
            content = content[:at]
    return content
