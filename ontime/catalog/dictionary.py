"""Write the data dictionary and the diagram of the marts from the catalogue of a published file.

Both are generated from the file's own catalogue, so nothing in them is typed by hand. The origin
and the tests of a column come from dbt and the lineage of the same project. Facts that depend on
which files are loaded, such as row counts, are left out: the same marts give the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from ontime.catalog.published import Column, PublishedFile, Table

_HEADS = {
    "fct": "Facts: what happened, one row per event",
    "dim": "Dimensions: what the keys of the facts stand for",
    "mart": "Subject tables: one question each, ready to be added up",
    "ml": "Features: what a model may know, and when it was known",
}

_WRITTEN = "<!-- written by `make dictionary` from the published file; do not edit -->"

_DICTIONARY = """{written}

# Data dictionary

The tables of the schema `marts` in `data/published/ontime_marts.duckdb`, as the file itself
describes them: the same words are in its tables `catalogue.tables` and `catalogue.columns`.
[The diagram](erd.md) shows how the tables hang together.
"""

_ORIGINS = """
The source of a column is what it is made of first: columns of other tables here, of raw tables, of
seeds, or rows that are counted. Its tests are the generic ones by name, the rules that name it
(`dbt_project/tests/`) and the unit tests. `make explain COLUMN=fct_flights.carrier_key` tells all
of it, down to the raw columns, with the SQL of every step and everybody who reads it.
"""

_DIAGRAM = """{written}

# How the marts hang together

Each line is a key that leads to another table, and was proven by a test before it was published.
Only keys are shown; [the data dictionary](data-dictionary.md) has every column. The fork is the end
with many rows. The circle at the other end says that the key may be null: a flight whose aircraft
is not known, or for which there is no observation of the weather.

```mermaid
erDiagram
{entities}
{relations}
```
"""


class Origin(NamedTuple):
    """The source and the tests of a column, in words."""

    source: str
    tests: str


# for a column that the project does not know: another version of the project published the file
_UNKNOWN = Origin("", "")

# keyed by table and column
Origins = Mapping[tuple[str, str], Origin]


def dictionary(connection: duckdb.DuckDBPyConnection, origins: Origins | None = None) -> str:
    """Return the data dictionary of a published file, as Markdown.

    With `origins`, which are not in the file, the dictionary also lists each column's source and
    tests.
    """
    parts = [_DICTIONARY.format(written=_WRITTEN) + (_ORIGINS if origins is not None else "")]
    for head, tables in _by_kind(connection).items():
        parts.append("\n".join([f"## {head}", "", *map(_entry, tables), ""]))
        parts += [_section(table, origins) for table in tables]
    return "\n".join(parts)


def diagram(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the entity-relationship diagram of a published file, as Markdown with Mermaid."""
    tables = [table for kind in _by_kind(connection).values() for table in kind]
    return _DIAGRAM.format(
        written=_WRITTEN,
        entities="\n".join(map(_entity, tables)),
        relations="\n".join(line for table in tables for line in _relations(table)),
    )


def write(
    connection: duckdb.DuckDBPyConnection, folder: Path, origins: Origins | None = None
) -> list[Path]:
    """Write both documents of a published file into a folder; return their paths.

    Raises:
        OSError: the folder cannot be written.

    """
    documents = {
        folder / "data-dictionary.md": dictionary(connection, origins),
        folder / "erd.md": diagram(connection),
    }
    for path, text in documents.items():
        path.write_text(text, encoding="utf-8")
    return list(documents)


def _by_kind(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Table]]:
    """Return the marts by the head that they are listed under, each sorted by name."""
    tables = PublishedFile(connection).tables()
    return {
        head: [table for table in tables if table.name.startswith(f"{prefix}_")]
        for prefix, head in _HEADS.items()
    }


def _entry(table: Table) -> str:
    """Return a list item: the table and the first sentence of its description."""
    first_sentence = re.split(r"(?<=[.?])\s", table.description or "", maxsplit=1)[0]
    return f"- [{table.name}](#{table.name}): {' '.join(first_sentence.split())}"


def _section(table: Table, origins: Origins | None) -> str:
    keys = ", ".join(f"`{name}`" for name in table.primary_key)
    more = "" if origins is None else " Source | Tests |"
    lines = [
        f"### {table.name}",
        "",
        table.description or "",
        "",
        f"Primary key: {keys}.",
        "",
        f"| Column | Type | Unit | Null | Meaning |{more}",
        f"|---|---|---|---|---|{'---|---|' if more else ''}",
        *(
            _row(
                column,
                None if origins is None else origins.get((table.name, column.name), _UNKNOWN),
            )
            for column in table.columns
        ),
        "",
    ]
    return "\n".join(lines)


def _row(column: Column, origin: Origin | None) -> str:
    meaning = " ".join((column.description or "").split())
    if column.references:
        table = column.references.partition(".")[0]
        meaning += f" Refers to [{column.references}](#{table})."
    cells = (
        f"`{column.name}`",
        column.data_type,
        column.unit or "",
        "may be" if column.is_nullable else "never",
        meaning.replace("|", "\\|"),
        *(origin or ()),
    )
    return f"| {' | '.join(cells)} |"


def _entity(table: Table) -> str:
    lines = []
    for column in table.columns:
        marks = ["PK"] * column.is_primary_key + ["FK"] * bool(column.references)
        if marks:
            lines.append(f"        {column.data_type} {column.name} {', '.join(marks)}\n")
    return f"    {table.name} {{\n{''.join(lines)}    }}"


def _relations(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.references:
            parent = column.references.partition(".")[0]
            one = "o|" if column.is_nullable else "||"
            yield f"    {table.name} }}o--{one} {parent} : {column.name}"
