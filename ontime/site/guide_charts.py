"""Put the charts of the guides into their pages, with a tip for each mark and their numbers.

The pictures in `docs/charts/` name the values of each mark for screen readers. As an `<img>` they
could show them to nobody; inside the page, they have the tips and the keys of the other charts, and
their values are a table.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from ontime.site.markup import plain_table
from ontime.site.svg import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = re.compile(
    r'<path aria-label="([^"]*)" role="graphics-symbol" '
    r'aria-roledescription="(?:bar|point|rect mark)"([^>]*)/>'
)
_TITLE = re.compile(r'role-(axis|legend)-title"[^>]*><text[^>]*>([^<]*)<')
_BEHIND = re.compile(r'<rect width="[\d.]+" height="[\d.]+" fill="white"/>')
_HEAD = re.compile(r"(?<=>)<title>.*?</title><desc>.*?</desc>", re.DOTALL)
# panels of several charts in one picture have one title of an axis or more each
_MOST_TITLES = 3


def figure(svg: str, name: str, question: str, answer: str) -> str:
    """Return a picture of `docs/charts/` as part of a page, under its name."""
    # the axis across, the axis down, the legend
    titles = [unescape(title) for _, title in sorted(_TITLE.findall(svg), key=_which)]
    marks: list[dict[str, str]] = []

    def with_tip(mark: re.Match[str]) -> str:
        parts = _parts(unescape(mark[1]))
        marks.append(parts)
        return f"<path{mark[2]}><title>{escape(_tip(parts, titles))}</title></path>"

    drawn = _BEHIND.sub("", _HEAD.sub("", _MARK.sub(with_tip, svg), count=1))
    drawn = compact(drawn)
    # two charts of a page must not share an id
    drawn = re.sub(r'(id="|url\(#|href="#)([\w-]+)', rf"\g<1>{name}-\2", drawn)
    alternative = escape(f"{answer} {question}".strip(), quote=True)
    numbers = _numbers(marks, titles, name, question) if len(titles) <= _MOST_TITLES else ""
    return (
        f'<figure class="guide" data-chart="{name}" id="{name}"><div class="drawn">'
        f'<div class="picture" role="img" aria-label="{alternative}">{drawn.strip()}</div></div>'
        f"{numbers}</figure>"
    )


def answer_to(question: str, html: str) -> str:
    """Return the words that a guide has after a question in bold, without their HTML."""
    found = re.search(rf"<strong>{re.escape(question)}</strong>(.*?)</p>", html, re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]+>", "", found[1]).split())) if found else ""


def _which(title: tuple[str, str]) -> str:
    return title[0]


def _parts(label: str) -> dict[str, str]:
    """Return the values of a mark by the names that Vega gives them: `value: 76.7; label: SFO`."""
    found = re.findall(r"(?:^|; )(x|y|value|label|series|model): (.*?)(?=; \w+: |$)", label)
    return {part: re.sub("[\u200b-\u200d]", "", text) for part, text in found}


def _tip(parts: dict[str, str], titles: Sequence[str]) -> str:
    unit = titles[-1] if len(titles) <= _MOST_TITLES else ""
    if "label" in parts:
        return f"{parts['label']}: {parts['value']} {unit}".strip()
    value = parts.get("value", parts["y"])
    of = parts["y"] if "value" in parts else parts.get("series") or parts.get("model", "")
    across = f"{_across(parts, titles)} {parts['x']}".strip()
    return f"{', '.join(filter(None, [of, across]))}: {value} {unit}".strip()


def _across(parts: dict[str, str], titles: Sequence[str]) -> str:
    """Return the title of the axis across; months need none and have none."""
    named = _MOST_TITLES if "value" in parts else _MOST_TITLES - 1
    return titles[0] if len(titles) == named else ""


def _numbers(
    marks: Sequence[dict[str, str]], titles: Sequence[str], name: str, question: str
) -> str:
    if not marks:
        return ""
    first = marks[0]
    names = [part for part in ("label", "series", "x", "y", "value") if part in first]
    down = titles[1] if len(titles) == _MOST_TITLES else titles[-1]
    labels = {
        "label": "name",
        "series": "line",
        "x": _across(first, titles) or "month",
        "y": down,
        "value": titles[-1],
    }
    rows = [[_value(mark, part) for part in names] for mark in marks]
    is_fine = any(isinstance(row[-1], float) and row[-1] != round(row[-1], 1) for row in rows)
    table = plain_table(
        [labels[part] for part in names],
        rows,
        [*[""] * (len(names) - 1), "number_full" if is_fine else ""],
        question,
        name,
        columns=names,
    )
    return f"<details><summary>The numbers</summary>{table}</details>"


def _value(mark: dict[str, str], part: str) -> float | str:
    """Return a value that is drawn as a number, and a name as text."""
    is_name = part in {"label", "series", "x"} or (part == "y" and "value" in mark)
    text = mark.get(part, "")
    plain = text.replace("\u2212", "-").replace(",", "")
    return float(plain) if not is_name and re.fullmatch(r"-?[\d.]+", plain) else text
