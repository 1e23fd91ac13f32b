"""Write, audit, publish: readers only ever see a whole build that passed every test."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

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
    done = copy_of_small.dbt("build", "--empty", check=False)
    assert "Not published: " in done.stdout
    assert before
    assert results() == before


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
        where existing.comment is distinct from described.description
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


def test_keys_are_enforced_in_the_published_file(published: duckdb.DuckDBPyConnection) -> None:
    keys = dict(
        published.execute(
            """
            select constraint_type, count(*) from duckdb_constraints()
            where schema_name = 'marts' group by all
            """
        ).fetchall()
    )
    tables = published.execute("select count(*) from catalogue.tables").fetchone()
    assert (keys["PRIMARY KEY"],) == tables
    assert keys["FOREIGN KEY"] >= 10


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
