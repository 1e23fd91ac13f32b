"""The lake: the raw tables as Parquet files, one for each partition, for any engine.

A lake is a folder, here or in an object store:

    lake.json                                             the files and the columns of each table
    raw_bts/on_time/2013-01/<version>/rows.parquet        a partition as one load left it
    operations/load_receipts/all/<version>/rows.parquet   a table without partitions

Files are never changed. `lake.json` is replaced in one step after all files are written, so a
reader has the tables as they were before or after, never between. A partition whose load is the one
that the lake has is not written again. Files of this layout that the last two states do not name
are removed; other files are left alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

import duckdb

from ontime.cluster.places import DRAFT, Place, PlaceError
from ontime.storage.content_hash import content_hash

MANIFEST = "lake.json"
_PARTITION = "_source_partition"
_LOAD = "_dlt_load_id"
_WHOLE = "all"
_FILE = re.compile(rf"([^/]+/){{3}}[0-9a-f]{{16}}/rows\.parquet({re.escape(DRAFT)})?")
# what loading records; the rest of the schema is about builds in the warehouse, and says nothing
# about another engine's
_OF_LOADING = {"download_receipts", "load_receipts", "loaded_partitions", "quarantined_rows"}


@dataclass(frozen=True)
class Table:
    """A table of the lake: its columns with DuckDB's types, and the file of each partition."""

    schema: str
    name: str
    columns: dict[str, str]
    is_partitioned: bool
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What an export changed."""

    written: list[str]
    withdrawn: list[str]


def export(connection: duckdb.DuckDBPyConnection, lake: Place) -> Change:
    """Make the lake hold what the raw tables of a warehouse hold.

    Raises:
        PlaceError: another process is writing to the lake, or its list of tables cannot be read.
        OSError: the lake cannot be read or written.

    """
    with lake.held():
        return _export(connection, lake)


def _export(connection: duckdb.DuckDBPyConnection, lake: Place) -> Change:
    before = {(table.schema, table.name): table for table in read(lake)}
    present: dict[str, set[str]] = {}
    written: list[str] = []
    tables = []
    for table in _raw_tables(connection):
        known = before.get((table.schema, table.name))
        if table.schema not in present:
            present[table.schema] = set(lake.names(table.schema))
        files = {}
        for partition, version in _versions(connection, table).items():
            parts = (table.schema, table.name, quote(partition, safe=""), version, "rows.parquet")
            place = "/".join(parts)
            files[partition] = place
            is_known = known is not None and known.files.get(partition) == place
            # somebody may have removed the file
            if not is_known or place not in present[table.schema]:
                _write(connection, table, partition, lake, place)
                written.append(place)
        tables.append(Table(table.schema, table.name, table.columns, table.is_partitioned, files))
    old = {place for table in before.values() for place in table.files.values()}
    new = {place for table in tables for place in table.files.values()}
    manifest = json.dumps([asdict(table) for table in tables], indent=1)
    # its time says when the lake changed
    if manifest != lake.read(MANIFEST):
        lake.replace(MANIFEST, manifest)
    for schema in sorted(present):
        for place in set(lake.names(schema)) - old - new:
            if _FILE.fullmatch(place):
                lake.remove(place)
    return Change(sorted(written), sorted(old - new))


def read(lake: Place) -> list[Table]:
    """Return the tables of a lake; none if there is no lake yet.

    Raises:
        PlaceError: its list of tables cannot be read.

    """
    manifest = lake.read(MANIFEST)
    if manifest is None:
        return []
    try:
        entries = json.loads(manifest)
        return [Table(**entry) for entry in (entries if isinstance(entries, list) else [entries])]
    except (ValueError, TypeError):
        raise PlaceError(
            f"{lake.address}/{MANIFEST} cannot be read: remove it, and `ontime lake` writes the "
            "lake anew."
        ) from None


def _raw_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    rows = connection.execute(
        """
        select
            table_schema,
            table_name,
            map(
                list(column_name order by ordinal_position),
                list(data_type order by ordinal_position)
            )
        from information_schema.columns
        where
            (table_schema = 'operations' or starts_with(table_schema, 'raw_'))
            and not starts_with(table_name, '_dlt')
        group by table_schema, table_name
        order by table_schema, table_name
        """
    ).fetchall()
    for schema, name, columns in rows:
        if schema != "operations" or name in _OF_LOADING:
            yield Table(schema, name, columns, _PARTITION in columns and _LOAD in columns)


def _versions(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, str]:
    """Return a text for each partition that changes when its rows do."""
    relation = f"{table.schema}.{table.name}"
    if not table.is_partitioned:
        count, digest = content_hash(connection, relation)
        return {_WHOLE: digest[:16]} if count else {}
    rows = connection.execute(
        f"""
        select {_PARTITION}, list(distinct {_LOAD} order by {_LOAD}), count(*)
        from {relation} group by all order by all
        """  # noqa: S608 - a table of the warehouse
    ).fetchall()
    return {partition: _digest([loads, count, table.columns]) for partition, loads, count in rows}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _write(
    connection: duckdb.DuckDBPyConnection, table: Table, partition: str, lake: Place, place: str
) -> None:
    """Write a partition to a file of its own, which no reader knows yet."""
    of_partition = f"where {_PARTITION} = ?" if table.is_partitioned else ""
    # an engine has the name of a partition from the folder
    columns = f"* exclude ({_PARTITION})" if table.is_partitioned else "*"
    with lake.writing(place) as file:
        connection.execute(
            f"""
            copy (select {columns} from {table.schema}.{table.name} {of_partition})
            to '{str(file).replace("'", "''")}' (format parquet, compression zstd)
            """,  # noqa: S608 - a table of the warehouse
            [partition] if table.is_partitioned else [],
        )
