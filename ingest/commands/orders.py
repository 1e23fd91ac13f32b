"""Load what a user orders, or say in a dry run what would be fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from ingest.clock import today
from ingest.commands.console import console
from ingest.commands.run import Run
from ingest.declarations import Source, publisher_of
from ingest.download.offers import is_same
from ingest.errors import IngestError, RefusedFileError
from ingest.landing import offline, store
from ingest.loading.state import holds
from ingest.months import parse_months
from ingest.publishers import Scope, Wanted
from ingest.sources import SOURCES, live_sources
from ontime.terminal.sizes import size


@dataclass(frozen=True)
class Order:
    """A user's request to the live sources: months, airports for the weather, local folder."""

    months: str
    airports: list[str]
    folder: Path | None


def default_sources(*, live_ones: bool, in_folder: bool = False) -> list[Source]:
    """Return the sources to use if the user names none: all of a folder, some of the net."""
    if not live_ones:
        return [source for source in SOURCES.values() if source.publisher is None]
    live = [
        source for source in live_sources() if in_folder or not publisher_of(source).is_named_only
    ]
    return [*_installed_ones_read_by(live), *live]


def carry_out(run: Run, sources: list[Source], order: Order) -> None:
    """Load what the user requested: installed files first, then the live sources."""
    months = _months_by_source(sources, order)
    if order.folder:
        offline.check_folder(order.folder)
    else:
        # requests are made from the rows of these
        read = _installed_ones_read_by(sources)
        sources = [*(source for source in read if source not in sources), *sources]
    for source in sources:
        for file in source.files():
            run.load(source, file)
    chosen = [source for source in live_sources() if source in sources]
    if order.folder:
        _load_from_folder(run, chosen, order.folder, _all_of(months))
        return
    for source in chosen:
        scope = Scope(tuple(months[source.name]), tuple(order.airports))
        for wanted in publisher_of(source).ordered(scope):
            run.bring(source, wanted)


def announce(run: Run, sources: list[Source], order: Order) -> None:
    """Print what would be fetched, how large it is, and what is already here; change nothing."""
    months = _months_by_source(sources, order)
    chosen = [source for source in live_sources() if source in sources]
    if not chosen:
        console.print("These sources came with the project: there is nothing to fetch.")
    if order.folder:
        survey = _surveyed(chosen, order.folder, _all_of(months))
        for found in survey.found:
            console.print(f"{_label(found.source, found.partition)} {found.path}")
        _report_left(run, survey, order.folder)
        return
    for source in chosen:
        scope = Scope(tuple(months[source.name]), tuple(order.airports))
        publisher = publisher_of(source)
        for wanted in (publisher.rehearsed or publisher.ordered)(scope):
            _announce(source, wanted)


def _announce(source: Source, wanted: Wanted) -> None:
    if wanted.trouble:
        raise wanted.trouble
    request, offer = wanted.request, wanted.offer
    landed = store.newest(source.name, request.partition)
    label = _label(source, request.partition)
    if wanted.foretold:
        console.print(f"{label} {wanted.foretold}")
    elif landed and is_same(offer, landed, request):
        console.print(f"{label} is here, unchanged")
    elif landed:
        file = size(offer.file_bytes if offer else None)
        console.print(f"{label} was issued again: {file} would be fetched")
    else:
        console.print(f"{label} {size(offer.file_bytes if offer else None)} would be fetched")


def _label(source: Source, partition: str) -> str:
    return f"{f'{source.name} {partition}':<20}"


def _installed_ones_read_by(sources: Iterable[Source]) -> list[Source]:
    read = {name for source in sources if source.publisher for name in source.publisher.reads}
    return [source for source in SOURCES.values() if source.name in read and not source.publisher]


def _months_by_source(sources: list[Source], order: Order) -> dict[str, list[str]]:
    """Return the months that are ordered of each source: `latest` and `all` are a source's own."""
    by_month = [source.name for source in sources if source.publisher and source.publisher.by_month]
    if not any(source.publisher for source in sources) and (
        order.months or order.airports or order.folder
    ):
        raise IngestError(
            f"{' and '.join(source.name for source in sources)} came with the project: there are "
            "no months, airports or folders to choose."
        )
    if not order.months and by_month and not order.folder:
        raise IngestError(
            f"{' and '.join(by_month)} {'is' if len(by_month) == 1 else 'are'} loaded by the "
            "month: say which with MONTHS=2024-01 (make) or --months 2024-01."
        )
    offered = cache(lambda name: _months_offered(SOURCES[name]))

    def parsed(source: Source) -> list[str]:
        asked = _who_knows_months(source, sources)
        return parse_months(order.months, today=today(), offered=lambda: offered(asked))

    return {source.name: parsed(source) if order.months else [] for source in sources}


def _who_knows_months(source: Source, sources: Iterable[Source]) -> str:
    """Return the source that knows which months are offered: itself, or else the first."""
    return next(
        one.name
        for one in (source, *sources, *SOURCES.values())
        if one.publisher and one.publisher.months_offered
    )


def _months_offered(source: Source) -> Sequence[str]:
    offered = publisher_of(source).months_offered
    return offered() if offered else ()


def _all_of(months: dict[str, list[str]]) -> list[str]:
    return sorted({month for of_source in months.values() for month in of_source})


def _load_from_folder(run: Run, sources: list[Source], folder: Path, months: list[str]) -> None:
    survey = _surveyed(sources, folder, months)
    for found in survey.found:
        run.heed_interrupts()
        known = store.of_partition(found.source.name, found.partition)
        try:
            landed = offline.land(found, partial(holds, found.source))
        except RefusedFileError as error:
            run.give_up(f"{found.source.name} {found.partition}", "refused", error)
            continue
        run.load_new(found.source, landed, known, found.called)
    _report_left(run, survey, folder)
    if not survey.found and not any(left.is_fault for left in survey.left):
        raise IngestError(
            f"{folder} holds no file of {', '.join(source.name for source in sources)}"
            + (f" of {months[0]} to {months[-1]}" if months else "")
            + "; docs/live-data.md says what the files look like."
        )


def _report_left(run: Run, survey: offline.Survey, folder: Path) -> None:
    for left in survey.left:
        label = str(left.path.relative_to(folder))
        if left.is_fault:
            run.give_up(label, "not taken", _reason(left))
        else:
            run.pass_over(label, _reason(left))


def _surveyed(sources: list[Source], folder: Path, months: list[str]) -> offline.Survey:
    others = [source for source in live_sources() if source not in sources]
    return offline.survey(folder, sources, others, months)


def _reason(left: offline.LeftFile) -> str:
    """Return why a file is not taken, as a sentence about it."""
    return f"it {left.reason.removeprefix(f'{left.path.name} ').removesuffix('.')}."
