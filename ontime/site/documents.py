"""Write the documentation: the dictionary, the diagram, the guides, and dbt's own docs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ontime.catalog.dictionary import dictionary
from ontime.catalog.lineage import page as lineage
from ontime.catalog.lineage.origins import origins
from ontime.catalog.lineage.project import LineageError, load
from ontime.site import dbt, erd, guides, operations, tables
from ontime.site.pages import frame

if TYPE_CHECKING:
    from ontime.site.reader import Facts, Reader


@dataclass(frozen=True)
class Document:
    """A page of documentation, and its entry on the landing page, if it has one."""

    title: str
    address: str
    about: str = ""
    group: str = ""


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
_OPERATIONS = Document(
    "Runs and build times",
    "docs/operations.html",
    "What ran, how it ended, and how long each model takes.",
    "Go deep",
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

# the guides that the landing page lists: title, subject, and group
_LISTED = {
    "metrics.md": ("Metrics", "Each metric: its formula, its unit, how to ask.", "Understand"),
    "trust.md": ("How far to trust a month", "What was lost, what is unusual.", "Understand"),
    "certificate.md": ("The certificate", "What is promised, and every fault tried.", "Understand"),
    "analyst.md": ("For analysts", "The rule of punctuality, its traps, worked questions.", "Use"),
    "connect/README.md": ("Connect a tool", "How each BI tool and language opens the file.", "Use"),
    "live-data.md": ("Load live months", "Fetch months of flights from the government.", "Use"),
    "data-science.md": ("For data scientists", "What the data can support and where not.", "Use"),
    "ml-engineer.md": ("For ML engineers", "What a model may know, and when.", "Use"),
    "data-engineer.md": (
        "For data engineers",
        "How data come in, and what to do when something breaks.",
        "Use",
    ),
    "operation.md": ("Daily operation", "What ran, how to schedule it, who is notified.", "Use"),
    "dashboards.md": ("Dashboards", "How these pages are made, changed and published.", "Use"),
    "releases.md": ("Releases", "Citable releases of the data, and how to compare them.", "Use"),
    "architect.md": ("For architects", "The shape of the project and its limits.", "Go deep"),
    "lifecycle.md": (
        "The lifecycle",
        "Each stage of data engineering, and where it lives.",
        "Go deep",
    ),
    "performance.md": ("Performance", "What a build needs, what breaks first.", "Go deep"),
    "decisions/README.md": ("Decisions", "Why it is made so, and what else was tried.", "Go deep"),
}


def write(made: Path, reader: Reader, *, is_quick: bool) -> list[Document]:
    """Write every document into the folder of the site, and return what was written.

    Raises:
        DocumentationError: dbt cannot describe its models.

    """
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
    _page(made, _OPERATIONS, operations.content(reader), facts)
    text = dictionary(reader.connection, known)
    _page(made, _DICTIONARY, tables.index(text, made), facts)
    for table, content in tables.pages(text, made).items():
        _page(made, Document(table, tables.address_of(table)), content, facts, _DICTIONARY)
    listed = {
        path: Document(title, guides.address_of(path), about, group)
        for path, (title, about, group) in _LISTED.items()
    }
    for path in guides.guides():
        guide = listed.get(path) or Document(guides.title_of(path), guides.address_of(path))
        parent = listed.get(str(Path(path).parent / "README.md"))
        body = guides.page_of(path, guides.text_of(path), made)
        _page(made, guide, body, facts, parent)
    return [_DICTIONARY, _ERD, _OPERATIONS, *listed.values(), *written]


def _page(
    made: Path, document: Document, body: str, facts: Facts, parent: Document | None = None
) -> None:
    path = dict.fromkeys(each for each in (parent, document) if each)
    menu = [("Start", "index.html"), *((each.title, each.address) for each in path)]
    page = frame(document.title, body, address=document.address, menu=menu, facts=facts)
    (made / document.address).parent.mkdir(parents=True, exist_ok=True)
    (made / document.address).write_text(page, encoding="utf-8")
