"""Write the fonts of the site: those of the charts, reduced to the letters of the pages.

The whole fonts are 390 kB of every page's style; of the Latin letters, a quarter of that.
"""

from __future__ import annotations

import base64
import io
from importlib.resources import files

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

# the name that the charts use, and its file in the package that draws them
_FONTS = {
    "Inter Variable": "InterVariable.ttf",
    "dbt Sans Tabular": "DBTSansTabular-Regular.ttf",
}
_WEIGHTS = (400, 700)
_OPTICAL_SIZE = 14
_LETTERS = [
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x180),  # Latin letters with accents
    *range(0x2010, 0x2028),  # dashes, quotation marks, dots
    *(0x20AC, 0x2212, 0x2264, 0x2265),  # euro, minus, at most, at least
    *range(0x2190, 0x2194),  # arrows
]


def style_sheet() -> str:
    """Return the fonts as a style sheet; a page shows its text before they are read."""
    return "\n".join(_face(name, _reduced(file)) for name, file in _FONTS.items())


def _face(name: str, font: bytes) -> str:
    data = base64.b64encode(font).decode()
    return (
        f"@font-face {{ font-family: '{name}'; font-weight: {_WEIGHTS[0]} {_WEIGHTS[1]}; "
        f"font-display: swap; src: url('data:font/woff;base64,{data}') format('woff'); }}"
    )


def _reduced(file: str) -> bytes:
    path = files("dbt_charts").joinpath("core/render/fonts").joinpath(file)
    font = TTFont(io.BytesIO(path.read_bytes()))
    options = subset.Options(layout_features=["kern", "tnum", "ccmp", "mark"], hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_LETTERS)
    subsetter.subset(font)
    limits = {"opsz": _OPTICAL_SIZE, "wght": _WEIGHTS}
    axes = {axis.axisTag for axis in font["fvar"].axes}
    font = instancer.instantiateVariableFont(
        font, {axis: limit for axis, limit in limits.items() if axis in axes}
    )
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
