"""The tools of charts and tables: tabs, a link to what is shown, CSV, dark mode, no script."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ontime.site import guide_charts
from ontime.site.boards import Board
from ontime.site.reader import Reader
from ontime.site.svg import compact
from ontime.site.values import plain
from tests.dashboards.conftest import Open

CARRIERS = "dashboards/carriers.html"
GUIDES = Path("docs/charts")


def saved(page: Page, place: str) -> list[list[str]]:
    """Return the rows of the CSV file of a chart."""
    with page.expect_download() as download:
        page.locator(place).get_by_role("button", name="Save the numbers as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_chart_has_tabs_and_its_csv_file_has_the_exact_numbers(
    opened: Open, boards: list[Board], reader: Reader
) -> None:
    page: Any = opened(CARRIERS)
    board = next(board for board in boards if board.address == CARRIERS)
    rows = reader.rows(board.queries["carriers"]["sql"])
    names = ["subject_name", "event_share", "share_low", "share_high", "counted_flights"]
    assert saved(page, "#carriers") == [names, *([plain(row[n]) for n in names] for row in rows)]
    assert "14 rows are saved as carriers-carriers.csv" in page.locator("#carriers").inner_text()

    tabs = page.locator("#carriers").get_by_role("tab")
    assert tabs.all_inner_texts() == ["Chart", "Table"]
    assert page.locator("#carriers .drawn").is_visible()
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#carriers table").is_visible()
    assert page.locator("#carriers .drawn").is_hidden()
    assert page.url.endswith("carriers.html#carriers=table")
    assert page.complaints == []


def test_a_link_shows_the_same_tabs_and_the_same_rows(opened: Open) -> None:
    page: Any = opened("dashboards/airports.html#map=table&table&table.only=lake")
    assert page.locator("#map").get_by_role("tab").all_inner_texts() == ["Map", "Table"]
    assert page.locator("#map .drawn").is_hidden()
    shown = page.locator(".table.long table[data-chart=table] tbody tr:visible")
    assert [row.split("\t")[0] for row in shown.all_inner_texts()] == ["Salt Lake City (SLC)"]
    assert page.evaluate("scrollY") > 0
    # a link that is copied names all of it, the chart first
    page.locator("#best").get_by_role("button", name="Copy link").click()
    assert page.url.endswith("#best&map=table&table&table.only=lake")

    page = opened("explore.html#o=EWR&trend=table")
    assert page.locator("#trend table").is_visible()
    assert page.locator("#warning").inner_text() == ""
    assert saved(page, "#trend")[1][:2] == ["2013-01", "9893"]
    page.locator("select[name=t]").select_option("DCA")
    assert page.url.endswith("#o=EWR&t=DCA&trend=table")


def test_every_chart_of_every_board_and_of_a_card_has_the_tools(
    opened: Open, site: Path, boards: list[Board]
) -> None:
    for address in [*(board.address for board in boards), "airport/EWR.html"]:
        text = (site / address).read_text("utf-8")
        for head in re.findall(r"<table data-chart=.*?</thead>", text, re.DOTALL):
            assert head.count("data-column") == head.count("<th "), address
    for address in ("dashboards/overview.html", "airport/EWR.html", "dashboards/weather.html"):
        page: Any = opened(address)
        figures = page.locator("figure").count()
        assert figures >= 2, address
        assert page.locator("figure").get_by_role("tablist").count() == figures
        tables = page.locator("section .table:not(figure *)").count()
        assert page.get_by_role("button", name="Save the numbers").count() == figures + tables


@pytest.mark.parametrize("address", [CARRIERS, "docs/analyst.html"])
def test_without_script_the_picture_and_its_numbers_are_there(
    browser: Browser, site: Path, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{site / address}")
    figure = page.locator("figure").first
    assert figure.locator("svg").first.is_visible()
    figure.locator("summary").click()
    assert figure.locator("table").is_visible()
    assert page.locator("[role=tab], .tools").count() == 0
    context.close()


def test_charts_follow_the_dark_mode_of_the_browser(opened: Open, site: Path) -> None:
    for address in ("index.html", CARRIERS, "docs/analyst.html", "docs/erd.html"):
        page = opened(address)
        page.emulate_media(color_scheme="dark")
        # each visible picture is turned about, or drawn in the colours of the style sheet
        light = page.evaluate(
            """() => [...document.querySelectorAll('main svg')]
                .filter(svg => svg.checkVisibility() && !svg.matches('.card, .spark'))
                .filter(svg => getComputedStyle(svg).filter === 'none').length"""
        )
        assert light == 0, address
    # a ground of its own would be a panel of another colour
    for page_file in (site / "dashboards").glob("*.html"):
        grounds = re.findall(
            r'<svg[^>]*><rect width="\d+" height="\d+" fill="(?i:#f{6}|white)"',
            page_file.read_text("utf-8"),
        )
        assert grounds == [], page_file


def test_charts_of_the_guides_are_part_of_their_pages_with_tips_and_numbers(
    opened: Open, site: Path
) -> None:
    text = (site / "docs" / "analyst.html").read_text("utf-8")
    charts = {path.stem for path in GUIDES.glob("m*.svg")}
    assert set(re.findall(r'<figure class="guide" data-chart="(\w+)"', text)) == charts
    assert "charts/" not in "".join(re.findall(r"<img[^>]*>", text))

    page: Any = opened("docs/analyst.html")
    page.locator("#mart_hour_year_delay_tail .picture").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tip").inner_text() == (
        "30 minutes, scheduled departure hour 5: 4.69 percent of arrivals"
    )
    alternative = page.locator("#mart_default_scope_shares .picture").get_attribute("aria-label")
    assert alternative.startswith("Alaska: even the lower end of its interval, 81.9 %")
    rows = saved(page, "#mart_hour_weekday_punctuality")
    assert rows[:2] == [["x", "y", "value"], ["6", "Monday", "2.7"]]
    assert page.complaints == []


@pytest.mark.parametrize("path", sorted(GUIDES.glob("*.svg")), ids=lambda path: path.stem)
def test_a_chart_of_a_guide_has_a_tip_for_each_mark(path: Path) -> None:
    svg = path.read_text("utf-8")
    marks = len(re.findall(r'aria-roledescription="(?:bar|point|rect mark)"', svg))
    drawn = guide_charts.figure(svg, path.stem, "How?", "So.")
    tips = re.findall(r"<title>([^<]+)</title>", drawn)
    assert len(tips) == marks > 0
    assert all(re.search(r": [-\u2212]?[\d,.]+ ?\w*", tip) for tip in tips), tips[:3]
    assert 'aria-label="So. How?"' in drawn


def test_a_picture_is_made_smaller_and_stays_the_same() -> None:
    path = 'd="M27.09677419,24.9h9.03225v24.91Z" transform="translate(1.25,2) rotate(270)"'
    svg = f'<path data-dct-role="rect" {path} fill="red" fill-opacity="1" opacity="0.92"/>'
    assert compact(svg) == (
        '<path d="M27.0,24.9h9.0v24.9Z" transform="translate(1.2,2) rotate(270)" fill="red" '
        'opacity="0.92"/>'
    )
