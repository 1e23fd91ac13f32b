"""The bytes received so far, so that an interrupted download can be resumed.

They are in `data/landing/.incoming/<source>/<partition>.part`; a JSON file next to them records
the file and the version that they belong to. A file without a strong ETag cannot be resumed. A
confidential file never has a name on disk, so it disappears when the process ends.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.declarations import Source
from ingest.errors import RefusedFileError
from ingest.landing.store import incoming_folder
from ingest.landing.writing import make_folder, put_facts, writing_to
from ingest.publishers import Request


@dataclass
class Partial:
    """A partly downloaded file; `etag` names its version, or is None if it cannot be resumed.

    `facts` is the file that records the version for a later process; None for confidential files.
    """

    request: Request
    stream: IO[bytes]
    folder: Path
    facts: Path | None
    size: int = 0
    etag: str | None = None

    @property
    def offset(self) -> int:
        """Return the offset at which to resume, or zero to start from the beginning.

        The last byte is requested again, so that the requested range is never empty, even if the
        file is already complete.
        """
        return max(0, self.size - 1) if self.etag else 0

    def restart(self, etag: str | None) -> None:
        """Discard the bytes received so far, and begin the given version."""
        with writing_to(self.folder):
            if self.facts:
                self.facts.unlink(missing_ok=True)
            self.cut(0)
            self.etag = etag
            if self.facts and etag:
                draft = self.facts.with_name(self.facts.name + ".aside")
                put_facts(_identity(self.request) | {"etag": etag}, draft, self.facts)

    def cut(self, size: int) -> None:
        """Keep only the first bytes."""
        with writing_to(self.folder):
            self.stream.seek(size)
            self.stream.truncate()
            self.size = size

    def append(self, chunk: bytes) -> None:
        """Write a chunk that was received."""
        with writing_to(self.folder):
            self.stream.write(chunk)
            self.stream.flush()
            self.size += len(chunk)


def forget(source_name: str, partition: str) -> None:
    """Remove the bytes of a partition that has landed since: its process died before it could."""
    folder = incoming_folder(source_name)
    with writing_to(folder):
        for name in (f"{partition}.part", f"{partition}.part.json"):
            (folder / name).unlink(missing_ok=True)


@contextmanager
def partial_download(request: Request, source: Source) -> Iterator[Partial]:
    """Yield the download that an earlier call left, or a new one; delete it unless resumable."""
    folder = incoming_folder(source.name)
    with writing_to(folder):
        make_folder(folder)
    if source.publisher and source.publisher.is_confidential:
        with ExitStack() as stack:
            with writing_to(folder):
                nameless = stack.enter_context(tempfile.TemporaryFile(dir=folder))
            yield Partial(request, nameless, folder, None)
        return

    path = folder / f"{request.partition}.part"
    facts = path.with_name(path.name + ".json")
    etag = _known_etag(facts, request)
    with writing_to(folder):
        stream = path.open("r+b" if etag and path.exists() else "w+b")
    partial = Partial(request, stream, folder, facts, path.stat().st_size, etag)
    keep = False
    try:
        yield partial
    except RefusedFileError:
        raise
    except BaseException:
        keep = partial.offset > 0
        raise
    finally:
        with suppress(OSError):  # a failed write has already been reported
            stream.close()
        if not keep:
            path.unlink(missing_ok=True)
            facts.unlink(missing_ok=True)


def _identity(request: Request) -> dict[str, object]:
    return {"url": request.public_url, "parameters": [list(pair) for pair in request.parameters]}


def _known_etag(facts: Path, request: Request) -> str | None:
    """Return the version of the bytes on disk, if they belong to the requested file."""
    try:
        known = dict(json.loads(facts.read_text(encoding="utf8")))
        etag = str(known.pop("etag"))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return etag if known == _identity(request) else None
