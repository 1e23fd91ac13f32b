"""Process a publisher's file as the commands do, step by step."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ingest.declarations import Source, SourceFile
from ingest.publishers import Publisher, Received
from ingest.reading.delimited import DelimitedFile


def publisher(source: Source) -> Publisher:
    """Return the publisher of a live source."""
    assert source.publisher is not None
    return source.publisher


def received(content: bytes, partition: str, name: str = "received") -> Received:
    """Return a file as received."""
    return Received(name, partition, io.BytesIO(content))


def check(source: Source, content: bytes, partition: str, name: str = "received") -> None:
    """Check a file as received."""
    publisher(source).check(received(content, partition, name))


def kept(source: Source, content: bytes, partition: str, folder: Path) -> Path:
    """Check a file and return the one that is kept of it."""
    check(source, content, partition)
    path = folder / f"{source.name}-{partition}{publisher(source).suffix}"
    publisher(source).keep(received(content, partition), path)
    return path


def files(source: Source, content: bytes, partition: str, folder: Path) -> list[SourceFile]:
    """Check a file, keep it, and return the files of the tables in it."""
    return publisher(source).files(kept(source, content, partition, folder), partition)


def raw(file: SourceFile) -> tuple[list[dict[str, Any]], DelimitedFile]:
    """Read a file as for loading: return its rows, and the reader with its other findings."""
    reading = DelimitedFile(file)
    rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    return rows, reading
