"""Downloads from a publisher that misbehaves in every way it can."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.declarations import Source
from ingest.download import fetching, retries, transport
from ingest.download.fetching import Download, fetch, probe
from ingest.download.retries import ATTEMPTS, retry_after_seconds
from ingest.errors import IngestError, PublisherError, RefusedFileError
from ingest.landing.store import incoming_folder
from ingest.publishers import Offer, Publisher, Request
from tests.commands import ROOT
from tests.ingest.disk import no_room_beyond
from tests.publisher.server import (
    Behaviour,
    Server,
    chunked,
    claim_length,
    compress,
    hang_up,
    html,
    ignore_if_range,
    ignore_range,
    redirect,
    refuse_range,
    reset_after,
    serve,
    shift_range,
    shorten_range,
    stall_after,
    status,
    truncate,
)

# no two parts of it are equal
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(100_000))
PATH = "/files/things.zip"
# a part of it that ends where a read of the client ends
CAME = 12 * 16_384

PUBLISHER = Publisher(
    suffix=".zip",
    check=lambda _: None,
    keep=lambda *_: None,
    files=lambda *_: [],
    recognise=lambda _: [],
)
SHOP = Source("shop", "a shop", "none", (), publisher=PUBLISHER)
CONFIDENTIAL_SHOP = replace(SHOP, publisher=replace(PUBLISHER, is_confidential=True))


def silently(*_: object) -> None:
    """Ignore progress."""


@dataclass
class Fetched:
    """The result of a download: its content, its metadata, and the progress reports."""

    content: bytes = b""
    steps: list[tuple[int, int | None]] = field(default_factory=list)
    download: Download | None = None

    @property
    def attempts(self) -> int:
        """Return the number of requests to the publisher."""
        assert self.download
        return self.download.attempts

    @property
    def resumed_bytes(self) -> int:
        """Return the number of bytes on disk before the last attempt."""
        assert self.download
        return self.download.resumed_bytes


@pytest.fixture(autouse=True)
def _impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make all waits short, and use the test's own folder."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ONTIME_BACKOFF_SECONDS", "0.001")
    # longer than a thread of the server may have to wait on a busy machine
    monkeypatch.setenv("ONTIME_TIMEOUT_SECONDS", "60")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.delenv("ONTIME_CA_BUNDLE", raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a publisher with one file."""
    with serve({PATH: CONTENT}) as server:
        yield server


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock at half a minute after 10:00 UTC."""

    class StoppedClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime(2024, 4, 1, 10, 0, 30, tzinfo=tz)

    monkeypatch.setattr(transport, "datetime", StoppedClock)
    monkeypatch.setattr(retries, "datetime", StoppedClock)


def request_of(server: Server, path: str = PATH) -> Request:
    return Request("2024-01", server.url + path)


def get(server: Server, *, source: Source = SHOP, path: str = PATH) -> Fetched:
    """Download a file as the command line does."""
    fetched = Fetched()

    def tell(size: int, total: int | None) -> None:
        fetched.steps.append((size, total))

    with fetch(request_of(server, path), source, tell) as came:
        fetched.download = came
        fetched.content = came.received.stream.read()
    return fetched


def refusal(server: Server, *, source: Source = SHOP, path: str = PATH) -> str:
    """Return the sentence with which a download fails."""
    with pytest.raises(PublisherError) as error:
        get(server, source=source, path=path)
    return str(error.value)


def left_behind() -> list[str]:
    """Return the names of the files that downloads have left behind."""
    return sorted(path.name for path in incoming_folder("shop").glob("*"))


def break_off(server: Server, came: int = CAME, *, source: Source = SHOP) -> None:
    """Download the first bytes of a file and then interrupt, as Ctrl-C does."""

    def interrupt(size: int, total: int | None) -> None:
        if size >= came:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), fetch(request_of(server), source, interrupt):
        pytest.fail("the whole file came")


def ranges(server: Server) -> list[str | None]:
    return [one.headers["Range"] for one in server.asked(PATH)]


# What is fetched, and the requests for it


def test_a_file_comes_whole_under_the_publishers_name_and_words(server: Server) -> None:
    server.put(PATH, CONTENT, etag='"v1"', last_modified="Mon, 01 Apr 2024 10:00:00 GMT")
    fetched = get(server)
    assert fetched.content == CONTENT
    assert fetched.download
    assert fetched.download.received.name == "things.zip"
    assert fetched.download.received.partition == "2024-01"
    assert fetched.download.etag == '"v1"'
    assert fetched.download.last_modified == "Mon, 01 Apr 2024 10:00:00 GMT"
    assert fetched.download.file_bytes == len(CONTENT)
    assert (fetched.attempts, fetched.resumed_bytes) == (1, 0)
    assert left_behind() == []


def test_an_address_without_a_file_name_gets_one_of_ours(server: Server) -> None:
    server.answer("/cgi-bin/request.py", lambda query: ",".join(query["station"]).encode())
    request = replace(
        request_of(server, "/cgi-bin/request.py"),
        parameters=(("station", "JFK"), ("station", "LGA")),
    )
    with fetch(request, SHOP, silently) as came:
        assert came.received.name == "shop-2024-01.zip"
        assert came.received.stream.read() == b"JFK,LGA"


def test_progress_shows_the_bytes_received_and_expected(server: Server) -> None:
    steps = get(server).steps
    assert steps[0] == (0, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert steps == sorted(steps)


def test_an_empty_file_is_left_to_the_judgement_of_its_source(server: Server) -> None:
    server.put(PATH, b"")
    assert get(server).content == b""


def test_the_publisher_sees_the_projects_name_and_version(server: Server) -> None:
    get(server)
    [asked] = server.requests
    assert re.fullmatch(
        r"ontime/[0-9]+\.[0-9]+\.[0-9]+ \(flight-punctuality warehouse\)",
        asked.headers["User-Agent"],
    )


def test_a_file_is_asked_for_as_it_is(server: Server) -> None:
    get(server)
    assert server.requests[0].headers["Accept-Encoding"] == "identity"


def test_a_file_that_comes_compressed_all_the_same_is_not_corrupted(server: Server) -> None:
    server.misbehave(PATH, compress())
    fetched = get(server)
    assert fetched.content == CONTENT
    assert fetched.steps[-1] == (len(CONTENT), None)


def test_a_file_of_unknown_length_comes_whole(server: Server) -> None:
    server.misbehave(PATH, chunked())
    assert get(server).content == CONTENT


# Faults that a retry overcomes


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(status(500), id="500"),
        pytest.param(status(502), id="502"),
        pytest.param(status(503), id="503"),
        pytest.param(status(504), id="504"),
        pytest.param(status(408), id="408"),
        pytest.param(status(429), id="429"),
        pytest.param(hang_up(), id="no answer"),
        pytest.param(truncate(0), id="nothing of the body"),
        pytest.param(truncate(CAME), id="a part of the body"),
        pytest.param(truncate(len(CONTENT) - 1), id="all but the last byte"),
        pytest.param(reset_after(0), id="reset before the body"),
        pytest.param(reset_after(CAME), id="reset in the body"),
        pytest.param(chunked(most=CAME), id="chunks without an end"),
        pytest.param(claim_length(len(CONTENT) + 1), id="a length too great"),
    ],
)
def test_passing_trouble_is_met_by_another_attempt(server: Server, trouble: Behaviour) -> None:
    server.misbehave(PATH, trouble)
    fetched = get(server)
    assert fetched.content == CONTENT
    assert fetched.attempts == 2
    assert left_behind() == []


def test_a_publisher_that_falls_silent_is_asked_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_TIMEOUT_SECONDS", "0.5")
    server.misbehave(PATH, stall_after(CAME, 60))
    fetched = get(server)
    assert fetched.content == CONTENT
    # on a busy machine, another attempt may meet silence
    assert fetched.attempts > 1


@pytest.mark.parametrize(
    "pause",
    ["0", "-1", "soon", "", "1.5", "Mon, 01 Apr 2013 10:00:00 GMT", "²", "Mon, 99 Foo 2024"],
)
def test_a_pause_that_is_over_or_makes_no_sense_is_our_own_short_one(
    server: Server, pause: str
) -> None:
    server.misbehave(PATH, status(429, retry_after=pause), status(503, retry_after=pause))
    assert get(server).attempts == 3


def test_a_pause_asked_for_in_seconds_is_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _waits(server, "7", monkeypatch) == [pytest.approx(7)]


def test_a_pause_asked_for_as_a_date_is_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch, stopped_clock: None
) -> None:
    assert _waits(server, "Mon, 01 Apr 2024 10:02:00 GMT", monkeypatch) == [90]


def _waits(server: Server, pause: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long a download would wait between its attempts, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    server.misbehave(PATH, status(429, retry_after=pause))
    assert get(server).content == CONTENT
    return [wait for wait in waits if wait]


def test_waits_grow_and_are_uneven(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_BACKOFF_SECONDS", "2")
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    server.misbehave(PATH, *[status(503)] * (ATTEMPTS - 1))
    get(server)
    waits = [wait for wait in waits if wait]
    for number, wait in enumerate(waits):
        assert 2 * 2**number <= wait <= 2 * 2**number + 2
    assert len({wait % 1 for wait in waits}) == ATTEMPTS - 1


def test_each_long_wait_is_announced_with_its_reason(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    server.misbehave(PATH, status(503, retry_after="40"), status(429, retry_after="7"))
    get(server)
    assert capsys.readouterr().err.splitlines() == [
        "2024-01  127.0.0.1 answered 503 Service Unavailable: waiting 40 s before attempt 2 of 6",
        "2024-01  127.0.0.1 answered 429 Too Many Requests: waiting 7 s before attempt 3 of 6",
    ]


def test_a_wait_that_nobody_notices_is_not_announced(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.misbehave(PATH, status(503))
    get(server)
    assert capsys.readouterr().err == ""


def test_an_announced_wait_does_not_show_a_password(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    monkeypatch.setenv("ONTIME_BACKOFF_SECONDS", "2")
    closed = Request("2024-01", "http://someone:sesame@127.0.0.1:9/a.zip?token=sesame")
    with pytest.raises(PublisherError):
        probe(closed)
    said = capsys.readouterr().err
    assert said.count("waiting") == ATTEMPTS - 1
    assert "sesame" not in said


def test_a_date_without_a_zone_is_in_utc(stopped_clock: None) -> None:
    assert retry_after_seconds("Mon, 01 Apr 2024 10:01:30 -0000") == 60


# Faults that a retry does not overcome


def test_a_busy_publisher_is_given_up_after_so_many_attempts(server: Server) -> None:
    server.misbehave(PATH, *[status(503)] * 20)
    assert refusal(server) == (
        "Gave up after 6 attempts: 127.0.0.1 answered 503 Service Unavailable. Try again later."
    )
    assert len(server.asked(PATH)) == ATTEMPTS == 6


def test_a_publisher_that_keeps_breaking_off_is_given_up(server: Server) -> None:
    server.misbehave(PATH, *[reset_after(0)] * 20)
    assert refusal(server) == (
        "Gave up after 6 attempts: the connection to 127.0.0.1 failed or broke off. "
        "Try again later."
    )


def test_a_publisher_that_stays_silent_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_TIMEOUT_SECONDS", "0.02")
    server.misbehave(PATH, *[stall_after(0, 60)] * 20)
    assert refusal(server) == (
        "Gave up after 6 attempts: 127.0.0.1 was silent for 0.02 seconds. Try again later."
    )


def test_a_host_where_nobody_listens_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        request = Request("2024-01", f"http://127.0.0.1:{unused.getsockname()[1]}/a.zip")
        with pytest.raises(PublisherError, match=r"the connection to 127\.0\.0\.1 failed"):
            probe(request)


@pytest.mark.parametrize(
    ("pause", "until"),
    [
        ("121", "2024-04-01 10:02"),
        ("86400", "2024-04-02 10:00"),
        ("Mon, 01 Apr 2024 15:10:00 GMT", "2024-04-01 15:10"),
    ],
)
def test_a_long_pause_is_reported_instead_of_waited_for(
    server: Server, stopped_clock: None, pause: str, until: str
) -> None:
    server.misbehave(PATH, status(429, retry_after=pause))
    assert refusal(server) == (
        "127.0.0.1 answered 429 Too Many Requests and asks for a pause; "
        f"try again after {until} UTC."
    )
    assert len(server.asked(PATH)) == 1


@pytest.mark.parametrize("pause", ["9" * 15, "9" * 400, "9" * 5000])
def test_an_absurd_pause_is_not_waited_for(server: Server, pause: str) -> None:
    server.misbehave(PATH, status(503, retry_after=pause))
    assert refusal(server) == (
        "127.0.0.1 answered 503 Service Unavailable and asks for a pause; try again another day."
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "400 Bad Request"),
        (401, "401 Unauthorized"),
        (403, "403 Forbidden"),
        (404, "404 Not Found"),
        (410, "410 Gone"),
        (422, "422 Unprocessable Entity"),
        (204, "204 No Content"),
        (206, "206 Partial Content"),
        (304, "304 Not Modified"),
        (416, "416 Requested Range Not Satisfiable"),
    ],
)
def test_a_status_that_another_attempt_cannot_change_fails_at_once(
    server: Server, code: int, words: str
) -> None:
    server.misbehave(PATH, status(code))
    assert refusal(server) == (
        f"127.0.0.1 answered {words} for {server.url}{PATH} and sent no file; check the address "
        "in a browser, and try again later."
    )
    assert len(server.asked(PATH)) == 1


def test_a_file_beyond_all_measure_is_refused_by_what_it_claims(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", len(CONTENT) - 1)
    with pytest.raises(RefusedFileError, match=r"^things\.zip has 400,000 bytes or more, where at"):
        get(server)
    assert left_behind() == []


def test_a_file_beyond_all_measure_is_refused_by_what_came_of_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", CAME)
    server.misbehave(PATH, chunked())
    with pytest.raises(RefusedFileError, match=r"where at most 196,608 were expected"):
        get(server)
    assert left_behind() == []


# Redirects


def test_redirects_are_followed(server: Server) -> None:
    server.misbehave("/old.zip", redirect("/older/../moved.zip", 301))
    server.misbehave("/moved.zip", redirect(server.url + PATH, 307))
    assert get(server, path="/old.zip").content == CONTENT


def test_redirects_in_a_circle_end(server: Server) -> None:
    server.misbehave(PATH, *[redirect(PATH)] * 20)
    assert refusal(server) == (
        "127.0.0.1 redirects from one address to the next more than 5 times for "
        f"{server.url}{PATH}; check the address in a browser."
    )
    assert len(server.asked(PATH)) == 6


@pytest.mark.parametrize("target", ["http://example.com/a.zip", "ftp://127.0.0.1/a.zip"])
def test_a_redirect_to_what_is_not_encrypted_is_refused(server: Server, target: str) -> None:
    server.misbehave(PATH, redirect(target))
    assert refusal(server) == (
        f"{target} is not asked: only addresses that begin with https:// are."
    )


def test_a_redirect_from_https_to_http_is_refused_even_on_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve({PATH: CONTENT}, tls=True) as secure:
        monkeypatch.setenv("ONTIME_CA_BUNDLE", str(secure.ca_pem))
        secure.misbehave(PATH, redirect(server.url + PATH))
        assert refusal(secure) == (
            f"127.0.0.1 redirects from {secure.url}{PATH} to {server.url}{PATH}, which is not "
            "encrypted, and so it is not followed; check the address in a browser."
        )
    assert server.requests == []


def test_a_redirect_to_nowhere_is_refused(server: Server) -> None:
    server.misbehave(PATH, redirect("https://[broken/"))
    assert refusal(server) == (
        "127.0.0.1 cannot be asked: its address, that of the proxy in the environment, or the one "
        "that it redirects to cannot be read; check the first two."
    )


# Addresses and certificates


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/a.zip",
        "http://127.0.0.1.example.com/a.zip",
        "http://10.0.0.1/a.zip",
        "file://localhost/etc/passwd",
        "ftp://example.com/a.zip",
    ],
)
def test_an_address_that_is_not_https_is_never_asked(url: str) -> None:
    with pytest.raises(PublisherError) as error:
        probe(Request("2024-01", url))
    assert str(error.value) == (f"{url} is not asked: only addresses that begin with https:// are.")


@pytest.mark.parametrize("url", ["example.com/a.zip", "", "https://", "https://[a/b.zip"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(PublisherError) as error:
        probe(Request("2024-01", url))
    assert str(error.value) == (f"{url} is no address of a publisher: it must begin with https://.")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "[::1]"])
def test_a_server_on_this_machine_needs_no_encryption(host: str) -> None:
    assert transport.checked(f"http://{host}:8000/a") == f"http://{host}:8000/a"


def test_a_publisher_with_a_trusted_chain_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({PATH: CONTENT}, tls=True) as server:
        monkeypatch.setenv("ONTIME_CA_BUNDLE", str(server.ca_pem))
        assert get(server).content == CONTENT


def test_an_incomplete_chain_is_refused_with_the_setting_that_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve({PATH: CONTENT}, tls=True, omit_intermediate=True) as server:
        monkeypatch.setenv("ONTIME_CA_BUNDLE", str(server.ca_pem))
        assert refusal(server) == (
            "The certificate chain of 127.0.0.1 could not be verified (unable to get local issuer "
            "certificate): set ONTIME_CA_BUNDLE to a file with the certificates to trust, the "
            "missing one among them, which `cat $(python -m certifi) missing.pem > bundle.pem` "
            "makes."
        )
        assert server.requests == []


def test_a_bundle_with_the_missing_certificate_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({PATH: CONTENT}, tls=True, omit_intermediate=True) as server:
        monkeypatch.setenv("ONTIME_CA_BUNDLE", str(server.whole_chain_pem))
        assert get(server).content == CONTENT


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PYTHONHTTPSVERIFY"])
def test_no_variable_turns_verification_off(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    for value in ("", "0", "false"):
        monkeypatch.setenv(variable, value)
        with serve({PATH: CONTENT}, tls=True) as server:
            sentence = refusal(server)
            assert "could not be verified" in sentence or "cannot be asked" in sentence
            assert server.requests == []


def test_a_certificate_for_another_host_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({PATH: CONTENT}, tls=True, host="example.com") as server:
        monkeypatch.setenv("ONTIME_CA_BUNDLE", str(server.ca_pem))
        assert refusal(server) == (
            "The certificate of 127.0.0.1 is not valid (IP address mismatch, certificate is not "
            "valid for '127.0.0.1'), so nothing was fetched; check this machine's clock and its "
            "way to the network, and try again later."
        )


def test_a_bundle_without_certificates_is_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing")
    monkeypatch.setenv("ONTIME_CA_BUNDLE", str(bundle))
    assert refusal(server) == (
        f"ONTIME_CA_BUNDLE names {bundle}, which holds no certificates that can be read: they must "
        "be in PEM form, one after the other."
    )


def test_a_server_that_does_not_speak_tls_is_given_up(server: Server) -> None:
    request = Request("2024-01", server.url.replace("http:", "https:") + PATH)
    with pytest.raises(PublisherError) as error:
        probe(request)
    assert str(error.value) == (
        "Gave up after 6 attempts: the encrypted connection to 127.0.0.1 failed. Try again later."
    )


def test_a_proxy_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for variable in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, proxy)
        with pytest.raises(PublisherError, match="the proxy that the environment names for"):
            probe(Request("2024-01", "https://publisher.invalid/a.zip"))


# Resuming an interrupted download


def test_what_broke_off_goes_on_where_it_stopped(server: Server) -> None:
    server.misbehave(PATH, truncate(CAME))
    fetched = get(server)
    assert fetched.content == CONTENT
    assert fetched.resumed_bytes == CAME - 1
    assert ranges(server) == [None, f"bytes={CAME - 1}-"]
    assert server.asked(PATH)[1].headers["If-Range"] == server.files[PATH].etag
    assert fetched.steps[-1] == (len(CONTENT), len(CONTENT))


def test_what_breaks_off_again_and_again_gets_there(server: Server) -> None:
    server.misbehave(PATH, *[truncate(81_920)] * 4)
    fetched = get(server)
    assert (fetched.content, fetched.attempts) == (CONTENT, 5)


def test_an_interrupted_download_goes_on_in_the_next_call(server: Server) -> None:
    break_off(server)
    assert left_behind() == ["2024-01.part", "2024-01.part.json"]
    fetched = get(server)
    assert fetched.content == CONTENT
    assert fetched.resumed_bytes >= CAME - 1
    assert left_behind() == []


def kill(server: Server, *, source: str) -> None:
    """Download the first bytes of a file in a process that is then killed."""
    script = f"""
        import os, signal
        from ingest.publishers import Request
        from ingest.download.fetching import fetch
        from tests.ingest.test_download import {source}

        def die(size, total):
            if size >= {CAME}:
                os.kill(os.getpid(), signal.SIGKILL)

        with fetch(Request("2024-01", {server.url + PATH!r}), {source}, die):
            pass
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_download_that_was_killed_goes_on_in_the_next_call(server: Server) -> None:
    kill(server, source="SHOP")
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT, CAME - 1)


