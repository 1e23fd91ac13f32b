"""Report what is loaded and quarantined, what publishers have changed, and what is pending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.markup import escape
from rich.table import Table

from ingest import landing, wanted
from ingest.console import console, errors
from ingest.declarations import Source
from ingest.download import probe
from ingest.errors import PublisherError
from ingest.months import between
from ingest.run import is_same
from ingest.sources import SOURCES, bts, registry, weather
from ingest.state import LoadedPartition, failed_downloads, last_refusals, partitions_held


@dataclass
class Partition:
    """One partition of a source: `rows` counts its first table, the rest covers all its tables."""

    name: str
    rows: int
    rows_quarantined: int
    loaded_at_utc: datetime
    shas: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What a publisher now offers for a partition; `news` is set if a refresh would change it."""

    source: str
    partition: str
    said: str
    news: str = ""


def show(*, ask_publishers: bool, pending_after: Callable[[], list[str]]) -> None:
    """Print what is loaded from each source, and what remains to be done.

    Arguments:
        ask_publishers: whether to ask them what has changed.
        pending_after: what remains to be done with what is loaded, in sentences.

    """
    held = {source.name: _partitions(source) for source in SOURCES.values()}
    if not any(held.values()):
        console.print("Nothing is loaded yet: run `make run`, or `make ingest MONTHS=latest`.")
        return
    verdicts: list[Verdict] = []
    pending: list[str] = []
    if ask_publishers:
        verdicts = _ask_publishers(held)
    pending += [f"{verdict.news}: run `make refresh`." for verdict in verdicts if verdict.news]
    said = {(verdict.source, verdict.partition): verdict.said for verdict in verdicts}
    for source in SOURCES.values():
        if held[source.name]:
            console.print(_table(source, held[source.name], said))
            console.print()
    gaps = _gaps([partition.name for partition in held[bts.SOURCE.name]])
    if gaps:
        console.print(f"Gaps between the months of flights: {', '.join(gaps)}")
    pending += _not_loaded(held)
    pending += pending_after()
    for line in pending:
        console.print(f"Pending: {escape(line)}")
    if not pending:
        console.print("Nothing is pending.")


def _partitions(source: Source) -> list[Partition]:
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


def _ask_publishers(held: dict[str, list[Partition]]) -> list[Verdict]:
    """Return what the publishers now offer for each loaded partition of a live source."""
    verdicts: list[Verdict] = []
    for source, ask in (
        (bts.SOURCE, _on_flights),
        (weather.SOURCE, _on_weather),
        (registry.SOURCE, _on_registry),
    ):
        try:
            verdicts += ask([partition.name for partition in held[source.name]])
        except PublisherError as error:
            errors.print(f"{source.name} could not be asked for changes. {escape(str(error))}")
    return verdicts


def _on_flights(months: list[str]) -> Iterator[Verdict]:
    source = bts.SOURCE.name
    from_net = [month for month in months if _came_from_the_net(source, month)]
    for month in months:
        if month not in from_net:
            yield Verdict(source, month, "loaded from a folder")
    for request, offer in wanted.probe_all(bts.request(month) for month in from_net):
        month = request.partition
        landed = landing.newest(source, month)
        if isinstance(offer, PublisherError):
            raise offer
        if offer is None:
            yield Verdict(source, month, "offered no more")
        elif landed and is_same(offer, landed, request):
            yield Verdict(source, month, "unchanged")
        else:
            yield Verdict(source, month, "issued again", f"{month} was issued again")
    if from_net and (newer := wanted.months_published_since(months[-1])):
        yield Verdict(source, newer[-1], "", f"Flights were published of {', '.join(newer)}")


def _on_weather(months: list[str]) -> Iterator[Verdict]:
    source = weather.SOURCE.name
    for month in months:
        if not _came_from_the_net(source, month):
            yield Verdict(source, month, "loaded from a folder")
        elif wanted.is_complete(month):
            yield Verdict(source, month, "asked after the month was over")
        else:
            said = "asked before the month was over"
            yield Verdict(source, month, said, f"The weather of {month} is not whole")


def _on_registry(days: list[str]) -> Iterator[Verdict]:
    source = registry.SOURCE.name
    for day in days[-1:]:
        landed = landing.newest(source, day)
        request = registry.request(wanted.today())
        offer = probe(request)
        if offer is None:
            yield Verdict(source, day, "offered no more")
        elif landed and is_same(offer, landed, request):
            yield Verdict(source, day, "the newest")
        else:
            said = "a newer one is offered"
            yield Verdict(source, day, said, "A newer aircraft registry is offered")


def _came_from_the_net(source_name: str, partition: str) -> bool:
    landed = landing.newest(source_name, partition)
    return landed is not None and landed.url is not None


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
    newest = {(landed.source, landed.partition): landed for landed in landing.history()}
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
