"""What a new source or mart needs besides its SQL is missed here, where no build is needed.

Each assertion says what to do. The rest is found by `make lint`, and by `make test` in what a build
publishes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from ingest.declarations import LINEAGE_COLUMNS, Source, Table
from ingest.sources import declared
from tests.commands import ROOT

MODELS = ROOT / "dbt_project" / "models"
DECLARED = [(source, table) for source in declared() for table in source.tables]
MARTS = [path.stem for path in sorted((MODELS / "marts").rglob("*.sql"))]


def undeclared(source: Source, table: Table, folder: Path) -> list[str]:
    """Return the columns of a raw table that the yml of its source does not declare."""
    path = folder / source.name / f"_{source.name}__sources.yml"
    tables = {
        one["name"]: [column["name"] for column in one.get("columns", ())]
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        for one in group["tables"]
    }
    names = [*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS]
    return [name for name in names if name not in tables.get(table.name, ())]


@pytest.mark.parametrize(
    ("source", "table"), DECLARED, ids=[f"{source.name}.{table.name}" for source, table in DECLARED]
)
def test_every_column_of_a_raw_table_is_declared(source: Source, table: Table) -> None:
    missing = undeclared(source, table, MODELS / "staging")
    assert not missing, (
        f"declare these columns of {table.name} in dbt_project/models/staging/{source.name}/"
        f"_{source.name}__sources.yml, or `make explain` cannot follow them: {', '.join(missing)}"
    )


def test_a_table_without_columns_would_be_found(tmp_path: Path) -> None:
    source, table = DECLARED[0]
    path = tmp_path / source.name / f"_{source.name}__sources.yml"
    path.parent.mkdir()
    path.write_text(f"sources: [{{name: {source.name}, tables: [{{name: {table.name}}}]}}]")
    missing = undeclared(source, table, tmp_path)
    assert missing == [*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS]


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_its_paperwork(mart: str) -> None:
    contracts = [path.name for path in (ROOT / "dbt_project/contracts").glob(f"{mart}.v*.yml")]
    assert contracts, f"run `make contracts` to write down what {mart} promises"
    for name, what in {
        "dbt_project/docs/overview.md": f"add a line with a link to {mart}",
        "dbt_project/models/marts/_exposures.yml": f"name who reads {mart}",
        "docs/data-dictionary.md": "run `make run dictionary`",
        "docs/erd.md": "run `make run dictionary`",
    }.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert mart in text, f"{name} does not have {mart}: {what}"
