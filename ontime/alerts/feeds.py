"""Write the newest findings as feeds, which any feed reader can follow: Atom and JSON Feed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from ontime.alerts.memory import Seen, alerts_folder
from ontime.terminal.console import printable

ENTRIES = 200
_TITLE = "ontime: runs, data quality, irregular days"
_IDENTITY = "urn:ontime:alerts"
_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:00Z"


def write(seen: Sequence[Seen]) -> tuple[Path, Path]:
    """Write both feeds; return their paths. What was seen last comes first."""
    newest = list(seen)[::-1][:ENTRIES]
    folder = alerts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    texts = {folder / "feed.atom": atom(newest), folder / "feed.json": json_feed(newest)}
    for path, text in texts.items():
        incoming = path.with_name(f".{path.name}.incoming")
        incoming.write_text(text, encoding="utf-8")
        incoming.replace(path)
    return folder / "feed.atom", folder / "feed.json"


def json_feed(newest: Sequence[Seen]) -> str:
    """Return a JSON Feed, version 1.1."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _TITLE,
            "items": [
                {
                    "id": f"{_IDENTITY}:{one.finding.finding_id}",
                    "title": _title(one),
                    "content_text": printable(one.finding.text),
                    "date_published": one.seen_at_utc,
                    "tags": [one.finding.severity],
                }
                for one in newest
            ],
        },
        indent=1,
    )


def atom(newest: Sequence[Seen]) -> str:
    """Return an Atom feed (RFC 4287)."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", _IDENTITY)
    _add(feed, "title", _TITLE)
    _add(feed, "updated", max((one.seen_at_utc for one in newest), default=_EPOCH))
    _add(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", "ontime")
    for one in newest:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"{_IDENTITY}:{one.finding.finding_id}")
        _add(entry, "title", _title(one))
        _add(entry, "updated", one.seen_at_utc)
        _add(entry, "content", printable(one.finding.text))
        ET.SubElement(entry, f"{{{_ATOM}}}category", term=one.finding.severity)
    return ET.tostring(feed, encoding="unicode", xml_declaration=True)


def _title(one: Seen) -> str:
    return printable(f"{one.finding.severity}: {one.finding.title}")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text
