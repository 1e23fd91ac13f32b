"""One ingestion run: obtain and load each file, and report it in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from rich.markup import escape

from ingest import download, landing, receipts
from ingest.console import console, errors
from ingest.declarations import Publisher, Request, Source, SourceFile
from ingest.download import Download, Offer
from ingest.errors import PublisherError, RefusedFileError
from ingest.landing import Landed
from ingest.packing import UNREADABLE
from ingest.state import is_loaded, is_refused
from ontime.terminal.console import one_line
from ontime.terminal.progress import progress
from ontime.terminal.sizes import size

_LABEL_WIDTH = 36


@dataclass
class Run:
    """The settings of one run of the command, and how many files failed.

    `heed_interrupts` raises KeyboardInterrupt if an earlier Ctrl-C was swallowed.
    """

    force: bool
    max_quarantined_percent: float
    heed_interrupts: Callable[[], None]
    given_up: int = 0

    def load(
        self, source: Source, file: SourceFile, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Load one file unless it is loaded already, and report it; return False if it was refused.

        `check` raises an error for a file that must not be read.
        """
        self.heed_interrupts()
        label = f"{source.name}.{file.table.name} {file.partition}"
        sha256 = file.sha256 or receipts.file_sha256(file.path)
        if sha256 and not self.force and is_loaded(source, file, sha256):
            console.print(f"{label:<{_LABEL_WIDTH}} unchanged")
            return True

        from ingest.loading import load_file, record  # noqa: PLC0415 - dlt takes 2 s to import

        started = time.monotonic()
        try:
            check()
            with progress(console, label) as show:
                receipt = load_file(
                    source,
                    file,
                    sha256 or "",
                    max_quarantined_percent=self.max_quarantined_percent,
                    progress=lambda rows: show(f"{label}  {rows:,} rows"),
                )
        except RefusedFileError as error:
            self.give_up(label, "refused", error)
            if not is_refused(source, file, sha256, str(error)):
                record(receipts.refused(source, file, sha256, str(error)), [])
            return False
        set_aside = receipt.rows_quarantined
        quarantined = f"  {set_aside:,} quarantined" if set_aside else ""
        console.print(
            f"{label:<{_LABEL_WIDTH}} {receipt.rows_loaded:>9,} rows{quarantined}"
            f"  ({time.monotonic() - started:.1f} s)"
        )
        if receipt.unknown_columns:
            names = escape(receipt.unknown_columns)
            console.print(f"{'':<{_LABEL_WIDTH}} columns kept out, not declared: {names}")
        return True

    def load_landed(self, source: Source, landed: Landed) -> bool:
        """Load all tables of a landed file; return False if one of them was refused."""
        check = partial(landing.verify, landed)
        try:
            files = publisher_of(source).files(landed.path, landed.partition)
        except UNREADABLE:
            try:
                check()
            except RefusedFileError as error:
                self.give_up(f"{source.name} {landed.partition}", "refused", error)
                return False
            raise
        loaded = [self.load(source, replace(file, sha256=landed.sha256), check) for file in files]
        return all(loaded)

    def bring(self, source: Source, request: Request, offer: Offer | None) -> bool:
        """Land and load what a publisher offers, if needed; return False if that fails."""
        landed = landing.newest(source.name, request.partition)
        if landed is None or self.force or not is_same(offer, landed, request):
            landed = self.obtain(source, request)
        return landed is not None and self.load_landed(source, landed)

    def obtain(self, source: Source, request: Request) -> Landed | None:
        """Download and land a file; if that fails, report why and return None."""
        from ingest.loading import record_download  # noqa: PLC0415 - dlt takes 2 s to import

        self.heed_interrupts()
        label = f"{source.name} {request.partition}"
        try:
            with progress(console, label) as show:

                def show_bytes(received: int, total: int | None) -> None:
                    of_total = f" of {size(total)}" if total else ""
                    show(f"{label}  {size(received)}{of_total}")

                with download.fetch(request, source, show_bytes) as came:
                    publisher_of(source).check(came.received)
                    landed = landing.land(
                        source,
                        came.received,
                        url=request.public_url,
                        asked=request.asked,
                        etag=came.etag,
                        last_modified=came.last_modified,
                    )
        except (RefusedFileError, PublisherError) as error:
            outcome = "refused" if isinstance(error, RefusedFileError) else "failed"
            self.give_up(label, outcome, error)
            record_download(receipts.download(source, request, outcome, reason=str(error)))
            return None
        record_download(_delivery_note(source, request, came, landed))
        resumed = f", {size(came.resumed_bytes)} of it before" if came.resumed_bytes else ""
        console.print(
            f"{label:<{_LABEL_WIDTH}} {size(came.file_bytes):>14}{resumed}  ({came.seconds:.1f} s)"
        )
        return landed

    def fail(self, source: Source, request: Request, error: Exception) -> None:
        """Report that a request to a publisher failed, and write a receipt."""
        from ingest.loading import record_download  # noqa: PLC0415 - dlt takes 2 s to import

        self.give_up(f"{source.name} {request.partition}", "failed", error)
        record_download(receipts.download(source, request, "failed", reason=str(error)))

    def give_up(self, label: str, outcome: str, why: Exception | str) -> None:
        """Report that a file could not be obtained or loaded, and count it."""
        self.given_up += 1
        errors.print(f"[red]{label:<{_LABEL_WIDTH}} {outcome}[/]  {escape(one_line(str(why)))}")


def publisher_of(source: Source) -> Publisher:
    """Return the publisher of a live source."""
    if source.publisher is None:
        raise ValueError(f"{source.name} is not a live source")
    return source.publisher


def is_same(offer: Offer | None, landed: Landed, request: Request) -> bool:
    """Return whether the offered file is the landed one, according to the publisher's labels.

    A file without labels is assumed to be the same unless there is evidence to the contrary.
    """
    if landed.asked != request.asked:
        return False
    if offer is None:
        return True
    if offer.etag and landed.etag:
        return offer.etag == landed.etag
    if offer.last_modified and landed.last_modified:
        return offer.last_modified == landed.last_modified
    return offer.file_bytes in (None, landed.file_bytes)


def _delivery_note(
    source: Source, request: Request, came: Download, landed: Landed
) -> receipts.DownloadReceipt:
    return receipts.download(
        source,
        request,
        "landed",
        file_name=landed.path.name,
        file_sha256=landed.sha256,
        etag=came.etag,
        last_modified=came.last_modified,
        received_bytes=came.file_bytes,
        resumed_bytes=came.resumed_bytes,
        attempts=came.attempts,
        duration_seconds=came.seconds,
    )
