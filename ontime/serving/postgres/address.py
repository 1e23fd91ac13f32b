"""Parse the address of a PostgreSQL database without ever showing its secrets."""

from __future__ import annotations

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

_EXAMPLE = "postgresql://user@host:5432/database"


class AddressError(Exception):
    """An address cannot be used; the message says why and does not repeat it."""


def understood(dsn: str) -> dict[str, str]:
    """Return the parts of a connection URI, or of a string of `key=value` pairs.

    If a password is not percent-encoded, PostgreSQL's client can mistake a part of it for the host,
    the port or the database, and name that part in an error. Such an address is refused here,
    before it is used.

    Raises:
        AddressError: the address is missing, or is not that of a PostgreSQL database.

    """
    if not dsn.strip():
        raise AddressError(f"Say which PostgreSQL database: DSN={_EXAMPLE}")
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    except psycopg.Error:  # its message quotes the address, including the password
        parts = {"port": "not understood"}
    misread = any("@" in parts.get(name, "")[1:] for name in ("host", "dbname", "user"))
    if misread or not re.fullmatch(r"[\d,]*", parts.get("port", "")):
        raise AddressError(
            f"DSN is not the address of a PostgreSQL database: write {_EXAMPLE}, and give the "
            "password in PGPASSWORD or ~/.pgpass, or with its special characters percent-encoded."
        )
    return parts


def without_secrets(text: str, parts: dict[str, str]) -> str:
    """Return the first line of a message of the server or its client, without the passwords."""
    line = next(iter(text.strip().splitlines()), "no reason given")
    for option in Conninfo.get_defaults():
        if option.dispchar == b"*":  # PostgreSQL's own flag for a password
            from_environment = (option.val or b"").decode(errors="replace")
            for secret in (parts.get(option.keyword.decode()), from_environment):
                line = line.replace(secret, "***") if secret else line
    return line
