"""Write, audit, publish: readers only ever see a whole build that passed every test."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ontime.storage.content_hash import content_hashes
from tests.commands import Project

# Changes a copy of the published file, as a user might who wants to add their own tables.
CHANGE = """
import json, sys
import duckdb

tables = "select table_name from duckdb_tables() where schema_name = 'marts'"
parents = "select referenced_table from duckdb_constraints() where referenced_table is not null"
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("create table marts.mine as from marts.dim_dates")
    connection.execute("update marts.dim_dates set weekday_name = 'Caturday'")
with duckdb.connect(sys.argv[1]) as connection:
    for (name,) in connection.execute(f"{tables} and table_name not in ({parents})").fetchall():
        connection.execute(f"delete from marts.{name}")
rows = {}
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for (name,) in connection.execute(tables).fetchall():
        [[rows[name]]] = connection.execute(f"select count(*) from marts.{name}").fetchall()
print()  # ends the line of a progress bar
print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def small_published(small: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a read-only connection to the small year's published file."""
    with duckdb.connect(str(small.published_file), read_only=True) as connection:
        yield connection


def test_a_failing_test_publishes_nothing(small: Project, failed: Project, tmp_path: Path) -> None:
    project = failed.copy(tmp_path)
    before = small.published_file.read_bytes()
    assert project.published_file.read_bytes() == before
    refused = project.dbt("run-operation", "publish", check=False)
    assert refused.returncode != 0
    assert "run `make build`" in refused.stdout
    assert project.published_file.read_bytes() == before


def test_a_part_of_the_project_is_not_published(copy_of_small: Project) -> None:
    done = copy_of_small.dbt("build", "--select", "dim_dates")
    assert "Not published: only a part of the project was built" in done.stdout


def test_an_empty_build_is_not_published_and_leaves_no_results(copy_of_small: Project) -> None:
    def results() -> object:
        with duckdb.connect(str(copy_of_small.warehouse_file), read_only=True) as connection:
            return connection.execute("from raw_dbt.test_results order by all").fetchall()

    before = results()
    # the tests that compare tables are enough of them to leave results
    done = copy_of_small.build_with_data_tests("--empty", "--exclude", "test_type:generic")
    assert "Not published: the models were built empty." in done.stdout
    assert before
    assert results() == before
    with duckdb.connect(str(copy_of_small.warehouse_file), read_only=True) as connection:
        # so the next build makes every month again
        assert not connection.execute("from operations.built_months").fetchall()
    refused = copy_of_small.dbt("run-operation", "publish", check=False)
    assert refused.returncode != 0
    assert "run `make build`" in refused.stdout


def test_publishing_again_changes_nothing(copy_of_small: Project) -> None:
    before = copy_of_small.publication_name
    done = copy_of_small.dbt("run-operation", "publish")
    assert "unchanged: " in done.stdout
    assert copy_of_small.publication_name == before


def test_a_build_over_nothing_says_what_to_do(project: Project) -> None:
    done = project.dbt("build", check=False)
    assert done.returncode != 0
    assert "run `make ingest` first" in done.stdout


def test_the_published_marts_are_those_of_the_warehouse(
    built: Project, published: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(built.warehouse_file), read_only=True) as warehouse:
        assert content_hashes(published, "marts") == content_hashes(warehouse, "marts")
    schemas = published.execute("select distinct table_schema from information_schema.tables")
    assert {row[0] for row in schemas.fetchall()} == {"marts", "catalogue"}


def test_the_catalogue_is_true(published: duckdb.DuckDBPyConnection) -> None:
    hashes = dict(
        published.execute("select table_name, content_hash from catalogue.tables").fetchall()
    )
    assert hashes == content_hashes(published, "marts")
    undescribed = published.execute(
        "select table_name, column_name from catalogue.columns where coalesce(description, '') = ''"
    ).fetchall()
    assert undescribed == []
    comments = published.execute(
        """
        select count(*) from duckdb_columns() as existing
        join catalogue.columns as described using (table_name, column_name)
        where
            existing.database_name = current_database()
            and existing.comment is distinct from described.description
        """
    ).fetchone()
    assert comments == (0,)
    existing = published.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
    ).fetchall()
    described = published.execute(
        "select table_name, column_name from catalogue.columns"
    ).fetchall()
    assert sorted(existing) == sorted(described)
    receipts = published.execute(
        "select sum(rows_in_file) from catalogue.source_receipts where table_name = 'flights'"
    ).fetchone()
    assert receipts == (336_776,)


