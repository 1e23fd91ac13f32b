"""The impact of a change: its effect by the SQL, and on the data of the embedded year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ontime.catalog import contracts
from ontime.catalog.lineage.project import LineageError, Project, load, read
from ontime.changes.baseline import lineage_of
from ontime.changes.builds import Build
from ontime.changes.columns import Effect, effect, read_by
from ontime.changes.revisions import ChangeError
from ontime.changes.tables import Compared, compare_builds
from ontime.releases.comparison.difference import TableDifference


@dataclass(frozen=True)
class BuildTime:
    """Seconds that a model took in the base and in the change; None if it was not built there."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Impact:
    """All that a report says of a change."""

    base: str
    effect: Effect
    compared: Compared
    built: int
    models: int
    breaks: tuple[str, ...]
    readers: dict[str, tuple[str, ...]]
    times: tuple[BuildTime, ...]
    failures: tuple[tuple[str, str], ...]

    @property
    def changed(self) -> tuple[TableDifference, ...]:
        """The marts in which anything differs."""
        return tuple(table for table in self.compared.tables if table.status != "same")

    @property
    def breaking(self) -> tuple[str, ...]:
        """The changes of structure that may make an existing query fail."""
        return tuple(
            f"{table.name}: {change.in_words()}"
            for table in self.changed
            for change in table.structure
            if change.is_breaking
        )

    @property
    def summary(self) -> str:
        """The outcome in one sentence."""
        if self.failures:
            return f"Not built: {_many(len(self.failures), 'node')}, so what they make is unknown."
        if not self.changed:
            return (
                f"No data change: all {len(self.compared.tables)} marts hold the same "
                f"{self.compared.rows_in_marts:,} rows."
            )
        breaking = f", and {_many(len(self.breaking), 'change')} may break queries"
        return (
            f"{len(self.changed)} of {len(self.compared.tables)} marts change"
            f"{breaking if self.breaking else ''}."
        )


def lineages(base: Build, tell: Callable[[str], None]) -> tuple[Project, Project]:
    """Return the lineage of the columns of the base, and of the files in this folder.

    Raises:
        ChangeError: the project cannot be compiled.

    """
    try:
        return read(lineage_of(base)), load(tell)
    except (LineageError, OSError, ValueError, KeyError) as error:
        raise ChangeError(f"The columns cannot be followed: {error}") from None


def impact(
    base: Build, change: Build, projects: tuple[Project, Project], *, all_built: bool
) -> Impact:
    """Return what a change does, given the build of its base and its own.

    Arguments:
        base: the build of the base.
        change: the build of the change.
        projects: the lineage of the columns of both.
        all_built: whether the change was built anew, and not on a copy of the base.

    Raises:
        ChangeError: the builds cannot be compared.

    """
    before, after = projects
    compared = compare_builds(base, change, all_built=all_built)
    by_sql = effect(before, after)
    return Impact(
        base=base.name,
        effect=by_sql,
        compared=compared,
        built=sum(
            unique_id.startswith(("model.", "seed.")) and result.status == "success"
            for unique_id, result in change.results.items()
        ),
        models=sum(
            node["resource_type"] in {"model", "seed"} for node in change.manifest["nodes"].values()
        ),
        breaks=tuple(
            str(found)
            for found in contracts.breaks(contracts.promised(before.manifest), after.manifest)
        ),
        readers=read_by(before.manifest, _affected(by_sql, compared), Path()),
        times=_times(base, change),
        failures=(
            *(
                (unique_id.split(".")[2], result.message)
                for unique_id, result in change.results.items()
                if result.is_failure
            ),
            *(
                (after.title(unique_id), "its SQL differs, and it was not built")
                for unique_id in by_sql.modified_ids
                if unique_id not in change.results
            ),
        ),
    )


def _affected(by_sql: Effect, compared: Compared) -> dict[str, list[str]]:
    """Return the columns whose readers may see a change, by mart: by the SQL and by the data."""
    found = {mart: set(names) for mart, names in by_sql.columns_by_mart.items()}
    for table in compared.tables:
        if table.status == "same":
            continue
        names = {column.name for column in table.rows.columns}
        names |= {change.column for change in table.structure if change.column}
        if table.rows.added or table.rows.removed:
            names = set()  # rows come and go, which every reader of the table sees
            found[table.name] = names
        else:
            found.setdefault(table.name, set()).update(names)
    return {mart: sorted(names) for mart, names in sorted(found.items())}


def _times(base: Build, change: Build) -> tuple[BuildTime, ...]:
    """Return the time of each model that the change built, the longest first."""
    found = [
        BuildTime(
            unique_id.split(".")[2],
            earlier.seconds if (earlier := base.results.get(unique_id)) else None,
            result.seconds,
        )
        for unique_id, result in change.results.items()
        if unique_id.startswith(("model.", "seed.")) and result.status == "success"
    ]
    return tuple(sorted(found, key=lambda time: (-(time.after or 0), time.name)))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
