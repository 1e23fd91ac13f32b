"""What the publisher offers: the month files, and which of them a command needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest import addresses, settings
from ingest.clock import today
from ingest.download.fetching import probe
from ingest.download.offers import is_same, probe_all
from ingest.errors import PublisherError
from ingest.landing import store
from ingest.loading.state import partitions_not_had
from ingest.months import following, is_downloadable, month_of, newest_offered
from ingest.publishers import Request, Scope, Verdict, Wanted

SOURCE_NAME = "bts"

_FOLDER = "https://transtats.bts.gov/PREZIP/"
_STEM = "On_Time_Reporting_Carrier_On_Time_Performance"
_WEB_FORM = (
    "is offered by the publisher through a web form only: docs/live-data.md tells how to get it, "
    "and --offline-from FOLDER loads it"
)
_NOT_OFFERED = (
    "is not offered by the publisher; a month is published six to eight weeks after it ends"
)


def request(month: str) -> Request:
    """Return the request for a month's archive; the month number in the URL is not zero-padded."""
    name = f"{_STEM}_1987_present_{_unpadded(month)}.zip"
    return Request(month, addresses.beneath(settings.address("ONTIME_BTS_URL", _FOLDER), name))


def _unpadded(month: str) -> str:
    year, number = month.split("-")
    return f"{year}_{int(number)}"


def ordered(scope: Scope) -> Iterator[Wanted]:
    """Yield what the publisher offers for the months of an order."""
    return _wanted(scope.months)


def _wanted(months: Iterable[str]) -> Iterator[Wanted]:
    """Yield what the publisher offers for each month; all that it has are asked for first."""
    months = list(months)
    offers = dict(probe_all(request(month) for month in months if is_downloadable(month)))
    for month in months:
        asked = request(month)
        offer = offers.get(asked)
        if isinstance(offer, PublisherError):
            yield Wanted(asked, trouble=offer)
        elif offer or store.newest(SOURCE_NAME, month):
            yield Wanted(asked, offer)
        else:
            why = _NOT_OFFERED if is_downloadable(month) else _WEB_FORM
            yield Wanted(asked, absent=f"{month} {why}.", foretold=why)


def rehearsed(scope: Scope) -> Iterator[Wanted]:
    """Yield what a dry run says: the 1990s are not asked for."""
    yield from _wanted(filter(is_downloadable, scope.months))
    for month in scope.months:
        if not is_downloadable(month):
            yield Wanted(request(month), foretold=_WEB_FORM)


def refreshed(months: list[str]) -> Iterator[Wanted]:
    """Yield loaded months that may have been re-issued, those that failed before, and new ones."""
    failed = partitions_not_had(SOURCE_NAME, months)
    yield from _wanted([*filter(_can_change, months), *filter(is_downloadable, failed)])
    yield from _wanted(_published_since(max(months[-1], *failed, "")))


def _can_change(month: str) -> bool:
    """Return whether the publisher's headers can show that a loaded month was re-issued."""
    return is_downloadable(month) and store.came_from_the_net(SOURCE_NAME, month)


def compared(months: list[str]) -> Iterator[Verdict]:
    """Yield what the publisher now offers for loaded months, and newer ones."""
    from_net = [month for month in months if store.came_from_the_net(SOURCE_NAME, month)]
    for month in months:
        if month not in from_net:
            yield Verdict(month, "loaded from a folder")
    for asked, offer in probe_all(request(month) for month in from_net):
        month = asked.partition
        landed = store.newest(SOURCE_NAME, month)
        if isinstance(offer, PublisherError):
            raise offer
        if offer is None:
            yield Verdict(month, "offered no more")
        elif landed and is_same(offer, landed, asked):
            yield Verdict(month, "unchanged")
        else:
            yield Verdict(month, "issued again", f"{month} was issued again")
    if from_net and (newer := _published_since(months[-1])):
        yield Verdict(newer[-1], "", f"Flights were published of {', '.join(newer)}")


def newest_month() -> str:
    """Ask which month is the newest that is offered."""
    return newest_offered(today(), _is_offered)


def _published_since(month: str) -> list[str]:
    """Ask which months are offered after a given one, up to the first missing month."""
    found = []
    while (month := following(month)) < month_of(today()) and _is_offered(month):
        found.append(month)
    return found


def _is_offered(month: str) -> bool:
    return probe(request(month)) is not None
