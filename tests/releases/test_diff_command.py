"""`make diff`: the publications it accepts, its output, and its error messages."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ontime.cli import app
from ontime.releases.comparison.difference import compare
from ontime.releases.comparison.page import page
from tests.commands import ROOT
from tests.releases.conftest import Publish
from tests.releases.publications import publish

LATE = "update marts.fct_flights set delay_minutes = 300 where flight_id = '2013-02-2'"
HOSTILE = "update marts.dim_carriers set carrier_name = '<script>[red]&' where carrier_code = 'AA'"
FIRST, SECOND = "20130401T000000Z-00000001", "20130402T000000Z-00000002"


def diff(*arguments: str, columns: str = "80") -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["diff", *arguments], env={"COLUMNS": columns})


def differences(result: Result) -> str:
    """Return the output of a command after the names of the two files."""
    return result.stdout[result.stdout.index("rows of") :]


def refused(result: Result) -> str:
    """Return the single sentence with which a command was refused."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    (sentence,) = result.stderr.splitlines()
    return sentence


def test_the_version_before_and_the_one_in_place_are_compared_unless_named(put: Publish) -> None:
    put("20130331T000000Z-00000000", HOSTILE)
    put(FIRST)
    put(SECOND, LATE)
    shown = diff()
    assert shown.exit_code == 0, shown.output
    assert re.search(rf"from {FIRST}.*to   {SECOND}", shown.stdout, re.DOTALL)
    assert re.search(r"fct_flights +18 +18 +- +- +1 +-", shown.stdout)
    assert "3 other tables hold the same." in shown.stdout
    assert re.search(r"2013-02 +- +- +1", shown.stdout)
    assert re.search(r"delay_minutes +1 +2013-02-2: 0 -> 300", shown.stdout)
    for named in (("--from", FIRST), ("--to", SECOND), ("--from", "20130401", "--to", "published")):
        assert differences(diff(*named)) == differences(shown)
    back = diff("--from", SECOND, "--to", FIRST)
    assert re.search(r"2013-02-2: 300 -> 0", back.stdout)


def test_a_terminal_of_eighty_columns_is_enough(put: Publish, tmp_path: Path) -> None:
    put(FIRST)
    put(SECOND, HOSTILE, LATE, "alter table marts.mart_empty add column a_new_column varchar")
    lines = diff().stdout.splitlines()
    assert max(len(line) for line in lines if "duckdb" not in line) <= 80
    assert any("<script>[red]&" in line for line in lines)
    assert any("column a_new_column: added: varchar" in line for line in lines)


def test_equal_content_says_so(put: Publish, tmp_path: Path) -> None:
    put(FIRST)
    other = publish(tmp_path / "copy.duckdb", "copy")
    assert "Nothing differs: all 4 tables hold the same." in diff("--from", str(other)).stdout


def test_a_release_can_be_named(put: Publish, data: Path) -> None:
    put(FIRST)
    assert CliRunner().invoke(app, ["release"]).exit_code == 0
    (release,) = (data / "releases").glob("ontime-*")
    put(SECOND, LATE)
    for name in (release.name, str(release)):
        assert re.search(r"2013-02-2: 0 -> 300", diff("--from", name).stdout)


def test_what_cannot_be_compared_is_refused_in_one_sentence(put: Publish, tmp_path: Path) -> None:
    assert "Nothing is published" in refused(diff())
    put(FIRST)
    assert "There is no version before" in refused(diff())
    put(SECOND, LATE)
    assert (
        f"There is no publication 1999: name a file, a folder of a release, or one of {FIRST}, "
        in (refused(diff("--from", "1999")))
    )
    assert f"could be {FIRST} or {SECOND}" in refused(diff("--from", "2013"))
    assert "are the same publication" in refused(diff("--from", SECOND, "--to", "published"))
    (tmp_path / "notes.txt").write_text("no database")
    assert "is no publication: it cannot be opened" in refused(
        diff("--from", str(tmp_path / "notes.txt"))
    )
    with duckdb.connect(str(tmp_path / "empty.duckdb")) as connection:
        connection.execute("create table things as select 1 as size")
    assert "lacks the schema `marts`" in refused(diff("--from", str(tmp_path / "empty.duckdb")))
    assert "cannot be written" in refused(diff("--html", str(tmp_path / "nowhere" / "page.html")))


class Reader(HTMLParser):
    """Collects the parts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Record text."""
        self.words.append(data)


@pytest.fixture
def read_page(tmp_path: Path) -> Reader:
    before = publish(tmp_path / "before.duckdb", "before")
    changes = [LATE, HOSTILE, "drop table marts.mart_carrier_hours"]
    reader = Reader()
    reader.feed(page(compare(before, publish(tmp_path / "after.duckdb", "<after>", changes))))
    reader.close()
    assert not reader.open
    return reader


def test_the_page_needs_nothing_beside_it(read_page: Reader) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in read_page.tags}
    targets = {attrs.get("href") or attrs.get("src") for _, attrs in read_page.tags} - {None}
    assert targets
    assert all(str(target).startswith("#") for target in targets)
    style = "".join(read_page.words)
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style


def test_the_page_says_what_the_terminal_says(read_page: Reader) -> None:
    words = " ".join("".join(read_page.words).split())
    for expected in ("What changed from before to <after>", "2013-02", "0 → 300", "<script>[red]&"):
        assert expected in words
    assert "Breaking: table removed" in words


def test_the_page_can_be_read_by_everybody(read_page: Reader) -> None:
    tags = [tag for tag, _ in read_page.tags]
    assert ("html", {"lang": "en"}) in read_page.tags
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert tags.count("caption") == tags.count("table") > 0
    assert all("scope" in attrs for tag, attrs in read_page.tags if tag == "th")
    regions = [attrs for _, attrs in read_page.tags if attrs.get("role") == "region"]
    assert len(regions) == tags.count("table")
    assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)
    ids = [attrs["id"] for _, attrs in read_page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(
        str(attrs["href"])[1:] in ids
        for _, attrs in read_page.tags
        if attrs.get("href") is not None
    )
    assert any(attrs.get("name") == "viewport" for _, attrs in read_page.tags)
    style = "".join(read_page.words)
    assert "@media print" in style
    assert "overflow-x: auto" in style


def test_make_puts_no_value_on_a_command_line() -> None:
    """Values are passed in the environment: tests/front_door/test_values.py checks that."""
    make = shutil.which("make") or "make"
    for words, expected in (
        (["diff"], "/ontime diff"),
        (["diff", "FROM=a b", "TO=c"], "/ontime diff"),
        (["diff", "ARGS=--html d.html"], "/ontime diff"),
        (["release", "ARGS=--since e"], "/ontime release"),
    ):
        # another test covers the set-up
        dry = [make, "--no-print-directory", "--dry-run", "--old-file=setup", *words]
        done = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.rstrip().endswith(expected)
