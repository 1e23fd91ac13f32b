"""A small warehouse, and the order for its publication as dbt's macros give it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import duckdb

from ontime.publishing.order import Order, Table
from ontime.storage.content_hash import CONTENT_HASH_MACRO

CREATE = """
create schema marts;
create table marts.dim_airports as
select 'A' || number as airport_code from range(9) as airports (number);
create table marts.dim_gates as
select 'A' || number as airport_code, number as gates from range(9) as gates (number);
create table marts.fct_flights (
    flight_id varchar, distance_miles integer, flight_month date, flight_date date
);
create table marts.ml_arrival_delay_features (
    flight_id varchar, prediction_horizon varchar, data_split varchar, is_late_arrival boolean,
    is_cancelled_or_never_departed boolean, flight_date date, flight_month date
);
"""
FLIGHTS = """
insert into marts.fct_flights
select '{month}-' || number, 100 + number, date '{month}', date '{month}' + (number % 28)::integer
from range(2000) as flights (number);
insert into marts.ml_arrival_delay_features
select
    '{month}-' || number, 'evening_before', 'test', number % 5 = 0, false,
    date '{month}' + (number % 28)::integer, date '{month}'
from range(2000) as flights (number);
"""
KEYS = {
    "dim_airports": ["airport_code"],
    "dim_gates": ["airport_code"],
    "fct_flights": ["flight_id"],
    "ml_arrival_delay_features": ["flight_id", "prediction_horizon"],
}
PARENTS = {"dim_gates": "dim_airports"}
# the month of a row: a column, or an expression
MONTHLY = {
    "fct_flights": "cast(date_trunc('month', flight_date) as date)",
    "ml_arrival_delay_features": "flight_month",
}


@dataclass(frozen=True)
class Code:
    """What a developer can change: the tables that exist, and how each is described."""

    tables: tuple[str, ...] = tuple(KEYS)
    description: str = "Rows."


class Warehouse:
    """A warehouse in memory with months of flights."""

    def __init__(self, *months: str) -> None:
        """Create it with some months, each named by its first day."""
        self.connection = duckdb.connect()
        self.connection.execute(CONTENT_HASH_MACRO)
        self.connection.execute(CREATE)
        self.code = Code()
        for month in months:
            self.load(month)

    def load(self, month: str) -> None:
        """Add the flights of a month."""
        self.connection.execute(FLIGHTS.format(month=month))

    def withdraw(self, month: str) -> None:
        """Delete the flights of a month."""
        for table in MONTHLY:
            self.connection.execute(f"delete from marts.{table} where flight_month = '{month}'")

    def change(self, **code: object) -> None:
        """Change the code."""
        self.code = replace(self.code, **code)  # type: ignore[arg-type]

    def order(self, name: str) -> Order:
        """Return the order for its publication under a name."""
        tables = [self._table(table) for table in self.code.tables]
        return Order("v1.0.0", tables, self._catalogue(name, tables))

    def _table(self, name: str) -> Table:
        columns = self.connection.execute(
            "select column_name, data_type from duckdb_columns() where table_name = $1 "
            "and schema_name = 'marts' order by column_index",
            [name],
        ).fetchall()
        parts = [f"{column} {data_type}" for column, data_type in columns]
        if name not in MONTHLY:
            parts.append(f"primary key ({', '.join(KEYS[name])})")
        if name in PARENTS:
            parts.append(f"foreign key (airport_code) references marts.{PARENTS[name]}")
        definition = [
            "use publication",
            f"create table publication.marts.{name} ({', '.join(parts)})",
            "use memory",
            f"comment on table publication.marts.{name} is '{self.code.description}'",
        ]
        return Table(
            name,
            definition,
            f"select {', '.join(column for column, _ in columns)} from marts.{name}",
            ", ".join(KEYS[name]),
            name in MONTHLY,
            name.startswith("ml_"),
            hashlib.md5(" ".join(definition).encode(), usedforsecurity=False).hexdigest(),
            MONTHLY.get(name, "flight_month"),
        )

    def _catalogue(self, name: str, tables: list[Table]) -> list[str]:
        described = " union all ".join(
            f"select '{table.name}' as table_name, '{self.code.description}' as description, "
            f"row_count, content_hash, '{table.definition_hash}' as definition_hash "
            f"from content_hash('marts.{table.name}')"
            for table in tables
        )
        months = " union all ".join(
            f"select '{table}' as table_name, flight_month, row_count, "
            "content_digest(row_count, first_sum, second_sum, structure) as content_hash "
            f"from content_sums_by_month('marts.{table}', {month}, date '1900-01-01', "
            "date '2100-01-01'), "
            f"content_structure('marts.{table}')"
            for table, month in MONTHLY.items()
        )
        key = " or ".join(
            f"table_name = '{table}' and column_name in {(*columns, '')}"
            for table, columns in KEYS.items()
        )
        return [
            "create schema publication.catalogue",
            f"create table publication.catalogue.tables as {described}",
            f"create table publication.catalogue.table_months as {months}",
            "create table publication.catalogue.columns as select table_name, column_name, "
            "column_index as ordinal_position, lower(data_type) as data_type, "
            f"coalesce({key}, false) as is_primary_key, 'schedule' as known_at, "
            "'What it is.' as description from duckdb_columns() "
            "where schema_name = 'marts' and database_name = 'memory'",
            "create table publication.catalogue.source_receipts as "
            "select 'flights.csv' as file_name, 'abc' as file_sha256",
            f"create table publication.catalogue.publication as select '{name}' as "
            "publication_name, timestamp '2026-01-01' as built_at_utc, 'unknown' as git_revision, "
            "'made up' as identity, content_hash_method() as content_hash_method, "
            "'v1.0.0' as storage_version, (select md5(string_agg(content_hash || definition_hash, "
            "'' order by table_name)) from publication.catalogue.tables) as fingerprint",
        ]
