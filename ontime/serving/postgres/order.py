"""What to copy where, and the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class CopyError(Exception):
    """A copy cannot be made; the message says why, and that the previous copy is unchanged."""


@dataclass(frozen=True)
class Order:
    """What to copy and where: the published file, the address, the reader role, the wait.

    `prefix` starts the names of the schemas. Without a `role` only the owner can read the copy. It
    is a role that may read every schema, or several separated by commas; `schema:role` is a role
    that may read that schema alone.
    """

    file: Path
    address: dict[str, str]
    role: str = ""
    prefix: str = ""
    patience_seconds: float = 300

    @property
    def rights(self) -> list[tuple[str, str]]:
        """The schema that each role may read, as the published file names it, or "" for all."""
        found = []
        for word in filter(None, (part.strip() for part in self.role.split(","))):
            schema, colon, role = word.partition(":")
            found.append((schema.strip(), role.strip()) if colon else ("", word))
        return found

    def readers_of(self, schema: str) -> list[str]:
        """Return the roles that may read a schema."""
        return [role for of, role in self.rights if of in {"", schema}]


@dataclass(frozen=True)
class Outcome:
    """The outcome of an order: what the database holds now, and its size in bytes."""

    publication: str
    is_new: bool
    tables: int
    rows: int
    size_bytes: int
