"""Compare the marts of two builds: those that were built again, by content hash, then by row."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace

import duckdb

from ontime.catalog.manifest import Node, columns_of, may_be_null, models, primary_key
from ontime.catalog.published import MARTS, Column, Table, identifier
from ontime.changes.builds import Build
from ontime.changes.revisions import ChangeError
from ontime.releases.comparison.difference import TableDifference, compare_table
from ontime.releases.comparison.publications import Publication, quoted
from ontime.storage.content_hash import content_hash

_NOT_BUILT_AGAIN = "not built again"


@dataclass(frozen=True)
class Compared:
    """What was compared: the differences of each mart, and the marts that could not be built."""

    tables: tuple[TableDifference, ...]
    rows_in_marts: int
    missing: tuple[str, ...]


def marts(manifest: Node) -> dict[str, Node]:
    """Return the marts of a project by the name of their table."""
    return {str(node["alias"]): node for node in models(manifest) if node["schema"] == MARTS}


def compare_builds(before: Build, after: Build, *, all_built: bool) -> Compared:
    """Return how the marts differ between a base and a change.

    Arguments:
        before: the base.
        after: the change, built on a copy of the base, or anew.
        all_built: whether it was built anew, so that a mart it did not make is a failure.

    Raises:
        ChangeError: a warehouse cannot be read.

    """
    earlier, later = marts(before.manifest), marts(after.manifest)
    missing = {
        name
        for name, node in later.items()
        if not after.has(node["unique_id"])
        and (all_built or node["unique_id"] in after.results or name not in earlier)
    }
    rebuilt = {name for name, node in later.items() if after.has(node["unique_id"])}
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        try:
            connection.execute(f"set temp_directory = {quoted(spill)}")
            connection.execute("set enable_progress_bar = false")
            older, newer = (
                _side(connection, alias, build, rebuilt, missing)
                for alias, build in (("older", before), ("newer", after))
            )
            names = sorted((earlier.keys() | later.keys()) - missing)
            tables = tuple(compare_table(connection, older, newer, name) for name in names)
        except duckdb.Error as error:
            first_line = str(error).splitlines()[0]
            raise ChangeError(f"The two builds cannot be compared: {first_line}") from None
    rows = sum(table.rows_after for table in tables)
    return Compared(tables, rows, tuple(sorted(missing)))


def _side(
    connection: duckdb.DuckDBPyConnection,
    alias: str,
    build: Build,
    rebuilt: set[str],
    missing: set[str],
) -> Publication:
    """Attach the warehouse of a build, and return its marts as a publication has them."""
    nodes = {name: node for name, node in marts(build.manifest).items() if name not in missing}
    views = [name for name, node in nodes.items() if node["config"]["materialized"] == "view"]
    _copy_views(connection, alias, build, views)
    connection.execute(f"attach {quoted(str(build.warehouse))} as {alias} (read_only)")
    tables = {}
    for name, node in nodes.items():
        database = _views_of(alias) if name in views else alias
        table = _table(connection, database, build.manifest, node)
        if name in rebuilt:
            relation = f"{database}.{MARTS}.{identifier(name)}"
            table = replace(table, content_hash=content_hash(connection, relation)[1])
        tables[name] = table
    return Publication(alias, build.warehouse, build.name, {}, [], tables)


def _copy_views(
    connection: duckdb.DuckDBPyConnection, alias: str, build: Build, views: list[str]
) -> None:
    """Copy what views show into a database beside: they name the warehouse as it was built."""
    connection.execute(f"attach ':memory:' as {_views_of(alias)}")
    connection.execute(f"create schema {_views_of(alias)}.{MARTS}")
    name = identifier(build.warehouse.stem)
    connection.execute(f"attach {quoted(str(build.warehouse))} as {name} (read_only)")
    for view in map(identifier, views):
        connection.execute(
            f"create table {_views_of(alias)}.{MARTS}.{view} as from {name}.{MARTS}.{view}"
        )
    connection.execute(f"detach {name}")


def _views_of(alias: str) -> str:
    return f"{alias}_views"


def _table(connection: duckdb.DuckDBPyConnection, alias: str, manifest: Node, node: Node) -> Table:
    name, key = str(node["alias"]), primary_key(node)
    declared = {**node, "columns": columns_of(manifest, node["unique_id"])}
    found = connection.execute(
        "select column_name, lower(data_type) from duckdb_columns() "
        "where database_name = $1 and schema_name = $2 and table_name = $3 "
        "and not starts_with(column_name, '_') order by column_index",
        [alias, MARTS, name],
    ).fetchall()
    columns = tuple(
        Column(
            column,
            data_type,
            column not in declared["columns"] or may_be_null(declared, column),
            column in key,
            None,
            None,
            declared["columns"].get(column, {}).get("description"),
        )
        for column, data_type in found
    )
    counted = connection.execute(
        f"select count(*) from {alias}.{MARTS}.{identifier(name)}"  # noqa: S608 - a declared name
    ).fetchall()
    return Table(
        MARTS,
        name,
        columns,
        int(counted[0][0]),
        _NOT_BUILT_AGAIN,
        node["description"],
        alias,
    )
