"""Detect web pages: publishers sometimes answer with one instead of the requested file."""

from __future__ import annotations

import codecs
import html
import re

# possessive and atomic, without backtracking, so that no page can make matching slow
_PAGE = re.compile(
    rb"(?>\s*<!--.*?-->)*+\s*<(!doctype\s+html|html|head|body|title|meta)\b", re.I | re.S
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.I | re.S)
_HEAD_BYTES = 1 << 14
_LONGEST_TITLE = 100


def page_title(start: bytes) -> str | None:
    """Return the title of the web page that begins with these bytes, or None if it is not a page.

    The title is empty if the page has none.
    """
    start = start.removeprefix(codecs.BOM_UTF8)[:_HEAD_BYTES]
    if not _PAGE.match(start):
        return None
    found = _TITLE.search(start)
    title = html.unescape(found[1].decode("utf8", "replace")) if found else ""
    return " ".join(title.split())[:_LONGEST_TITLE]
