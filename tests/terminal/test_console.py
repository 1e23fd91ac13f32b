"""Text from outside cannot control the terminal or break a page, whatever its source."""

from __future__ import annotations

import io
import os
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import duckdb
import pytest
from rich.table import Table
from rich.text import Text

from ingest.errors import RefusedFileError
from ingest.publishers import Received
from ingest.reading.archives import only_table
from ontime.site.pages import frame
from ontime.site.reader import Reader
from ontime.terminal.console import Console, one_line, printable
from tests.commands import ROOT, Project
from tests.publisher import bts_files

EVIL = "\x1b]0;owned\x07\x1b[2Jred\x9b31m\u202eevil\u2028\r"
WRITTEN = r"\x1b]0;owned\x07\x1b[2Jred\x9b31m\u202eevil\u2028\x0d"


def printed(*things: object) -> str:
    """Return what a console writes to a terminal without colours."""
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, color_system=None, width=200)
    for thing in things:
        console.print(thing, markup=False)
    return written.getvalue()


def is_harmless(text: str) -> bool:
    """Return whether a text has no control characters."""
    return printable(text) == text


def test_every_control_character_is_written_out_and_no_other() -> None:
    steering = [*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029, 0x202E, 0x2066, 0xFFFE]
    for code in steering:
        assert printable(chr(code)).startswith("\\"), hex(code)
    for text in ("a\tb\nc", "Ü ß Ł 東京 ✈ 👩‍✈️", "\\x1b", "│ └"):
        assert printable(text) == text
    assert printable(EVIL) == WRITTEN
    assert one_line("a\nb\x1b") == r"a\nb\x1b"


def test_whatever_a_console_prints_is_harmless() -> None:
    table = Table(title=EVIL)
    table.add_column(EVIL)
    table.add_row(EVIL)
    table.add_row(Text(EVIL))
    for thing in (EVIL, Path(EVIL), table, Text(EVIL), ValueError(EVIL)):
        said = printed(thing)
        assert is_harmless(said), repr(said)
        assert r"\x1b" in said
    assert printed(EVIL) == f"{WRITTEN}\n"


def test_every_command_prints_through_such_a_console() -> None:
    for folder in ("ingest", "ontime"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "console.py":
                assert (
                    "rich.console"
                    not in path.read_text("utf-8").replace(
                        "from rich.console import ConsoleOptions", ""
                    )
                    or path.name == "terminal.py"
                ), path


def test_a_file_name_in_a_folder_is_written_out(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name, rows in (("\x1b[31mone\n.zip", 3), ("\x1b[32mother.zip", 4)):
        flights = bts_files.flights("1995-01", rows)
        (folder / name).write_bytes(bts_files.month_zip("1995-01", flights, header="web"))
    done = project.ingest("load", "bts", "--offline-from", str(folder), check=False)
    assert done.returncode in {1, 2}, done.stdout
    assert is_harmless(done.stdout + done.stderr), repr(done.stdout + done.stderr)
    assert "Traceback" not in done.stderr
    assert r"\x1b[31mone\n.zip" in done.stderr


def test_a_header_is_written_out(project: Project, tmp_path: Path) -> None:
    flights = bts_files.flights("1995-01", 3)
    content = bts_files.month_zip("1995-01", flights, header="web")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        lines = archive.read(name)
    start, end = lines.split(b"\n", 1)
    with zipfile.ZipFile(tmp_path / "web.zip", "w") as archive:
        archive.writestr(name, start.rstrip(b"\r") + b',"\x1b[31mEXTRA"\n' + end)
    done = project.ingest("load", "bts", "--offline-from", str(tmp_path), check=False)
    said = done.stdout + done.stderr
    assert is_harmless(said), repr(said)
    assert "Traceback" not in said


def test_a_member_name_in_a_refusal_is_written_out() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("../\x1b[31m.csv", "a")
    with pytest.raises(RefusedFileError) as refused:
        only_table(Received("things.zip", "2024-01", written))
    assert is_harmless(printed(str(refused.value)))


def test_results_and_errors_of_queries_are_written_out(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.published_file.parent.mkdir(parents=True)
    with duckdb.connect(str(project.published_file)) as connection:
        connection.execute("create schema marts; create schema catalogue")
        connection.execute("create table catalogue.publication as select 'a' as publication_name")
        connection.execute("create table marts.dim_carriers as select ? as carrier_name", [EVIL])
    query = (sys.executable, "-m", "ontime", "query")
    shown = project.run(*query, "from dim_carriers")
    failed = project.run(*query, "select carrier_name::integer from dim_carriers", check=False)
    assert is_harmless(shown.stdout), repr(shown.stdout)
    assert "owned" in shown.stdout
    assert failed.returncode == 1
    assert is_harmless(failed.stderr), repr(failed.stderr)
    assert "owned" in failed.stderr


def test_the_site_shows_a_hostile_carrier_written_out() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table carriers as select ? as name, 1 as flights", [EVIL])
        (row,) = Reader(connection).rows("from carriers")
    assert row == {"name": WRITTEN, "flights": 1}
    # pictures are XML, which cannot contain such characters
    assert ET.fromstring(f"<svg>{row['name']}</svg>").text == WRITTEN  # noqa: S314
    assert is_harmless(frame("Title", EVIL, address="a.html"))


def test_a_reader_that_stops_reading_does_not_stop_the_work() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as nobody:
        console = Console(file=nobody)
        for _ in range(3):
            console.print("a line that nobody reads")
