"""The error that refuses a release."""


class ReleaseError(Exception):
    """A release cannot be made; the message gives the reason in one sentence."""
