"""Write the documentation: the dictionary, the diagram, the guides, and what dbt tells."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import dbt, erd
from site_builder.markup import markdown
from site_builder.pages import frame
from warehouse.dictionary import dictionary
from warehouse.lineage import page as lineage
from warehouse.lineage.origins import origins
from warehouse.lineage.project import LineageError, load

if TYPE_CHECKING:
    from site_builder.reader import Facts, Reader

DOCS = Path("docs")


@dataclass(frozen=True)
class Document:
    """A page of documentation, and where the landing page lists it."""

    title: str
    address: str
    about: str
    group: str


_DICTIONARY = Document(
    "Data dictionary",
    "docs/data-dictionary.html",
    "Every table and column: type, unit, meaning, source and tests.",
    "Understand",
)
_ERD = Document(
    "Diagram of the tables",
    "docs/erd.html",
    "Which table refers to which, by what key.",
    "Understand",
)
_LINEAGE = Document(
    "Lineage",
    "lineage/index.html",
    "Where each column comes from, back to the source files.",
    "Go deep",
)
_DBT_DOCS = Document(
    "dbt docs",
    "dbt/index.html",
    "Every model with its SQL, its tests and its graph.",
    "Go deep",
)

# the guides, by the file's name: title, what it is about, and the group
_GUIDES = {
    "metrics": ("Metrics", "Each metric: its formula, its unit, how to ask for it.", "Understand"),
    "trust": ("How far to trust a month", "What was lost, what is unusual.", "Understand"),
    "analyst": ("For analysts", "The rule of punctuality, its traps, worked questions.", "Use"),
    "connect": ("Connect a tool", "Open the published file in the tool that you know.", "Use"),
    "live-data": ("Load live months", "Fetch months of flights from the government.", "Use"),
    "data-science": ("For data scientists", "What the data can support and where not.", "Use"),
    "ml-engineer": ("For ML engineers", "What a model may know, and when.", "Use"),
    "data-engineer": ("For data engineers", "How data come in, and how to mend it.", "Use"),
    "dashboards": ("Dashboards", "How these pages are made, changed and published.", "Use"),
    "releases": ("Releases", "Citable releases of the data, and how to compare them.", "Use"),
    "architect": ("For architects", "The shape of the project and its limits.", "Go deep"),
    "lifecycle": (
        "The lifecycle",
        "Each stage of data engineering, and where it lives.",
        "Go deep",
    ),
}


def write(made: Path, reader: Reader, *, is_quick: bool) -> list[Document]:
    """Write every document into the folder of the site, and return what was written.

    Raises:
        DocumentationError: dbt cannot tell of its models.

    """
    (made / "docs").mkdir()
    facts = reader.facts()
    written = []
    known = None
    if not is_quick:
        try:
            project = load()
        except LineageError as error:
            raise dbt.DocumentationError(str(error)) from error
        known = origins(project)
        lineage.write(project, made / "lineage")
        dbt.write(made / "dbt")
        written = [_LINEAGE, _DBT_DOCS]
    _page(made, _ERD, erd.content(reader), facts)
    guides = {
        name: Document(title, f"docs/{name}.html", about, group)
        for name, (title, about, group) in _GUIDES.items()
        if _file(name).exists()
    }
    named = {*guides, "data-dictionary", "erd"}
    text = dictionary(reader.connection, known)
    _page(made, _DICTIONARY, _guide(made, text, named), facts)
    for name, guide in guides.items():
        text = _file(name).read_text(encoding="utf-8")
        _page(made, guide, _guide(made, text, named), facts)
    return [_DICTIONARY, _ERD, *guides.values(), *written]


def _file(name: str) -> Path:
    """Return the file of a guide: one of its own, or the first of its folder."""
    return DOCS / name / "README.md" if (DOCS / name).is_dir() else DOCS / f"{name}.md"


def _page(made: Path, document: Document, body: str, facts: Facts) -> None:
    menu = [("Start", "index.html"), (document.title, document.address)]
    page = frame(document.title, body, address=document.address, menu=menu, facts=facts)
    (made / document.address).write_text(page, encoding="utf-8")


def _guide(made: Path, text: str, named: set[str]) -> str:
    """Return a guide as HTML, whose links lead to pages of the site or are mere words."""
    text = re.sub(r"<!--.*?-->\n*", "", text, flags=re.DOTALL)
    text = re.sub(r"\A\s*# .*\n", "", text)
    html = markdown(text)
    html = re.sub(
        r"<h([2-4])>(.*?)</h\1>",
        lambda found: f'<h{found[1]} id="{_anchor(found[2])}">{found[2]}</h{found[1]}>',
        html,
    )
    html = re.sub(
        r'<a href="([^"]*)">(.*?)</a>',
        lambda found: _link(found[1], found[2], named),
        html,
        flags=re.DOTALL,
    )
    for source in re.findall(r'<img src="([^":]+)"', html):
        picture = DOCS / source
        if picture.exists():
            (made / "docs" / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, made / "docs" / source)
    return f'<div class="prose">{html}</div>'


def _link(target: str, words: str, named: set[str]) -> str:
    if target.startswith(("https://", "http://", "#")):
        return f'<a href="{target}">{words}</a>'
    found = re.fullmatch(r"(?:\.\./)?([\w-]+)(?:/README)?\.md(#[\w-]+)?", target)
    if found and found[1] in named:
        return f'<a href="{found[1]}.html{found[2] or ""}">{words}</a>'
    return words


def _anchor(heading: str) -> str:
    plain = re.sub(r"<[^>]+>", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
