"""Write the DuckDB file that a browser asks: the published tables, as far as they fit.

A browser holds the whole file in memory and loads it over the network. So the file has a bound: the
dimensions come first, because they name everything else, then the flights of the default scope with
the columns that are asked for most, then the other tables from small to large. What does not fit is
left out, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ontime.storage.reader import attach_published

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

MOST_MEGABYTES = 24
# more values than this need more than the whole file, whatever they are
_MOST_VALUES = 25_000_000
# one that the DuckDB of the lock of npm reads; 15% smaller than that of the published file
_STORAGE = "v1.2.0"

FLIGHTS = "fct_flights"
ASKED_MOST = (
    "flight_date",
    "carrier_code",
    "flight_number",
    "tail_number",
    "origin_airport_code",
    "destination_airport_code",
    "flight_state",
    "cancellation_code",
    "scheduled_departure_at_local",
    "departure_delay_minutes",
    "arrival_delay_minutes",
    "distance_miles",
    "is_on_time_departure",
    "is_on_time_arrival",
)
_FLIGHTS_OF_THE_SCOPE = f"""
select {", ".join(f"flights.{name}" for name in ASKED_MOST)}
from {FLIGHTS} as flights
inner join mart_source_coverage as scope
    on scope.is_default_scope
    and flights.flight_month between scope.scope_first_month and scope.scope_last_month
"""  # noqa: S608 - our own names
# too large to be worth it, and made for models
_NOT_FOR_BROWSERS = ("ml_arrival_delay_features",)


@dataclass(frozen=True)
class Table:
    """A published table, and how it is held: all of it, some columns, or not at all."""

    name: str
    description: str
    rows: int
    columns: int
    held_columns: int

    @property
    def is_held(self) -> bool:
        """Return whether the file holds it."""
        return self.held_columns > 0


def write(path: Path, published: Path, most_bytes: int = MOST_MEGABYTES * 1_000_000) -> list[Table]:
    """Write the file, and return every published table with how it is held.

    Raises:
        ReaderError: the published file is not a publication.

    """
    connection, _ = attach_published(published)
    trial = path.with_name(f"{path.name}.trial")
    try:
        tables = _fill(connection, trial, most_bytes)
        while _copied(connection, path) > most_bytes and any(table.is_held for table in tables):
            # how a copy fills its blocks is known only when it is there
            last = max(place for place, table in enumerate(tables) if table.is_held)
            connection.execute(f"drop table trial.marts.{tables[last].name}")
            tables[last] = replace(tables[last], held_columns=0)
        connection.execute("detach trial")
    finally:
        connection.close()
        trial.unlink(missing_ok=True)
    return sorted(tables, key=lambda table: table.name)


def _copied(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Copy the trial, without the space of tables that were too large, and return the bytes."""
    path.unlink(missing_ok=True)
    _attach(connection, path, "final")
    connection.execute("copy from database trial to final")
    connection.execute("detach final")
    return path.stat().st_size


def _fill(connection: duckdb.DuckDBPyConnection, trial: Path, most_bytes: int) -> list[Table]:
    """Write each table that fits into a file; return all tables in the order of trying."""
    _attach(connection, trial, "trial")
    for schema in ("catalogue", "marts"):
        connection.execute(f"create schema trial.{schema}")
    connection.execute("create table trial.catalogue.publication as from publication")
    listed = connection.execute(
        "select table_name, description, row_count, column_count from catalogue.tables"
    ).fetchall()
    listed.sort(
        key=lambda row: (not row[0].startswith("dim_"), row[0] != FLIGHTS, row[2] * row[3], row[0])
    )
    tables = []
    for name, description, rows, columns in listed:
        width, source = columns, f"from {name}"
        if name == FLIGHTS:
            width, source = len(ASKED_MOST), _FLIGHTS_OF_THE_SCOPE
            rows = _count(connection, f"({source})")  # noqa: PLW2901
        is_held = (
            rows * width <= _MOST_VALUES
            and name not in _NOT_FOR_BROWSERS
            and _fits(connection, name, source, most_bytes)
        )
        tables.append(Table(name, description, rows, columns, width if is_held else 0))
    return tables


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {source}").fetchall()  # noqa: S608
    return int(count)


def _fits(connection: duckdb.DuckDBPyConnection, name: str, source: str, most_bytes: int) -> bool:
    # in the order of the published rows, which compresses best
    connection.execute(f"create table trial.marts.{name} as {source}")
    connection.execute("checkpoint trial")
    used = connection.execute(
        "select used_blocks * block_size from pragma_database_size() where database_name = 'trial'"
    ).fetchall()
    if used[0][0] <= most_bytes:
        return True
    connection.execute(f"drop table trial.marts.{name}")
    connection.execute("checkpoint trial")
    return False


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    quoted = str(path.absolute()).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (storage_version '{_STORAGE}')")
