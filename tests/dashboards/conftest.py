"""Fixtures that the tests of the site share: the site, and a browser without a network."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ontime.site.boards import Board, read_boards
from ontime.site.reader import Reader
from ontime.storage.reader import open_published
from tests.commands import Project
from tests.requirements import lacking
from tests.shared import made_once

_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the published file, without dbt's pages, built once."""

    def make(folder: Path) -> None:
        built.run(
            *(sys.executable, "-m", "ontime", "dashboards", "--quick"),
            *("--folder", folder / "site"),
        )

    return made_once(tmp_path_factory, "site", make) / "site"


@pytest.fixture(scope="session")
def boards() -> list[Board]:
    """Return the boards."""
    return read_boards()


@pytest.fixture(scope="session")
def reader(built: Project) -> Reader:
    """Return a reader of the published file."""
    return Reader(open_published(built.published_file))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    found = found or shutil.which("google-chrome")
    if found is None:
        lacking("chromium", "no such program")
    # Chromium's own sandbox refuses to run as root, as tests do in containers
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=flags)
        yield started
        started.close()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, site: Path) -> Iterator[Open]:
    """Return a function that opens a page; the page records errors and requests."""
    context = browser.new_context()
    # requests that would leave the machine are blocked and recorded
    context.route(lambda address: not address.startswith("file:"), lambda route: route.abort())

    def open_page(address: str, width: int = 1280) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url[:200]}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("file:", "data:"))
                else complaints.append(f"asked for: {request.url[:200]}")
            ),
        )
        page.goto(f"file://{site / address}", wait_until="load")
        page.complaints = complaints  # type: ignore[attr-defined]
        return page

    yield open_page
    context.close()
