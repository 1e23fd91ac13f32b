"""How often a request to a publisher is retried, and how long to wait between attempts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from ingest.errors import PublisherError
from ingest.settings import backoff_seconds

Result = TypeVar("Result")

ATTEMPTS = 6

# a publisher that asks for a longer pause than this is left alone instead of waited for
LONGEST_WAIT_SECONDS = 120

# shorter waits are over before anybody has read about them
SHORTEST_ANNOUNCED_SECONDS = 1


class PassingTroubleError(Exception):
    """A temporary error: a retry may succeed. The message says what went wrong.

    `wait_seconds` is the pause that the publisher asked for, if it did.
    """

    def __init__(self, what: str, wait_seconds: float = 0) -> None:
        super().__init__(what)
        self.wait_seconds = wait_seconds


def persist(
    task: Callable[[], Result], announce: Callable[[str], None] = lambda _text: None
) -> tuple[Result, int]:
    """Do a task, with retries after temporary errors; return its result and the attempt count.

    The waits between attempts grow, with jitter so that clients do not retry in step. `announce`
    receives a sentence about each wait that a user would notice.

    Raises:
        PublisherError: the error did not go away.

    """
    backoff = backoff_seconds()
    own_wait = wait_exponential_jitter(multiplier=backoff, max=LONGEST_WAIT_SECONDS, jitter=backoff)

    def wait(state: RetryCallState) -> float:
        trouble = state.outcome.exception() if state.outcome else None
        asked = trouble.wait_seconds if isinstance(trouble, PassingTroubleError) else 0
        return max(own_wait(state), asked)

    def say(state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0
        if state.outcome and seconds >= SHORTEST_ANNOUNCED_SECONDS:
            announce(
                f"{state.outcome.exception()}: waiting {seconds:.0f} s before attempt "
                f"{state.attempt_number + 1} of {ATTEMPTS}"
            )

    attempts = Retrying(
        retry=retry_if_exception_type(PassingTroubleError),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait,
        before_sleep=say,
        reraise=True,
    )
    try:
        return attempts(task), attempts.statistics["attempt_number"]
    except PassingTroubleError as trouble:
        raise PublisherError(
            f"Gave up after {ATTEMPTS} attempts: {trouble}. Try again later.", is_transient=True
        ) from None


def retry_after_seconds(header: str | None) -> float:
    """Read the pause that a Retry-After header asks for: seconds, or the date when it is over.

    It is zero if there is no header, if the date is past, and if it is neither number nor date.
    """
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        # a date without a zone is in UTC, as all dates in HTTP are
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
