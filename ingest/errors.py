"""What can go wrong in a way that a user can mend: one sentence each, no traceback."""


class IngestError(Exception):
    """Ingestion cannot go on. The message says what happened, where, and what to do."""


class RefusedFileError(IngestError):
    """One file is not what its source promises; what was loaded from it before stays."""
