"""Write, audit, publish: readers only ever see a whole build that passed every test."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.commands import Project
from warehouse.content_hash import content_hashes

# Opens the published file over and over, and keeps one connection open throughout; prints what it
# saw when told to stop. A refusal or an incomplete file ends it with a traceback.
READER = """
import json, pathlib, subprocess, sys, time

path, stop = sys.argv[1], pathlib.Path(sys.argv[2])
LOOK = '''
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
name = connection.execute("select publication_name from catalogue.publication").fetchone()[0]
print(name, connection.execute("select count(*) from marts.fct_flights").fetchone()[0], flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
    print(connection.execute("select count(*) from marts.fct_flights").fetchone()[0])
'''
pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
held = subprocess.Popen([sys.executable, "-c", LOOK, path, "hold"], **pipes)
held_name, held_rows = held.stdout.readline().split()
print("ready", flush=True)
opened, names, deadline = 0, [], time.monotonic() + 600
while True:
    last = stop.exists()
    assert time.monotonic() < deadline
    done = subprocess.run(
        [sys.executable, "-c", LOOK, path], capture_output=True, text=True, check=True
    )
    name, rows = done.stdout.split()
    assert int(rows) > 0
    opened += 1
    if name not in names:
        names.append(name)
    if last:
        break
rest, _ = held.communicate()
assert rest.strip() == held_rows
print(json.dumps({"opened": opened, "names": names, "held": held_name}))
"""

# Changes a copy of the published file, as somebody may who wants tables of their own beside ours.
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


def name_in_place(project: Project) -> str:
    """Return the name of the publication that a new reader sees."""
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        row = connection.execute("select publication_name from catalogue.publication").fetchone()
    assert row
    return str(row[0])


def change_a_flight(project: Project) -> None:
    """Change a delay in the raw table, as another file would, and give its load another id."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            """
            update raw_nycflights13.flights set dep_time = '518', dep_delay = '3'
            where _source_row_number = 1
            """
        )
        connection.execute("update raw_nycflights13.flights set _dlt_load_id = '1'")
        connection.execute(
            "update operations.load_receipts set load_id = '1' where table_name = 'flights'"
        )


def test_readers_are_never_refused_and_never_refuse(copy_of_built: Project, tmp_path: Path) -> None:
    project, stop = copy_of_built, tmp_path / "stop"
    before = name_in_place(project)
    change_a_flight(project)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(project.published_file), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
            done = project.dbt("build")
        finally:
            stop.touch()
        out, problems = reader.communicate(timeout=600)
    assert "published:" in done.stdout
    assert reader.returncode == 0, problems
    seen = json.loads(out)
    assert seen["opened"] > 3
    assert seen["held"] == before
    assert seen["names"] == [before, name_in_place(project)]


def test_a_failing_test_publishes_nothing(copy_of_built: Project) -> None:
    project = copy_of_built
    before = project.published_file.read_bytes()
    with duckdb.connect(str(project.warehouse_file)) as connection:
        # a flight lost between the file and the raw table: the receipts no longer balance
        connection.execute("delete from raw_nycflights13.flights where _source_row_number = 7")
    done = project.dbt("build", check=False)
    assert done.returncode == 1
    assert "Not published: " in done.stdout
    assert project.published_file.read_bytes() == before
    refused = project.dbt("run-operation", "publish", check=False)
    assert refused.returncode != 0
    assert "run `make build`" in refused.stdout
    assert project.published_file.read_bytes() == before


def test_a_part_of_the_project_is_not_published(copy_of_built: Project) -> None:
    done = copy_of_built.dbt("build", "--select", "dim_dates")
    assert "Not published: only a part of the project was built" in done.stdout


def test_an_empty_build_is_not_published(copy_of_built: Project) -> None:
    done = copy_of_built.dbt("build", "--empty", check=False)
    assert "Not published: " in done.stdout


def test_publishing_again_changes_nothing(copy_of_built: Project) -> None:
    before = name_in_place(copy_of_built)
    done = copy_of_built.dbt("run-operation", "publish")
    assert "unchanged: " in done.stdout
    assert name_in_place(copy_of_built) == before


def test_a_build_over_nothing_says_what_to_do(project: Project) -> None:
    done = project.dbt("build", check=False)
    assert done.returncode != 0
    assert "run `make ingest` first" in done.stdout


def test_the_published_marts_are_those_of_the_warehouse(
    built: Project, published: duckdb.DuckDBPyConnection
) -> None:
    assert content_hashes(published, "marts") == built.hashes()
    schemas = published.execute("select distinct table_schema from information_schema.tables")
    assert {row[0] for row in schemas.fetchall()} == {"marts", "catalogue"}


def test_the_catalogue_tells_the_truth(published: duckdb.DuckDBPyConnection) -> None:
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
    # in a process of its own: the layout that this test rules out ends the process
    done = subprocess.run(
        [sys.executable, "-c", CHANGE, str(copied)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    assert rows["mine"] == rows["mart_carrier_month_punctuality"] == 0
    assert rows["dim_dates"] > 0