def test_a_download_that_was_given_up_goes_on_in_the_next_call(server: Server) -> None:
    server.misbehave(PATH, truncate(CAME), *[status(503)] * (ATTEMPTS - 1))
    refusal(server)
    assert left_behind() == ["2024-01.part", "2024-01.part.json"]
    assert get(server).resumed_bytes == CAME - 1


def test_a_whole_file_that_was_not_landed_is_not_fetched_again(server: Server) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        fetch(request_of(server), SHOP, silently),
    ):
        raise KeyboardInterrupt
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT, len(CONTENT) - 1)


def test_a_file_that_its_source_refused_is_fetched_anew(server: Server) -> None:
    with (
        pytest.raises(RefusedFileError),
        fetch(request_of(server), SHOP, silently),
    ):
        raise RefusedFileError("not this one")
    assert left_behind() == []


def test_another_version_is_fetched_from_its_beginning(server: Server) -> None:
    break_off(server)
    server.put(PATH, CONTENT[::-1])
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT[::-1], 0)


def test_another_version_during_the_download_is_fetched_from_its_beginning(server: Server) -> None:
    server.misbehave(PATH, truncate(CAME), lambda _, file: _publish_anew(server, file.content))
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT[::-1], 0)


def _publish_anew(server: Server, content: bytes) -> None:
    """Publish another version, and break off the download."""
    server.put(PATH, content[::-1])
    raise ConnectionAbortedError


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(ignore_range(), id="the whole file instead"),
        pytest.param(refuse_range(), id="no such part"),
        pytest.param(shift_range(+10), id="a later part"),
        pytest.param(shift_range(-10), id="an earlier part"),
    ],
)
def test_a_server_that_cannot_go_on_sends_the_file_from_its_beginning(
    server: Server, behaviour: Behaviour
) -> None:
    break_off(server)
    server.misbehave(PATH, behaviour)
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT, 0)


