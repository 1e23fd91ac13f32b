"""Commands for the live sources: load months, refresh, replay, remove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest import landing, offline, wanted
from ingest.console import console
from ingest.declarations import Request, Source
from ingest.download import Offer, probe
from ingest.errors import IngestError, PublisherError, RefusedFileError
from ingest.landing import Landed
from ingest.months import is_downloadable, parse_months
from ingest.run import Run, is_same
from ingest.sources import SOURCES, airportsdata, bts, registry, weather
from ingest.state import failed_downloads, partitions_held
from ontime.terminal.sizes import size

_WEB_FORM = (
    "is offered by the publisher through a web form only: docs/live-data.md tells how to get it, "
    "and --offline-from FOLDER loads it"
)
_NOT_OFFERED = (
    "is not offered by the publisher; a month is published six to eight weeks after it ends"
)


@dataclass(frozen=True)
class Order:
    """A user's request to the live sources: months, airports for the weather, local folder."""

    months: str
    airports: list[str]
    folder: Path | None


def default_sources(*, live_ones: bool) -> list[Source]:
    """Return the sources to use if the user names none."""
    if not live_ones:
        return [source for source in SOURCES.values() if source.publisher is None]
    return [airportsdata.SOURCE, *live_sources()]


def live_sources() -> list[Source]:
    """Return the live sources, flights first, because they determine which weather to load."""
    return [bts.SOURCE, registry.SOURCE, weather.SOURCE]


def carry_out(run: Run, sources: list[Source], order: Order) -> None:
    """Load what the user requested: installed files first, then the live sources."""
    months = _months(sources, order)
    if weather.SOURCE in sources and airportsdata.SOURCE not in sources and not order.folder:
        # the weather request needs the airport reference to find stations
        sources = [airportsdata.SOURCE, *sources]
    for source in sources:
        for file in source.files():
            run.load(source, file)
    chosen = [source for source in live_sources() if source in sources]
    if order.folder:
        _load_from_folder(run, chosen, order.folder, months)
        return
    if bts.SOURCE in chosen:
        _bring_flights(run, months)
    if registry.SOURCE in chosen:
        _bring_registry(run)
    if weather.SOURCE in chosen:
        for month in months:
            _bring_weather(run, month, order.airports)


def announce(sources: list[Source], order: Order) -> None:
    """Print what would be fetched, how large it is, and what is already here; change nothing."""
    months = _months(sources, order)
    chosen = [source for source in live_sources() if source in sources]
    if not chosen:
        console.print("These sources came with the project: there is nothing to fetch.")
    if order.folder:
        for found in _found(chosen, order.folder, months):
            console.print(f"{_label(found.source, found.partition)} {found.path}")
        return
    if bts.SOURCE in chosen:
        requests = [bts.request(month) for month in months if is_downloadable(month)]
        for request, offer in wanted.probe_all(requests):
            if isinstance(offer, PublisherError):
                raise offer
            _announce(bts.SOURCE, request, offer, _NOT_OFFERED)
        for month in months:
            if not is_downloadable(month):
                console.print(f"{_label(bts.SOURCE, month)} {_WEB_FORM}")
    if registry.SOURCE in chosen:
        request, offer = _registry_now()
        _announce(registry.SOURCE, request, offer, "is not offered by the publisher")
    if weather.SOURCE in chosen:
        for month in months:
            is_here = not order.airports and wanted.is_complete(month)
            console.print(
                f"{_label(weather.SOURCE, month)} "
                + (
                    "is here; more is fetched only for airports that its flights add"
                    if is_here
                    else "would be fetched in one call, of the airports "
                    + (", ".join(order.airports) or "of the month's flights")
                )
            )


