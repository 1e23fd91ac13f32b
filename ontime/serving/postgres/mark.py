"""The comment that identifies a schema as a copy."""

from __future__ import annotations

import re
from dataclasses import dataclass

# increased when the same publication would give a different copy
FORMAT = 1

_PATTERN = re.compile(
    r"Copied by ontime: publication (\S+), fingerprint (\S+), format (\d+)\..*Tables: ([^.]*)\.",
    flags=re.DOTALL,
)


@dataclass(frozen=True)
class Mark:
    """What the comment of a schema states about the copy in it."""

    publication: str
    fingerprint: str
    tables: tuple[str, ...]
    format: int = FORMAT

    def __str__(self) -> str:
        """Return the comment."""
        return (
            f"Copied by ontime: publication {self.publication}, fingerprint {self.fingerprint}, "
            f"format {self.format}. The next copy replaces the whole schema: keep nothing of your "
            f"own in it. Tables: {', '.join(self.tables)}."
        )

    def holds_what(self, other: Mark) -> bool:
        """Return whether a copy with this mark has the same content as one with the other mark."""
        return (self.fingerprint, self.format) == (other.fingerprint, other.format)

    @classmethod
    def read(cls, comment: str | None) -> Mark | None:
        """Return the mark in a comment, or None if the comment does not hold one."""
        found = _PATTERN.fullmatch(comment or "")
        if not found:
            return None
        return cls(found[1], found[2], tuple(found[4].split(", ")), int(found[3]))
