"""A lock that allows one writer at a time and names its holder.

DuckDB lets only one process write a file, but its error message mentions only file locks. Also, dlt
opens and closes the file many times in one run, so a second writer could get in between. A process
that writes the warehouse therefore holds this lock from start to finish. The operating system
releases it when the process ends, however it ends; a process that lives on releases it by itself.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import duckdb

from ontime.storage.paths import spill_folder

_held: dict[Path, IO[str]] = {}


class WarehouseBusyError(Exception):
    """Another process is writing the warehouse; the message names it."""


def hold_warehouse(warehouse: Path) -> bool:
    """Take the write lock of a warehouse file until this process ends or releases it.

    Return whether it was taken: taking it again in the same process does nothing.

    Raises:
        WarehouseBusyError: another process holds it.
        OSError: the folder cannot be written.

    """
    path = _path(warehouse)
    if path in _held:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a+", encoding="utf8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise WarehouseBusyError(_busy(warehouse, holder)) from None
    lock.truncate(0)
    lock.write(f"{_command()} (process {os.getpid()}, since {datetime.now(UTC):%H:%M:%S} UTC)")
    lock.flush()
    _held[path] = lock
    # left by a writer that was killed; DuckDB removes it only when it spills again
    shutil.rmtree(spill_folder(warehouse), ignore_errors=True)
    return True


def release_warehouse(warehouse: Path) -> None:
    """Release the write lock of a warehouse file, if this process holds it."""
    if lock := _held.pop(_path(warehouse), None):
        lock.close()


def refuse_while_written(warehouse: Path) -> None:
    """Check that no other process writes a warehouse file, without taking its lock.

    Raises:
        WarehouseBusyError: another process holds the lock.

    """
    if _path(warehouse) not in _held and (writer := writer_of(warehouse)):
        raise WarehouseBusyError(_busy(warehouse, writer))


def writer_of(warehouse: Path) -> str:
    """Return the process that is writing a warehouse file, as its lock names it, or ""."""
    try:
        with warehouse.with_suffix(".lock").open(encoding="utf8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip() or "another process"
    except OSError:
        return ""
    return ""


def opened(warehouse: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a warehouse file.

    Raises:
        WarehouseBusyError: another program has it open; it need not have the lock.
        duckdb.Error: it cannot be opened.

    """
    try:
        return duckdb.connect(str(warehouse), read_only=read_only)
    except duckdb.IOException as error:
        if not (holder := holder_of(error)):
            raise
        raise WarehouseBusyError(
            f"The warehouse {warehouse} is open in another program: {holder}. "
            "Try again when it has ended."
        ) from None


def holder_of(error: BaseException) -> str:
    """Return the program that has a database open, if DuckDB's error names it, or ""."""
    found = re.search(r"lock is held in (.* \(PID \d+\))", str(error))
    return found[1] if found else ""


def unwritable(folder: Path, error: OSError) -> str:
    """Return the error message for a data folder that cannot be written."""
    return (
        f"The data folder {folder} cannot be written ({error.strerror}): "
        "correct its permissions, or name another with ONTIME_DATA_DIR."
    )


def _path(warehouse: Path) -> Path:
    return warehouse.with_suffix(".lock").absolute()


def _busy(warehouse: Path, writer: str) -> str:
    return (
        f"The warehouse {warehouse} is being written by {writer}. Nothing was changed; "
        "try again when it has finished."
    )


def _command() -> str:
    """Return the command that started this process, in a form that a user recognises."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if spec is not None:
        name = f"python -m {spec.name.removesuffix('.__main__')}"
    else:
        name = Path(sys.argv[0]).name
    return f"`{' '.join([name, *sys.argv[1:]])}`"
