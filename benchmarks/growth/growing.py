"""Measure one warehouse that grows: months are added, built, and then one more month.

What a month costs depends on the months before it only where something reads all of them, so these
are the measurements from which the slope is taken. A step that was stopped goes on where it was, as
loads and builds do; what it used before that is not counted.
"""

from __future__ import annotations

import shutil

from benchmarks.growth.files import Series
from benchmarks.growth.project import Project
from benchmarks.growth.record import Record
from benchmarks.growth.steps import MORE_BUILD, MORE_INGEST

GROWN_INGEST, GROWN_BUILD = "load the months up to here", "dbt build of these months"
GROWING = (GROWN_INGEST, GROWN_BUILD, MORE_INGEST, MORE_BUILD)


class Growth:
    """A warehouse that is kept from one number of months to the next."""

    def __init__(self, project: Project, series: Series, record: Record) -> None:
        self._project, self._series, self._record = project, series, record

    def measure(self, months: int, before: int) -> None:
        """Add the months after those `before`, build, then add and build one more."""
        # the one more of the number before may be all there is to add
        if months > before and not self._record.has(months, [GROWN_INGEST]):
            self._load(months, GROWN_INGEST, before, months)
        if months > before and not self._record.has(months, [GROWN_BUILD]):
            self._build(months, GROWN_BUILD)
        if not self._record.has(months, [MORE_INGEST]):
            self._load(months, MORE_INGEST, months, months + 1)
        if not self._record.has(months, [MORE_BUILD]):
            self._build(months, MORE_BUILD)

    def _load(self, months: int, step: str, first: int, end: int) -> None:
        project = self._project
        if first == 0:
            # not measured: the airports, the seeds, and dbt's reading of the project
            project.python("ontime", "load", "airportsdata")
            project.dbt("seed")
        files = self._series.linked(project.folder / "files", first, end)
        sources = ["bts", "weather"] if first else []
        used = project.python("ontime", "load", *sources, "--offline-from", files)
        # the files of the series are kept already
        shutil.rmtree(project.folder / "data" / "landing", ignore_errors=True)
        self._record.add(months, step, project.flights(), used, project.sizes())

    def _build(self, months: int, step: str) -> None:
        used = self._project.dbt("build")
        self._record.add(months, step, self._project.flights(), used, self._project.sizes())
