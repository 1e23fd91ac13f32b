"""Load what the publishers have added or re-issued."""

from __future__ import annotations

from ingest.commands.run import Run
from ingest.declarations import publisher_of
from ingest.errors import IngestError, PublisherError
from ingest.loading.state import partition_names
from ingest.sources import live_sources


def refresh(run: Run) -> None:
    """Load what the publishers have added or re-issued for the live sources in use.

    Raises:
        IngestError: no live source was ever loaded.

    """
    loaded = [(source, partition_names(source)) for source in live_sources()]
    if not any(partitions for _, partitions in loaded):
        raise IngestError(
            "No live data is loaded yet, so there is nothing to refresh: begin with "
            "`make ingest MONTHS=latest`."
        )
    # every publisher gets what was loaded before the first of them loads more
    refreshed = [
        (source, publisher_of(source).refreshed(partitions))
        for source, partitions in loaded
        if partitions
    ]
    for source, files in refreshed:
        try:
            for wanted in files:
                run.bring(source, wanted)
        except PublisherError as error:
            run.give_up(source.name, "failed", error)
