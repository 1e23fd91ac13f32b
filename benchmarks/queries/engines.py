"""Run the questions in one engine, in a process of its own; the answers are JSON lines.

    python -m benchmarks.queries.engines ENGINE FILE

The questions are read from standard input, as JSON. DuckDB reads the published file; chdb and
polars have the same rows from a Parquet file, which they load before anything is measured.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

RUNS = 5
Rows = list[list[Any]]

# the rows that every engine is asked about, from the published file
FLIGHTS = """
    select
        flight_date,
        flight_month,
        cast(extract(year from flight_date) as integer) as flight_year,
        cast(isodow(flight_date) as integer) as iso_weekday,
        carrier_code,
        origin_airport_code,
        destination_airport_code,
        departure_delay_minutes,
        arrival_delay_minutes
    from marts.fct_flights
"""
PLACED_FLIGHTS = """
    select
        flights.*,
        origins.city_name as origin_city_name,
        origins.state_name as origin_state_name,
        destinations.city_name as destination_city_name,
        destinations.state_name as destination_state_name
    from flights
    inner join marts.dim_airports as origins
        on flights.origin_airport_code = origins.airport_code
    inner join marts.dim_airports as destinations
        on flights.destination_airport_code = destinations.airport_code
"""


def duckdb_engine(file: str) -> Callable[[str], Rows]:
    """Return what answers a question from the published file."""
    duckdb: Any = importlib.import_module("duckdb")
    connection = duckdb.connect(file, read_only=True)
    connection.execute(f"create temp view flights as {FLIGHTS}")
    connection.execute(f"create temp view placed_flights as {PLACED_FLIGHTS}")
    return lambda sql: [list(row) for row in connection.execute(sql).fetchall()]


def chdb_engine(file: str) -> Callable[[str], Rows]:
    """Return what answers a question from a table in ClickHouse, in this process."""
    session: Any = importlib.import_module("chdb.session").Session(tempfile.mkdtemp())
    session.query("create database bench engine = Atomic")
    session.query("use bench")
    session.query(
        "create table flights engine = MergeTree order by assumeNotNull(flight_date) "
        f"as select * from file('{file}', Parquet)"
    )
    session.query("create view placed_flights as select * from flights")

    def answer(sql: str) -> Rows:
        lines = session.query(sql, "JSONCompactEachRow").bytes().decode().splitlines()
        return [json.loads(line) for line in lines]

    return answer


def polars_engine(file: str) -> Callable[[str], Rows]:
    """Return what answers a question from a data frame in memory."""
    polars: Any = importlib.import_module("polars")
    frame = polars.read_parquet(file).lazy()
    context = polars.SQLContext(flights=frame, placed_flights=frame)
    return lambda sql: [list(row) for row in context.execute(sql).collect().rows()]


ENGINES = {"duckdb": duckdb_engine, "chdb": chdb_engine, "polars": polars_engine}


def main() -> None:
    """Print for each question the answer, and the medians of its seconds."""
    name, file = sys.argv[1:]
    answer = ENGINES[name](file)
    for question, sql in json.load(sys.stdin).items():
        measured = [_measured(answer, sql) for _ in range(RUNS)]
        line = {
            "question": question,
            "rows": measured[0][0],
            "seconds": statistics.median(one[1] for one in measured),
            "processor_seconds": statistics.median(one[2] for one in measured),
        }
        print(json.dumps(line, default=str), flush=True)


def _measured(answer: Callable[[str], Rows], sql: str) -> tuple[Rows, float, float]:
    began, used = time.perf_counter(), time.process_time()
    rows = answer(sql)
    return rows, time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
