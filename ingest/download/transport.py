"""Send a request to a publisher, and turn network errors into clear messages.

Certificate verification cannot be turned off, and redirects from https to http are refused. A proxy
that the environment names is used.
"""

from __future__ import annotations

import math
import ssl
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from ingest import addresses
from ingest.addresses import public
from ingest.download.retries import LONGEST_WAIT_SECONDS, PassingTroubleError, retry_after_seconds
from ingest.errors import PublisherError
from ingest.publishers import Request
from ingest.settings import ca_bundle, timeout_seconds

Reason = TypeVar("Reason", bound=BaseException)

MOST_REDIRECTS = 5

_ROOT = Path(__file__).parents[2]

# client errors (4xx) that can be temporary
_PASSING_STATUS = {408, 425, 429}
_SERVER_ERROR = 500
_REDIRECTS_THAT_REPEAT = (307, 308)

_BROKEN_OFF = (
    requests.Timeout,
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)

# OpenSSL's codes for a chain that does not end in a trusted certificate
_UNKNOWN_ISSUER = {2, 18, 19, 20, 21}

# when the last request to each host began or will begin, by the monotonic clock
_last_request: dict[str, float] = {}
_one_at_a_time = threading.Lock()


@contextmanager
def answer(
    method: str,
    request: Request,
    headers: Mapping[str, str],
    *,
    seconds_between_requests: float = 0,
) -> Iterator[requests.Response]:
    """Follow redirects and yield the publisher's response; only its headers have been read.

    Raises:
        PassingTroubleError: a retry may succeed.
        PublisherError: a retry will not help.

    """
    url, login = addresses.split(checked(request.url))
    if addresses.is_ambiguous(url):
        raise PublisherError(
            f"{public(url)} is not asked: in its address, an @ comes after the host. Write it as "
            "%40, and the special characters of a password likewise (/ as %2F, ? as %3F, # as %23)."
        )
    with _translated(url):
        url = requests.Request("GET", url, params=request.parameters).prepare().url or url
    publisher = addresses.origin(url)
    form = request.form
    for _ in range(MOST_REDIRECTS + 1):
        # never send the password to another host, wherever a redirect leads
        auth = login if addresses.origin(url) == publisher else None
        with (
            _translated(url),
            _send(method, url, auth, headers, form, seconds_between_requests) as response,
        ):
            if not response.is_redirect:
                yield response
                return
            url = _redirected(url, response.headers["location"])
            if response.status_code not in _REDIRECTS_THAT_REPEAT and form:
                method, form = "GET", ()  # as browsers do
    raise PublisherError(
        f"{host_of(request.url)} redirects from one address to the next more than "
        f"{MOST_REDIRECTS} times for {request.public_url}; check the address in a browser."
    )


def checked(url: str) -> str:
    """Return the address if requests to it are allowed: https, or a server on this machine.

    Raises:
        PublisherError: the address is not allowed.

    """
    try:
        parts = urlsplit(addresses.split(url)[0])
    except ValueError:
        raise PublisherError(
            f"{public(url)} is no address of a publisher: it must begin with https://."
        ) from None
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts)):
        return url
    raise PublisherError(
        f"{public(url)} is not asked: only addresses that begin with https:// are."
    )


def host_of(url: str) -> str:
    """Return the name of the host in an address."""
    return urlsplit(url).hostname or public(url)


def may_pass(status_code: int) -> bool:
    """Return whether a retry may get a different response."""
    return status_code in _PASSING_STATUS or status_code >= _SERVER_ERROR


def refuse_status(response: requests.Response) -> None:
    """Raise the error that matches the status of a response without the file.

    Raises:
        PassingTroubleError: the publisher is busy or out of order.
        PublisherError: the publisher asks for a long pause, or a retry will not help.

    """
    host = host_of(response.url)
    status = f"{response.status_code} {response.reason or ''}".strip()
    if not may_pass(response.status_code):
        raise PublisherError(
            f"{host} answered {status} for {public(response.url)} and sent no file; check "
            "the address in a browser, and try again later."
        )
    pause = retry_after_seconds(response.headers.get("retry-after"))
    if pause > LONGEST_WAIT_SECONDS:
        raise PublisherError(
            f"{host} answered {status} and asks for a pause; try again {_after(pause)}."
        )
    raise PassingTroubleError(f"{host} answered {status}", pause)


