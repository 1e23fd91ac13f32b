"""What a release is refused with."""


class ReleaseError(Exception):
    """A release cannot be made; the message says why, in one sentence."""
