"""The address of a publisher, which may hold a user, a password or a token, and its public part."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

Login = tuple[bytes, bytes]

_HIDDEN = "***"
# a user name or a value of a query that is shorter is a word, not a token
_SHORTEST_TOKEN = 8


def split(url: str) -> tuple[str, Login | None]:
    """Return an address without user and password, and these, as they are sent.

    Raises:
        ValueError: it is not an address.

    """
    parts = urlsplit(url)
    if not parts.hostname or (parts.port is not None and parts.port < 0):
        raise ValueError("no host")
    user_info, _, host = parts.netloc.rpartition("@")
    user, _, password = user_info.partition(":")
    login = (unquote(user).encode(), unquote(password).encode()) if user_info else None
    return urlunsplit(parts._replace(netloc=host)), login


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return whom an address without user and password leads to: only they may see a password."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def public(url: str) -> str:
    """Return the part of an address that may be shown and kept: scheme, host and path.

    A password that is not percent-encoded may run on into the path or the query: whatever is
    before the last @ is hidden.
    """
    try:
        address, _ = split(url)
        scheme = f"{urlsplit(url).scheme}://"
    except ValueError:
        address, scheme = url, ""
    if is_ambiguous(address):
        address = f"{scheme}{_HIDDEN}@{address.rpartition('@')[2]}"
    return address.partition("#")[0].partition("?")[0]


def is_ambiguous(address: str) -> bool:
    """Return whether an @ is left where user and password were taken off."""
    return "@" in address


def beneath(folder: str, name: str) -> str:
    """Return the address of a file in a folder, with the query of the folder."""
    try:
        parts = urlsplit(folder)
    except ValueError:  # is refused when it is asked
        return folder
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def without_secrets(text: str, url: str) -> str:
    """Return what a publisher or a library said of a request, without the secrets of its address.

    A server that received a password can repeat it, in an error or in the title of a page.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # refused before any request was made
        return text
    user_info = parts.netloc.rpartition("@")[0]
    user, _, password = user_info.partition(":")
    tokens = [user, parts.query, *(value for _, value in parse_qsl(parts.query))]
    secrets = {
        user_info,
        unquote(user_info),
        b64encode(unquote(user_info).encode()).decode(),
        password,
        unquote(password),
        *(token for token in tokens if len(token) >= _SHORTEST_TOKEN),
        *(unquote(token) for token in tokens if len(token) >= _SHORTEST_TOKEN),
    }
    for secret in sorted(secrets - {""}, key=lambda secret: (-len(secret), secret)):
        text = text.replace(secret, _HIDDEN)
    return text
