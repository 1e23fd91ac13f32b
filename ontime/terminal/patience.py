"""Wait for others a bounded time, whatever a library thinks of as an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def within(seconds: float, work: Callable[P, T], *words: P.args, **options: P.kwargs) -> T:
    """Do work that waits for others, and return its result.

    Libraries bound the time between two bytes, so that a receiver that sends one now and then
    holds them up forever.

    Raises:
        TimeoutError: it took longer. It is left behind, and ends with this process.

    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(*words, **options))
        except BaseException as error:  # raised where somebody waits
            errors.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]
