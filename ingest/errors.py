"""What can go wrong in a way that a user can mend: one sentence each, no traceback."""


class IngestError(Exception):
    """Ingestion cannot go on. The message says what happened, where, and what to do."""


class RefusedFileError(IngestError):
    """One file is not what its source promises; what was loaded from it before stays."""


class PublisherError(IngestError):
    """A publisher cannot be reached, is busy, or answers with something else than the file.

    The message names its host, what came, and what to do. What was loaded before stays.
    """
