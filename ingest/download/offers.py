"""Ask publishers what they offer, and compare it with what has landed."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ingest.download.fetching import probe
from ingest.errors import PublisherError
from ingest.landing.store import Landed
from ingest.publishers import Offer, Request

# be polite to a government server
_PROBES_AT_ONCE = 4


def probe_all(
    requests: Iterable[Request],
) -> list[tuple[Request, Offer | PublisherError | None]]:
    """Ask what a publisher offers for each request, a few at a time; return the answers in order.

    A failed request does not stop the others, but if the first two fail, the rest are not tried.
    """
    requests = list(requests)
    said = [_probed(request) for request in requests[:2]]
    failures = [answer for answer in said if isinstance(answer, PublisherError)]
    if failures and len(failures) == len(said):
        said += [failures[-1]] * (len(requests) - len(said))
    else:
        with ThreadPoolExecutor(_PROBES_AT_ONCE) as threads:
            said += threads.map(_probed, requests[2:])
    return list(zip(requests, said, strict=True))


def _probed(request: Request) -> Offer | PublisherError | None:
    try:
        return probe(request)
    except PublisherError as error:
        return error


def is_same(offer: Offer | None, landed: Landed, request: Request) -> bool:
    """Return whether the offered file is the landed one, according to the publisher's labels.

    A file without labels is assumed to be the same unless there is evidence to the contrary.
    """
    if landed.asked != request.asked:
        return False
    if offer is None:
        return True
    if offer.etag and landed.etag:
        return offer.etag == landed.etag
    if offer.last_modified and landed.last_modified:
        return offer.last_modified == landed.last_modified
    return offer.file_bytes in (None, landed.file_bytes)
