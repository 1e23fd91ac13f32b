"""What to copy where, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class CopyError(Exception):
    """A copy cannot be made; the message says why, and that what was there is unchanged."""


@dataclass(frozen=True)
class Order:
    """What to copy where: a published file, an address, who may read it, how long to wait.

    `prefix` begins the names of the schemas. Without a `role` only the owner can read the copy.
    """

    file: Path
    address: dict[str, str]
    role: str = ""
    prefix: str = ""
    patience_seconds: float = 300


@dataclass(frozen=True)
class Outcome:
    """What became of an order: what is there now, and what it takes in bytes."""

    publication: str
    is_new: bool
    tables: int
    rows: int
    size_bytes: int
