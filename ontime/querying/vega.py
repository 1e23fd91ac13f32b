"""Draw with Vega-Lite, in the colours and letters of the site: the one stack for all charts.

The converter is a locked package that needs no browser and no network. Labels stay text, so that a
picture scales, can be searched, and stays small in git.
"""

from __future__ import annotations

import re
from html import escape
from textwrap import wrap
from typing import Any

INK, MUTED, LINE = "#22252a", "#565b63", "#dfe3e8"
MARK, BAR = "#284980", "#9db4d6"
# after the first, Okabe and Ito's, which are safe for colour-blind readers
SERIES = [MARK, "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
_TITLE_CHARACTERS = 90
_NUMBERED = re.compile(r"\b(?:gradient_|clip)\d+\b")
_FONT = "Inter, Helvetica, Arial, sans-serif"

_CONFIGURATION: dict[str, Any] = {
    "font": _FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
    },
    "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 11, "titleFontSize": 11},
    "title": {"anchor": "start", "color": INK, "fontSize": 13, "fontWeight": 600, "offset": 12},
    "range": {"category": SERIES},
}


def svg(spec: dict[str, Any], title: str = "", description: str = "") -> str:
    """Return a chart as SVG; the same specification gives the same text."""
    # imported here because the converter takes memory, and few commands draw
    import vl_convert  # noqa: PLC0415

    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        # on the right a little more: readers may have wider letters than those that were measured
        "padding": {"left": 8, "top": 8, "right": 24, "bottom": 8},
        **({"title": wrap(title, _TITLE_CHARACTERS)} if title else {}),
        **spec,
        "config": _CONFIGURATION,
    }
    drawn: str = vl_convert.vegalite_to_svg(whole, vl_version="6.4")
    # the converter numbers these over all charts of a process
    names = list(dict.fromkeys(_NUMBERED.findall(drawn)))
    drawn = _NUMBERED.sub(lambda found: f"part_{names.index(found[0])}", drawn)
    head, mark, rest = drawn.partition(">")
    said = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f"{head}{mark}{said if title or description else ''}{rest}\n"
