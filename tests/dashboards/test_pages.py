"""The pages in a browser: no errors, accessible, and no request leaves the machine."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from ontime.site.boards import read_boards
from tests.dashboards.conftest import Open

PAGES = [
    "index.html",
    *(board.address for board in read_boards()),
    "explore.html",
    "sql.html",
    "airport/EWR.html",
    "airport/LAX.html",
    "carrier/UA.html",
    "route/EWR-DCA.html",
    "docs/data-dictionary.html",
    "docs/dictionary/fct_flights.html",
    "docs/erd.html",
    "docs/operations.html",
    "docs/analyst.html",
    "docs/connect/index.html",
    "docs/connect/superset.html",
    "docs/decisions/index.html",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_quiet_accessible_and_fits_a_telephone(opened: Open, address: str) -> None:
    page: Any = opened(address)
    assert page.locator("h1").count() == 1
    assert page.complaints == []

    # axe does not need the files that it would fetch again by itself
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response["violations"]
    findings = [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]
    assert findings == []

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.complaints == []


@pytest.mark.parametrize("address", [board.address for board in read_boards()])
def test_letters_are_large_enough_to_read_on_a_telephone(opened: Open, address: str) -> None:
    page = opened(address, width=390)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main p, main td, main svg text')]
            .filter(element => element.checkVisibility() && element.textContent.trim())
            .map(element => {
                const svg = element.ownerSVGElement
                const width = svg ? svg.getBoundingClientRect().width : 1
                const scale = svg ? width / svg.viewBox.baseVal.width : 1
                return parseFloat(getComputedStyle(element).fontSize) * scale
            })"""
    )
    assert sizes
    assert min(sizes) >= 9.5
    # labels of an axis do not stand on each other
    overprinted = page.evaluate(
        """() => [...document.querySelectorAll('main svg .role-axis-label')]
            .filter(axis => axis.checkVisibility())
            .flatMap(axis => {
                const boxes = [...axis.children].map(label => label.getBoundingClientRect())
                return boxes.slice(1).filter((box, place) => {
                    const before = boxes[place]
                    return Math.min(box.right, before.right) - Math.max(box.left, before.left) > 1
                        && Math.min(box.bottom, before.bottom) - Math.max(box.top, before.top) > 1
                })
            }).length"""
    )
    assert overprinted == 0
    if address == "dashboards/overview.html":
        # a telephone shows a chart without scrolling
        first = page.locator("figure .narrow svg").first.bounding_box()
        assert first is not None
        assert first["y"] < 700


@pytest.mark.parametrize("address", [board.address for board in read_boards()])
def test_a_page_of_charts_prints(opened: Open, tmp_path: Path, address: str) -> None:
    page = opened(address)
    page.emulate_media(media="print")
    assert page.locator("nav").first.is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    addresses = sorted(site.rglob("*.html"))
    assert {site / page for page in PAGES} <= set(addresses)
    texts = {path.resolve(): path.read_text("utf-8") for path in addresses}
    dead = []
    for address, text in texts.items():
        for link in set(re.findall(r'<a\b[^>]* href="([^"]+)"', text)):
            target, _, anchor = unescape(link).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            path = (address.parent / unquote(target)).resolve() if target else address
            if not path.exists() or (anchor and f'id="{anchor}"' not in texts.get(path, "")):
                dead.append((address, link))
    assert dead == []
    assert sum(text.count("<a ") for text in texts.values()) > 5_000
