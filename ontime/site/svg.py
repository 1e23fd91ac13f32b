"""Make a drawn chart smaller, without a difference that anybody sees."""

from __future__ import annotations

import re

_PLACES = re.compile(r'(?<= d=")[^"]+|(?<=translate\()[^)]+')
_FINE = re.compile(r"(\.\d)\d+")
# values that these have anyway, and notes of the program that has drawn it
_USUAL = re.compile(r' (?:fill-opacity|stroke-opacity|opacity)="1"| data-dct-[a-z-]+="[^"]*"')
_UNSEEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def compact(svg: str) -> str:
    """Return a chart with places to a tenth of a pixel, and without what is usual or unseen.

    Roles and labels go, too: readers who cannot see the picture get one description of it.
    """
    svg = _PLACES.sub(lambda places: _FINE.sub(r"\1", places[0]), svg)
    return _UNSEEN.sub("", _USUAL.sub("", svg))
