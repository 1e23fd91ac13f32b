"""The facts shared by all descriptions of a release, so that they cannot contradict each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.releases.comparison.publications import Publication
from ontime.releases.files import Written
from ontime.releases.sources import PROJECT, Source

CITATION = "CITATION.cff"


@dataclass(frozen=True)
class Release:
    """A release being described: its name, citation, publication, sources and written tables."""

    name: str
    citation: dict[str, Any]
    publication: Publication
    sources: list[Source]
    tables: list[Written]

    @property
    def version(self) -> str:
        """The project's version, followed by a plus and the start of the fingerprint."""
        return self.name.removeprefix("ontime-").replace("-", "+")

    @property
    def title(self) -> str:
        """The title under which the data are cited."""
        return f"US flight punctuality, the marts of ontime, release {self.version}"

    @property
    def summary(self) -> str:
        """A summary of the data in a few sentences."""
        rows = sum(written.table.row_count for written in self.tables)
        return (
            f"{self.citation['abstract'].strip()} This release holds {len(self.tables)} tables "
            f"with {rows:,} rows, made from the source files that lineage.json names."
        )

    @property
    def date(self) -> str:
        """The date of the project's version, from the project's own citation."""
        return str(self.citation["date-released"])


def project_citation() -> dict[str, Any]:
    """Return the project's own citation: its version, date, authors and abstract.

    Raises:
        OSError: the citation file is missing.

    """
    text = (PROJECT / CITATION).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def name_of(citation: dict[str, Any], publication: Publication) -> str:
    """Return a release's name: `ontime`, the project's version, the publication's fingerprint.

    The fingerprint covers the project's files, the source files and every table, so the same name
    means the same content. Its first twelve digits are enough to distinguish releases.
    """
    return f"ontime-{citation['version']}-{publication.facts['fingerprint'][:12]}"


def as_json(value: Any) -> str:
    """Return a value as readable, reproducible JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"


def one_line(text: str | None) -> str:
    """Return a text without its line breaks."""
    return " ".join((text or "").split())
