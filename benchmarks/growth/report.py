"""The table of what was measured, as a section of benchmarks/results.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.growth.record import Measurement
from benchmarks.growth.steps import BASELINE, BUILD, INGEST, MORE_BUILD, MORE_INGEST, RUN

BEGIN = "<!-- growth: written by `make bench` -->"

_LABELS = {
    INGEST: "ontime: load flights, weather, registry",
    BASELINE: "DuckDB: the compiled models as one script of `create table as`",
    RUN: "ontime: `dbt run`",
    BUILD: "ontime: `dbt build`: models, tests, publication",
    MORE_INGEST: "ontime: load one more month",
    MORE_BUILD: "ontime: `dbt build` after it",
}


def section(measured: Mapping[tuple[int, str], Measurement], how: str) -> list[str]:
    """Return the lines of the section; `how` states the date, the commit and the machine."""
    return [
        BEGIN,
        "",
        "## From made-up months to a publication",
        "",
        how,
        "",
        "The ratio compares processor seconds with those of the DuckDB script at the same number",
        "of months. The sizes are those after the step; each warehouse holds the same raw tables.",
        "",
        "| months | flights | how | processor seconds | seconds | ratio | peak memory, MB "
        "| warehouse, MB | published, MB |",
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|",
        *_rows(measured),
    ]


def _rows(measured: Mapping[tuple[int, str], Measurement]) -> Iterator[str]:
    for months in sorted({months for months, _ in measured}):
        baseline = measured.get((months, BASELINE))
        for step, label in _LABELS.items():
            if one := measured.get((months, step)):
                ratio = (
                    f"{one.processor_seconds / baseline.processor_seconds:.2f}" if baseline else ""
                )
                published = f"{one.published_bytes / 1e6:,.0f}" if one.published_bytes else ""
                yield (
                    f"| {months} | {one.flights:,} | {label} | {one.processor_seconds:,.0f} "
                    f"| {one.seconds:,.0f} | {ratio} | {one.peak_bytes / 1e6:,.0f} "
                    f"| {one.warehouse_bytes / 1e6:,.0f} | {published} |"
                )


def replace_section(results: Path, lines: list[str]) -> None:
    """Write the section at the end of the results, in place of the one before."""
    before = results.read_text(encoding="utf-8").partition(BEGIN)[0].rstrip("\n")
    results.write_text(before + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def kept_section(results: Path) -> str:
    """Return the section as it is in the results, or an empty text."""
    if not results.exists():
        return ""
    _, begin, rest = results.read_text(encoding="utf-8").partition(BEGIN)
    return begin + rest