def test_a_part_that_ends_before_the_file_does_is_not_taken_for_the_rest(server: Server) -> None:
    break_off(server)
    server.misbehave(PATH, shorten_range(1001))
    fetched = get(server)
    assert (fetched.content, fetched.attempts) == (CONTENT, 2)
    assert fetched.resumed_bytes >= CAME + 999


def test_a_part_of_another_version_is_not_joined_to_what_is_here(server: Server) -> None:
    break_off(server)
    server.put(PATH, CONTENT[::-1])
    server.misbehave(PATH, ignore_if_range())
    assert get(server).content == CONTENT[::-1]


@pytest.mark.parametrize("etag", [None, 'W/"weak"', "unquoted"])
def test_a_version_that_is_not_named_for_certain_is_never_taken_up(
    server: Server, etag: str | None
) -> None:
    server.put(PATH, CONTENT, etag=etag)
    break_off(server)
    assert left_behind() == []
    server.misbehave(PATH, truncate(CAME))
    assert get(server).content == CONTENT
    assert ranges(server) == [None, None, None]


def test_a_part_of_another_address_is_not_taken_up(server: Server) -> None:
    server.put("/other.zip", CONTENT[::-1], etag=server.files[PATH].etag)
    break_off(server)
    assert get(server, path="/other.zip").content == CONTENT[::-1]


