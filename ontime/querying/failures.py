"""The rows behind the tests that failed: the SQL that dbt ran, asked again with keys and origins.

Many tests select the failing value alone, such as -5. This shows the rows that have it: the key of
the table, the value, and the file and the number of the row if the table keeps them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp

from ontime.catalog.manifest import Node, generic_tests, read_manifest, relation
from ontime.storage.lock import writer_of
from ontime.storage.paths import warehouse_file
from ontime.transformation.dbt import target_folder

# what the project's macro `get_where_subquery` calls the rows of a table that a test looks at
_ROWS_TO_TEST = "rows_to_test"
# what dbt's own tests call the failing value of a column
_VALUES = {"unique_field", "value_field", "from_field"}
# where a row comes from; its load says nothing about a fault in it
_ORIGIN = ("_source_file", "_source_partition", "_source_row_number")
_OF_A_KEY = {"unique", "unique_combination_of_columns"}
# by outcome, the most urgent first: what is said of a test
_SHOWN = {"fail": "failed", "error": "could not run", "warn": "warns"}


class FailuresError(Exception):
    """The failures cannot be shown; the message says what to do."""


@dataclass(frozen=True)
class Failure:
    """A test that did not pass: its node in dbt's manifest, and what dbt said of it."""

    node: Node
    status: str
    message: str
    sql: str

    @property
    def title(self) -> str:
        """Return its name, the outcome, and where it is declared."""
        return f"{self.node['name']} {_SHOWN[self.status]}: {self.node['original_file_path']}"


@dataclass(frozen=True)
class LastRun:
    """The last run of dbt: its manifest, and the tests that did not pass, failures first."""

    manifest: Node
    failures: list[Failure]

    @classmethod
    def read(cls) -> LastRun:
        """Return it from dbt's target folder.

        Raises:
            FailuresError: dbt has not run here, or has been stopped.

        """
        folder = target_folder()
        try:
            manifest = read_manifest(folder / "manifest.json")
            results = json.loads((folder / "run_results.json").read_bytes())["results"]
        except (OSError, ValueError):
            raise FailuresError(
                f"There are no test results in {folder} yet: `make build` runs the tests."
            ) from None
        tests = manifest["nodes"] | manifest["unit_tests"]
        found = [
            Failure(
                node=tests[result["unique_id"]],
                status=result["status"],
                message=(result["message"] or "").strip(),
                sql=result["compiled_code"] or "",
            )
            for result in results
            if result["status"] in _SHOWN
            and result["unique_id"].startswith(("test.", "unit_test."))
            and result["unique_id"] in tests
        ]
        order = list(_SHOWN)
        found.sort(key=lambda one: (order.index(one.status), one.node["name"]))
        return cls(manifest, found)

    def rows(
        self, connection: duckdb.DuckDBPyConnection, failure: Failure
    ) -> duckdb.DuckDBPyRelation:
        """Return the failing rows of a test as the warehouse holds them now, in a fixed order.

        Raises:
            duckdb.Error: the query fails, for instance because a table no longer exists.

        """
        return connection.sql(_sql_of_rows(connection, self.manifest, failure)).order("all")


def open_warehouse() -> duckdb.DuckDBPyConnection:
    """Open the warehouse read-only, as it was when the tests failed.

    Raises:
        FailuresError: there is none, or it is being written.

    """
    path = warehouse_file()
    if writer := writer_of(path):
        raise FailuresError(f"The warehouse {path} is being written by {writer}: try again later.")
    if not path.exists():
        raise FailuresError(f"There is no warehouse {path}: `make run` builds it.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        connection.execute("set timezone = 'UTC'")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise FailuresError(f"{path} cannot be read ({reason}).") from None
    return connection


def _sql_of_rows(connection: duckdb.DuckDBPyConnection, manifest: Node, failure: Failure) -> str:
    found = connection.sql(failure.sql).columns
    table = relation(manifest, failure.node.get("attached_node") or "")
    column = failure.node.get("column_name")
    if table and column and found[0] in {column, *_VALUES}:
        return _rows_with_the_value(connection, manifest, failure, found[0])
    for node in _read(manifest, failure.node):
        key = _key(manifest, node)
        origin = _origin(connection, node)
        if key and origin and set(key) <= set(found) and not set(origin) <= set(found):
            return _with_origin(failure.sql, node, key, [one for one in origin if one not in found])
    return failure.sql


def _rows_with_the_value(
    connection: duckdb.DuckDBPyConnection, manifest: Node, failure: Failure, value: str
) -> str:
    """Return the query for the rows whose column has one of the values that a test found."""
    table = manifest["nodes"][failure.node["attached_node"]]
    column = failure.node["column_name"]
    wanted = [*_key(manifest, table), column, *_origin(connection, table)]
    names = list(dict.fromkeys(wanted))
    return (
        f"select {'*' if names == [column] else _listed(names)} "  # noqa: S608 - dbt's SQL
        f"from (select * from {_rows_to_test(failure.sql) or table['relation_name']}) as tested "
        f"where exists (select 1 from ({failure.sql}) as found "
        f"where found.{_quoted(value)} is not distinct from tested.{_quoted(column)})"
    )


def _with_origin(sql: str, node: Node, key: list[str], origin: list[str]) -> str:
    """Return the query for a test's rows, and the file and number of each from a table."""
    same = " and ".join(f"found.{_quoted(name)} = kept.{_quoted(name)}" for name in key)
    return (
        f"select found.*, {', '.join(f'kept.{_quoted(name)}' for name in origin)} "  # noqa: S608
        f"from ({sql}) as found left join {node['relation_name']} as kept on {same}"
    )


def _rows_to_test(sql: str) -> str | None:
    """Return the rows of the table that a test looks at, if it does not look at all of them."""
    for subquery in sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Subquery):
        if subquery.alias == _ROWS_TO_TEST:
            return subquery.sql(dialect="duckdb")
    return None


def _read(manifest: Node, test: Node) -> Iterator[Node]:
    """Yield the models that a test reads, that which it is declared on first."""
    names = dict.fromkeys([test.get("attached_node"), *sorted(test["depends_on"]["nodes"])])
    for name in names:
        node = relation(manifest, name or "")
        if node and node["resource_type"] == "model":
            yield node


def _key(manifest: Node, table: Node) -> list[str]:
    """Return the shortest key of a table that a test proves."""
    keys = [
        list(test["test_metadata"]["kwargs"].get("columns") or [test["column_name"]])
        for test in generic_tests(manifest)
        if test["attached_node"] == table["unique_id"]
        and test["test_metadata"]["name"] in _OF_A_KEY
    ]
    return min(keys, key=lambda key: (len(key), key), default=[])


def _origin(connection: duckdb.DuckDBPyConnection, table: Node) -> list[str]:
    """Return the columns of a table that tell where a row comes from."""
    columns = connection.sql(f"from {table['relation_name']}").columns
    return [name for name in _ORIGIN if name in columns]


def _listed(names: list[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
