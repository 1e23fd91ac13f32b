"""The content hash changes with the content of a table, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ontime.cli import app
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


def test_parts_add_up_to_the_whole(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table whole as select range as size, range % 3 as part from range(9)"
    )
    connection.execute(CONTENT_HASH_MACRO)
    for part in range(3):
        connection.execute(f"create view part_{part} as from whole where part = {part}")
    connection.execute("create view part_3 as from whole where false")
    added = connection.execute(
        """
        select
            sum(row_count),
            content_digest(
                sum(row_count), sum(first_sum), sum(second_sum), any_value(structure)
            )
        from (
            from content_sums('part_0') union all from content_sums('part_1')
            union all from content_sums('part_2') union all from content_sums('part_3')
        )
        """
    ).fetchone()
    assert added == content_hash(connection, "whole")


def test_values_swapped_between_rows_are_found(connection: duckdb.DuckDBPyConnection) -> None:
    for size in range(200):
        rows = f"('x', {size}), ('y', {size + 7})"
        swapped = f"('x', {size + 7}), ('y', {size})"
        assert of_rows(connection, rows) != of_rows(connection, swapped)


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


def test_values_that_look_alike_are_distinguished(connection: duckdb.DuckDBPyConnection) -> None:
    lookalikes = [
        "null::varchar", "''", "' '", "'null'", "'NULL'", "'\"'", "'\"\"'", "'\\'", "'1'", "1",
        "1.5", "'1.5'", "true", "'true'", "date '2013-01-01'", "timestamp '2013-01-01'", "[1]",
    ]  # fmt: skip
    hashes = [hash_of(connection, f"select {value} as value") for value in lookalikes]
    assert len(set(hashes)) == len(lookalikes)
    # the separator between two values is not a value
    pairs = ["('a', 'b,c')", "('a,b', 'c')", "('a\",\"b', 'c')", "('a', 'b\",\"c')", "('ab', 'c')"]
    assert len({of_rows(connection, pair) for pair in pairs}) == len(pairs)


@pytest.mark.parametrize(
    "values",
    [
        ("[]::int[]", "null::int[]", "[null]::int[]", "[null, null]::int[]", "[1, 2]", "[2, 1]"),
        ("[[1], [2]]", "[[1, 2]]", "[[], [1, 2]]", "[[1, 2], []]"),
        ("{'a': null::int}", "null::struct(a int)", "{'a': 1}"),
        ("map {1: 2}", "map {2: 1}", "map {}::map(int, int)", "null::map(int, int)"),
        ("'a'::enum('a', 'b')", "'b'::enum('a', 'b')", "'a'::enum('b', 'a')", "'a'"),
        ("1::integer", "1::bigint", "1::double", "1::decimal(18, 0)", "true", "'1'"),
        ("null::integer", "null::bigint", "null::varchar", "null::double", "null::date"),
        ("'nan'::double", "'inf'::double", "'-inf'::double", "0::double", "null::double"),
        ("1.5::decimal(3, 1)", "1.50::decimal(3, 2)"),
    ],
)
def test_types_and_nested_values_are_distinguished(
    connection: duckdb.DuckDBPyConnection, values: tuple[str, ...]
) -> None:
    hashes = {hash_of(connection, f"select {value} as value") for value in values}
    assert len(hashes) == len(values)


def test_nested_values_of_two_columns_are_distinguished(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pairs = [(a, b) for a in ("[]", "null", "[null]") for b in ("[]", "null", "[null]")]
    hashes = {
        hash_of(connection, f"select {a}::int[] as first, {b}::int[] as second") for a, b in pairs
    }
    assert len(hashes) == len(pairs)


def test_equal_values_have_equal_hashes(connection: duckdb.DuckDBPyConnection) -> None:
    for one, other in (("0.0::double", "-0.0::double"), ("'nan'::double", "-('nan'::double)")):
        assert hash_of(connection, f"select {one} as value") == hash_of(
            connection, f"select {other} as value"
        )


def test_the_way_values_are_stored_does_not_matter(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(
        """
        create table plain as
        select
            [null, '', 'a text that is repeated often'][1 + range % 3] as text,
            7 as same,
            (range % 5)::double as number
        from range(150_000)
        """
    )
    expected = content_hash(connection, "plain")
    assert hash_of(connection, "select text, 7 as same, number from plain") == expected[1]
    for layout in ("v1.0.0", "latest"):
        file = tmp_path / f"{layout}.duckdb"
        connection.execute(f"attach '{file}' as stored (storage_version '{layout}')")
        connection.execute("create table stored.sorted as from plain order by text, number")
        connection.execute("detach stored")
        connection.execute(f"attach '{file}' as stored (read_only)")
        assert content_hash(connection, "stored.sorted") == expected
        connection.execute("detach stored")
    connection.execute(f"copy plain to '{tmp_path}/plain.parquet'")
    assert hash_of(connection, f"from '{tmp_path}/plain.parquet'") == expected[1]


def test_a_table_may_be_wide(connection: duckdb.DuckDBPyConnection) -> None:
    columns = [f"range as column_{number}" for number in range(1_000)]
    wide = hash_of(connection, f"select {', '.join(columns)} from range(10)")
    columns[500] = "case when range = 5 then 6 else range end as column_500"
    assert hash_of(connection, f"select {', '.join(columns)} from range(10)") != wide


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
    assert hash_of(connection, "select null::integer as size") != empty
    assert hash_of(connection, "select 1 as sizes where false") != empty
    assert hash_of(connection, "select 'x' as size where false") != empty


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


def test_a_schema_that_holds_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    duckdb.connect(str(tmp_path / "ontime.duckdb")).close()
    done = CliRunner().invoke(app, ["hash", "maarts"])
    assert done.exit_code == 1
    assert done.stderr == "There is no table in maarts: name a schema, such as marts.\n"
