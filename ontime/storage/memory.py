"""How much memory DuckDB may use: ONTIME_MEMORY_LIMIT, or half of what this machine has.

DuckDB itself takes 80 % of the machine's memory, which is too much where other programs run. Beyond
the limit it spills to a folder beside the warehouse, `ontime.duckdb.tmp`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

SETTING = "ONTIME_MEMORY_LIMIT"
# DuckDB needs more than this for the catalogue of the project alone
LEAST_BYTES = 100_000_000
# DuckDB counts bytes in 64 bits
MOST_BYTES = 10**18

_NOTATION = re.compile(
    r"(?P<number>\d+(?:\.\d+)?) ?(?P<prefix>[KMGT])(?P<binary>i?)B", re.IGNORECASE
)
_PREFIXES = "KMGT"
_MEGABYTE = 1_000_000


class MemoryLimitError(Exception):
    """The memory limit that is set cannot be used; the message says why."""


def memory_limit() -> str:
    """Return the limit in DuckDB's notation.

    Raises:
        MemoryLimitError: ONTIME_MEMORY_LIMIT is not an amount of memory that DuckDB can use.

    """
    text = os.environ.get(SETTING, "").strip()
    if not text:
        return f"{max(machine_bytes() // 2, LEAST_BYTES) // _MEGABYTE}MB"
    if _bytes(text) < LEAST_BYTES:
        raise MemoryLimitError(
            f"{SETTING} must be at least {LEAST_BYTES // _MEGABYTE}MB; it is {text!r}."
        )
    if _bytes(text) > MOST_BYTES:
        raise MemoryLimitError(f"{SETTING} is more than any machine has; it is {text!r}.")
    return text


def memory_limit_bytes() -> int:
    """Return the limit in bytes.

    Raises:
        MemoryLimitError: ONTIME_MEMORY_LIMIT is not an amount of memory that DuckDB can use.

    """
    return _bytes(memory_limit())


def limit_memory(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply the limit to a connection, and to all others of its process to the same file.

    Raises:
        MemoryLimitError: ONTIME_MEMORY_LIMIT is not an amount of memory that DuckDB can use.

    """
    connection.execute("set global memory_limit = $1", [memory_limit()])


def machine_bytes(system: Path = Path("/")) -> int:
    """Return the memory of this machine, or of the container if that is smaller."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_container_limits(system)])


def _bytes(text: str) -> int:
    found = _NOTATION.fullmatch(text)
    if not found:
        raise MemoryLimitError(
            f"{SETTING} must be an amount of memory such as 4GB or 512MB; it is {text!r}."
        )
    power = _PREFIXES.index(found["prefix"].upper()) + 1
    return int(float(found["number"]) * (1024 if found["binary"] else 1000) ** power)


def _container_limits(system: Path) -> Iterator[int]:
    """Yield the limits of the control groups that this process belongs to."""
    root = system / "sys/fs/cgroup"
    for folder in (root, *_own_groups(system, root)):
        for name in ("memory.max", "memory/memory.limit_in_bytes"):
            try:
                yield int((folder / name).read_text(encoding="ascii"))
            except (OSError, ValueError):  # there is no such group, or it has no limit ("max")
                continue


def _own_groups(system: Path, root: Path) -> Iterator[Path]:
    try:
        lines = (system / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        hierarchy, _, path = line.split(":", 2)
        if hierarchy == "0":  # the unified hierarchy; a group is bound by those above it
            group = root / path.lstrip("/")
            yield from (place for place in (group, *group.parents) if place.is_relative_to(root))
