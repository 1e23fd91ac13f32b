"""Write the data dictionary as an index and a page for each table.

On one page its columns were 220,000 pixels tall.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ontime.site import guides

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = re.compile(r"^### (\w+)\n(.*?)(?=^#{2,3} |\Z)", re.MULTILINE | re.DOTALL)


def address_of(table: str) -> str:
    """Return the address of a table's page in the site."""
    return f"docs/dictionary/{table}.html"


def index(text: str, made: Path) -> str:
    """Return the dictionary without its tables as HTML; each entry of the list leads to a page."""
    html = guides.page_of("data-dictionary.md", _TABLE.sub("", text), made)
    return re.sub(r'<a href="#(\w+)">', r'<a id="\1" href="dictionary/\1.html">', html)


def pages(text: str, made: Path) -> dict[str, str]:
    """Return each table of the dictionary as HTML, by its name."""
    return {
        table: _page(guides.page_of("data-dictionary.md", section, made))
        for table, section in _TABLE.findall(text)
    }


def _page(html: str) -> str:
    html = re.sub(r'<a href="#(\w+)">', r'<a href="\1.html">', html)
    html = re.sub(
        r"<tr>\s*<td><code>(\w+)</code></td>", r'<tr id="\1"><td><code>\1</code></td>', html
    )
    return re.sub(r'<a href="((?!https?:)[\w/-]+\.html(?:#[\w-]*)?)">', _one_up, html)


def _one_up(link: re.Match[str]) -> str:
    # links between tables stay in the folder; those to guides leave it
    is_table = re.match(r"(dim|fct|mart|ml)_", link[1])
    return link[0] if is_table else f'<a href="../{link[1]}">'
