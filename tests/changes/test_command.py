"""The commands end with a sentence where there is nothing to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from ontime.cli import app


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("command", ["ci-changed", "impact", "dev"])
def test_an_unknown_base_is_a_sentence(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--base", "no-such-branch"])
    assert done.exit_code == 1
    assert done.stderr.startswith("There is no revision 'no-such-branch' in this repository")


def test_a_personal_build_without_a_publication_says_what_to_do() -> None:
    done = CliRunner().invoke(app, ["dev", "--base", "HEAD"])
    assert done.exit_code == 1
    assert "Nothing is published in" in done.stderr
    assert "run `make run`" in done.stderr


def test_two_changes_are_not_built_at_once(data: Path) -> None:
    (data / "changes").mkdir(parents=True)
    with FileLock(data / "changes" / "lock"):
        done = CliRunner().invoke(app, ["impact", "--base", "HEAD"])
    assert done.exit_code == 1
    assert done.stderr == (
        "Another process is building a change here: try again when it has finished.\n"
    )
