"""The data dictionary and the diagram match the published file, word for word."""

from __future__ import annotations

import re

import duckdb
from dbterd.api import DbtErd  # type: ignore[import-untyped]

from ontime.catalog.dictionary import diagram, dictionary
from ontime.catalog.lineage.origins import origins
from ontime.catalog.lineage.project import Project as Lineage
from tests.commands import ROOT, Project

STALE = "{} is not what the published file says: run `make run dictionary` and commit the result"

KEYS = """
select table_name || '.' || column_name, references_column
from catalogue.columns
where references_column is not null
"""


def test_the_data_dictionary_is_what_the_published_file_and_the_project_say(
    published: duckdb.DuckDBPyConnection, lineage: Lineage
) -> None:
    path = ROOT / "docs" / "data-dictionary.md"
    written = dictionary(published, origins(lineage))
    assert path.read_text(encoding="utf-8") == written, STALE.format(path.name)


def test_the_diagram_is_what_the_published_file_says(published: duckdb.DuckDBPyConnection) -> None:
    path = ROOT / "docs" / "erd.md"
    assert path.read_text(encoding="utf-8") == diagram(published), STALE.format(path.name)


def test_every_published_table_has_its_section_and_every_column_its_row(
    published: duckdb.DuckDBPyConnection,
) -> None:
    text = dictionary(published)
    tables = published.execute("select table_name from catalogue.tables").fetchall()
    columns = published.execute("select count(*) from catalogue.columns").fetchall()
    assert sorted(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == sorted(
        name for (name,) in tables
    )
    assert len(re.findall(r"^\| `\w+` \|", text, re.MULTILINE)) == columns[0][0]


def test_the_diagram_draws_the_relationships_that_dbterd_finds_in_the_tests(
    published: duckdb.DuckDBPyConnection, documented: Project
) -> None:
    found = DbtErd(
        artifacts_dir=str(documented.folder / "target"),
        select=["schema:marts"],
        target="mermaid",
        entity_name_format="table",
        omit_columns=True,
    ).get_erd()
    expected = set()
    for child, parent, columns in re.findall(r'"(\w+)" \S+ "(\w+)": (\S+)', found.lower()):
        parent_column, _, column = columns.rpartition("--")
        # a code that refers to a code of its own table is not a key: neither is unique
        if child != parent:
            expected.add((f"{child}.{column}", f"{parent}.{parent_column or column}"))
    assert expected
    assert set(published.execute(KEYS).fetchall()) == expected
    drawn = re.findall(r"^    (\w+) \}o--[o|]\| (\w+) : (\w+)$", diagram(published), re.MULTILINE)
    assert {(f"{child}.{column}", parent) for child, parent, column in drawn} == {
        (child, parent.partition(".")[0]) for child, parent in expected
    }
