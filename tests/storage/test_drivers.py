"""The oldest and the newest supported driver read the whole published file.

A tool reads the file with the DuckDB in its own driver, which is seldom the project's version.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.commands import ROOT, Project
from tests.requirements import lacking

DRIVERS = ["oldest", "newest"]

# Runs in the driver's own environment: reads every value of every table, and the comments on them.
# Uses only what every DuckDB version supports, and text values instead of the engine's own hash.
READ = """
import json, sys
import duckdb

connection = duckdb.connect(
    sys.argv[1], read_only=True, config={"enable_external_access": "false"}
)
connection.execute("set enable_progress_bar = false")
fetch = lambda sql: connection.execute(sql).fetchall()
columns = fetch(
    "select schema_name, table_name, column_name, data_type, is_nullable, comment "
    "from duckdb_columns() where database_name = 'ontime_marts' and not internal "
    "order by all"
)
content = {}
for schema, table in sorted({column[:2] for column in columns}):
    values = ", ".join(
        f"coalesce('=' || {name}::varchar, '')"
        for in_schema, in_table, name, *_ in columns
        if (in_schema, in_table) == (schema, table)
    )
    content[f"{schema}.{table}"] = [
        str(value)
        for value in fetch(
            f"select count(*), sum(md5_number_lower(concat_ws('|', {values}))::hugeint) "
            f"from {schema}.{table}"
        )[0]
    ]
refused = []
for statement in ("create table marts.x (a integer)", "from read_csv('/etc/hosts')"):
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        refused.append(statement)
print(json.dumps({
    "content": content,
    "columns": columns,
    "tables": fetch("select schema_name, table_name, comment from duckdb_tables() order by all"),
    "keys": fetch(
        "select schema_name, table_name, constraint_type, constraint_column_names, "
        "referenced_table, referenced_column_names from duckdb_constraints() "
        "where constraint_type <> 'NOT NULL' order by all"
    ),
    "refused": refused,
    "version": "v" + duckdb.__version__,
}))
"""


def read_with(python: Path | str, file: Path) -> dict[str, Any]:
    """Return everything that a driver reads in a published file."""
    done = subprocess.run(
        [str(python), "-c", READ, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def read_here(built: Project) -> dict[str, Any]:
    """Return everything that the project's own DuckDB reads."""
    return read_with(sys.executable, built.published_file)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_reads_every_value_comment_and_key(
    built: Project, read_here: dict[str, Any], driver: str
) -> None:
    folder = ROOT / ".venv-drivers" / driver
    if not (folder / ".installed").exists():
        lacking("drivers", f"there is no {folder.name} driver in {folder.parent.name}")
    seen = read_with(folder / "bin" / "python", built.published_file)
    assert seen.pop("version") != read_here["version"]
    assert seen == {name: value for name, value in read_here.items() if name != "version"}
    assert len(seen["refused"]) == 2
    assert seen["content"]["marts.fct_flights"][0] == "336776"
    assert all(comment for *_, comment in seen["tables"])


def test_the_file_says_which_driver_is_the_oldest(
    published: duckdb.DuckDBPyConnection,
) -> None:
    row = published.execute("select oldest_duckdb_version from catalogue.publication").fetchone()
    oldest = (ROOT / "requirements" / "drivers" / "oldest.in").read_text()
    assert row
    assert f"duckdb=={row[0].removeprefix('v')} ;" in oldest
