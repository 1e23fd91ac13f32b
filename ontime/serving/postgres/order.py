"""What to copy where, and the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class CopyError(Exception):
    """A copy cannot be made; the message says why, and that the previous copy is unchanged."""


@dataclass(frozen=True)
class Order:
    """What to copy and where: the published file, the address, the reader role, the wait.

    `prefix` starts the names of the schemas. Without a `role` only the owner can read the copy.
    """

    file: Path
    address: dict[str, str]
    role: str = ""
    prefix: str = ""
    patience_seconds: float = 300


@dataclass(frozen=True)
class Outcome:
    """The outcome of an order: what the database holds now, and its size in bytes."""

    publication: str
    is_new: bool
    tables: int
    rows: int
    size_bytes: int
