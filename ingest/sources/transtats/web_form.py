"""Drive the web form of TranStats, which builds the file of a month when it is asked.

The form is a page of ASP.NET: its hidden fields have to come back with each step. First the box for
all variables is posted back, and the page that follows has the box of each variable ticked. Then
the download is posted, with everything that this page holds. The box for a prepared archive stays
off, because it leads to the folder in which these months are not; the month is a number.

These steps follow what others report. The publisher's form itself was not reached when this was
written; the tests drive a local copy of such a form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import urljoin, urlsplit, urlunsplit

from ingest import addresses, settings
from ingest.addresses import public
from ingest.download.fetching import page
from ingest.errors import PublisherError
from ingest.publishers import Offer, Request
from ingest.reading.forms import Form, read_form
from ingest.sources.transtats.series import Series

NOT_OFFERED = "is not among the years that the publisher's web form offers"

_ADDRESS_SETTING = "ONTIME_BTS_FORM_URL"
_YEAR, _PERIOD, _PLACE = "cboYear", "cboPeriod", "cboGeography"
_ALL_VARIABLES, _PREPARED_ARCHIVE, _DOWNLOAD = "chkAllVars", "chkDownloadZip", "btnDownload"
_POSTED_BACK_BY = "__EVENTTARGET"
# the boxes that choose no variable: their names begin like this
_OPTION = "chk"
_HIDDEN = ("__VIEWSTATE", "__EVENTVALIDATION")


def request(series: Series, month: str) -> Request:
    """Return the request for the file that the form builds of a month."""
    form = Request(month, settings.address(_ADDRESS_SETTING, series.form))
    return Request(month, form.url, steps=partial(_led_to_file, form))


def offers(requests: Iterable[Request]) -> dict[Request, Offer | PublisherError | None]:
    """Return whether the form offers the year of each request; the form is asked once."""
    requests = list(requests)
    if not requests:
        return {}
    opened = Request(requests[0].partition, requests[0].url)
    try:
        form = _form(page(opened), opened)
    except PublisherError as error:
        return dict.fromkeys(requests, error)
    years = form.choices.get(_YEAR, ())
    unlabelled = Offer(None, None, None)
    return {one: unlabelled if one.partition[:4] in years else None for one in requests}


def _led_to_file(opened: Request, ask: Callable[[Request], str | None]) -> Request:
    """Go through the form up to the request that is answered with the file."""
    year, number = opened.partition.split("-")
    chosen = {_YEAR: year, _PERIOD: str(int(number)), _PLACE: "All"}
    first = _form(ask(opened), opened)
    for name in (_YEAR, _PERIOD):
        if chosen[name] not in first.choices.get(name, ()):
            raise _changed(opened, f"it does not offer {chosen[name]} in {name}")
    all_ticked = {_ALL_VARIABLES: "on", _POSTED_BACK_BY: _ALL_VARIABLES}
    posted_back = _posted(opened, first, {**chosen, **all_ticked})
    second = _form(ask(posted_back), opened)
    variables = [name for name in second.boxes if not name.startswith(_OPTION)]
    if not variables or not all(second.boxes[name] for name in variables):
        raise _changed(opened, "it does not tick all variables")
    pressed = {_DOWNLOAD: second.buttons.get(_DOWNLOAD, "Download")}
    return _posted(opened, second, {**chosen, **pressed})


def _posted(opened: Request, form: Form, changed: dict[str, str]) -> Request:
    """Return the request that posts a form with some of its entries changed."""
    plain, _ = addresses.split(opened.url)
    action = urljoin(plain, form.action)
    if addresses.origin(action) != addresses.origin(plain):
        raise _changed(opened, f"it leads to another address, {public(action)}")
    entries = {**form.entries(), **changed}
    entries.pop(_PREPARED_ARCHIVE, None)
    target = urlsplit(action)
    url = urlunsplit(urlsplit(opened.url)._replace(path=target.path, query=target.query))
    return Request(opened.partition, url, form=tuple(entries.items()))


def _form(text: str | None, opened: Request) -> Form:
    form = read_form(text or "", _HIDDEN)
    if form is None or _YEAR not in form.choices:
        raise _changed(opened, "what came is not the form")
    return form


def _changed(opened: Request, what: str) -> PublisherError:
    return PublisherError(
        f"The publisher's web form at {public(opened.url)} is not as expected: {what}. "
        "docs/live-data.md says how to get the months of the 1990s by hand."
    )
