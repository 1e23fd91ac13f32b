"""A password in a publisher's address is sent to the publisher, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.download.fetching import fetch, probe
from ingest.errors import PublisherError
from ingest.landing.store import incoming_folder
from ingest.publishers import Request
from tests.ingest.test_download import CAME, CONTENT, PATH, SHOP, silently
from tests.publisher.server import (
    Server,
    basic,
    html,
    redirect,
    reset_after,
    serve,
    status,
    truncate,
)

LOGIN = "flights:p@ss/wörd?"
USER_INFO = "flights:p%40ss%2Fw%C3%B6rd%3F"
TOKEN = "tokentokentoken"  # noqa: S105 - of nothing


@pytest.fixture(autouse=True)
def _impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ONTIME_BACKOFF_SECONDS", "0.001")
    monkeypatch.setenv("ONTIME_TIMEOUT_SECONDS", "60")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.delenv("NETRC", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a publisher that requires a login for its only file."""
    with serve({PATH: CONTENT}) as server:
        server.login = LOGIN
        yield server


def address(server: Server, path: str = PATH, host: str = "127.0.0.1") -> str:
    """Return the address of a file, with login and token."""
    port = server.url.rpartition(":")[2]
    return f"http://{USER_INFO}@{host}:{port}{path}?token={TOKEN}"


def get(url: str) -> bytes:
    with fetch(Request("2024-01", url), SHOP, silently) as came:
        return came.received.stream.read()


def refusal(url: str) -> str:
    with pytest.raises(PublisherError) as error:
        get(url)
    return str(error.value)


def logins(server: Server) -> list[str | None]:
    return [asked.headers["Authorization"] for asked in server.requests]


def test_login_and_token_reach_the_publisher(server: Server) -> None:
    assert probe(Request("2024-01", address(server))) is not None
    assert get(address(server)) == CONTENT
    assert logins(server) == [basic(LOGIN)] * 2
    assert [asked.path for asked in server.requests] == [f"{PATH}?token={TOKEN}"] * 2


def test_login_is_sent_again_on_retries_and_when_a_download_goes_on(server: Server) -> None:
    server.misbehave(PATH, status(503), truncate(CAME), reset_after(CAME), status(429))
    assert get(address(server)) == CONTENT
    assert logins(server) == [basic(LOGIN)] * len(server.requests)
    assert server.requests[-1].headers["Range"]


@pytest.mark.parametrize("is_relative", [True, False])
def test_login_is_sent_on_a_redirect_to_the_same_host(server: Server, is_relative: bool) -> None:
    server.misbehave("/old.zip", redirect(("" if is_relative else server.url) + PATH))
    assert get(address(server, "/old.zip")) == CONTENT
    assert logins(server) == [basic(LOGIN)] * 2


def test_login_is_not_sent_to_another_host(server: Server) -> None:
    with serve({PATH: CONTENT}) as other:
        for target in (other.url, other.url.replace("//", "//trap:set@")):
            server.misbehave(PATH, redirect(target + PATH))
            assert get(address(server)) == CONTENT
        assert logins(other) == [None, None]
        assert TOKEN not in "".join(asked.path for asked in other.requests)


def test_login_is_not_sent_to_another_name_of_the_host(server: Server) -> None:
    server.misbehave(PATH, redirect(server.url.replace("127.0.0.1", "localhost") + PATH))
    assert "answered 401" in refusal(address(server))
    assert logins(server) == [basic(LOGIN), None]


def test_login_comes_back_with_a_redirect_that_comes_back(server: Server) -> None:
    with serve({}) as other:
        server.misbehave(PATH, redirect(other.url + PATH))
        other.misbehave(PATH, redirect(server.url + PATH))
        assert get(address(server)) == CONTENT
        assert logins(other) == [None]


def test_a_wrong_password_is_refused_without_naming_it(server: Server) -> None:
    sentence = refusal(address(server).replace("p%40ss", "wrong"))
    assert sentence == (
        f"127.0.0.1 answered 401 Unauthorized for {server.url}{PATH} and sent no file; check the "
        "address in a browser, and try again later."
    )


def test_what_came_of_a_file_is_noted_without_login_and_token(server: Server) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        fetch(Request("2024-01", address(server)), SHOP, silently),
    ):
        raise KeyboardInterrupt
    noted = (incoming_folder("shop") / "2024-01.part.json").read_text(encoding="utf8")
    assert json.loads(noted)["url"] == server.url + PATH
    # with a new password, the download resumes
    server.login = "flights:new"
    assert get(address(server).replace(USER_INFO, "flights:new")) == CONTENT
    assert server.requests[-1].headers["Range"]


@pytest.mark.parametrize(
    "user_info", ["user:12/secret", "user:12?secret", "user:12#secret", "user/secret"]
)
def test_a_password_that_is_not_encoded_is_refused_before_anything_is_asked(
    user_info: str,
) -> None:
    sentence = refusal(f"https://{user_info}@host.invalid/a.zip")
    assert sentence.startswith("https://***@host.invalid/a.zip is not asked: in its address, an @")
    assert "%40" in sentence


@pytest.mark.parametrize("user_info", ["user:se/cret", "user:se?cret", "user:[cret", "user:cret@["])
def test_an_address_that_cannot_be_read_is_refused_without_its_password(user_info: str) -> None:
    sentence = refusal(f"https://{user_info}@host.invalid/a.zip")
    assert "is no address of a publisher" in sentence
    assert "cret" not in sentence


def test_a_publisher_that_repeats_the_password_is_quoted_without_it(server: Server) -> None:
    echo = f"{LOGIN} {USER_INFO} {basic(LOGIN)} {TOKEN}"
    server.misbehave(PATH, redirect(f"ftp://host/{USER_INFO}?{TOKEN}"))
    assert USER_INFO not in refusal(address(server))
    server.misbehave(PATH, html(f"<title>{echo}</title>".encode()))
    with (
        pytest.raises(PublisherError) as error,
        fetch(Request("2024-01", address(server)), SHOP, silently) as came,
    ):
        raise PublisherError(came.received.stream.read().decode())
    assert str(error.value) == "<title>*** *** Basic *** ***</title>"


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:s3cret@127.0.0.1:1",
        "http://user:s3/cret@127.0.0.1:1",
        "http://user:s3cret@[",
        "http://user:s3cret@",
        "s3cret://user:s3cret@127.0.0.1:1",
        "socks5://user:s3cret@127.0.0.1:1",
        "user:s3cret@127.0.0.1:1",
        "http://user:s3cret@127.0.0.1:port",
        "http://user:s3 cret@127.0.0.1:1",
    ],
)
def test_no_proxy_is_named_with_its_password(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, proxy)
    sentence = refusal("https://publisher.invalid/a.zip")
    assert "proxy" in sentence
    assert "s3" not in sentence
    assert "cret" not in sentence
