"""Report what is loaded and quarantined, what publishers have changed, and what is pending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.markup import escape
from rich.table import Table

from ingest.commands.console import console, errors
from ingest.declarations import Source, publisher_of
from ingest.errors import PublisherError
from ingest.landing import store
from ingest.loading.state import LoadedPartition, failed_downloads, last_refusals, partitions_held
from ingest.months import between
from ingest.publishers import Verdict
from ingest.sources import SOURCES, live_sources


@dataclass
class Partition:
    """One partition of a source: `rows` counts its first table, the rest covers all its tables."""

    name: str
    rows: int
    rows_quarantined: int
    loaded_at_utc: datetime
    shas: frozenset[str]


def show(*, ask_publishers: bool, pending_after: Callable[[], list[str]]) -> None:
    """Print what is loaded from each source, and what remains to be done.

    Arguments:
        ask_publishers: whether to ask them what has changed.
        pending_after: what remains to be done with what is loaded, in sentences.

    """
    held = {source.name: partitions_of(source) for source in SOURCES.values()}
    if not any(held.values()):
        console.print("Nothing is loaded yet: run `make run`, or `make ingest MONTHS=latest`.")
        return
    verdicts = list(verdicts_of(held)) if ask_publishers else []
    pending = [f"{verdict.news}: run `make refresh`." for _, verdict in verdicts if verdict.news]
    said = {(source.name, verdict.partition): verdict.said for source, verdict in verdicts}
    for source in SOURCES.values():
        if held[source.name]:
            console.print(_table(source, held[source.name], said))
            console.print()
    for source in live_sources():
        series = publisher_of(source).series
        gaps = _gaps([partition.name for partition in held[source.name]]) if series else []
        if gaps:
            console.print(f"Gaps between the months of {series}: {', '.join(gaps)}")
    pending += _not_loaded(held)
    pending += pending_after()
    for line in pending:
        console.print(f"Pending: {escape(line)}")
    if not pending:
        console.print("Nothing is pending.")


def partitions_of(source: Source) -> list[Partition]:
    """Return the partitions of a source that the warehouse holds, in the order of their names."""
    by_name: dict[str, list[LoadedPartition]] = {}
    for loaded in partitions_held(source):
        by_name.setdefault(loaded.partition, []).append(loaded)
    return [
        Partition(
            name,
            sum(table.rows for table in tables if table.table == source.tables[0].name),
            sum(table.rows_quarantined for table in tables),
            max(table.loaded_at_utc for table in tables),
            frozenset(table.sha256 for table in tables),
        )
        for name, tables in by_name.items()
    ]


def _table(source: Source, partitions: list[Partition], said: dict[tuple[str, str], str]) -> Table:
    table = Table(
        title=f"{source.name}: {source.title}", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("partition")
    table.add_column("rows", justify="right")
    table.add_column("quarantined", justify="right")
    table.add_column("loaded (UTC)")
    table.add_column("publisher")
    for partition in partitions:
        table.add_row(
            partition.name,
            f"{partition.rows:,}",
            f"{partition.rows_quarantined:,}",
            f"{partition.loaded_at_utc:%Y-%m-%d %H:%M}",
            said.get((source.name, partition.name), ""),
        )
    return table


def verdicts_of(held: dict[str, list[Partition]]) -> Iterator[tuple[Source, Verdict]]:
    """Yield what the publishers now offer for the loaded partitions of the live sources."""
    for source in SOURCES.values():
        if source.publisher is None:
            continue
        try:
            names = [partition.name for partition in held[source.name]]
            for verdict in source.publisher.compared(names):
                yield source, verdict
        except PublisherError as error:
            errors.print(f"{source.name} could not be asked for changes. {escape(str(error))}")


def _gaps(months: list[str]) -> list[str]:
    """Return the missing months between the first and the last, as ranges."""
    if not months:
        return []
    gaps: list[list[str]] = []
    before_was_missing = False
    for month in between(months[0], months[-1]):
        is_missing = month not in months
        if is_missing and before_was_missing:
            gaps[-1].append(month)
        elif is_missing:
            gaps.append([month])
        before_was_missing = is_missing
    return [gap[0] if len(gap) == 1 else f"{gap[0]}..{gap[-1]}" for gap in gaps]


def _not_loaded(held: dict[str, list[Partition]]) -> list[str]:
    """List what was requested or has landed but is not loaded, and why."""
    newest = {(landed.source, landed.partition): landed for landed in store.history()}
    refusals = last_refusals()
    pending = [
        f"{source} {partition} could not be had: {reason}"
        for (source, partition), reason in failed_downloads().items()
        if partition not in {known.name for known in held[source]}
    ]
    for key, landed in newest.items():
        loaded = {partition.name: partition.shas for partition in held[landed.source]}
        if loaded.get(landed.partition) == frozenset({landed.sha256}):
            continue
        reason = refusals.get((*key, landed.sha256))
        pending.append(
            f"{landed.source} {landed.partition} has landed and is not loaded"
            + (f": {reason}" if reason else "; the next `make ingest` of it takes it up.")
        )
    return pending
