"""Answer the published on-time questions with DuckDB, chdb and polars, and compare the answers.

    make bench-queries                     # of data/published/current
    make bench-queries ARGS="--publication FILE --large-carrier-flights 1000"

The results replace their section of benchmarks/queries.md. The other engines are installed in an
environment of their own, from requirements/queries.txt.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import ROOT, commit
from benchmarks.queries.engines import FLIGHTS, PLACED_FLIGHTS, RUNS
from benchmarks.queries.questions import QUESTIONS
from ontime.storage.paths import published_file

RESULTS = ROOT / "benchmarks" / "queries.md"
OTHER_PYTHON = ROOT / ".venv-queries" / "bin" / "python"
# in the documentation's data, of all years, it is 100,000
LARGE_CARRIER_FLIGHTS = 10_000

Answers = Mapping[str, dict[str, Any]]


def main() -> int:
    """Measure and write the results; return 1 if two engines differ."""
    asked = _options()
    if not asked.publication.exists():
        sys.exit(f"No publication at {asked.publication}: run `make run`, or name another.")
    with tempfile.TemporaryDirectory() as folder:
        parquet = Path(folder) / "flights.parquet"
        flights, years = _export(asked.publication, parquet)
        questions = {
            question: sql.format(
                first_year=years[0],
                last_year=years[1],
                large_carrier_flights=asked.large_carrier_flights,
            )
            for question, sql in QUESTIONS.items()
        }
        answers = {
            "duckdb": _run(Path(sys.executable), "duckdb", asked.publication, questions),
            "chdb": _run(asked.python, "chdb", parquet, questions),
            "polars": _run(asked.python, "polars", parquet, questions),
        }
    how = (
        f"{flights:,} flights; medians of {RUNS} runs on {datetime.now(UTC):%Y-%m-%d} at commit "
        f"{commit()}, in milliseconds of the processors and, in brackets, on the clock."
    )
    differing = list(_differing(answers))
    lines = [*_section(answers, how), *(f"\nDiffering: {name}" for name in differing)]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return int(bool(differing))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--publication", type=Path, default=published_file())
    parser.add_argument("--python", type=Path, default=OTHER_PYTHON)
    parser.add_argument("--large-carrier-flights", type=int, default=LARGE_CARRIER_FLIGHTS)
    return parser.parse_args()


def _export(publication: Path, parquet: Path) -> tuple[int, tuple[int, int]]:
    """Write the rows that the other engines load; return their number, and their years."""
    with duckdb.connect(str(publication), read_only=True) as connection:
        connection.execute(f"create temp view flights as {FLIGHTS}")
        connection.execute(f"copy ({PLACED_FLIGHTS}) to '{parquet}'")
        [(flights, first, last)] = connection.execute(
            "select count(*), min(flight_year), max(flight_year) from flights"
        ).fetchall()
    return flights, (first, last)


def _run(python: Path, engine: str, file: Path, questions: Mapping[str, str]) -> Answers:
    done = subprocess.run(
        [str(python), "-m", "benchmarks.queries.engines", engine, str(file)],
        input=json.dumps(questions),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{engine} failed: {done.stderr[-2000:]}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["question"]: one for one in found}


def _differing(answers: Mapping[str, Answers]) -> Iterator[str]:
    """Yield the questions that not all engines answer in the same way."""
    for question, expected in answers["duckdb"].items():
        for engine, answer in answers.items():
            if not same(expected["rows"], answer[question]["rows"]):
                yield f"{question} ({engine})"


def same(first: Any, second: Any) -> bool:
    """Return whether two answers are equal, numbers to nine digits."""
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, int | float) and isinstance(second, int | float):
        return math.isclose(first, second, rel_tol=1e-9)
    return bool(first == second)


def _section(answers: Mapping[str, Answers], how: str) -> Iterator[str]:
    yield "# The on-time questions of ClickHouse's documentation"
    yield ""
    yield "Written by `make bench-queries`. DuckDB answers from the published file; chdb is"
    yield "ClickHouse in the same process, with the rows in a table; polars has them in memory."
    yield "Every answer is the same in all three."
    yield ""
    yield how
    yield ""
    yield "| question | answer | DuckDB | chdb | polars |"
    yield "|---|---|---:|---:|---:|"
    for question, one in answers["duckdb"].items():
        times = " | ".join(
            f"{1000 * answer[question]['processor_seconds']:,.0f} "
            f"({1000 * answer[question]['seconds']:,.0f})"
            for answer in answers.values()
        )
        yield f"| {question} | {_short(one['rows'])} | {times} |"


def _short(rows: list[list[Any]]) -> str:
    """Return the first row of an answer, and how many there are."""
    values = [f"{value:,.2f}" if isinstance(value, float) else f"{value}" for value in rows[0]]
    first = ", ".join(values)
    return first if len(rows) == 1 else f"{first}; {len(rows)} rows"


if __name__ == "__main__":
    sys.exit(main())
