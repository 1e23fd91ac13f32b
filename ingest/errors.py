"""Errors that a user can fix: each is one sentence, without a traceback."""


class IngestError(Exception):
    """Ingestion cannot go on. The message says what happened, where, and what to do.

    `is_transient` says that it can work later although nothing is corrected.
    """

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class RefusedFileError(IngestError):
    """A file is not what its source declares; what was loaded from it before stays."""


class PublisherError(IngestError):
    """A publisher cannot be reached, is busy, or sends something other than the file.

    The message names the host, what it sent, and what to do. What was loaded before stays.
    """
