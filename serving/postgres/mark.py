"""The comment by which a schema is known as a copy."""

from __future__ import annotations

import re
from dataclasses import dataclass

# raised when a copy of the same publication would come out differently
FORMAT = 1

_PATTERN = re.compile(
    r"Copied by ontime: publication (\S+), fingerprint (\S+), format (\d+)\..*Tables: ([^.]*)\.",
    flags=re.DOTALL,
)


@dataclass(frozen=True)
class Mark:
    """What the comment of a schema says of the copy in it."""

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
        """Return whether a copy with this mark holds what one with the other would."""
        return (self.fingerprint, self.format) == (other.fingerprint, other.format)

    @classmethod
    def read(cls, comment: str | None) -> Mark | None:
        """Return what a comment says, or None if it is no mark of a copy."""
        found = _PATTERN.fullmatch(comment or "")
        if not found:
            return None
        return cls(found[1], found[2], tuple(found[4].split(", ")), int(found[3]))
