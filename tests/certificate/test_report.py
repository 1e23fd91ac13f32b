"""The page shows the recorded results, and only those."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.certificate import report, results
from tests.certificate.journal import Journal, Proofs, SmallStops
from tests.certificate.killing import Kill, chosen
from tests.certificate.outcome import BrokenPromiseError
from tests.certificate.phases import PHASES
from tests.certificate.proofs import PROOFS, Proven
from tests.certificate.results import Row
from tests.commands import ROOT


def test_the_page_shows_the_recorded_results() -> None:
    page = results.PAGE.read_text(encoding="utf-8")
    assert results.table(results.read()) in page


def test_no_recorded_fault_broke_the_promise() -> None:
    rows = results.read()["rows"]
    assert rows
    assert [row for row in rows if "**" in row["outcome"] or not row["times"]] == []


def test_the_tests_that_prove_a_fault_exist() -> None:
    for proof in PROOFS:
        for name in proof.tests:
            path, _, test = name.partition("::")
            if not name.startswith("-k"):
                assert (ROOT / path).exists(), name
                assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name


def test_every_file_of_a_proof_has_a_test_that_is_chosen() -> None:
    """A row must not be about something of which no test is run."""
    for proof in PROOFS:
        chosen = [name.removeprefix("-k ") for name in proof.tests if name.startswith("-k")]
        words = [word.lower() for each in chosen for word in each.split(" or ")]
        for name in proof.tests:
            if name.startswith("-k") or "::" in name:
                continue
            files = sorted((ROOT / name).glob("test_*.py")) or [ROOT / name]
            texts = [path.read_text(encoding="utf-8") for path in files]
            names = [test for text in texts for test in re.findall(r"^def (test_\w+)", text, re.M)]
            # words can also name parameters, or the file itself
            ids = [text for text in texts if "parametrize" in text]
            assert names, name
            assert not words or any(
                word in place.lower() for word in words for place in (*names, *ids, files[0].name)
            ), f"{name}: {words}"


def test_a_broken_promise_and_a_failed_test_are_shown(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add("publish", 0, [Kill("publish", 0, "rename /published/current", "old")])
    journal.add("publish", 1, [], "readers see nothing")
    assert [journal.next(phase) for phase in ("publish", "models")] == [2, 0]
    proven = Proofs(tmp_path / "proofs.json")
    proven.add(PROOFS[0].fault, Proven(3, 1))
    first, second = report.rows(
        Journal(tmp_path / "journal.jsonl"), SmallStops(tmp_path, "code"), proven
    )
    assert (first.times, first.old, first.new) == (2, 1, 0)
    assert first.outcome == "**1 broke the promise**"
    assert second.outcome.startswith("**1 tests failed**; ")


def test_a_row_stays_until_its_fault_is_injected_about_as_often_into_newer_code() -> None:
    def recorded(code: str, **times: int) -> dict[str, Any]:
        rows = [Row(fault, count, "whole", "make") for fault, count in times.items()]
        return results.recorded({"code": code}, rows)

    older = recorded("old", few=30, many=30, gone=30, only_then=3)
    newer = recorded("new", few=9, many=10, only_now=1)
    found = results.merged(older, newer, ["only_now", "few", "many", "only_then"])
    assert [(row["fault"], row["times"], row["code"]) for row in found["rows"]] == [
        ("only_now", 1, "new"),
        ("few", 30, "old"),
        ("many", 10, "new"),
        ("only_then", 3, "old"),
    ]
    broken = results.recorded({"code": "new"}, [Row("few", 1, "**1 broke the promise**", "make")])
    [row] = results.merged(older, broken, ["few"])["rows"]
    assert row["code"] == "new"


def test_a_rename_is_chosen_before_and_after_and_the_rest_by_a_seed() -> None:
    publish = next(phase for phase in PHASES if phase.name == "publish")
    calls = [
        "write /published/versions/a",
        "rename /published/versions/b",
        "fsync /published/versions",
        "write /runs/log",
        "rename /published/current",
        "unlink /published/old",
    ]
    places = [chosen(publish, calls, number)[1] for number in range(4)]
    assert places == [calls[1], calls[2], calls[4], calls[5]]
    seeded = [chosen(publish, calls, number) for number in range(4, 20)]
    assert seeded == [chosen(publish, calls, number) for number in range(4, 20)]
    assert len({place for _, place in seeded}) > 2
    with pytest.raises(BrokenPromiseError, match="no call matches"):
        chosen(publish, ["write /elsewhere"], 0)
