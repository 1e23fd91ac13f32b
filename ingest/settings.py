"""Settings that a user can change: environment variables, each with a sensible default.

They are read when needed, so a test or a shell can change them between two calls.
"""

from __future__ import annotations

import os
from pathlib import Path

from ingest.errors import IngestError


def address(name: str, default: str) -> str:
    """Return a publisher's address: that of the environment variable, or else the default."""
    return os.environ.get(name, default)


def ca_bundle() -> Path | None:
    """Return the certificates to trust instead of the built-in ones (ONTIME_CA_BUNDLE).

    Raises:
        IngestError: the file named does not exist.

    """
    named = os.environ.get("ONTIME_CA_BUNDLE")
    if not named:
        return None
    path = Path(named)
    if not path.is_file():
        raise IngestError(f"ONTIME_CA_BUNDLE names {path}, which is no file.")
    return path


def timeout_seconds() -> float:
    """Return how long to wait for an unresponsive server (ONTIME_TIMEOUT_SECONDS, 60)."""
    return _number("ONTIME_TIMEOUT_SECONDS", 60)


def backoff_seconds() -> float:
    """Return the wait before the first retry (ONTIME_BACKOFF_SECONDS, 2)."""
    return _number("ONTIME_BACKOFF_SECONDS", 2)


def _number(name: str, default: float) -> float:
    text = os.environ.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise IngestError(f"{name} must be a number of seconds above zero; it is {text!r}.")
    return number