CONSTRAINTS = """
select
    constraint_type, table_name, constraint_column_names, referenced_table, referenced_column_names
from duckdb_constraints()
where schema_name = 'marts' and constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')
"""
PRIMARY_KEYS = """
select table_name, list(column_name order by ordinal_position)
from catalogue.columns where is_primary_key group by all
"""
FOREIGN_KEYS = """
select table_name, [column_name], split_part(references_column, '.', 1),
    [split_part(references_column, '.', 2)]
from catalogue.columns where references_column is not null
"""


def test_the_catalogue_lists_the_keys_of_every_table(
    small: Project, small_published: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads((small.folder / "target" / "manifest.json").read_text())
    marts = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]
    aliases = {node["unique_id"]: node["alias"] for node in marts}
    assert dict(small_published.execute(PRIMARY_KEYS).fetchall()) == {
        node["alias"]: declared_key(node) for node in marts
    }
    tested = [
        (
            aliases[node["attached_node"]],
            [node["column_name"]],
            aliases[parent],
            [node["test_metadata"]["kwargs"]["field"]],
        )
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "relationships"
        and node["attached_node"] in aliases
        for parent in node["depends_on"]["nodes"]
        if parent != node["attached_node"]
    ]
    listed = small_published.execute(FOREIGN_KEYS).fetchall()
    assert sorted(listed) == sorted(tested)
    assert {"fct_flights", "ml_arrival_delay_features", "mart_tarmac_delays"} <= {
        table for table, *_ in listed
    }


def declared_key(node: dict[str, Any]) -> list[str]:
    """Return the primary key of a mart's contract, in the order of the table's columns."""
    for constraint in node["constraints"]:
        if constraint["type"] == "primary_key":
            names = list(node["columns"])
            assert constraint["columns"] == sorted(constraint["columns"], key=names.index)
            return list(constraint["columns"])
    return [
        column["name"]
        for column in node["columns"].values()
        if any(constraint["type"] == "primary_key" for constraint in column["constraints"])
    ]


def test_only_small_tables_enforce_their_keys(
    small: Project, small_published: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads((small.folder / "target" / "manifest.json").read_text())
    large = {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["config"].get("meta", {}).get("enforces_keys") is False
    }
    enforced = small_published.execute(CONSTRAINTS).fetchall()
    primary = {table: columns for kind, table, columns, *_ in enforced if kind == "PRIMARY KEY"}
    foreign = [key[1:] for key in enforced if key[0] == "FOREIGN KEY"]
    catalogued = dict(small_published.execute(PRIMARY_KEYS).fetchall())
    assert {"fct_flights", "ml_arrival_delay_features", "fct_weather_observations"} <= large
    assert primary == {table: key for table, key in catalogued.items() if table not in large}
    # DuckDB can only refer to an enforced primary key
    assert sorted(foreign) == sorted(
        key
        for key in small_published.execute(FOREIGN_KEYS).fetchall()
        if large.isdisjoint({key[0], key[2]})
    )
    assert foreign


def test_columns_of_a_key_are_never_null(small_published: duckdb.DuckDBPyConnection) -> None:
    nullable = small_published.execute(
        """
        select table_name, column_name from catalogue.columns
        inner join duckdb_columns() as existing using (table_name, column_name)
        where is_primary_key and existing.is_nullable
        """
    ).fetchall()
    assert nullable == []


def test_a_repeated_key_fails_the_build_although_the_file_would_take_it(
    copy_of_small: Project,
) -> None:
    before = copy_of_small.publication_name
    with duckdb.connect(str(copy_of_small.warehouse_file)) as connection:
        # made anew, because the warehouse's own table would refuse the row
        connection.execute(
            "create or replace table marts.fct_weather_observations as "
            "from marts.fct_weather_observations "
            "union all (from marts.fct_weather_observations limit 1)"
        )
    done = copy_of_small.dbt(
        "test",
        "--select",
        "unique_fct_weather_observations_v1_weather_observation_id",
        check=False,
    )
    assert done.returncode != 0
    assert "Got 1 result" in done.stdout
    refused = copy_of_small.dbt("run-operation", "publish", check=False)
    assert "was changed after the build that tested it" in refused.stdout
    assert copy_of_small.publication_name == before


def test_a_copy_of_the_published_file_can_be_changed(built: Project, tmp_path: Path) -> None:
    copied = tmp_path / "copy.duckdb"
    shutil.copyfile(built.published_file, copied)
    # in its own process, because the layout that this test rules out crashes the process
    done = subprocess.run(
        [sys.executable, "-c", CHANGE, str(copied)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    assert rows["mine"] == rows["mart_carrier_month_punctuality"] == 0
    assert rows["dim_dates"] > 0
