"""Which parts of an address may be shown, and which are sent to which host."""

from __future__ import annotations

import pytest

from ingest.addresses import beneath, origin, public, split, without_secrets
from ingest.publishers import Request


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host.example/a/b.zip", "https://host.example/a/b.zip"),
        ("https://host.example:8443/a.zip", "https://host.example:8443/a.zip"),
        ("http://[::1]:8000/a.zip", "http://[::1]:8000/a.zip"),
        ("https://user:secret@host.example/a.zip", "https://host.example/a.zip"),
        ("https://user:secret@host.example:8443/a", "https://host.example:8443/a"),
        ("https://user:s%40cret@host.example/a", "https://host.example/a"),
        ("https://user:s@cret@host.example/a", "https://host.example/a"),
        ("https://secret@host.example/a", "https://host.example/a"),
        ("https://:secret@host.example/a", "https://host.example/a"),
        ("https://user:secret@[::1]:80/a", "https://[::1]:80/a"),
        ("https://host.example/a?token=secret", "https://host.example/a"),
        ("https://host.example/a?key=x&sig=secret#secret", "https://host.example/a"),
        ("https://host.example/a#secret", "https://host.example/a"),
        ("HTTPS://user:secret@host.example/a", "https://host.example/a"),
        # a password that is not percent-encoded, and other invalid addresses
        ("https://user:se/cret@host.example/a", "***@host.example/a"),
        ("https://user:12/secret@host.example/a", "https://***@host.example/a"),
        ("https://user:se?cret@host.example/a", "***@host.example/a"),
        ("https://user:12?secret@host.example/a", "https://***@host.example/a"),
        ("https://user:se#cret@host.example/a", "***@host.example/a"),
        ("https://user:[secret@host.example/a", "***@host.example/a"),
        ("user:secret@host.example/a", "***@host.example/a"),
        ("https://user:secret@", "***@"),
        ("host.example/a", "host.example/a"),
        ("", ""),
    ],
)
def test_public_part_of_an_address_holds_no_secret(url: str, shown: str) -> None:
    assert public(url) == shown


@pytest.mark.parametrize(
    ("url", "address", "login"),
    [
        ("https://host/a?b=c#d", "https://host/a?b=c#d", None),
        ("https://user:secret@host:1/a?b=c", "https://host:1/a?b=c", (b"user", b"secret")),
        ("https://us%3Aer:s%40c%2Fret@host/a", "https://host/a", (b"us:er", b"s@c/ret")),
        (
            "https://us%C3%A9r:secr%C3%A9t@host/a",
            "https://host/a",
            ("usér".encode(), "secrét".encode()),
        ),
        ("https://token@host/a", "https://host/a", (b"token", b"")),
        ("https://@host/a", "https://host/a", None),
    ],
)
def test_user_and_password_are_taken_off(
    url: str, address: str, login: tuple[bytes, bytes] | None
) -> None:
    assert split(url) == (address, login)


@pytest.mark.parametrize(
    "url", ["", "host/a", "https://", "https://[a/b", "https://a:port/", "https://a:99999/"]
)
def test_what_is_not_an_address_is_not_split(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        split(url)


def test_origin_is_scheme_host_and_port() -> None:
    assert origin("https://Host/a") == origin("https://host:443/b?c=d")
    same = origin("https://host/a")
    for other in ("http://host/a", "https://host:444/a", "https://host.example/a"):
        assert origin(other) != same


@pytest.mark.parametrize(
    ("folder", "address"),
    [
        ("https://host/a", "https://host/a/b.zip"),
        ("https://host/a/", "https://host/a/b.zip"),
        ("https://host", "https://host/b.zip"),
        ("https://user:secret@host/a/?token=c", "https://user:secret@host/a/b.zip?token=c"),
        ("https://[a/", "https://[a/"),
    ],
)
def test_a_file_is_beneath_its_folder_and_keeps_the_query(folder: str, address: str) -> None:
    assert beneath(folder, "b.zip") == address


def test_what_a_publisher_says_is_shown_without_the_secrets() -> None:
    url = "https://flights:s%2Fcret@host/a?token=abcdefgh%2Fij&year=2024"
    said = (
        "flights: login flights:s/cret or flights:s%2Fcret or s/cret failed in 2024; "
        "token=abcdefgh%2Fij&year=2024, abcdefgh/ij, ZmxpZ2h0czpzL2NyZXQ="
    )
    assert without_secrets(said, url) == (
        "flights: login *** or *** or *** failed in 2024; ***, ***, ***"
    )
    for harmless in ("https://host/a", "https://[a/b", ""):
        assert without_secrets(said, harmless) == said


def test_a_request_is_printed_without_its_address() -> None:
    assert "secret" not in repr(Request("2024-01", "https://user:secret@host/a"))
