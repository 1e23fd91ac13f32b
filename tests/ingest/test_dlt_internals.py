"""What the destination relies on inside dlt: after an upgrade, these tests say what has changed."""

from __future__ import annotations

import inspect
import re
from types import FunctionType

import pytest
from dlt.common.destination.client import LoadJob, RunnableLoadJob
from dlt.destinations import duckdb as duckdb_destination
from dlt.destinations.impl.duckdb.duck import DuckDbClient, DuckDbCopyJob
from dlt.destinations.sql_client import SqlClientBase

from ingest.loading.destination import Warehouse
from tests.commands import ROOT

CHANGED = "dlt has changed: adapt ingest/loading/destination.py to"


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (DuckDbCopyJob.__init__, ["self", "file_path"]),
        (DuckDbCopyJob.run, ["self"]),
        (DuckDbClient.create_load_job, ["self", "table", "file_path", "load_id", "restore"]),
        (SqlClientBase.make_qualified_table_name, ["self", "table_name", "quote", "casefold"]),
        (SqlClientBase.escape_column_name, ["self", "column_name", "quote", "casefold"]),
        (SqlClientBase.begin_transaction, ["self"]),
        (SqlClientBase.execute_sql, ["self", "sql", "args", "kwargs"]),
    ],
    ids=lambda value: value.__qualname__ if callable(value) else "",
)
def test_functions_take_what_they_took(function: FunctionType, parameters: list[str]) -> None:
    found = list(inspect.signature(function).parameters)
    assert found == parameters, f"{CHANGED} {function.__qualname__}({', '.join(found)})"


@pytest.mark.parametrize("name", ["_file_path", "_load_id", "_job_client", "load_table_name"])
def test_a_job_knows_its_file_load_client_and_table(name: str) -> None:
    classes = (RunnableLoadJob, LoadJob)
    text = "".join(inspect.getsource(one) for one in (*classes, *classes[0].__mro__[1:-1]))
    assert re.search(rf"self\.{name}\b|def {name}\(", text), f"{CHANGED} a job without {name}"


def test_the_destination_still_names_its_client_in_a_property() -> None:
    assert isinstance(inspect.getattr_static(duckdb_destination, "client_class"), property), (
        f"{CHANGED} a destination without the property client_class"
    )
    assert issubclass(Warehouse, duckdb_destination)


def test_only_one_file_reaches_into_dlt() -> None:
    inside = re.compile(
        r"^\s*from dlt\.(destinations\.impl|common\.destination|load|normalize)", re.M
    )
    reaching = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ingest").rglob("*.py")
        if inside.search(path.read_text(encoding="utf8"))
    }
    assert reaching == {"ingest/loading/destination.py"}
