"""Fixtures that the tests of the copies share: a server, and publications that copy quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.serving.postgresql import Server, running

Publish = Callable[..., Path]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Yield a PostgreSQL server for this test run."""
    with running() as server:
        yield server


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Return a function that makes a published file of two tables, one referring to the other."""

    def make(name: str, *statements: str, carriers: int = 3) -> Path:
        path = tmp_path / f"{name}.duckdb"
        with duckdb.connect(str(path)) as connection:
            for statement in (
                "create schema marts",
                "create schema catalogue",
                "create table marts.dim_carriers (carrier_key varchar not null, note varchar)",
                """
                create table marts.fct_flights (
                    flight_id varchar not null, carrier_key varchar not null
                )
                """,
                """
                create table catalogue.columns as
                from (values
                    ('dim_carriers', 'carrier_key', 1, true, null),
                    ('dim_carriers', 'note', 2, false, null),
                    ('fct_flights', 'flight_id', 1, true, null),
                    ('fct_flights', 'carrier_key', 2, false, 'dim_carriers.carrier_key')
                ) as columns (
                    table_name, column_name, ordinal_position, is_primary_key, references_column
                )
                """,
                f"""
                insert into marts.dim_carriers
                select number::varchar, '{name}' from range({carriers}) as numbers (number)
                """,
                """
                insert into marts.fct_flights
                select 'flight ' || carrier_key, carrier_key from marts.dim_carriers
                """,
                f"""
                create table catalogue.publication as
                select '{name}' as publication_name, 'print-of-{name}' as fingerprint
                """,
                *statements,
            ):
                connection.execute(statement)
        return path

    return make
