"""Fetch a publisher's file: retry after temporary errors, resume interrupted downloads.

The source checks the content, not this module: a status or a content type proves nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import requests
from rich.markup import escape

from ingest.addresses import without_secrets
from ingest.declarations import Source
from ingest.download.partial import Partial, partial_download
from ingest.download.retries import PassingTroubleError, persist
from ingest.download.transport import answer, host_of, may_pass, refuse_status
from ingest.errors import IngestError, PublisherError, RefusedFileError
from ingest.publishers import Offer, Received, Request
from ingest.reading.pages import page_title
from ontime.terminal.console import errors as errors_console
from ontime.terminal.console import one_line

# far above the largest file of any publisher; more than this is a mistake or an attack
MOST_BYTES = 4_000_000_000

# the most that is lost of what arrived before a connection broke off
_CHUNK_BYTES = 1 << 14

# a page that lists every file of a publisher, or a form with its hidden fields, is a few megabytes
_MOST_PAGE_BYTES = 50_000_000

_NOT_OFFERED = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_RANGE_ANSWERS = (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")
_NUMBER = re.compile(r"[0-9]{1,15}")
_STRONG_ETAG = re.compile(r'"[^"]*"')

Progress = Callable[[int, int | None], None]

errors = errors_console()


@dataclass(frozen=True)
class Download:
    """A completely fetched file; `resumed_bytes` of it were here before the last attempt."""

    received: Received
    etag: str | None
    last_modified: str | None
    file_bytes: int
    attempts: int
    resumed_bytes: int
    seconds: float


def probe(request: Request) -> Offer | None:
    """Ask what the publisher would send, or return None if it does not offer the file.

    Raises:
        PublisherError: the publisher cannot be reached, is busy, or sends something else.

    """
    with _secrets_kept(request):
        offer, _ = persist(lambda: _probe(request), _announcing(request))
    return offer


def page(request: Request) -> str | None:
    """Return the text of a web page, or None if the publisher has none at this address.

    Raises:
        PublisherError: the publisher cannot be reached, is busy, or sends more than any page.

    """
    with _secrets_kept(request):
        text, _ = persist(lambda: _page(request), _announcing(request))
    return text


@contextmanager
def fetch(request: Request, source: Source, progress: Progress) -> Iterator[Download]:
    """Fetch a file and yield it, rewound; it is removed when the block ends.

    `progress` receives the number of bytes fetched so far and, if known, the total. If the block
    ends with an error, the next call resumes from the bytes fetched so far, unless the file was
    refused, the publisher does not label its version, or the file must not stay on the disk.

    Raises:
        PublisherError: the publisher cannot be reached, is busy, or sends something else.
        RefusedFileError: the file is larger than any publisher's file could be.
        IngestError: the disk is full, or the folder cannot be written.

    """
    started = time.monotonic()
    with _secrets_kept(request), partial_download(request, source) as partial:
        received, attempts = persist(
            lambda: _receive(request, source, partial, progress), _announcing(request)
        )
        partial.stream.seek(0)
        yield Download(
            Received(_file_name(request, source), request.partition, partial.stream),
            received.etag,
            received.last_modified,
            partial.size,
            attempts,
            received.resumed_bytes,
            time.monotonic() - started,
        )


@contextmanager
def _secrets_kept(request: Request) -> Iterator[None]:
    """Remove passwords and tokens from the messages of errors, whatever they quote."""
    try:
        yield
    except IngestError as error:
        error.args = (without_secrets(str(error), request.url),)
        raise


def _announcing(request: Request) -> Callable[[str], None]:
    """Return a function that prints why a request waits, without passwords and tokens."""

    def announce(text: str) -> None:
        errors.print(f"{request.partition}  {escape(one_line(without_secrets(text, request.url)))}")

    return announce


@dataclass(frozen=True)
class _Ending:
    """What the last response reported about the file."""

    etag: str | None
    last_modified: str | None
    resumed_bytes: int


def _probe(request: Request) -> Offer | None:
    with answer("HEAD", request, {}) as response:
        if response.status_code in _NOT_OFFERED:
            return None
        if response.status_code == HTTPStatus.OK and not _is_page(response):
            return _offer(response)
        if may_pass(response.status_code) and response.status_code != HTTPStatus.NOT_IMPLEMENTED:
            refuse_status(response)
    # some servers do not support HEAD, and some report a wrong type: check the first bytes
    with answer("GET", request, {}) as response:
        if response.status_code in _NOT_OFFERED:
            return None
        if response.status_code != HTTPStatus.OK:
            refuse_status(response)
        start = next(response.iter_content(_CHUNK_BYTES), b"")
        return None if page_title(start) is not None else _offer(response)


def _page(request: Request) -> str | None:
    content = bytearray()
    with answer(_method(request), request, {}) as response:
        if response.status_code != HTTPStatus.OK:
            if may_pass(response.status_code):
                refuse_status(response)
            return None
        for chunk in response.iter_content(_CHUNK_BYTES):
            content += chunk
            if len(content) > _MOST_PAGE_BYTES:
                raise PublisherError(
                    f"{host_of(request.url)} sent more than {_MOST_PAGE_BYTES:,} bytes for the "
                    f"page {request.public_url}; check it in a browser."
                )
    return content.decode("utf8", "replace")


def _method(request: Request) -> str:
    return "POST" if request.form else "GET"


def _receive(request: Request, source: Source, partial: Partial, progress: Progress) -> _Ending:
    """Fetch the file, or the rest of it."""
    if request.steps:
        request = request.steps(_page)
    # what a form builds may be another file each time
    is_repeatable = not request.form
    offset = partial.offset
    headers = {"Range": f"bytes={offset}-", "If-Range": partial.etag or ""} if offset else {}
    pause = source.publisher.seconds_between_requests if source.publisher else 0
    with answer(_method(request), request, headers, seconds_between_requests=pause) as response:
        host = host_of(request.url)
        if response.status_code == HTTPStatus.OK:
            offset = 0
            partial.restart(_strong_etag(response) if is_repeatable else None)
        elif offset and response.status_code in _RANGE_ANSWERS:
            if not _continues(response, offset, partial.etag):
                partial.restart(None)
                raise PassingTroubleError(f"{host} did not continue the file where it broke off")
            partial.cut(offset)
        else:
            refuse_status(response)
        total = _bytes_in_all(response)
        _refuse_giant(request, source, total)
        progress(partial.size, total)
        for chunk in response.iter_content(_CHUNK_BYTES):
            partial.append(chunk)
            _refuse_giant(request, source, partial.size)
            progress(partial.size, total)
        if total is not None and partial.size != total:
            raise PassingTroubleError(f"{host} sent {partial.size} of {total} bytes")
        return _Ending(response.headers.get("etag"), response.headers.get("last-modified"), offset)


def _continues(response: requests.Response, offset: int, etag: str | None) -> bool:
    """Return whether a response is the rest of the same version of the file."""
    part = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return (
        response.status_code == HTTPStatus.PARTIAL_CONTENT
        and part is not None
        and int(part[1]) == offset
        and _strong_etag(response) == etag
    )


def _strong_etag(response: requests.Response) -> str | None:
    """Return the ETag if it is strong, that is, if it identifies the exact bytes sent."""
    etag: str = response.headers.get("etag", "")
    return etag if _STRONG_ETAG.fullmatch(etag) and not _is_encoded(response) else None


def _bytes_in_all(response: requests.Response) -> int | None:
    """Return the size of the whole file, if the publisher reports it."""
    if _is_encoded(response):
        return None
    # a partial response may end before the file does
    if part := _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "")):
        return int(part[2])
    length = response.headers.get("content-length", "")
    return int(length) if _NUMBER.fullmatch(length) else None


def _is_encoded(response: requests.Response) -> bool:
    """Return whether the response is encoded, although the request asked for the plain bytes."""
    return response.headers.get("content-encoding", "identity").lower() != "identity"


def _is_page(response: requests.Response) -> bool:
    return response.headers.get("content-type", "").lower().startswith("text/html")


def _offer(response: requests.Response) -> Offer:
    return Offer(
        _bytes_in_all(response),
        response.headers.get("etag"),
        response.headers.get("last-modified"),
    )


def _refuse_giant(request: Request, source: Source, size: int | None) -> None:
    if size is not None and size > MOST_BYTES:
        raise RefusedFileError(
            f"{_file_name(request, source)} has {size:,} bytes or more, where at most "
            f"{MOST_BYTES:,} were expected; check {request.public_url} in a browser."
        )


def _file_name(request: Request, source: Source) -> str:
    """Return the publisher's name of the file, or ours if the address has none."""
    suffix = source.publisher.suffix if source.publisher else ""
    name = PurePosixPath(urlsplit(request.url).path).name
    return (
        name if suffix and name.endswith(suffix) else f"{source.name}-{request.partition}{suffix}"
    )
