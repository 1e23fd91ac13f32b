"""The record of what has been measured: JSON lines, so that a run that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.growth.measuring import Used


@dataclass(frozen=True)
class Measurement:
    """One step at one size: what it used, and the files that it left."""

    commit: str
    rows: int
    months: int
    step: str
    flights: int
    seconds: float
    processor_seconds: float
    peak_bytes: int
    warehouse_bytes: int
    published_bytes: int


class Record:
    """The measurements of one commit and one size of months, in a file that only grows."""

    def __init__(self, path: Path, commit: str, rows: int) -> None:
        self._path, self._commit, self._rows = path, commit, rows

    def all(self) -> dict[tuple[int, str], Measurement]:
        """Return the measurements by number of months and step; a later one replaces an earlier."""
        if not self._path.exists():
            return {}
        lines = self._path.read_text(encoding="utf-8").splitlines()
        known = [Measurement(**json.loads(line)) for line in lines if line.endswith("}")]
        return {
            (one.months, one.step): one
            for one in known
            if (one.commit, one.rows) == (self._commit, self._rows)
        }

    def has(self, months: int, steps: Iterable[str]) -> bool:
        """Return whether all of these steps were measured at this number of months."""
        known = self.all()
        return all((months, step) in known for step in steps)

    def add(self, months: int, step: str, flights: int, used: Used, sizes: tuple[int, int]) -> None:
        """Append a measurement; sizes are those of the warehouse and of the publication."""
        warehouse, published = sizes
        one = Measurement(
            self._commit,
            self._rows,
            months,
            step,
            flights,
            used.seconds,
            used.processor_seconds,
            used.peak_bytes,
            warehouse,
            published,
        )
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(one)) + "\n")
