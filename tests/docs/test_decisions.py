"""The list of decisions contains the title of each one."""

from __future__ import annotations

import re

from tests.commands import ROOT

FOLDER = ROOT / "docs" / "decisions"


def test_the_list_of_decisions_is_complete_and_true() -> None:
    listed = re.findall(
        r"^- \[(\d{4})\]\((.*?\.md)\): (.*)$", (FOLDER / "README.md").read_text("utf-8"), re.M
    )
    files = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
    assert [name for _, name, _ in listed] == [path.name for path in files]
    for number, name, title in listed:
        first, _, _ = (FOLDER / name).read_text("utf-8").partition("\n")
        assert first == f"# {number}: {title}"
        assert name.startswith(f"{number}-")
