"""A call of a client: it can be cancelled, and what it has started ends with it."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class CancelledCallError(Exception):
    """Nobody waits for the answer any longer."""


class Call:
    """What one call of a tool is doing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self.is_cancelled = False

    def cancel(self) -> None:
        """End the process of the call, and let it start no other."""
        with self._lock:
            self.is_cancelled = True
            if self._worker:
                self._worker.kill()

    @contextmanager
    def working(self, worker: subprocess.Popen[str]) -> Iterator[None]:
        """Note that a process works for the call.

        Raises:
            CancelledCallError: the call is cancelled before, or meanwhile.

        """
        with self._lock:
            self._worker = worker
        try:
            if self.is_cancelled:
                raise CancelledCallError
            yield
            if self.is_cancelled:
                raise CancelledCallError
        finally:
            with self._lock:
                self._worker = None


_CURRENT: ContextVar[Call | None] = ContextVar("call", default=None)


def current() -> Call:
    """Return the call that this thread works for; a new one outside a server."""
    return _CURRENT.get() or Call()


def cancellable(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Return a tool that runs in a thread, and ends its process if the client cancels the call."""

    @functools.wraps(tool)
    async def run(*arguments: Any, **named: Any) -> Any:
        call = Call()
        before = _CURRENT.set(call)
        try:
            return await asyncio.to_thread(tool, *arguments, **named)
        except asyncio.CancelledError:
            call.cancel()
            raise
        finally:
            _CURRENT.reset(before)

    return run
