"""Ctrl-C ends a command, wherever it arrives."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from typing import Any

import pytest
import typer

from ontime.commands.outcome import stoppable
from ontime.terminal.interrupts import interrupts


class Closing:
    """Is interrupted while it is deleted."""

    def __del__(self) -> None:
        """Interrupt, where Python ignores every error."""
        signal.raise_signal(signal.SIGINT)


def work_on() -> None:
    """Delete an object, and work for longer than anybody waits."""
    with interrupts():
        closing = Closing()
        del closing
        time.sleep(60)


def swallow_and_heed() -> None:
    """Swallow an interrupt as libraries do, and heed it afterwards."""
    with interrupts() as heed_interrupts:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        heed_interrupts()


def test_an_interrupt_while_an_object_is_deleted_is_raised_a_moment_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with pytest.raises(KeyboardInterrupt):
        work_on()
    assert "Traceback" not in capsys.readouterr().err
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


def test_an_interrupt_that_a_library_swallowed_is_heeded() -> None:
    with pytest.raises(KeyboardInterrupt):
        swallow_and_heed()


def be_stopped(*, as_a_library_says_it: bool) -> None:
    """Run what is stopped by Ctrl-C."""
    with stoppable("Stopped. All is as it was."):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if as_a_library_says_it:
                raise RuntimeError("Query interrupted") from None
            raise


@pytest.mark.parametrize("as_a_library_says_it", [True, False])
def test_a_command_that_is_stopped_says_so(
    capsys: pytest.CaptureFixture[str], as_a_library_says_it: bool
) -> None:
    with pytest.raises(typer.Exit) as ended:
        be_stopped(as_a_library_says_it=as_a_library_says_it)
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "Stopped. All is as it was.\n"


def test_an_error_that_is_no_interrupt_stays_one() -> None:
    with pytest.raises(RuntimeError, match="a fault"), stoppable("Stopped."):
        raise RuntimeError("a fault")


def test_another_error_that_python_ignores_is_reported() -> None:
    class Broken:
        def __del__(self) -> None:
            """Fail, where Python ignores every error."""
            raise ValueError("broken")

    seen: list[Any] = []
    before, sys.unraisablehook = sys.unraisablehook, seen.append
    try:
        with interrupts():
            broken = Broken()
            del broken
    finally:
        sys.unraisablehook = before
    assert [str(ignored.exc_value) for ignored in seen] == ["broken"]