@cache
def user_agent() -> str:
    """Return the User-Agent by which this program identifies itself to publishers."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    return f"ontime/{project['version']} (flight-punctuality warehouse)"


@cache
def _session() -> requests.Session:
    session = requests.Session()
    # request files uncompressed: a byte range of a compressed response is of no use
    session.headers.update({"User-Agent": user_agent(), "Accept-Encoding": "identity"})
    return session


def _send(  # noqa: PLR0913, PLR0917 - what a request is made of
    method: str,
    url: str,
    auth: addresses.Login | None,
    headers: Mapping[str, str],
    form: Sequence[tuple[str, str]],
    seconds_between_requests: float,
) -> requests.Response:
    _keep_distance(host_of(url), seconds_between_requests)
    try:
        return _session().request(
            method,
            url,
            headers=dict(headers),
            data=list(form) or None,
            auth=auth,  # type: ignore[arg-type] # bytes, for text would be sent as Latin-1
            timeout=timeout_seconds(),
            verify=_trusted_certificates(),
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException:
        raise
    except OSError as error:  # REQUESTS_CA_BUNDLE, which requests reads, names no file
        raise PublisherError(f"{host_of(url)} cannot be asked: {error}.") from None
    # the error may quote the address of a proxy, and with it a password; one of a proxy without a
    # host is a TypeError
    except (ValueError, TypeError):
        raise PublisherError(
            f"{host_of(url)} cannot be asked: its address, that of the proxy in the environment, "
            "or the one that it redirects to cannot be read; check the first two."
        ) from None


def _keep_distance(host: str, seconds: float) -> None:
    """Wait until this long after the last request to the host, including requests still queued."""
    with _one_at_a_time:
        now = time.monotonic()
        start = max(now, _last_request.get(host, -math.inf) + seconds)
        _last_request[host] = start
    time.sleep(start - now)


def _trusted_certificates() -> str | bool:
    """Return the file of trusted certificates, or True for the built-in ones."""
    bundle = ca_bundle()
    if bundle is None:
        return True
    try:
        ssl.create_default_context(cafile=bundle)
    except OSError:
        raise PublisherError(
            f"ONTIME_CA_BUNDLE names {bundle}, which holds no certificates that can be read: "
            "they must be in PEM form, one after the other."
        ) from None
    return str(bundle)


def _redirected(url: str, location: str) -> str:
    try:
        # credentials in a redirect are ignored
        target, _ = addresses.split(urljoin(url, location))
    except ValueError:
        raise PublisherError(
            f"{host_of(url)} redirects to {public(location)}, which is not an address."
        ) from None
    if url.startswith("https:") and not target.startswith("https:"):
        raise PublisherError(
            f"{host_of(url)} redirects from {public(url)} to {public(target)}, which is not "
            "encrypted, and so it is not followed; check the address in a browser."
        )
    return checked(target)


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Translate the block's network errors into one-sentence messages."""
    host = host_of(url)
    try:
        yield
    except requests.exceptions.SSLError as error:
        if refusal := _reason(error, ssl.SSLCertVerificationError):
            raise _untrusted(host, refusal) from None
        raise PassingTroubleError(f"the encrypted connection to {host} failed") from None
    except requests.exceptions.ProxyError:
        raise PassingTroubleError(
            f"the proxy that the environment names for {host} did not let the request through"
        ) from None
    except _BROKEN_OFF as error:
        if isinstance(error, requests.Timeout) or _reason(error, TimeoutError):
            silence = f"{host} was silent for {timeout_seconds():g} seconds"
            raise PassingTroubleError(silence) from None
        raise PassingTroubleError(f"the connection to {host} failed or broke off") from None
    except requests.RequestException as error:
        # the text of the error may quote the whole address, or that of the proxy
        raise PublisherError(
            f"{public(url)} cannot be fetched ({type(error).__name__}); check this address, "
            "and that of the proxy if the environment names one."
        ) from None


def _reason(error: BaseException, kind: type[Reason]) -> Reason | None:
    """Return the first error of the given type in the chain of causes, if there is one."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, kind):
        seen = seen.__cause__ or seen.__context__
    return seen


def _untrusted(host: str, refusal: ssl.SSLCertVerificationError) -> PublisherError:
    why = refusal.verify_message.rstrip(".")
    if refusal.verify_code not in _UNKNOWN_ISSUER:
        return PublisherError(
            f"The certificate of {host} is not valid ({why}), so nothing was "
            "fetched; check this machine's clock and its way to the network, and try again later."
        )
    return PublisherError(
        f"The certificate chain of {host} could not be verified ({why}): set "
        "ONTIME_CA_BUNDLE to a file with the certificates to trust, the missing one among them, "
        "which `cat $(python -m certifi) missing.pem > bundle.pem` makes."
    )


def _after(pause_seconds: float) -> str:
    """Return, in words, when a pause will be over."""
    try:
        until = datetime.now(UTC) + timedelta(seconds=pause_seconds)
    except OverflowError:
        return "another day"
    return f"after {until:%Y-%m-%d %H:%M} UTC"


def _is_this_machine(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
