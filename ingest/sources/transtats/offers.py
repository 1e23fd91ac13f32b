"""What the publisher offers of a series: the month files, and which of them a command needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ingest import addresses, settings
from ingest.clock import today
from ingest.download.fetching import page, probe
from ingest.download.offers import is_same, probe_all
from ingest.errors import PublisherError
from ingest.landing import store
from ingest.loading.state import partitions_not_had
from ingest.months import between, following, month_of, newest_offered
from ingest.publishers import Request, Scope, Verdict, Wanted
from ingest.sources.transtats import web_form
from ingest.sources.transtats.series import Series

_FOLDER = "https://transtats.bts.gov/PREZIP/"
_FORETOLD_OF_FORM = "would be asked of the publisher's web form, which builds the file first"
_NOT_OFFERED = (
    "is not offered by the publisher; a month is published six to eight weeks after it ends"
)


def request(series: Series, month: str) -> Request:
    """Return the request for a month: its archive, or what the web form makes of it."""
    if series.is_in_form_only(month):
        return web_form.request(series, month)
    year, number = month.split("-")  # the month number in the URL is not zero-padded
    return Request(month, addresses.beneath(_folder(), f"{series.stem}_{year}_{int(number)}.zip"))


def ordered(series: Series, scope: Scope) -> Iterator[Wanted]:
    """Yield what the publisher offers for the months of an order."""
    return _wanted(series, scope.months)


def rehearsed(series: Series, scope: Scope) -> Iterator[Wanted]:
    """Yield what a dry run says: the web form is not asked."""
    asked = [month for month in scope.months if not series.is_in_form_only(month)]
    yield from _wanted(series, asked)
    for month in scope.months:
        if series.is_in_form_only(month):
            landed = store.newest(series.source_name, month)
            said = "is here; the web form shows no version" if landed else _FORETOLD_OF_FORM
            yield Wanted(request(series, month), foretold=said)


def refreshed(series: Series, months: list[str]) -> Iterator[Wanted]:
    """Yield loaded months that may have been re-issued, those that failed before, and new ones."""
    failed = partitions_not_had(series.source_name, months)
    changeable = [month for month in months if _can_change(series, month)]
    yield from _wanted(series, [*changeable, *failed])
    yield from _wanted(series, _published_since(series, max(months[-1], *failed, "")))


def compared(series: Series, months: list[str]) -> Iterator[Verdict]:
    """Yield what the publisher now offers for loaded months, and newer ones."""
    from_net = [month for month in months if store.came_from_the_net(series.source_name, month)]
    archives = [month for month in from_net if not series.is_in_form_only(month)]
    for month in months:
        if month not in from_net:
            yield Verdict(month, "loaded from a folder")
        elif month not in archives:
            yield Verdict(month, "from the web form")
    for asked, offer in probe_all(request(series, month) for month in archives):
        month = asked.partition
        landed = store.newest(series.source_name, month)
        if isinstance(offer, PublisherError):
            raise offer
        if offer is None:
            yield Verdict(month, "offered no more")
        elif landed and is_same(offer, landed, asked):
            yield Verdict(month, "unchanged")
        else:
            yield Verdict(month, "issued again", f"{month} was issued again")
    if from_net and (newer := _published_since(series, months[-1])):
        published = f"{series.flights_are.capitalize()} were published of {', '.join(newer)}"
        yield Verdict(newer[-1], "", published)


def months_offered(series: Series) -> list[str]:
    """Ask which months are offered, in order: those of the publisher's listing and the web form.

    Without a listing, the newest month is looked for, and each month up to it counts as offered.
    """
    listed = _listed(series)
    months = listed or between(series.first, newest_offered(today(), _is_offered_by(series)))
    return sorted({*months, *series.months_in_form_only()})


def _listed(series: Series) -> list[str]:
    """Return the months whose archives the publisher's folder lists; none if it has no listing."""
    listing = page(Request("listing", _folder())) or ""
    named = re.compile(rf"{re.escape(series.stem)}_(\d{{4}})_(1[0-2]|[1-9])\.zip", re.IGNORECASE)
    found = {f"{year}-{int(number):02}" for year, number in named.findall(listing)}
    return sorted(month for month in found if series.first <= month <= month_of(today()))


def _folder() -> str:
    return settings.address("ONTIME_BTS_URL", _FOLDER)


def _wanted(series: Series, months: Iterable[str]) -> Iterator[Wanted]:
    """Yield what the publisher offers for each month; all that it has are asked for first."""

    def _has(month: str) -> bool:
        return store.newest(series.source_name, month) is not None

    months = list(months)
    in_form = [month for month in months if series.is_in_form_only(month)]
    archives = [month for month in months if month not in in_form and month >= series.first]
    offers = dict(probe_all(request(series, month) for month in archives))
    offers |= web_form.offers([request(series, month) for month in in_form if not _has(month)])
    for month in months:
        asked = request(series, month)
        offer = offers.get(asked)
        if isinstance(offer, PublisherError):
            yield Wanted(asked, trouble=offer)
        elif offer or _has(month):
            yield Wanted(asked, offer)
        else:
            why = _why_absent(series, month)
            yield Wanted(asked, absent=f"{month} {why}.", foretold=why)


def _why_absent(series: Series, month: str) -> str:
    if month < series.first:
        return f"is not in this table, which begins with {series.first}"
    return web_form.NOT_OFFERED if series.is_in_form_only(month) else _NOT_OFFERED


def _can_change(series: Series, month: str) -> bool:
    """Return whether the publisher's headers can show that a loaded month was re-issued."""
    is_archive = not series.is_in_form_only(month)
    return is_archive and store.came_from_the_net(series.source_name, month)


def _is_offered_by(series: Series) -> Callable[[str], bool]:
    return lambda month: probe(request(series, month)) is not None


def _published_since(series: Series, month: str) -> list[str]:
    """Ask which months are offered after a given one, up to the first missing month."""
    is_offered = _is_offered_by(series)
    found = []
    while (month := following(month)) < month_of(today()) and is_offered(month):
        found.append(month)
    return found
