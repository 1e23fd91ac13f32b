"""One ingestion run: obtain and load each file, and report it in one line."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial

from rich.markup import escape

from ingest.commands.console import console, errors
from ingest.declarations import Source, SourceFile, publisher_of
from ingest.download import fetching
from ingest.download.fetching import Download
from ingest.download.offers import is_same
from ingest.download.partial import forget
from ingest.errors import PublisherError, RefusedFileError
from ingest.landing import store
from ingest.landing.checksums import file_sha256
from ingest.landing.store import Landed
from ingest.loading import receipts
from ingest.loading.state import holds, is_loaded, is_refused, last_refusals
from ingest.publishers import Request, Wanted
from ingest.reading.packing import UNREADABLE
from ontime.storage import runs
from ontime.terminal.console import one_line
from ontime.terminal.progress import progress
from ontime.terminal.sizes import size

_LABEL_WIDTH = 36


@dataclass
class Run:
    """The settings of one run of the command, and how many files failed.

    `heed_interrupts` raises KeyboardInterrupt if an earlier Ctrl-C was swallowed. `held_up` are the
    partitions that a publisher did not deliver for now.
    """

    force: bool
    max_quarantined_percent: float
    heed_interrupts: Callable[[], None]
    given_up: int = 0
    held_up: set[str] = field(default_factory=set)

    def load(
        self, source: Source, file: SourceFile, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Load one file unless it is loaded already, and report it; return False if it was refused.

        `check` raises an error for a file that must not be read.
        """
        self.heed_interrupts()
        label = f"{source.name}.{file.table.name} {file.partition}"
        sha256 = file.sha256 or file_sha256(file.path)
        if sha256 and not self.force and is_loaded(source, file, sha256):
            console.print(f"{label:<{_LABEL_WIDTH}} unchanged")
            self._count(files_unchanged=1)
            return True

        from ingest.loading.files import load_file  # noqa: PLC0415 - dlt takes 2 s to import

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
            self._refuse(source, file, sha256, error)
            return False
        set_aside = receipt.rows_quarantined
        self._count(files_loaded=1, rows_loaded=receipt.rows_loaded, rows_quarantined=set_aside)
        quarantined = f"  {set_aside:,} quarantined" if set_aside else ""
        console.print(
            f"{label:<{_LABEL_WIDTH}} {receipt.rows_loaded:>9,} rows{quarantined}"
            f"  ({time.monotonic() - started:.1f} s)"
        )
        if receipt.unknown_columns:
            names = escape(receipt.unknown_columns)
            console.print(f"{'':<{_LABEL_WIDTH}} columns kept out, not declared: {names}")
        if receipt.missing_columns:
            count = receipt.missing_columns.count(",") + 1
            console.print(
                f"{'':<{_LABEL_WIDTH}} {count} column{'s' * (count > 1)} without a value: see "
                "missing_columns in operations.load_receipts"
            )
        return True

    def load_new(
        self, source: Source, landed: Landed, known: Collection[Landed], called: str = ""
    ) -> bool:
        """Load a file that has just landed, and take it out of landing again if it is refused.

        `known` are the files that had landed before: they stay, whatever becomes of them.
        """
        held = [one.path for one in known]
        is_good = self.load_landed(source, landed, called)
        if not is_good and landed.path not in held and not holds(source, landed):
            store.withdraw(landed)
        return is_good

    def load_landed(self, source: Source, landed: Landed, called: str = "") -> bool:
        """Load all tables of a landed file; return False if one of them was refused.

        `called` is the user's name of the file.
        """
        check = partial(store.verify, landed)
        try:
            files = publisher_of(source).files(landed.path, landed.partition)
        except UNREADABLE:
            try:
                check()
            except RefusedFileError as error:
                self.give_up(f"{source.name} {landed.partition}", "refused", error)
                return False
            raise
        files = [replace(file, sha256=landed.sha256, called=called) for file in files]
        if len(files) > 1 and not self._all_are_good(source, files, check):
            return False
        loaded = [self.load(source, file, check) for file in files]
        return all(loaded)

    def _all_are_good(
        self, source: Source, files: list[SourceFile], check: Callable[[], None]
    ) -> bool:
        """Read all tables of a file before one is loaded, so that none comes without the others."""
        from ingest.loading.files import inspect  # noqa: PLC0415 - dlt takes 2 s to import

        for file in files:
            self.heed_interrupts()
            if file.sha256 and not self.force and is_loaded(source, file, file.sha256):
                continue
            try:
                check()
                inspect(file, max_quarantined_percent=self.max_quarantined_percent)
            except RefusedFileError as error:
                self._refuse(source, file, file.sha256, error)
                return False
        return True

    def _refuse(
        self, source: Source, file: SourceFile, sha256: str | None, error: RefusedFileError
    ) -> None:
        """Report that a table of a file was refused, and write a receipt unless there is one."""
        from ingest.loading.files import record  # noqa: PLC0415 - dlt takes 2 s to import

        self.give_up(f"{source.name}.{file.table.name} {file.partition}", "refused", error)
        if not is_refused(source, file, sha256, str(error)):
            record(receipts.refused(source, file, sha256, str(error)), [])

    def bring(self, source: Source, wanted: Wanted) -> None:
        """Land and load a file that is wanted, if needed, or report why it cannot be had."""
        from ingest.loading.files import record_download  # noqa: PLC0415 - dlt takes 2 s to import

        request = wanted.request
        if wanted.note:
            console.print(f"{'':<{_LABEL_WIDTH}} {wanted.note}")
        if wanted.trouble:
            self.fail(source, request, wanted.trouble)
            return
        if wanted.absent:
            # the day of a snapshot is known only once the snapshot is
            of = f" {request.partition}" if publisher_of(source).by_month else ""
            # what another source lacks for now, such as the flights of a month, comes later
            is_transient = request.partition in self.held_up
            why = PublisherError(wanted.absent, is_transient=is_transient)
            self.give_up(f"{source.name}{of}", "not loaded", why)
            return
        known = store.of_partition(source.name, request.partition)
        landed = known[-1] if known else None
        is_needed = self.force or wanted.is_outdated
        if landed is None or is_needed or not is_same(wanted.offer, landed, request):
            landed = self.obtain(source, request)
        else:
            forget(source.name, request.partition)
        if landed and not self.load_new(source, landed, known) and not landed.path.exists():
            # the publisher is asked again for what could not be used
            reason = last_refusals().get((source.name, landed.partition, landed.sha256))
            record_download(receipts.download(source, request, "refused", reason=reason))

    def obtain(self, source: Source, request: Request) -> Landed | None:
        """Download and land a file; if that fails, report why and return None."""
        from ingest.loading.files import record_download  # noqa: PLC0415 - dlt takes 2 s to import

        self.heed_interrupts()
        label = f"{source.name} {request.partition}"
        try:
            with progress(console, label) as show:

                def show_bytes(received: int, total: int | None) -> None:
                    of_total = f" of {size(total)}" if total else ""
                    show(f"{label}  {size(received)}{of_total}")

                with fetching.fetch(request, source, show_bytes) as came:
                    publisher_of(source).check(came.received)
                    landed = store.land(
                        source,
                        came.received,
                        url=request.public_url,
                        asked=request.asked,
                        etag=came.etag,
                        last_modified=came.last_modified,
                    )
        except (RefusedFileError, PublisherError) as error:
            outcome = "refused" if isinstance(error, RefusedFileError) else "failed"
            self._hold_up(request, error)
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
        from ingest.loading.files import record_download  # noqa: PLC0415 - dlt takes 2 s to import

        self._hold_up(request, error)
        self.give_up(f"{source.name} {request.partition}", "failed", error)
        record_download(receipts.download(source, request, "failed", reason=str(error)))

    def _hold_up(self, request: Request, error: Exception) -> None:
        if getattr(error, "is_transient", False):
            self.held_up.add(request.partition)

    def pass_over(self, label: str, why: str) -> None:
        """Report that a file is not taken, as the user asked; this is not a failure."""
        console.print(f"{_shown(label)} not taken  {escape(one_line(why))}")

    def give_up(self, label: str, outcome: str, why: Exception | str) -> None:
        """Report that a file could not be obtained or loaded, and count it."""
        self.given_up += 1
        self._count(files_given_up=1)
        if run := runs.current():
            is_transient = getattr(why, "is_transient", False)
            run.fail(f"{label} {outcome}: {why}", is_transient=is_transient)
        errors.print(f"[red]{_shown(label)} {outcome}[/]  {escape(one_line(str(why)))}")

    @staticmethod
    def _count(**counts: int) -> None:
        """Add to the counts of the run in the log."""
        if run := runs.current():
            for name, count in counts.items():
                setattr(run, name, getattr(run, name) + count)


def _shown(label: str) -> str:
    return f"{escape(one_line(label)):<{_LABEL_WIDTH}}"


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
