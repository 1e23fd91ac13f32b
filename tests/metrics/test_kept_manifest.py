"""A build's semantic manifest is kept for the questions after it, if it is that of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontime.publishing.identity import project_hash
from ontime.transformation.semantic_manifest import keep_of_build, semantic_manifest


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a target folder in which a build has written its manifest."""
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    (tmp_path / "semantic_manifest.json").write_text("of the build")
    return tmp_path


def test_the_manifest_of_a_build_answers_without_parsing(target: Path) -> None:
    (target / "metrics").mkdir()
    stale = target / "metrics" / f"{'0' * 64}.json"
    stale.write_text("of other files")
    keep_of_build(project_hash())
    assert semantic_manifest() == "of the build"
    assert not stale.exists()


def test_files_that_changed_during_the_build_are_parsed_anew(target: Path) -> None:
    keep_of_build("1" * 64)
    assert not list((target / "metrics").glob("*.json"))