def refresh(run: Run) -> None:
    """Load what the publishers have added or re-issued for the live sources in use.

    Raises:
        IngestError: no live source was ever loaded.

    """
    loaded = {source.name: _partitions(source) for source in live_sources()}
    if not any(loaded.values()):
        raise IngestError(
            "No live data is loaded yet, so there is nothing to refresh: begin with "
            "`make ingest MONTHS=latest`."
        )
    weather_months = loaded[weather.SOURCE.name]
    # determined before the flights change, so that the weather of new airports is loaded too
    stations = wanted.restricting_stations(weather_months[-1]) if weather_months else None
    if months := loaded[bts.SOURCE.name]:
        failed = _not_had(bts.SOURCE, months)
        _bring_flights(run, [*filter(_can_change, months), *filter(is_downloadable, failed)])
        newest = max(months[-1], *failed, "")
        try:
            _bring_flights(run, wanted.months_published_since(newest))
        except PublisherError as error:
            run.give_up(bts.SOURCE.name, "failed", error)
    if loaded[registry.SOURCE.name]:
        _bring_registry(run)
    if stations is not None:
        flown = [month for month in _partitions(bts.SOURCE) if month > weather_months[0]]
        for month in sorted({*weather_months, *flown}):
            if month not in weather_months or _came_from_the_net(weather.SOURCE, month):
                _bring_weather(run, month, [], stations)


def replay(run: Run) -> None:
    """Load each partition from its newest loadable landed file; remove all other partitions.

    Raises:
        IngestError: nothing has landed.

    """
    history = landing.history()
    if not history:
        raise IngestError(f"Nothing has landed in {landing.landing_folder()}: nothing to replay.")
    for source in live_sources():
        files: dict[str, list[Landed]] = {}
        for landed in history:
            if landed.source == source.name:
                files.setdefault(landed.partition, []).append(landed)
        for partition in sorted(files):
            # if an issue is refused, fall back to the one before it, as the original run did
            any(run.load_landed(source, landed) for landed in reversed(files[partition]))
        for partition in _partitions(source):
            if partition not in files:
                _remove(source, partition)


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
    held = {*_partitions(source), *(landed.partition for landed in landing.history(source.name))}
    if absent := sorted(set(partitions) - held):
        raise IngestError(
            f"{source.name} holds nothing of {', '.join(absent)}: `make status` shows what is held."
        )
    for partition in sorted(set(partitions)):
        heed_interrupts()
        # remove the rows first: until its file is removed too, the partition can be loaded again
        _remove(source, partition)
        landing.discard(source.name, partition)


def _label(source: Source, partition: str) -> str:
    return f"{f'{source.name} {partition}':<20}"


def _months(sources: list[Source], order: Order) -> list[str]:
    by_month = [source.name for source in (bts.SOURCE, weather.SOURCE) if source in sources]
    if not any(source.publisher for source in sources) and (
        order.months or order.airports or order.folder
    ):
        raise IngestError(
            f"{' and '.join(source.name for source in sources)} came with the project: there are "
            "no months, airports or folders to choose."
        )
    if not order.months:
        if by_month and not order.folder:
            raise IngestError(
                f"{' and '.join(by_month)} {'is' if len(by_month) == 1 else 'are'} loaded by the "
                "month: say which with MONTHS=2024-01 (make) or --months 2024-01."
            )
        return []
    return parse_months(order.months, today=wanted.today(), newest=wanted.newest_published_month)


def _load_from_folder(run: Run, sources: list[Source], folder: Path, months: list[str]) -> None:
    found_any = False
    for found in _found(sources, folder, months):
        found_any = True
        run.heed_interrupts()
        try:
            landed = offline.land(found)
        except RefusedFileError as error:
            run.give_up(f"{found.source.name} {found.partition}", "refused", error)
            continue
        run.load_landed(found.source, landed)
    if not found_any:
        raise IngestError(
            f"{folder} holds no file of {', '.join(source.name for source in sources)}"
            + (f" of {months[0]} to {months[-1]}" if months else "")
            + "; docs/live-data.md says how the files are named."
        )


