"""A source of files that tests invent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.declarations import Source
from ingest.publishers import Publisher, Received


def shop(keep: Callable[[Received, Path], None]) -> Source:
    """Return a source without tables, whose files land as `keep` writes them."""
    return Source(
        "shop",
        "a shop",
        "none",
        (),
        publisher=Publisher(
            suffix=".zip",
            check=lambda _: None,
            keep=keep,
            files=lambda *_: [],
            recognise=lambda _: [],
        ),
    )
