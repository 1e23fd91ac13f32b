"""`make serve-postgres`, as a user types it, with the embedded data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from ontime.serving.postgres.copying import copy
from tests.commands import Project
from tests.serving.conftest import Publish
from tests.serving.postgresql import Connection, Server, running
from tests.serving.test_postgres import notes, order, quiet, schemas

# a row as one text, the same in both engines: doubles by their bits, other values as text
TEXTS = {
    "duckdb": {"DOUBLE": "{}::bit::varchar", "BOOLEAN": "{}::integer::varchar"},
    "postgresql": {
        "DOUBLE": "('x' || encode(float8send({}), 'hex'))::bit(64)::text",
        "BOOLEAN": "{}::integer::text",
    },
}
NUMBER_OF = {
    "duckdb": "('0x' || left(md5({}), 15))::bigint",
    "postgresql": "('x' || left(md5({}), 15))::bit(60)::bigint",
}


def content(engine: str, table: str, columns: list[tuple[str, str]]) -> str:
    """Return the SQL that counts the rows of a table and adds up a number of each row's values."""
    texts = [
        f"coalesce('=' || {TEXTS[engine].get(data_type, '{}::text').format(name)}, '')"
        for name, data_type in columns
    ]
    # PostgreSQL passes at most 100 arguments to a function
    parts = [texts[start : start + 90] for start in range(0, len(texts), 90)]
    row = " || '|' || ".join(f"concat_ws('|', {', '.join(part)})" for part in parts)
    return f"select count(*), sum({NUMBER_OF[engine].format(row)}) from {table}"


@dataclass
class Copied:
    """A copy that the command made: its source, its address, and the command's output."""

    project: Project
    server: Server
    database: str
    said: str


