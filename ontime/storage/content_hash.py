r"""A checksum of a table's content that does not depend on the order of its rows.

DuckDB's `hash` turns the values of each row into a 64-bit number. The numbers are summed, and so is
a second hash of each, so that order does not matter and duplicate rows do not cancel out. The two
sums are hashed with MD5, together with the number of rows and the names and types of the columns.
Columns whose name begins with an underscore are lineage, not content, and are left out: loading the
same file twice gives the same content hash.

    ontime hash marts.fct_flights

What it promises:

- **Equal content has equal hashes**, if the same version of DuckDB computes them: with any number
  of threads, from a table or a view, however the values are stored. Values are equal if `=` says
  so: `-0.0` is `0.0`, and NaN is NaN. Nested values are compared by their JSON.
- **Different content has different hashes**, except by a coincidence of 64 bits. A null is not an
  empty text, and an empty table with other columns is different content.
- **Sums add up**: the row counts and sums of a table's parts (`content_sums`) give its own.
- **Another version of DuckDB may compute other hashes**, because DuckDB does not fix what `hash`
  returns. Different hashes then prove nothing. `METHOD` is recorded in each publication.
- **It finds accidents, not attacks**: a person can construct other rows with the same hash. The
  SHA-256 checksums of the files are for that.
"""

from __future__ import annotations

import duckdb

# Two different hashes mean different content only if the method is the same: this definition,
# computed by this DuckDB.
METHOD = f"sums-1, duckdb {duckdb.__version__}"

# The numbers of the rows of a relation, of all months or of some.
#
# The hash of a row does not tell all nested values apart ([] from null, [1, 2] from [[1], [2]]), so
# their JSON is added. For other types, DuckDB removes that branch when it plans the query.
_NUMBERS = r"""
content as not materialized (
    select columns(lambda name: not starts_with(name, '_'))
    from query_table(relation_name) {condition}
),

hashed_by_column as (
    select
        {month} as _month,
        hash(*columns(*)) as _row,
        case
            when regexp_matches(typeof(columns(*)), '^(STRUCT|MAP|UNION|VARIANT)|\]$')
                then concat(coalesce(to_json(columns(*))::varchar, 'null'), ',')
        end
    from content
),

hashed as (
    select
        _month,
        hash(_row, concat(*columns(* exclude (_row, _month)))) as number
    from hashed_by_column
)
"""
_SUMS = """
    count(*) as row_count,
    coalesce(sum(number), 0) as first_sum,
    coalesce(sum(hash(number)), 0) as second_sum
"""

# DuckDB macros, so that dbt, the tests and the command line share one implementation.
CONTENT_HASH_MACRO = f"""
-- the structure of an empty table is that of the one row of nulls
create or replace temp macro content_structure(relation_name) as table
with content as (
    select columns(lambda name: not starts_with(name, '_')) from query_table(relation_name) limit 1
)

select typeof(content) as structure
from (select 1) as one
left join content on true;

create or replace temp macro content_sums(relation_name) as table
with {_NUMBERS.format(condition="", month="null")}
select {_SUMS}, (select structure from content_structure(relation_name)) as structure
from hashed;

-- `month` is the expression that names the month of a row
create or replace temp macro content_sums_by_month(
    relation_name, month, first_month, last_month
) as table
with {_NUMBERS.format(condition="where month between first_month and last_month", month="month")}
select _month as flight_month, {_SUMS}
from hashed
group by _month;

create or replace temp macro content_digest(row_count, first_sum, second_sum, structure) as
md5(concat_ws(':', row_count::hugeint, first_sum::hugeint, second_sum::hugeint, structure));

create or replace temp macro content_hash(relation_name) as table
select row_count, content_digest(row_count, first_sum, second_sum, structure) as content_hash
from content_sums(relation_name);

create or replace temp macro content_hash_method() as '{METHOD}';
"""  # noqa: S608 - made of our own texts

# The same macros, stored in the warehouse: for a dbt without the plugin that defines them.
STORED_MACRO = CONTENT_HASH_MACRO.replace("create or replace temp macro", "create or replace macro")


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
