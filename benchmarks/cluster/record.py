"""What the proof found, and the section of benchmarks/cluster.md that it writes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import ROOT
from benchmarks.cluster.usage import Used
from ontime.cluster.comparison import Comparison

RESULTS = ROOT / "benchmarks" / "cluster.md"
PROOF = "<!-- proof: written by `make spark-test ARGS=--record` -->"
SLOPES = "<!-- slopes: written by `make spark-bench` -->"
_MACROS = ROOT / "dbt_project" / "macros"
_KINDS = (
    ("model", "models"),
    ("seed", "seeds"),
    ("test", "data tests"),
    ("unit_test", "unit tests"),
)


@dataclass
class Found:
    """What was done, how long it took, and how the marts compared after each change."""

    steps: list[tuple[str, Used]] = field(default_factory=list)
    comparisons: dict[str, list[Comparison]] = field(default_factory=dict)
    killed: str = ""
    outcomes: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether every mart was equal after every build."""
        return all(each.is_equal for found in self.comparisons.values() for each in found)


def outcomes_of(results: Path) -> str:
    """Return how many nodes of each kind a build ran, and how they ended, in words."""
    counted: Counter[tuple[str, str]] = Counter()
    for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
        counted[result["unique_id"].partition(".")[0], result["status"]] += 1
    said = []
    for kind, words in _KINDS:
        ended = {status: number for (of, status), number in counted.items() if of == kind}
        kept = ", ".join(f"{number:,} {status}" for status, number in sorted(ended.items()))
        said.append(f"{sum(ended.values()):,} {words} ({kept})")
    return "; ".join(said)


def macros_by_engine() -> dict[str, int]:
    """Return how many macros have a text of their own for an engine."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(_MACROS.rglob("*.sql"))]
    names = [name for text in texts for name in re.findall(r"macro (duckdb|spark)__\w+\(", text)]
    return dict(sorted(Counter(names).items()))


def proof_section(found: Found, how: str) -> Iterator[str]:
    """Yield the lines of what the proof found; `how` states the data, the date and the commit."""
    macros = ", ".join(f"{number} for {engine}" for engine, number in macros_by_engine().items())
    yield from (PROOF, "", "## The whole project on Spark and on DuckDB", "", how, "")
    yield f"The build on the cluster: {found.outcomes}."
    yield from (f"{found.killed}." if found.killed else "No worker was killed.", "")
    yield f"Macros with a text of their own: {macros}."
    yield from ("", "| step | seconds | processor seconds | dbt or DuckDB | server | workers |")
    yield "|---|---:|---:|---:|---:|---:|"
    for what, used in found.steps:
        yield (
            f"| {what} | {used.seconds:,.0f} | {used.processor_seconds:,.0f} "
            f"| {used.commands:,.0f} | {used.server:,.0f} | {used.workers:,.0f} |"
        )
    yield from ("", "Rows of each mart after each build, and whether Spark's are equal:", "")
    yield f"| mart | {' | '.join(found.comparisons)} | equal |"
    yield f"|---|{'---:|' * len(found.comparisons)}---|"
    by_mart: dict[str, list[Comparison]] = {}
    for compared in found.comparisons.values():
        for each in compared:
            by_mart.setdefault(each.table, []).append(each)
    for mart, of_mart in sorted(by_mart.items()):
        rows = " | ".join(f"{each.warehouse_rows:,}" for each in of_mart)
        equal = sum(each.is_equal for each in of_mart)
        yield f"| {mart} | {rows} | {'yes' if equal == len(of_mart) else f'{equal} times'} |"


def write_section(begin: str, lines: Iterator[str]) -> None:
    """Write a section of the results in place of the one before."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Spark and DuckDB\n"
    head, *sections = re.split(r"^(?=<!-- \w+: written)", before, flags=re.MULTILINE)
    kept = {text.splitlines()[0]: text.strip() for text in sections}
    kept[begin] = "\n".join(lines)
    ordered = [kept[key] for key in (PROOF, SLOPES) if key in kept]
    RESULTS.write_text("\n\n".join([head.strip(), *ordered]) + "\n", encoding="utf-8")