def _found(sources: list[Source], folder: Path, months: list[str]) -> Iterable[offline.FoundFile]:
    for found in offline.files_in(folder, sources):
        if not months or found.source is registry.SOURCE or found.partition in months:
            yield found


def _bring_flights(run: Run, months: Iterable[str]) -> None:
    source = bts.SOURCE
    months = list(months)
    offers = dict(
        wanted.probe_all(bts.request(month) for month in months if is_downloadable(month))
    )
    for month in months:
        request = bts.request(month)
        offer = offers.get(request)
        if isinstance(offer, PublisherError):
            run.fail(source, request, offer)
        elif offer or landing.newest(source.name, month):
            run.bring(source, request, offer)
        else:
            why = _NOT_OFFERED if is_downloadable(month) else _WEB_FORM
            run.give_up(f"{source.name} {month}", "not loaded", f"{month} {why}.")


def _bring_registry(run: Run) -> None:
    source = registry.SOURCE
    try:
        request, offer = _registry_now()
    except PublisherError as error:
        run.fail(source, registry.request(wanted.today()), error)
        return
    if offer is None:
        run.give_up(
            source.name, "not loaded", f"{request.public_url} is not offered by the publisher."
        )
        return
    run.bring(source, request, offer)


def _registry_now() -> tuple[Request, Offer | None]:
    """Return the request for the current registry; its partition is the date of the snapshot."""
    offer = probe(registry.request(wanted.today()))
    made = registry.snapshot_partition(offer.last_modified if offer else None, wanted.today())
    return registry.request(date.fromisoformat(made)), offer


def _bring_weather(
    run: Run, month: str, airports: list[str], stations: frozenset[str] = frozenset()
) -> None:
    source = weather.SOURCE
    try:
        request, unknown = wanted.weather_request(month, airports, stations)
    except IngestError as error:
        run.give_up(f"{source.name} {month}", "not loaded", error)
        return
    if unknown:
        console.print(f"{'':<36} no weather station is known for {', '.join(unknown)}")
    landed = landing.newest(source.name, month)
    if landed and landed.asked == request.asked and not wanted.is_complete(month):
        # the month is not over yet: the service has more reports by now
        landed = run.obtain(source, request)
        if landed:
            run.load_landed(source, landed)
        return
    run.bring(source, request, None)


def _announce(source: Source, request: Request, offer: Offer | None, absent: str) -> None:
    landed = landing.newest(source.name, request.partition)
    label = _label(source, request.partition)
    if landed and is_same(offer, landed, request):
        console.print(f"{label} is here, unchanged")
    elif offer is None:
        console.print(f"{label} {absent}")
    elif landed:
        console.print(f"{label} was issued again: {size(offer.file_bytes)} would be fetched")
    else:
        console.print(f"{label} {size(offer.file_bytes)} would be fetched")


def _can_change(month: str) -> bool:
    """Return whether the publisher's headers can show that a loaded month was re-issued."""
    return is_downloadable(month) and _came_from_the_net(bts.SOURCE, month)


def _not_had(source: Source, loaded: list[str]) -> list[str]:
    """Return the partitions that landed or failed to download, and are not loaded."""
    failed = {partition for name, partition in failed_downloads() if name == source.name}
    landed = {landed.partition for landed in landing.history(source.name)}
    return sorted((failed | landed) - set(loaded))


def _came_from_the_net(source: Source, partition: str) -> bool:
    landed = landing.newest(source.name, partition)
    return landed is not None and landed.url is not None


def _partitions(source: Source) -> list[str]:
    return sorted({loaded.partition for loaded in partitions_held(source)})


def _remove(source: Source, partition: str) -> None:
    from ingest.removing import remove_partition  # noqa: PLC0415 - as its sisters

    removed = remove_partition(source, partition)
    for table, rows in removed.items():
        console.print(f"{f'{source.name}.{table} {partition}':<36} {rows:>9,} rows removed")
