"""Measure whether files grow when one month is issued again and again.

The second issue of the month has one flight less, so that each load replaces the month, each build
makes it anew, and each publication writes it anew.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from benchmarks.growth.files import Series
from benchmarks.growth.project import Project
from benchmarks.growth.record import Measurement, Record

MONTHS, AGAIN = 3, 1
FIRST, REBUILD = "dbt build of all months", "rebuild {:02d} of one month"


def measure_rebuilds(project: Project, series: Series, record: Record, times: int) -> None:
    """Build the months, then issue and build the one in the middle again, `times` times."""
    if not record.has(MONTHS, [FIRST]):
        shutil.rmtree(project.folder, ignore_errors=True)
        project.python("ontime", "load", "airportsdata")
        project.dbt("seed")
        files = series.linked(project.folder / "files", 0, MONTHS)
        project.python("ontime", "load", "--offline-from", files)
        used = project.dbt("build")
        record.add(MONTHS, FIRST, project.flights(), used, project.sizes())
    for number in range(1, times + 1):
        step = REBUILD.format(number)
        if not record.has(MONTHS, [step]):
            files = series.linked(project.folder / "files", AGAIN, AGAIN + 1)
            if number % 2:
                _issue_again(files)
            project.python("ontime", "load", "bts", "--offline-from", files)
            used = project.dbt("build", "--exclude-resource-type", "unit_test")
            record.add(MONTHS, step, project.flights(), used, project.sizes())


def write_rebuilds(page: Path, measured: dict[tuple[int, str], Measurement], how: str) -> None:
    """Write a page with the files after each build."""
    lines = [
        "# One month that is built again and again",
        "",
        "Written by `make bench-full`. Every second issue of the month has one flight less.",
        "",
        how,
        "",
        "| build | flights | processor seconds | warehouse, MB | publication, MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for (_, step), one in sorted(measured.items()):
        lines.append(
            f"| {step} | {one.flights:,} | {one.processor_seconds:,.0f} "
            f"| {one.warehouse_bytes / 1e6:,.1f} | {one.published_bytes / 1e6:,.1f} |"
        )
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _issue_again(folder: Path) -> None:
    """Replace the link to the month's flights by a file without the last of them."""
    (link,) = folder.glob("On_Time_Reporting_Carrier*.zip")
    with zipfile.ZipFile(link) as archive:
        (name,) = archive.namelist()
        lines = archive.read(name).splitlines(keepends=True)
    link.unlink()
    with zipfile.ZipFile(link, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"".join(lines[:-1]))