@pytest.mark.parametrize("facts", ["", "[]", "{}", "null", '{"etag": "x"}', "\udce9"])
def test_a_part_whose_facts_cannot_be_read_is_fetched_anew(server: Server, facts: str) -> None:
    break_off(server)
    path = incoming_folder("shop") / "2024-01.part.json"
    path.unlink()
    path.write_bytes(facts.encode("utf8", "surrogateescape"))
    fetched = get(server)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT, 0)


def test_facts_without_a_part_are_of_no_consequence(server: Server) -> None:
    break_off(server)
    (incoming_folder("shop") / "2024-01.part").unlink()
    assert get(server).content == CONTENT


def test_a_part_longer_than_the_file_is_fetched_anew(server: Server) -> None:
    break_off(server)
    with (incoming_folder("shop") / "2024-01.part").open("ab") as part:
        part.write(bytes(len(CONTENT)))
    assert get(server).content == CONTENT


def test_the_facts_beside_a_part_name_its_version_and_its_address(server: Server) -> None:
    break_off(server)
    facts = json.loads((incoming_folder("shop") / "2024-01.part.json").read_text())
    assert facts == {
        "url": server.url + PATH,
        "parameters": [],
        "etag": server.files[PATH].etag,
    }


# What must not stay on the disk


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_confidential_file_has_no_name_while_it_comes(server: Server, tmp_path: Path) -> None:
    found: list[bytes] = []

    def look(size: int, total: int | None) -> None:
        found.append(_all_bytes(tmp_path))

    with fetch(request_of(server), CONFIDENTIAL_SHOP, look) as came:
        found.append(_all_bytes(tmp_path))
        assert came.received.stream.read() == CONTENT
    assert len(found) > 2
    assert set(found) == {b""}


