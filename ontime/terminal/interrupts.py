"""Make sure that Ctrl-C is never swallowed."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interrupts() -> Iterator[Callable[[], None]]:
    """Raise KeyboardInterrupt at once on Ctrl-C; the yielded function raises it if it was lost.

    It is lost if a library swallows it, or if it is raised in a garbage-collector callback.
    """
    seen = False

    def remember(number: int, frame: Any) -> None:
        nonlocal seen
        seen = True
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if seen:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, before)
