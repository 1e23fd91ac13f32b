"""Measure one number of months: load, baseline, `dbt run`, `dbt build`, and one more month.

Each step begins with a copy of what the load left, so that a step that was stopped is done again
without those before it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.growth.files import Series
from benchmarks.growth.measuring import Used
from benchmarks.growth.project import Project
from benchmarks.growth.record import Record

INGEST, BASELINE, RUN, BUILD = "ingest", "baseline", "dbt run", "dbt build"
MORE_INGEST, MORE_BUILD = "ingest one more month", "dbt build after one more month"
STEPS = (INGEST, BASELINE, RUN, BUILD, MORE_INGEST, MORE_BUILD)


class Bench:
    """The folder of the bench, and what it keeps to."""

    def __init__(
        self, folder: Path, record: Record, series: Series, memory: str, threads: str
    ) -> None:
        self._folder, self._record, self._series = folder, record, series
        self._memory, self._threads = memory, threads

    def measure(self, months: int) -> None:
        """Measure what has not been measured yet at this number of months, then tidy up."""
        if self._record.has(months, STEPS):
            return
        place = self._folder / f"{months}-months"
        loaded = Project(place / "loaded", self._memory, self._threads)
        if not self._record.has(months, [INGEST]):
            self._ingest(loaded, months)
        if not self._record.has(months, [BASELINE]):
            self._baseline(loaded.fresh_copy(place / "baseline"), months)
        if not self._record.has(months, [RUN]):
            project = _read_by_dbt(loaded.fresh_copy(place / "run"))
            self._add(months, RUN, project, project.dbt("run"))
            shutil.rmtree(project.folder)
        if not self._record.has(months, [BUILD, MORE_INGEST, MORE_BUILD]):
            self._build(_read_by_dbt(loaded.fresh_copy(place / "build")), months)
        shutil.rmtree(place)

    def _ingest(self, project: Project, months: int) -> None:
        shutil.rmtree(project.folder, ignore_errors=True)
        # not measured: the airports, the seeds, and dbt's reading of the project
        project.python("ontime", "load", "airportsdata")
        files = self._series.linked(project.folder / "files", 0, months)
        used = project.python("ontime", "load", "--offline-from", files)
        project.dbt("seed")
        shutil.rmtree(project.folder / "data" / "landing")
        self._add(months, INGEST, project, used)

    def _baseline(self, project: Project, months: int) -> None:
        project.dbt("compile", "--full-refresh")
        used = project.python(
            "benchmarks.growth.baseline", project.warehouse, project.manifest, self._memory
        )
        self._add(months, BASELINE, project, used)
        shutil.rmtree(project.folder)

    def _build(self, project: Project, months: int) -> None:
        self._add(months, BUILD, project, project.dbt("build"))
        files = self._series.linked(project.folder / "files", months, months + 1)
        self._add(
            months,
            MORE_INGEST,
            project,
            project.python("ontime", "load", "bts", "weather", "--offline-from", files),
        )
        self._add(months, MORE_BUILD, project, project.dbt("build"))

    def _add(self, months: int, step: str, project: Project, used: Used) -> None:
        self._record.add(months, step, project.flights(), used, project.sizes())


def _read_by_dbt(project: Project) -> Project:
    """Let dbt read the project, which it does anew for another data folder; it is not measured."""
    project.dbt("parse")
    return project