def test_nothing_is_left_of_a_confidential_file_that_was_interrupted(
    server: Server, tmp_path: Path
) -> None:
    break_off(server, source=CONFIDENTIAL_SHOP)
    assert left_behind() == []
    assert _all_bytes(tmp_path) == b""


def test_nothing_is_left_of_a_confidential_file_whose_download_was_killed(
    server: Server, tmp_path: Path
) -> None:
    kill(server, source="CONFIDENTIAL_SHOP")
    assert left_behind() == []
    assert _all_bytes(tmp_path) == b""


def test_a_confidential_file_goes_on_within_the_call(server: Server) -> None:
    server.misbehave(PATH, truncate(CAME))
    fetched = get(server, source=CONFIDENTIAL_SHOP)
    assert (fetched.content, fetched.resumed_bytes) == (CONTENT, CAME - 1)


# A full disk


@pytest.mark.parametrize("source", [SHOP, CONFIDENTIAL_SHOP])
def test_a_disk_that_takes_no_more_is_said_in_a_sentence(server: Server, source: Source) -> None:
    with no_room_beyond(CAME), pytest.raises(IngestError) as error:
        get(server, source=source)
    assert str(error.value) == (
        f"The folder {incoming_folder('shop')} cannot be written (File too large): make room or "
        "correct its permissions, or name another data folder with ONTIME_DATA_DIR, and run this "
        "again."
    )
    fetched = get(server, source=source)
    assert fetched.content == CONTENT
    assert fetched.resumed_bytes == (0 if source is CONFIDENTIAL_SHOP else CAME - 1)


