"""A checksum of a table's content that does not depend on the order of its rows.

The values of each row are written as a JSON array (nulls and quoting are unambiguous) and hashed
with MD5. The row hashes are summed, so that order does not matter and duplicate rows do not cancel
out. The sums are hashed together with the number of rows and the column names. Columns whose name
begins with an underscore are lineage, not content, and are left out: loading the same file twice
gives the same content hash.

    ontime hash marts.fct_flights
"""

from __future__ import annotations

import duckdb

# A DuckDB table macro, so that dbt, the tests and the command line share one implementation.
CONTENT_HASH_MACRO = """
create or replace temp macro content_hash(relation_name) as table
with content as (
    select columns(name -> not starts_with(name, '_')) from query_table(relation_name)
),

hashed as (
    select md5_number(json_array(*columns(*))::varchar) as number from content
),

named as (
    select to_json(json_keys(to_json(content)))::varchar as names from content limit 1
)

select
    count(*) as row_count,
    md5(concat_ws(
        ':',
        count(*),
        coalesce(sum((number >> 64)::ubigint), 0),
        coalesce(sum((number & 18446744073709551615)::ubigint), 0),
        (select names from named)
    )) as content_hash
from hashed
"""


def content_hash(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, str]:
    """Return the number of rows and the content hash (32 hexadecimal digits) of a relation.

    Raises:
        duckdb.CatalogException: there is no such relation.

    """
    connection.execute(CONTENT_HASH_MACRO)
    row = connection.execute(
        "select row_count, content_hash from content_hash(?)".replace("?", _quoted(relation))
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate without groups has one row
    return int(row[0]), str(row[1])


def content_hashes(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, str]:
    """Return the content hash of every table and view of a schema, by name.

    Tables whose name begins with an underscore are a tool's bookkeeping, not content, and are left
    out.
    """
    names = connection.execute(
        """
        select table_name
        from information_schema.tables
        where table_schema = ? and not starts_with(table_name, '_')
        order by table_name
        """,
        [schema],
    ).fetchall()
    return {name: content_hash(connection, f"{schema}.{name}")[1] for (name,) in names}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
