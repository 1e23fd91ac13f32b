"""Send findings: to a command, and to addresses of apprise (webhooks, SMTP and many services)."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from ontime.alerts.findings import Finding
from ontime.alerts.memory import AlertError
from ontime.terminal.patience import within

COMMAND_SETTING = "ONTIME_ALERT_COMMAND"
URLS_SETTING = "ONTIME_ALERT_URLS"
_COMMAND_SECONDS = 60
_MESSAGE_SECONDS = 60
_LINES = 20


@dataclass(frozen=True)
class Channel:
    """A place to send findings to. `target` can hold a password and is never shown or kept."""

    name: str
    target: str
    is_command: bool

    @property
    def channel_id(self) -> str:
        """Return what is kept of it, from which the target cannot be derived."""
        return hashlib.sha256(self.target.encode()).hexdigest()[:16]

    def send(self, findings: Sequence[Finding], *, is_again: bool = False) -> None:
        """Send findings in one message, which says if an earlier run may have sent them.

        Raises:
            AlertError: it could not be sent.

        """
        if self.is_command:
            _run(self, findings)
        else:
            _notify(self, findings, is_again=is_again)


def configured() -> Iterator[Channel]:
    """Yield the channels that the environment names."""
    if command := os.environ.get(COMMAND_SETTING, "").strip():
        yield Channel(COMMAND_SETTING, command, is_command=True)
    for number, url in enumerate(os.environ.get(URLS_SETTING, "").split(), start=1):
        scheme = url.partition(":")[0]
        yield Channel(f"address {number} of {URLS_SETTING} ({scheme})", url, is_command=False)


def message(findings: Sequence[Finding], *, is_again: bool = False) -> tuple[str, str]:
    """Return the title and the text of a message: errors first, then runs, then the newest."""
    count = len(findings)
    ranked = list(findings)
    ranked.reverse()  # they come oldest first
    ranked.sort(key=lambda one: (one.severity != "error", not one.finding_id.startswith("run/")))
    words = f"{'' if is_again else 'new '}finding{'s' if count > 1 else ''}"
    title = f"ontime: {count} {words}{', perhaps sent before' if is_again else ''}"
    lines = [f"{one.severity}: {one.title}. {one.text}" for one in ranked[:_LINES]]
    if count > _LINES:
        lines.append(f"... and {count - _LINES} more: see the feed in data/alerts.")
    return title, "\n".join(lines)


def _run(channel: Channel, findings: Sequence[Finding]) -> None:
    """Run a command, without a shell, with the findings as JSON on its standard input."""
    try:
        words = shlex.split(channel.target)
        done = subprocess.run(  # noqa: S603 - the user's own command
            words,
            input=json.dumps([asdict(one) for one in findings]),
            # what it says of an error is for the user; with a pipe, this would wait for all that
            # the command leaves behind
            stdout=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=_COMMAND_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise AlertError(f"{channel.name} cannot be run: {type(error).__name__}.") from None
    if done.returncode:
        raise AlertError(f"{channel.name} ended with code {done.returncode}.")


def _notify(channel: Channel, findings: Sequence[Finding], *, is_again: bool) -> None:
    import apprise  # noqa: PLC0415 - it takes a second, and only those who send need it

    logging.getLogger("apprise").disabled = True  # it would print addresses with their passwords
    sender = apprise.Apprise()
    if not sender.add(channel.target):
        raise AlertError(f"{channel.name} is not an address that apprise knows.")
    title, body = message(findings, is_again=is_again)
    # otherwise it joins the lines of what is not written as HTML
    form = apprise.NotifyFormat.TEXT
    try:
        is_taken = bool(
            within(_MESSAGE_SECONDS, sender.notify, title=title, body=body, body_format=form)
        )
    except TimeoutError:
        is_taken = False
    if not is_taken:
        raise AlertError(f"{channel.name} did not take the message; the next run tries again.")
