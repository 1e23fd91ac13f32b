"""Rebuild the raw tables of the live sources from the landed files alone."""

from __future__ import annotations

from ingest.commands.removals import take_out
from ingest.commands.run import Run
from ingest.errors import IngestError
from ingest.landing import store
from ingest.landing.store import Landed
from ingest.loading.state import partition_names
from ingest.sources import live_sources


def replay(run: Run) -> None:
    """Load each partition from its newest loadable landed file; remove all other partitions.

    Raises:
        IngestError: nothing has landed.

    """
    history = store.history()
    if not history:
        raise IngestError(f"Nothing has landed in {store.landing_folder()}: nothing to replay.")
    for source in live_sources():
        files: dict[str, list[Landed]] = {}
        for landed in history:
            if landed.source == source.name:
                files.setdefault(landed.partition, []).append(landed)
        for partition in sorted(files):
            # if an issue is refused, fall back to the one before it, as the original run did
            any(run.load_landed(source, landed) for landed in reversed(files[partition]))
        for partition in partition_names(source):
            if partition not in files:
                take_out(source, partition)
