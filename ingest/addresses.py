"""Publishers' addresses, which may contain a user, password or token, and their public part."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

Login = tuple[bytes, bytes]

_HIDDEN = "***"
# a shorter user name or query value is an ordinary word, not a token
_SHORTEST_TOKEN = 8


def split(url: str) -> tuple[str, Login | None]:
    """Return an address without user and password, and the login as it is sent.

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
    """Return the scheme, host and port of an address without user and password.

    A password may be sent only to the origin that it was configured for.
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def public(url: str) -> str:
    """Return the part of an address that may be shown and kept: scheme, host and path.

    A password that is not percent-encoded may extend into the path or the query, so everything
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
    """Return whether an @ is left after user and password were removed."""
    return "@" in address


def beneath(folder: str, name: str) -> str:
    """Return the address of a file in a folder, keeping the folder's query."""
    try:
        parts = urlsplit(folder)
    except ValueError:  # refused later, when it is requested
        return folder
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def without_secrets(text: str, url: str) -> str:
    """Return a publisher's or library's message about a request, without the address's secrets.

    A server that received a password can repeat it in an error or in a page title.
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
