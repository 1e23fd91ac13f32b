"""Which findings were seen, when first, and to whom they were sent."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ontime.alerts.findings import Finding
from ontime.storage.paths import data_folder


class AlertError(Exception):
    """Alerts cannot be made or sent; the message says why and what to do."""


@dataclass
class Seen:
    """A finding, the time at which it was first seen, and the channels that have had it."""

    finding: Finding
    seen_at_utc: str
    sent_to: list[str] = field(default_factory=list)


def alerts_folder() -> Path:
    """Return the folder of the feeds and of what was reported."""
    return data_folder() / "alerts"


def remembered() -> dict[str, Seen]:
    """Return what was seen before, by identity, in the order in which it was seen.

    Raises:
        AlertError: the file is damaged.

    """
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        return {
            one["finding"]["finding_id"]: Seen(
                Finding(**one["finding"]), one["seen_at_utc"], one["sent_to"]
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
    alerts_folder().mkdir(parents=True, exist_ok=True)
    incoming = _file().with_suffix(".incoming")
    incoming.write_text(json.dumps([asdict(one) for one in known.values()]), encoding="utf-8")
    incoming.replace(_file())


def _file() -> Path:
    return alerts_folder() / "reported.json"
