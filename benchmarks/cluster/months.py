"""Made-up months beside the embedded data: added, issued again and withdrawn."""

from __future__ import annotations

from pathlib import Path

from benchmarks.series.registry import write_registry
from benchmarks.series.size import size_of
from benchmarks.series.writing import write_month_of_series
from tests.commands import Project
from tests.small import load as load_small_year

# what happens to a month, the month, and how many flights it has then
Change = tuple[str, str, int]
FIRST, SECOND, ADDED = "2022-01", "2022-02", "2022-03"


def load(project: Project, month: str, flights: int) -> None:
    """Load a made-up month of flights with its weather; a month that is there is replaced."""
    folder = project.folder / "files" / f"{month}-{flights}"
    folder.mkdir(parents=True)
    write_month_of_series(folder, month, size_of(flights))
    project.ingest("load", "bts", "weather", "--offline-from", str(folder))


def load_first(project: Project, flights: int, *, is_small: bool) -> None:
    """Load the embedded data, or its small year, and the months that are there at the beginning."""
    if project.warehouse_file.exists():
        print(f"the embedded data are in {project.warehouse_file}", flush=True)
    elif is_small:
        load_small_year(project)
    else:
        project.ingest("load")
    load_registry(project, flights)
    for month in (FIRST, SECOND):
        load(project, month, flights)


def load_registry(project: Project, flights: int) -> None:
    """Load the aircraft that fly in the made-up months."""
    folder = project.folder / "files" / "registry"
    folder.mkdir(parents=True)
    write_registry(folder, FIRST, size_of(flights))
    project.ingest("load", "--offline-from", str(folder))


def withdraw(project: Project, month: str) -> None:
    """Take a month of flights out again."""
    project.ingest("remove", "bts", month)


def changes(flights: int) -> list[Change]:
    """Return what happens to the months after the first build."""
    return [
        ("added", ADDED, flights),
        # with at least as many: loading refuses an issue that holds clearly less
        ("issued again", SECOND, flights * 51 // 50),
        ("withdrawn", FIRST, 0),
    ]


def apply(project: Project, what: str, month: str, flights: int) -> Path:
    """Make one of the changes, and return the warehouse."""
    if what == "withdrawn":
        withdraw(project, month)
    else:
        load(project, month, flights)
    return project.warehouse_file
