"""A made-up live source in one module; run as a program, it is `ontime` knowing it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest import addresses
from ingest.declarations import Kind, Source, SourceFile, Table, columns
from ingest.download.offers import is_same, probe_all
from ingest.errors import PublisherError, RefusedFileError
from ingest.landing import store
from ingest.publishers import Holding, Publisher, Received, Request, Scope, Verdict, Wanted
from ingest.sources import register

TIDES = Table(
    "tides",
    columns("station", "moment", "height", kinds={"moment": Kind.MINUTE, "height": Kind.NUMBER}),
    null_markers=("",),
)


def request(month: str) -> Request:
    """Return the request for the tides of a month."""
    return Request(month, addresses.beneath(os.environ["TIDES_URL"], f"tides-{month}.csv"))


def offered(months: Iterable[str]) -> Iterator[Wanted]:
    """Yield what is offered of each month."""
    for asked, offer in probe_all(map(request, months)):
        if isinstance(offer, PublisherError):
            yield Wanted(asked, trouble=offer)
        elif offer:
            yield Wanted(asked, offer)
        else:
            yield Wanted(asked, absent=f"No tides of {asked.partition}.", foretold="has no tides")


def ordered(scope: Scope) -> Iterator[Wanted]:
    """Yield the months of an order."""
    return offered(scope.months)


def compared(months: list[str]) -> Iterator[Verdict]:
    """Tell which months were issued again."""
    for wanted in offered(months):
        month = wanted.request.partition
        landed = store.newest(SOURCE.name, month)
        if landed and is_same(wanted.offer, landed, wanted.request):
            yield Verdict(month, "unchanged")
        else:
            yield Verdict(month, "issued again", f"The tides of {month} were issued again")


def check(received: Received) -> None:
    """Refuse what is no table of tides."""
    received.stream.seek(0)
    if not received.stream.readline().startswith(b"station,"):
        raise RefusedFileError(f"{received.name} holds no tides.")


def keep(received: Received, path: Path) -> None:
    """Keep the table as it came."""
    received.stream.seek(0)
    with path.open("wb") as landed:
        shutil.copyfileobj(received.stream, landed)


def recognise(path: Path) -> list[Holding]:
    """Recognise a month by the file's name."""
    named = re.fullmatch(r"tides-(\d{4}-\d{2})(-[0-9a-f]{16})?\.csv", path.name)
    return [Holding(named[1])] if named else []


SOURCE = Source(
    name="tides",
    title="heights of tides",
    licence="made up",
    tables=(TIDES,),
    publisher=Publisher(
        suffix=".csv",
        check=check,
        keep=keep,
        files=lambda path, partition: [SourceFile(TIDES, partition, path)],
        recognise=recognise,
        ordered=ordered,
        refreshed=offered,
        compared=compared,
        by_month=True,
    ),
)


if __name__ == "__main__":
    register(SOURCE)  # all that a line in ingest/sources/__init__.py does
    from ontime.cli import app

    app()
