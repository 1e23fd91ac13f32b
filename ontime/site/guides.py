"""Turn the guides in `docs/` into pages of the site, and their links into links between pages."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections import Counter
from html import escape, unescape
from pathlib import Path

from ontime.site import guide_charts
from ontime.site.markup import markdown

DOCS = Path("docs")

# the site generates these pages itself, instead of using the file of the same name
_MADE_ANEW = {"data-dictionary.md", "erd.md"}


def guides() -> list[str]:
    """Return the guides: paths of Markdown files, relative to `docs/`."""
    found = (path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    return sorted(path for path in found if path not in _MADE_ANEW)


def address_of(path: str) -> str:
    """Return the address of the page that a file of `docs/` becomes, in the site."""
    page = re.sub(r"(README)?\.md$", lambda found: "index.html" if found[1] else ".html", path)
    return f"docs/{page}"


def title_of(path: str) -> str:
    """Return the title of a guide: its first heading."""
    first, _, _ = (DOCS / path).read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# ").replace("`", "")


def text_of(path: str) -> str:
    """Return the text of a guide."""
    return (DOCS / path).read_text(encoding="utf-8")


def page_of(path: str, text: str, made: Path) -> str:
    """Return the text of a file of `docs/` as HTML; copy its pictures into the site.

    Links to other files of `docs/` lead to their pages. Links to other files of the project become
    plain text, because the site has no copy of those files. Charts become part of the page.
    """
    text = re.sub(r"<!--.*?-->\n*", "", text, flags=re.DOTALL)
    text = re.sub(r"\A\s*# .*\n", "", text)
    html = markdown(text)
    html = _with_anchors(html)
    html = re.sub(
        r'<a href="([^"]*)">(.*?)</a>',
        lambda found: _link(path, found[1], found[2]),
        html,
        flags=re.DOTALL,
    )
    html = re.sub(
        r'<p><img src="([^":]*charts/\w+\.svg)" alt="([^"]*)" ?/?></p>',
        lambda found: _chart(Path(path).parent / found[1], unescape(found[2]), html),
        html,
    )
    for source in re.findall(r'<img src="([^":]+)"', html):
        picture = Path(path).parent / source
        if (DOCS / picture).exists():
            (made / DOCS / picture).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(DOCS / picture, made / DOCS / picture)
    return f'<div class="prose">{html}</div>'


def _chart(source: Path, question: str, html: str) -> str:
    svg = (DOCS / source).read_text(encoding="utf-8")
    answer = guide_charts.answer_to(escape(question), html)
    return guide_charts.figure(svg, source.stem, question, answer)


def _link(path: str, target: str, words: str) -> str:
    if target.startswith(("https://", "http://", "#")):
        return f'<a href="{target}">{words}</a>'
    name, mark, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    if (DOCS / file / "README.md").exists():
        file = f"{file}/README.md"
    if file not in {*_MADE_ANEW, *guides()}:
        return words
    page = posixpath.relpath(address_of(file), posixpath.dirname(address_of(path)))
    return f'<a href="{page}{mark}{anchor}">{words}</a>'


def _with_anchors(html: str) -> str:
    """Return the headings with the anchors that GitHub gives them: a second one of a name is -1."""
    used: Counter[str] = Counter()

    def anchored(found: re.Match[str]) -> str:
        name = _anchor(found[2])
        used[name] += 1
        again = f"-{used[name] - 1}" if used[name] > 1 else ""
        return f'<h{found[1]} id="{name}{again}">{found[2]}</h{found[1]}>'

    return re.sub(r"<h([2-4])>(.*?)</h\1>", anchored, html)


def _anchor(heading: str) -> str:
    plain = re.sub(r"<[^>]+>", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
