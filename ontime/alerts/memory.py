"""Which findings were seen, when first, and to whom they were sent."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ontime.alerts.findings import Finding
from ontime.storage.paths import data_folder


class AlertError(Exception):
    """Alerts cannot be made or sent; the message says why and what to do."""


@dataclass
class Seen:
    """A finding, the time at which it was first seen, and the channels that have had it.

    `sending_to` are those to which it was being sent: after a crash, it may have arrived or not.
    """

    finding: Finding
    seen_at_utc: str
    sent_to: list[str] = field(default_factory=list)
    sending_to: list[str] = field(default_factory=list)


def alerts_folder() -> Path:
    """Return the folder of the feeds and of what was reported."""
    return data_folder() / "alerts"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process sends alerts, and keep others waiting meanwhile."""
    alerts_folder().mkdir(parents=True, exist_ok=True)
    folder = os.open(alerts_folder(), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def remembered() -> dict[str, Seen]:
    """Return what was seen before, by identity, in the order in which it was seen.

    Raises:
        AlertError: the file is damaged.

    """
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        return {
            one["finding"]["finding_id"]: Seen(
                Finding(**one["finding"]),
                one["seen_at_utc"],
                one["sent_to"],
                one.get("sending_to", []),
            )
            for one in kept
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError) as error:
        raise AlertError(
            f"{_file()} is damaged: remove it, and every finding is reported again."
        ) from error


def with_new(known: dict[str, Seen], found: list[Finding]) -> dict[str, Seen]:
    """Return what is known with what was found; the time of what was known before stays."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    added = {one.finding_id: Seen(one, now) for one in found if one.finding_id not in known}
    return known | added


def remember(known: dict[str, Seen]) -> None:
    """Write what is known, in one step."""
    incoming = _file().with_suffix(".incoming")
    incoming.write_text(json.dumps([asdict(one) for one in known.values()]), encoding="utf-8")
    incoming.replace(_file())


@contextmanager
def sending(known: dict[str, Seen], new: list[Seen], channel_id: str) -> Iterator[bool]:
    """Note that findings are being sent to a channel, and that they were if no error is raised.

    Yield whether an earlier run was sending one of them and never noted how that ended.
    """
    is_again = any(channel_id in one.sending_to for one in new)
    for one in new:
        one.sending_to = [*(other for other in one.sending_to if other != channel_id), channel_id]
    # a full disk is a reason to send, and not to keep silent
    with suppress(OSError):
        remember(known)
    try:
        yield is_again
    except AlertError:
        _no_longer(new, channel_id)
        raise
    _no_longer(new, channel_id)
    for one in new:
        one.sent_to.append(channel_id)
    with suppress(OSError):
        remember(known)


def _no_longer(new: list[Seen], channel_id: str) -> None:
    for one in new:
        one.sending_to.remove(channel_id)


def _file() -> Path:
    return alerts_folder() / "reported.json"
