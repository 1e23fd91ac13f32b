"""What every description of a release begins with, so that they cannot contradict each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]

from warehouse.comparison.publications import Publication
from warehouse.releases.files import Written
from warehouse.releases.sources import PROJECT, Source

CITATION = "CITATION.cff"


@dataclass(frozen=True)
class Release:
    """A release while it is being described: its name, what it is made from, what was written."""

    name: str
    citation: dict[str, Any]
    publication: Publication
    sources: list[Source]
    tables: list[Written]

    @property
    def version(self) -> str:
        """The version of the project, and after a plus the beginning of the fingerprint."""
        return self.name.removeprefix("ontime-").replace("-", "+")

    @property
    def title(self) -> str:
        """The title under which the data are cited."""
        return f"US flight punctuality, the marts of ontime, release {self.version}"

    @property
    def summary(self) -> str:
        """What the data are, in a few sentences."""
        rows = sum(written.table.row_count for written in self.tables)
        return (
            f"{self.citation['abstract'].strip()} This release holds {len(self.tables)} tables "
            f"with {rows:,} rows, made from the source files that lineage.json names."
        )

    @property
    def date(self) -> str:
        """The date of the project's version, as the project's own citation gives it."""
        return str(self.citation["date-released"])


def project_citation() -> dict[str, Any]:
    """Return how the project itself is cited: its version, date, authors, abstract.

    Raises:
        OSError: the file is not there.

    """
    text = (PROJECT / CITATION).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def name_of(citation: dict[str, Any], publication: Publication) -> str:
    """Return a release's name: `ontime`, the project's version, the publication's fingerprint.

    The fingerprint stands for the project's files, the source files, and every table, so the same
    name means the same content; twelve of its digits tell releases apart.
    """
    return f"ontime-{citation['version']}-{publication.facts['fingerprint'][:12]}"


def as_json(value: Any) -> str:
    """Return a value as JSON that people can read, the same each time."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"


def one_line(text: str | None) -> str:
    """Return a text without its line breaks."""
    return " ".join((text or "").split())
