"""Tell a web page from a file: publishers answer with pages where a file was asked for."""

from __future__ import annotations

import codecs
import html
import re

# without a way back, so that no page can be made to take long to recognise
_PAGE = re.compile(
    rb"(?>\s*<!--.*?-->)*+\s*<(!doctype\s+html|html|head|body|title|meta)\b", re.I | re.S
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.I | re.S)
_HEAD_BYTES = 1 << 14
_LONGEST_TITLE = 100


def page_title(start: bytes) -> str | None:
    """Return the title of the web page that begins with these bytes, or None if it is no page.

    A page without a title has an empty one.
    """
    start = start.removeprefix(codecs.BOM_UTF8)[:_HEAD_BYTES]
    if not _PAGE.match(start):
        return None
    found = _TITLE.search(start)
    title = html.unescape(found[1].decode("utf8", "replace")) if found else ""
    return " ".join(title.split())[:_LONGEST_TITLE]
