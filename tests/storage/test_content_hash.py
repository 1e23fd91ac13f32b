"""The content hash changes with the content of a table, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5

import duckdb
import pytest

from ontime.storage.content_hash import CONTENT_HASH_MACRO, content_hash, content_hashes

ROWS = "('x', 1), ('y', null), ('z', 3), ('x', 1)"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def hash_of(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the content hash of a query's result."""
    connection.execute(f"create or replace view looked_at as {query}")
    return content_hash(connection, "looked_at")[1]


def of_rows(connection: duckdb.DuckDBPyConnection, rows: str, columns: str = "name, size") -> str:
    return hash_of(connection, f"select * from (values {rows}) as entries ({columns})")


def test_the_order_of_rows_does_not_matter(connection: duckdb.DuckDBPyConnection) -> None:
    expected = of_rows(connection, ROWS)
    assert of_rows(connection, "('z', 3), ('x', 1), ('x', 1), ('y', null)") == expected
    connection.execute(f"create table kept as select * from (values {ROWS}) as e (name, size)")
    assert content_hash(connection, "kept") == (4, expected)


def test_neither_do_threads(connection: duckdb.DuckDBPyConnection) -> None:
    many = "select range as number, 'text ' || range % 7 as name from range(300_000)"
    outcomes = set()
    for threads in (1, 2, 4):
        connection.execute(f"set threads = {threads}")
        outcomes.add(hash_of(connection, many))
        outcomes.add(hash_of(connection, f"{many} order by hash(range)"))
    assert len(outcomes) == 1


def test_the_hash_is_the_sum_of_the_rows_digests(connection: duckdb.DuckDBPyConnection) -> None:
    documents = ['["x",1]', '["y",null]', '["x",1]']
    digests = [md5(text.encode(), usedforsecurity=False).digest() for text in documents]
    halves = [
        str(sum(int.from_bytes(digest[part], "little") for digest in digests))
        for part in (slice(8, 16), slice(8))
    ]
    named = ":".join(["3", *halves, '["name","size"]'])
    expected = md5(named.encode(), usedforsecurity=False).hexdigest()
    assert of_rows(connection, "('x', 1), ('y', null), ('x', 1)") == expected


@pytest.mark.parametrize(
    "rows",
    [
        "('x', 1), ('y', null), ('z', 3)",
        "('x', 1), ('y', null), ('z', 3), ('x', 1), ('x', 1)",
        "('x', 1), ('y', 0), ('z', 3), ('x', 1)",
        "('x', 1), (null, null), ('z', 3), ('x', 1)",
        "('x', 1), ('y', null), ('z', 4), ('x', 1)",
        "('x', 1), ('y', 3), ('z', null), ('x', 1)",
        "('X', 1), ('y', null), ('z', 3), ('x', 1)",
        "('y', null), ('z', 3)",
        "('y', null), ('z', 3), ('w', 1), ('w', 1)",
    ],
)
def test_any_other_content_has_another_hash(
    connection: duckdb.DuckDBPyConnection, rows: str
) -> None:
    assert of_rows(connection, rows) != of_rows(connection, ROWS)


def test_values_that_look_alike_are_told_apart(connection: duckdb.DuckDBPyConnection) -> None:
    lookalikes = [
        "null::varchar", "''", "' '", "'null'", "'NULL'", "'\"'", "'\"\"'", "'\\'", "'1'", "1",
        "1.5", "'1.5'", "true", "'true'", "date '2013-01-01'", "timestamp '2013-01-01'", "[1]",
    ]  # fmt: skip
    hashes = [hash_of(connection, f"select {value} as value") for value in lookalikes]
    assert len(set(hashes)) == len(lookalikes)
    # the separator between two values is not a value
    pairs = ["('a', 'b,c')", "('a,b', 'c')", "('a\",\"b', 'c')", "('a', 'b\",\"c')", "('ab', 'c')"]
    assert len({of_rows(connection, pair) for pair in pairs}) == len(pairs)


def test_the_names_of_columns_are_content(connection: duckdb.DuckDBPyConnection) -> None:
    names = ["name, size", "size, name", "name, sizes"]
    assert len({of_rows(connection, ROWS, columns) for columns in names}) == len(names)


def test_lineage_is_no_content(connection: duckdb.DuckDBPyConnection) -> None:
    plain = hash_of(connection, "select 1 as size")
    assert hash_of(connection, "select 1 as size, 'a.csv' as _source_file") == plain
    assert hash_of(connection, "select 'b.csv' as _source_file, 1 as size, 7 as _n") == plain
    assert hash_of(connection, "select 1 as size, 'a.csv' as source_file") != plain


def test_an_empty_table_has_a_hash(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create view nothing as select 1 as size where false")
    rows, empty = content_hash(connection, "nothing")
    assert rows == 0
    assert len(empty) == 32
    assert hash_of(connection, "select null as size") != empty


def test_hashes_add_up_without_overflow(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create view many as select 1 as size from range(1_000_000)")
    assert content_hash(connection, "many")[0] == 1_000_000


def test_all_relations_of_a_schema_are_hashed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema shop; create table shop.things as select 1 as size")
    connection.execute("create view shop.\"odd 'name'\" as select 1 as size")
    connection.execute("create table elsewhere as select 2 as size")
    hashes = content_hashes(connection, "shop")
    expected = hash_of(connection, "select 1 as size")
    assert hashes == {"odd 'name'": expected, "things": expected}
    assert content_hashes(connection, "nowhere") == {}


def test_an_unknown_relation_is_an_error(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.CatalogException, match="absent"):
        content_hash(connection, "absent")


def test_the_macro_can_be_used_in_sql(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table things as select 1 as size")
    connection.execute(CONTENT_HASH_MACRO)
    found = connection.execute("select row_count, content_hash from content_hash('things')")
    assert found.fetchone() == content_hash(connection, "things")


def test_a_warehouse_that_is_open_for_reading_can_be_hashed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = str(tmp_path_factory.mktemp("hash") / "file.duckdb")
    with duckdb.connect(file) as writing:
        writing.execute("create table things as select 1 as size")
        expected = content_hash(writing, "things")
    with duckdb.connect(file, read_only=True) as reading:
        assert content_hash(reading, "things") == expected
