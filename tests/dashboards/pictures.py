"""Draw the pictures of the README from the site: `make pictures`."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.commands import ROOT

FOLDER = ROOT / "docs" / "pictures"
# the chart of a page that each picture shows, on pages of this width
CHARTS = {"airports": "bubble_map", "when_to_fly": "heatmap"}
WIDTH = 1000
_COLOURS = 256


def draw(site: Path, folder: Path = FOLDER) -> list[Path]:
    """Write the pictures and return their paths."""
    folder.mkdir(exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            # Chromium's own sandbox refuses to run as root, as commands do in containers
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for page_name, kind in CHARTS.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": 900})
            page.goto((site / "dashboards" / f"{page_name}.html").resolve().as_uri())
            # the chart and its scope, without the table beneath
            hidden = "details, .tools { display: none } figure { padding: 8px 0 }"
            page.add_style_tag(content=hidden)
            chart = page.locator(f'figure[data-kind="{kind}"]').first
            picture = Image.open(io.BytesIO(chart.screenshot()))
            path = folder / f"{page_name}.png"
            picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
            written.append(path)
        browser.close()
    return written


if __name__ == "__main__":
    if not (ROOT / "site" / "index.html").exists():
        sys.exit("There is no site yet: run `make dashboards ARGS=--quick`.")
    for each in draw(ROOT / "site"):
        sys.stdout.write(f"{each.relative_to(ROOT)}\n")
