"""What a live source declares of its publisher: the one interface of the commands to it.

The commands go through the publishers in a loop and know none of them by name. A publisher says
which files a command needs and what it offers in their place, how such a file is checked, kept and
read, and how it is recognised in a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ingest import addresses
from ingest.errors import PublisherError
from ingest.landing.checksums import file_sha256

if TYPE_CHECKING:
    from ingest.declarations import SourceFile


@dataclass(frozen=True)
class Request:
    """The request that gets one partition of a live source from its publisher.

    `url` may contain a password or a token, so it is used only to send the request; `public_url` is
    what may be shown or stored. `asked` describes the request where the address alone does not,
    such as the stations whose weather is wanted; it is stored with the landed file. `form` holds
    the entries of a form that is posted. If the file can only be asked for by what earlier pages
    say, `steps` goes through these, with a function that returns the text of a page or None, and
    returns the request for the file; each attempt begins with the first page.
    """

    partition: str
    url: str = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    steps: Callable[[Callable[[Request], str | None]], Request] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def public_url(self) -> str:
        """Return the address without the parts that may be secret."""
        return addresses.public(self.url)


@dataclass(frozen=True)
class Received:
    """A file as received from a publisher or folder, not checked yet; its stream is seekable.

    `shared_by` are the partitions that are taken from the file, if there are several.
    """

    name: str
    partition: str
    stream: IO[bytes]
    shared_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extent:
    """How much of a partition a file holds: its days, the carriers or stations, and its size.

    `members_are` and `size_is` name what is counted, such as `stations` and `hours`.
    """

    days: frozenset[str]
    members: frozenset[str]
    size: int
    members_are: str
    size_is: str


@dataclass(frozen=True)
class Holding:
    """A partition that a file in a folder holds."""

    partition: str


@dataclass(frozen=True)
class Offer:
    """What the publisher reports about a file before it is fetched."""

    file_bytes: int | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Scope:
    """The part of the live sources that a user asks for: months, and airports for the weather."""

    months: tuple[str, ...]
    airports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """One file that a command needs, and what its publisher says about it.

    Without an offer, the landed file is as good as the publisher's if it answers the same request.
    `is_outdated` states that it is not, whatever the labels say. `absent` is the sentence that
    tells why the file cannot be had, and `trouble` the error of a publisher that was asked for it.
    `foretold` is what a dry run says instead of comparing the offer with the landed file. `note` is
    shown before the file is fetched.
    """

    request: Request
    offer: Offer | None = None
    is_outdated: bool = False
    absent: str = ""
    trouble: PublisherError | None = None
    foretold: str = ""
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a publisher now offers for a partition; `news` is set if a refresh would change it."""

    partition: str
    said: str
    news: str = ""


def _nothing(_: object) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class Publisher:
    """How the files of a live source are requested, checked, stored and read.

    `check` refuses a file whose content is not what the publisher promises. `keep` writes a checked
    file to its landing path, without the data that must not be stored; of a file that several
    partitions share, it writes the lines of one. `files` returns the files of the tables within the
    landed file of a partition. `recognise` returns the partitions that a file found in a folder
    holds, or none if the file does not belong to this source; it refuses a file that does belong to
    the source and cannot be used. `content_sha256` is the checksum of what a file in a folder
    holds: an archive and the table unpacked from it are the same. `extent` measures how much of a
    partition a file holds, landed or in a folder, so that a part does not replace the whole.

    `ordered` yields the files that a user's order needs, and `rehearsed` does so for a dry run,
    before the sources that this one reads are loaded. `refreshed` yields the files that may be new
    or changed since the loaded partitions came. Each file is loaded before the next one is asked
    for. `refreshed` is called before any publisher's files are loaded, and its result is read when
    those of the sources before it are. `compared` tells what is offered for loaded partitions.
    """

    suffix: str
    check: Callable[[Received], None]
    keep: Callable[[Received, Path], None]
    files: Callable[[Path, str], list[SourceFile]]
    recognise: Callable[[Path], Sequence[Holding]]
    content_sha256: Callable[[Path], str | None] = file_sha256
    extent: Callable[[Path, str], Extent] | None = None
    ordered: Callable[[Scope], Iterable[Wanted]] = _nothing
    rehearsed: Callable[[Scope], Iterable[Wanted]] | None = None
    refreshed: Callable[[list[str]], Iterable[Wanted]] = _nothing
    compared: Callable[[list[str]], Iterable[Verdict]] = _nothing
    # the partitions are months that a user names; if not, each is the snapshot of a day
    by_month: bool = False
    # asks for the months on offer, in order: `latest` means the last, and `all` means all of them
    months_offered: Callable[[], Sequence[str]] | None = None
    # fetched only if a command names the source
    is_named_only: bool = False
    # what the months hold, for a publisher that should have one for each month
    series: str = ""
    # the sources whose loaded rows determine the requests, and which are loaded before
    reads: tuple[str, ...] = ()
    # no part of the file as received may stay on disk, not even after a crash
    is_confidential: bool = False
    seconds_between_requests: float = 0.0
