"""How a command ends that cannot do what it was asked: one sentence, and the exit code 1."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import duckdb
import typer

from ontime.querying.answers import AnswerError
from ontime.storage.reader import ReaderError, in_words
from ontime.storage.runs import INTERRUPTED
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import output
from ontime.terminal.interrupts import interrupts

console = output()
errors = errors_console(style="red")


def fail(sentence: str) -> NoReturn:
    """Print a sentence and exit with 1."""
    errors.print(sentence, markup=False)
    raise typer.Exit(1)


@contextmanager
def stoppable(sentence: str) -> Iterator[None]:
    """End with a sentence and 130 on Ctrl-C, also where a library makes another error of it."""
    try:
        with interrupts() as heed_interrupts:
            try:
                yield
            except Exception:
                heed_interrupts()
                raise
    except KeyboardInterrupt:
        errors.print(sentence, markup=False)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def sentences(
    *others: type[Exception], of_duckdb: type[duckdb.Error] = duckdb.Error
) -> Iterator[None]:
    """Turn what can go wrong with the published file, or with a question to it, into a sentence.

    Arguments:
        others: errors of the command's own whose messages are such sentences.
        of_duckdb: the errors of DuckDB to report so.

    """
    try:
        yield
    except others as error:
        fail(str(error))
    except (AnswerError, ReaderError, of_duckdb) as error:
        fail(in_words(error))
    except BrokenPipeError:  # the reader, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(f"The answer cannot be written: {error.strerror}.")