@pytest.mark.parametrize("source", [SHOP, CONFIDENTIAL_SHOP])
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    server: Server, tmp_path: Path, source: Source
) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(IngestError, match=r"cannot be written \(Not a directory\): make room or"):
        get(server, source=source)
    assert server.requests == []


# The interval between requests


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[float]]:
    """Return a function that returns the waits before requests, on a simulated clock."""
    now = [1000.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(transport, "_last_request", {})
    stopped = SimpleNamespace(monotonic=lambda: now[0], sleep=sleep)
    monkeypatch.setattr(transport, "time", stopped)
    return lambda: waits


def test_requests_to_a_host_keep_their_distance(
    server: Server, clock: Callable[[], list[float]]
) -> None:
    patient = replace(SHOP, publisher=replace(PUBLISHER, seconds_between_requests=1))
    server.misbehave(PATH, status(503), redirect(PATH))
    get(server, source=patient)
    get(server, source=patient)
    assert len(server.requests) == 4
    assert clock() == [0, 1, 1, 1]


def test_requests_without_a_distance_do_not_wait(
    server: Server, clock: Callable[[], list[float]]
) -> None:
    get(server)
    get(server)
    assert clock() == [0, 0]


# Listings


def test_an_offer_states_size_and_version_and_fetches_nothing(server: Server) -> None:
    server.put(PATH, CONTENT, etag='"v1"', last_modified="Mon, 01 Apr 2024 10:00:00 GMT")
    assert probe(request_of(server)) == Offer(len(CONTENT), '"v1"', "Mon, 01 Apr 2024 10:00:00 GMT")
    assert [one.method for one in server.requests] == ["HEAD"]


def test_a_web_page_instead_of_a_file_is_no_offer(server: Server) -> None:
    assert probe(request_of(server, "/of-1994.zip")) is None


@pytest.mark.parametrize("code", [404, 410])
def test_a_missing_file_is_no_offer(server: Server, code: int) -> None:
    server.misbehave(PATH, status(code), method="HEAD")
    assert probe(request_of(server)) is None


@pytest.mark.parametrize("code", [400, 403, 405, 501])
def test_a_server_that_knows_no_head_is_asked_for_the_file(server: Server, code: int) -> None:
    server.misbehave(PATH, status(code), method="HEAD")
    assert probe(request_of(server)) == Offer(len(CONTENT), server.files[PATH].etag, None)
    assert [one.method for one in server.requests] == ["HEAD", "GET"]


def test_a_file_under_the_type_of_a_page_is_an_offer(server: Server) -> None:
    server.put(PATH, CONTENT, content_type="text/html; charset=utf-8")
    assert probe(request_of(server)) == Offer(len(CONTENT), server.files[PATH].etag, None)


@pytest.mark.parametrize("behaviour", [html(content_type="application/zip"), status(404)])
def test_a_server_without_head_and_without_the_file_offers_nothing(
    server: Server, behaviour: Behaviour
) -> None:
    server.misbehave(PATH, status(405), method="HEAD")
    server.misbehave(PATH, behaviour)
    assert probe(request_of(server)) is None


def test_a_probe_is_repeated_after_passing_trouble(server: Server) -> None:
    server.misbehave(PATH, status(503), status(429, retry_after="0"), method="HEAD")
    assert probe(request_of(server)) is not None
    assert [one.method for one in server.requests] == ["HEAD"] * 3


def test_a_probe_of_a_publisher_that_refuses_says_so(server: Server) -> None:
    server.misbehave(PATH, status(403), method="HEAD")
    server.misbehave(PATH, status(403))
    with pytest.raises(PublisherError, match=r"^127\.0\.0\.1 answered 403 Forbidden for"):
        probe(request_of(server))
