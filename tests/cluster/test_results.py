"""What the proof and the slopes write: counts, lines through two sizes, sections that stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.cluster import record, slopes
from benchmarks.cluster.record import Found, outcomes_of, proof_section, write_section
from benchmarks.cluster.slopes import DUCKDB, Measured, line_through
from benchmarks.cluster.usage import Used
from ontime.cluster.comparison import Comparison

# DuckDB takes 10 s and 100 us a flight; Spark 200 s beside its workers, and 160 us a flight in them
MEASURED: Measured = {
    (size, workers): (size, used)
    for size in (100_000, 500_000)
    for workers, used in (
        (DUCKDB, Used(1, 10 + size * 100e-6)),
        (1, Used(1, 100, 100, 20 + size * 160e-6)),
        (2, Used(1, 100, 100, 20 + size * 160e-6)),
    )
}


def test_a_line_through_two_sizes_has_its_part_without_flights() -> None:
    fixed, slope = line_through(MEASURED, DUCKDB, lambda used: used.processor_seconds)
    assert fixed == pytest.approx(10)
    assert slope == pytest.approx(100e-6)
    assert line_through(MEASURED, 1, lambda used: used.server) == (100, 0)


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    record_file = tmp_path / "measurements.jsonl"
    assert slopes.read(record_file) == {}
    for key, (flights, used) in MEASURED.items():
        slopes.append(record_file, key, flights, used)
    assert slopes.read(record_file) == MEASURED


def test_spark_pays_where_the_lines_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    lines = list(slopes._where_it_pays(MEASURED))
    # two cores of workers take 80 us a flight, DuckDB's two 50; eight take 20
    assert "| 2 | at no size |" in lines
    assert "| 8 | 3,250,000 |" in lines


def test_outcomes_are_counted_by_kind(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.ontime.a", "status": "success"},
        {"unique_id": "test.ontime.b", "status": "pass"},
        {"unique_id": "test.ontime.c", "status": "warn"},
        {"unique_id": "unit_test.ontime.d", "status": "fail"},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert outcomes_of(tmp_path / "run_results.json") == (
        "1 models (1 success); 0 seeds (); 2 data tests (1 pass, 1 warn); 1 unit tests (1 fail)"
    )


def test_a_section_replaces_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path / "cluster.md")
    write_section(record.SLOPES, iter([record.SLOPES, "", "the slopes"]))
    for equal in (False, True):
        found = Found([("built", Used(2, 1))], {"built": [Comparison("dim_dates", 7, 7, equal)]})
        assert found.is_equal is equal
        write_section(record.PROOF, proof_section(found, "how"))
    text = (tmp_path / "cluster.md").read_text("utf-8")
    assert text.index("how") < text.index("the slopes")
    assert text.count(record.PROOF) == text.count(record.SLOPES) == 1
    assert "| dim_dates | 7 | yes |" in text
    assert "No worker was killed." in text
