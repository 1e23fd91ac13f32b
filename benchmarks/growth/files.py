"""The made-up months that the bench loads, written once and linked where they are needed."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.series.calendar import months_from
from benchmarks.series.registry import write_registry
from benchmarks.series.size import Size
from benchmarks.series.writing import write_month_of_series

FIRST_MONTH = "2022-01"


class Series:
    """Consecutive months of one size, and a registry, in a folder that keeps them."""

    def __init__(self, folder: Path, size: Size) -> None:
        self._folder, self._size = folder, size

    def linked(self, folder: Path, first: int, end: int) -> Path:
        """Fill a folder with links to the files of the months from `first` to before `end`."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        months = months_from(FIRST_MONTH, end)[first:]
        for source in [self._written(month) for month in months] + [self._written("registry")]:
            for file in source.iterdir():
                (folder / file.name).symlink_to(file.absolute())
        return folder

    def _written(self, name: str) -> Path:
        """Return the folder with the files of a month or of the registry."""
        folder = self._folder / name
        if not folder.exists():
            unfinished = folder.with_name(f".{name}")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            if name == "registry":
                write_registry(unfinished, FIRST_MONTH, self._size)
            else:
                write_month_of_series(unfinished, name, self._size)
            unfinished.rename(folder)
        return folder
