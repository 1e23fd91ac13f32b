"""Take partitions out of the warehouse and out of landing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest.commands.console import console
from ingest.declarations import Source
from ingest.errors import IngestError
from ingest.landing import store
from ingest.loading.removing import remove_partition
from ingest.loading.state import partition_names
from ingest.sources import live_sources


def remove(source: Source, partitions: Iterable[str], heed_interrupts: Callable[[], None]) -> None:
    """Remove partitions of a live source from the raw tables and from landing.

    Raises:
        IngestError: the source is not a live one, or a partition is neither loaded nor landed.

    """
    if source.publisher is None:
        raise IngestError(
            f"{source.name} is installed with the project and cannot be removed; there are "
            f"{', '.join(live.name for live in live_sources())}."
        )
    held = {*partition_names(source), *(landed.partition for landed in store.history(source.name))}
    if absent := sorted(set(partitions) - held):
        raise IngestError(
            f"{source.name} holds nothing of {', '.join(absent)}: `make status` shows what is held."
        )
    for partition in sorted(set(partitions)):
        heed_interrupts()
        # remove the rows first: until its file is removed too, the partition can be loaded again
        take_out(source, partition)
        store.discard(source.name, partition)


def take_out(source: Source, partition: str) -> None:
    """Remove a partition from the raw tables, and report it."""
    removed = remove_partition(source, partition)
    for table, rows in removed.items():
        console.print(f"{f'{source.name}.{table} {partition}':<36} {rows:>9,} rows removed")