def serve(project: Project, *, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command behind `make serve-postgres`."""
    return project.run(sys.executable, "-m", "ontime", "postgres", check=check, env=env)


@pytest.fixture(scope="module")
def copied(built: Project, server: Server) -> Copied:
    """Return the embedded data, copied by the command."""
    database = server.new_database("reader")
    done = serve(built, ONTIME_DSN=server.dsn(database), ONTIME_ROLE="reader")
    return Copied(built, server, database, done.stdout + done.stderr)


@pytest.fixture
def reader(copied: Copied) -> Iterator[Connection]:
    """Yield a connection of the role that may read the copy."""
    with copied.server.connect(copied.database, "reader") as connection:
        yield connection


def test_every_table_arrives_with_every_value(
    published: duckdb.DuckDBPyConnection, reader: Connection
) -> None:
    tables = published.execute(
        "select schema_name || '.' || table_name as full_name, schema_name, table_name "
        "from duckdb_tables() "
        "where not internal union all by name "
        "select schema_name || '.' || view_name as full_name, schema_name, view_name as table_name "
        "from duckdb_views() where database_name = 'memory' and schema_name = 'marts' order by all"
    ).fetchall()
    assert "marts.ml_arrival_delay_features" in {table for table, *_ in tables}
    there = reader.execute(
        "select schemaname || '.' || tablename from pg_tables "
        "where schemaname in ('marts', 'catalogue') order by 1"
    ).fetchall()
    assert sorted(str(row[0]) for row in there) == sorted(table for table, *_ in tables)
    for table, schema, name in tables:
        columns = published.execute(
            "select column_name, data_type from duckdb_columns() "
            "where schema_name = $1 and table_name = $2 order by column_index",
            [schema, name],
        ).fetchall()
        expected = published.execute(content("duckdb", table, columns)).fetchone()
        got = reader.execute(content("postgresql", table, columns).encode()).fetchone()
        assert got is not None
        assert expected is not None
        assert [str(value) for value in got] == [str(value) for value in expected], table


def test_the_comparison_sees_a_single_changed_value(copied: Copied) -> None:
    columns = [("weekday_name", "VARCHAR"), ("iso_weekday", "INTEGER"), ("is_weekend", "BOOLEAN")]
    query = content("postgresql", "marts.dim_dates", columns).encode()
    with copied.server.connect(copied.database) as admin:
        before = admin.execute(query).fetchone()
        admin.execute("begin")
        admin.execute(
            "update marts.dim_dates set is_weekend = false where calendar_date = '2013-01-05'"
        )
        assert admin.execute(query).fetchone() != before
        admin.execute("rollback")
        assert admin.execute(query).fetchone() == before


def test_keys_comments_and_nullability_come_along(
    published: duckdb.DuckDBPyConnection, reader: Connection
) -> None:
    expected_comments = published.execute(
        """
        select schema_name, table_name, null as column_name, comment from duckdb_tables()
        where not internal
        union all
        select schema_name, table_name, column_name, comment from duckdb_columns()
        where not internal and comment is not null
        union all
        select 'marts', table_name, null, trim(description) from catalogue.tables
        where parquet_files is not null
        union all
        select 'marts', columns.table_name, column_name, columns.description
        from catalogue.columns as columns
        inner join catalogue.tables as tables on columns.table_name = tables.table_name
        where parquet_files is not null
        """
    ).fetchall()
    comments = reader.execute(
        """
        select n.nspname::text, c.relname::text, a.attname::text, d.description
        from pg_description as d
        inner join pg_class as c on d.objoid = c.oid and d.classoid = 'pg_class'::regclass
        inner join pg_namespace as n on c.relnamespace = n.oid
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0
        where n.nspname in ('marts', 'catalogue')
        """
    ).fetchall()
    assert sorted(map(repr, comments)) == sorted(map(repr, expected_comments))

    # the keys of the marts are listed in the catalogue, whose own keys are constraints
    expected_keys = published.execute(
        """
        select
            'p', 'marts.' || table_name, list(column_name order by ordinal_position), null, []
        from catalogue.columns where is_primary_key group by table_name
        union all
        select
            'f', 'marts.' || table_name, [column_name],
            split_part(references_column, '.', 1), [split_part(references_column, '.', 2)]
        from catalogue.columns where references_column is not null
        union all
        select
            lower(constraint_type[1]), 'catalogue.' || table_name, constraint_column_names,
            referenced_table, referenced_column_names
        from duckdb_constraints()
        where schema_name = 'catalogue' and constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')
        """
    ).fetchall()
    assert len(expected_keys) > 60
    keys = reader.execute(
        """
        select
            k.contype::text,
            k.conrelid::regclass::text,
            array(select a.attname::text from unnest(k.conkey) with ordinality as o (number, place)
                inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = o.number
                order by o.place),
            p.relname::text,
            array(select a.attname::text from unnest(k.confkey) with ordinality as o (number, place)
                inner join pg_attribute as a on a.attrelid = k.confrelid and a.attnum = o.number
                order by o.place),
            k.convalidated
        from pg_constraint as k
        inner join pg_namespace as n on k.connamespace = n.oid
        left join pg_class as p on k.confrelid = p.oid
        where n.nspname in ('marts', 'catalogue') and k.contype in ('p', 'f')
        """
    ).fetchall()
    assert all(key[-1] for key in keys)
    assert sorted(repr(list(key[:-1])) for key in keys) == sorted(
        repr(list(key)) for key in expected_keys
    )

    nullable = (
        "select table_schema, table_name, column_name from information_schema.columns "
        "where is_nullable = 'YES' and table_schema in ('marts', 'catalogue')"
    )
    # the catalogue alone knows it of what lies beside the file, where it is a view
    beside = (
        " and table_catalog = current_database() union all "
        "select 'marts', table_name, column_name from catalogue.columns "
        "where is_nullable and table_name not in "
        "(select table_name from duckdb_tables() where schema_name = 'marts')"
    )
    assert sorted(reader.execute(nullable.encode()).fetchall()) == sorted(
        published.execute(nullable + beside).fetchall()
    )


def test_the_command_says_what_it_did_and_no_password(copied: Copied) -> None:
    assert "copied: publication " in copied.said
    assert copied.server.password not in copied.said
    kept = [path for path in copied.project.folder.rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if copied.server.password.encode() in path.read_bytes()] == []
    again = serve(
        copied.project, ONTIME_DSN=copied.server.dsn(copied.database), ONTIME_ROLE="reader"
    )
    assert "unchanged: the database already holds publication " in again.stdout


@pytest.mark.parametrize(
    ("dsn", "sentence"),
    [
        ("", "Say which PostgreSQL database: DSN=postgresql://user@host:5432/database"),
        ("s3cret", "DSN is not the address of a PostgreSQL database"),
        ("postgresql://user:s3cret@x@host/db", "DSN is not the address of a PostgreSQL database"),
        ("postgresql://user:x/s3cret@host/db", "DSN is not the address of a PostgreSQL database"),
        ("postgresql://user:1/s3cret@host/db", "DSN is not the address of a PostgreSQL database"),
        ("postgresql://user@host:s3cret/db", "DSN is not the address of a PostgreSQL database"),
        ("host=x password=s3 cret", "DSN is not the address of a PostgreSQL database"),
        ("postgresql://user:s3cret@127.0.0.1:1/db", "Cannot connect to PostgreSQL: "),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence_without_the_password(
    built: Project, dsn: str, sentence: str
) -> None:
    done = serve(built, check=False, ONTIME_DSN=dsn)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert "cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_published_is_one_sentence(project: Project) -> None:
    done = serve(project, check=False, ONTIME_DSN="postgresql://user@127.0.0.1:1/db")
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing is published in ")
    assert "run `make run`" in done.stderr


def test_a_server_whose_disk_takes_no_more_keeps_the_old_copy(
    built: Project, publish: Publish
) -> None:
    with running(file_bytes=20_000_000) as server:
        database = server.new_database()
        copy(order(server, database, publish("old")), quiet)
        done = serve(built, check=False, ONTIME_DSN=server.dsn(database))
        assert done.returncode == 1
        assert done.stderr.startswith("The copy failed at marts.fct_flights: could not extend file")
        assert done.stderr.endswith("What was there before is unchanged.\n")
        with server.connect(database) as connection:
            assert notes(connection) == ["old"] * 3
            assert schemas(connection) == {"marts", "catalogue"}
