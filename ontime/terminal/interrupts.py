"""Make sure that Ctrl-C is never swallowed."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_SECONDS_UNTIL_AGAIN = 0.05


@contextmanager
def interrupts() -> Iterator[Callable[[], None]]:
    """Raise KeyboardInterrupt at once on Ctrl-C; the yielded function raises it if it was lost.

    It is lost if a library swallows it. If it is raised where Python ignores every error, such as
    while an object is deleted, it is raised again a moment later, without a traceback.
    """
    seen = False
    report = sys.unraisablehook

    def remember(number: int, frame: Any) -> None:
        nonlocal seen
        seen = True
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if seen:
            raise KeyboardInterrupt

    def again(ignored: Any) -> None:
        if not issubclass(ignored.exc_type, KeyboardInterrupt):
            report(ignored)
            return
        main = threading.main_thread().ident
        assert main is not None  # noqa: S101 - it runs
        timer = threading.Timer(_SECONDS_UNTIL_AGAIN, signal.pthread_kill, [main, signal.SIGINT])
        timer.daemon = True
        timer.start()

    before = signal.signal(signal.SIGINT, remember)
    sys.unraisablehook = again
    try:
        yield heed
    finally:
        sys.unraisablehook = report
        signal.signal(signal.SIGINT, before)
