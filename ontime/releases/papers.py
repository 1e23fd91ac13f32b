"""Write the documents of a release: its citation, its lineage and its README."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.releases.description import Release, as_json

_README = """# {title}

{summary}

| | |
|---|---|
| `parquet/` | every table, sorted by primary key; a large one has a file per month |
| `csv/` | the small tables |
| `ontime_marts.duckdb` | all of it as one database, with keys and comments |
| `data-dictionary.md`, `erd.md` | what every table and column means, and how they hang together |
| `datapackage.json` | the same for programs: a Frictionless data package |
| `croissant.json` | the same for machine-learning tools: Croissant |
| `datacontract.odcs.yaml` | what readers may rely on, in the Open Data Contract Standard |
{optional}| `CHANGES.md`, `changes.json` | what changed since {previous} |
| `lineage.json` | the source files that it was made from, with checksums |
| `LICENSES/` | the licences of the data, by source |
| `CITATION.cff` | how to cite it |
| `build.json` | when and with what it was made |
| `SHA256SUMS` | checksums of all files: `sha256sum -c SHA256SUMS` |

## Cite

{authors} ({year}): *{title}*. Fingerprint {fingerprint}.

Cite the sources, too, where your work rests on them; `CITATION.cff` names them.

## Read

```sql
-- DuckDB
select * from 'parquet/dim_carriers.parquet';
```

In a CSV file an empty field is null. Timestamps carry no zone: `..._at_utc` is UTC, `..._at_local`
is the clock at the airport.

## The same again

The same version of the project makes the same bytes of the same source files, but for three files
that hold times and names of the build: {variable}.
"""


def citation(release: Release) -> str:
    """Return the text of the release's `CITATION.cff`."""
    project = release.citation
    cited: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite this release and its sources.",
        "type": "dataset",
        "title": release.title,
        "abstract": release.summary,
        "authors": project["authors"],
        "version": release.version,
        "date-released": release.date,
        "identifiers": [
            {
                "type": "other",
                "value": release.publication.facts["fingerprint"],
                "description": "The fingerprint of the publication that this release holds.",
            }
        ],
        "keywords": project["keywords"],
        "references": [
            {
                "type": "data",
                "title": f"{source.name}: {source.content}",
                "authors": [{"name": name} for name in source.publisher.split(", ")],
                "url": source.address,
            }
            for source in release.sources
            if source.address
        ],
    }
    return str(yaml.safe_dump(cited, sort_keys=False, allow_unicode=True, width=100))


def lineage(release: Release) -> str:
    """Return the text of `lineage.json`: the source files, the code version and the tables."""
    facts = release.publication.facts
    # load times are left out, because they are not part of the content
    receipts = [
        {key: value for key, value in receipt.items() if not isinstance(value, datetime)}
        for receipt in release.publication.receipts
    ]
    return as_json(
        {
            "release": release.name,
            "fingerprint": facts["fingerprint"],
            "project_hash": facts.get("project_hash"),
            "content_hash_method": facts.get("content_hash_method"),
            "source_files": receipts,
            "tables": [
                {
                    "table_name": written.table.name,
                    "rows": written.table.row_count,
                    "content_hash": written.table.content_hash,
                }
                for written in release.tables
            ],
        }
    )


_OPTIONAL = {
    "datacontract-features.odcs.yaml": "the same for the tables that are Parquet alone",
    "semantics.osi.json": "the metrics: a document of the Open Semantic Interchange",
}


def readme(
    release: Release,
    previous: str | None,
    variable: tuple[str, ...],
    optional: Collection[str] = (),
) -> str:
    """Return the text of the release's `README.md`."""
    names = [f"`{name}`" for name in variable]
    return _README.format(
        title=release.title,
        summary=release.summary,
        optional="".join(
            f"| `{name}` | {what} |\n" for name, what in _OPTIONAL.items() if name in optional
        ),
        previous=f"the release `{previous}`" if previous else "the release before, if there is one",
        authors=", ".join(author["name"] for author in release.citation["authors"]),
        year=release.date[:4],
        fingerprint=release.publication.facts["fingerprint"],
        variable=f"{', '.join(names[:-1])} and {names[-1]}",
    )
