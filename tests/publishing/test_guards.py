"""A program that opens the published file for writing leaves nothing behind, whoever runs it.

In containers the tests run as root, which file permissions do not stop: the guards must work
without them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from ontime.publishing.guards import guard, is_guarded, stray_logs
from ontime.publishing.placement import faults, in_place
from ontime.publishing.verification import hashed_otherwise, verify
from ontime.publishing.versions import Version
from tests.commands import ROOT
from tests.publishing.made_up import publish, seen
from tests.requirements import lacking

# A tool that opens the file read-write, as most do, and reports after each step what it could do.
CLIENT = """
import sys
import duckdb

path, statement = sys.argv[1], sys.argv[2]
try:
    connection = duckdb.connect(path)
except duckdb.Error:
    print("cannot open", flush=True)
    sys.exit()
print("open", flush=True)
sys.stdin.readline()
try:
    connection.execute("set wal_autocheckpoint = '1TB'")
    connection.execute(statement)
    print("changed", flush=True)
except duckdb.Error as error:
    print("refused", flush=True)
sys.stdin.readline()
"""
NOBODY_IS_ON_TIME = "update marts.fct_flights set is_on_time = false"
SCRATCH = "create table marts.scratch as select 1 as a"

Client = subprocess.Popen[str]


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the publications folder of the test's own project."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "published"


@pytest.fixture(params=["locked", "oldest", "newest"])
def python(request: pytest.FixtureRequest) -> str:
    """Return the Python of a client with the project's DuckDB, the oldest or the newest."""
    if request.param == "locked":
        return sys.executable
    found = ROOT / ".venv-drivers" / request.param / "bin" / "python"
    if not found.exists():
        lacking("drivers", f"no {found}")
    return str(found)


def start(python: str, file: Path, statement: str) -> Client:
    """Start a client; it waits before its change, and again after it."""
    client = subprocess.Popen(
        [python, "-c", CLIENT, str(file), statement],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    assert client.stdout.readline().strip() in {"open", "cannot open"}
    return client


def go_on(client: Client) -> str:
    """Let a client make its change, and return the outcome."""
    assert client.stdin is not None
    assert client.stdout is not None
    with suppress(BrokenPipeError):
        client.stdin.write("\n")
        client.stdin.flush()
    return client.stdout.readline().strip()


def kill(client: Client) -> None:
    client.send_signal(signal.SIGKILL)
    client.communicate()


@pytest.mark.parametrize("statement", [NOBODY_IS_ON_TIME, SCRATCH])
def test_a_client_that_writes_and_dies_changes_nothing(
    published: Path, python: str, statement: str
) -> None:
    publish("v1", 1)
    client = start(python, published / "ontime_marts.duckdb", statement)
    assert go_on(client) in {"refused", ""}
    kill(client)
    assert seen(published) == ("v1", 1, "v1")
    assert stray_logs(published / "ontime_marts.duckdb") == []
    assert stray_logs(published / "current" / "ontime_marts.duckdb") == []
    assert faults() == verify() == []
    publish("v2", 2)
    assert seen(published) == ("v2", 2, "v2")
    assert faults() == verify() == []


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_a_client_that_is_open_while_a_version_is_put_in_place_reaches_no_reader(
    published: Path, python: str, moment: str
) -> None:
    publish("v1", 1)
    client = start(python, published / "ontime_marts.duckdb", NOBODY_IS_ON_TIME)
    if moment == "before":
        go_on(client)
    publish("v2", 2)
    assert seen(published) == ("v2", 2, "v2")
    if moment == "during":
        go_on(client)
    assert seen(published) == ("v2", 2, "v2")
    publish("v3", 3)
    if moment == "after":
        go_on(client)
    kill(client)
    assert seen(published) == ("v3", 3, "v3")
    assert faults() == verify() == []


def leave_a_log(folder: Path) -> Path:
    """Return the write-ahead log that a client left next to an unguarded copy of a file."""
    copied = folder / "copy.duckdb"
    shutil.copyfile(folder / "data" / "published" / "ontime_marts.duckdb", copied)
    client = start(sys.executable, copied, NOBODY_IS_ON_TIME)
    assert go_on(client) == "changed"
    kill(client)
    log = folder / "copy.duckdb.wal"
    assert log.stat().st_size > 0
    return log


@pytest.mark.parametrize("place", ["published", "version"])
@pytest.mark.parametrize("ending", [".wal", ".wal.checkpoint", ".wal.recovery"])
def test_a_log_that_was_left_is_found_and_never_adopted(
    published: Path, tmp_path: Path, place: str, ending: str
) -> None:
    """Reproduce the original fault: a log of a client's change lies where DuckDB looks for one."""
    publish("v1", 1)
    log = leave_a_log(tmp_path)
    folder = published if place == "published" else published / "current"
    left = folder / f"ontime_marts.duckdb{ending}"
    left.unlink()
    shutil.copyfile(log, left)
    assert f"{left.name} was added" in faults()
    assert f"{left.name} was added" in verify()
    # publishing the same content again repairs it, although there is nothing new to publish
    publish("v2", 1)
    assert faults() == verify() == []
    assert seen(published)[1] == 1
    assert not left.exists()
    publish("v3", 3)
    assert seen(published) == ("v3", 3, "v3")


def test_a_log_is_removed_before_the_new_version_is_put_in_its_place(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed right after the rename leaves no log next to the new version."""
    publish("v1", 1)
    log = leave_a_log(tmp_path)
    left = published / "ontime_marts.duckdb.wal"
    left.unlink()
    shutil.copyfile(log, left)

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ontime.publishing.placement._repair", killed)
    with pytest.raises(KeyboardInterrupt):
        publish("v2", 2)
    assert seen(published) == ("v2", 2, "v2")
    assert stray_logs(published / "ontime_marts.duckdb") == []


def test_verify_sees_with_the_eyes_of_a_reader(published: Path, tmp_path: Path) -> None:
    """A log changes what readers see, although no byte of the file changes."""
    publish("v1", 1)
    log = leave_a_log(tmp_path)
    version = in_place()
    assert version is not None
    left = version.file.with_name(f"{version.file.name}.wal")
    left.unlink()
    shutil.copyfile(log, left)
    with duckdb.connect(str(published / "ontime_marts.duckdb"), read_only=True) as connection:
        on_time = connection.execute("select count(*) filter (is_on_time) from marts.fct_flights")
        assert on_time.fetchall() == [(0,)]
    assert "marts.fct_flights holds other rows" in verify()


def version_in_place() -> Version:
    version = in_place()
    assert version is not None
    return version


@contextmanager
def past_the_guards() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the current version for writing, as root can."""
    version = version_in_place()
    for place in version.folder.glob("*.wal*"):
        place.unlink()
    version.file.chmod(0o644)
    with duckdb.connect(str(version.file)) as connection:
        yield connection


def test_the_content_of_every_table_is_compared(published: Path) -> None:
    publish("v1", 1)
    publish("v2", 2)
    with past_the_guards() as connection:
        connection.execute(NOBODY_IS_ON_TIME)
        connection.execute(SCRATCH)
    (month,) = version_in_place().folder.glob("features/*/*.parquet")
    month.unlink()
    found = verify()
    assert "ontime_marts.duckdb was changed" in found
    assert "marts.fct_flights holds other rows" in found
    assert "features/ml_arrival_delay_features/2013-01.parquet is missing" in found
    assert "marts.ml_arrival_delay_features is missing" in found
    assert "marts.scratch was added" in found
    publish("v3", 2)
    assert verify() == []
    assert seen(published) == ("v3", 2, "v3")


def test_content_that_another_duckdb_hashed_is_not_compared(published: Path) -> None:
    publish("v1", 1)
    assert hashed_otherwise() == ""
    with past_the_guards() as connection:
        connection.execute("update catalogue.publication set content_hash_method = 'of another'")
        connection.execute(NOBODY_IS_ON_TIME)
        connection.execute(SCRATCH)
    assert hashed_otherwise() == "of another"
    found = verify()
    # the checksum of the file shows the change; the hashes show nothing
    assert "ontime_marts.duckdb was changed" in found
    assert "marts.scratch was added" in found
    assert "marts.fct_flights holds other rows" not in found


def test_a_publication_without_a_hash_method_was_hashed_otherwise(published: Path) -> None:
    publish("v1", 1)
    with past_the_guards() as connection:
        connection.execute("alter table catalogue.publication drop column content_hash_method")
    assert hashed_otherwise() == "md5"


def test_a_client_that_writes_again_and_again_pushes_out_no_version(published: Path) -> None:
    for number in range(1, 6):
        publish(f"v{number}", number)
    for number in range(6, 13):
        version = in_place()
        assert version is not None
        version.file.chmod(0o644)
        with version.file.open("ab") as file:
            file.write(b"x")
        publish(f"v{number}", 5)
        assert faults() == []
    kept = sorted(path.name for path in (published / "versions").iterdir())
    assert kept == ["v1", "v12", "v2", "v3", "v4"]


def test_guards_are_made_once_and_again(tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    file.touch()
    assert not is_guarded(file)
    assert guard(file) == guard(file) == []
    assert is_guarded(file)
    place = tmp_path / "some.duckdb.wal"
    place.unlink()
    place.write_text("a log")
    assert [log.name for log in stray_logs(file)] == ["some.duckdb.wal"]
    assert guard(file) == ["some.duckdb.wal"]
    assert is_guarded(file)


# Imports as the user who runs the tests, because others may not be able to read Python's
# environment, and then becomes an ordinary user.
ORDINARY = """
import os, sys
import duckdb

file, user = sys.argv[1], int(sys.argv[2])
if os.geteuid() == 0:
    os.setgid(user)
    os.setuid(user)
try:
    duckdb.connect(file)
except duckdb.Error as error:
    print(type(error).__name__)
with duckdb.connect(file, read_only=True) as connection:
    print(connection.execute("select count(*) from marts.fct_flights").fetchall())
"""


def test_an_owner_without_privileges_cannot_open_the_file_for_writing(
    published: Path,
) -> None:
    publish("v1", 1)
    user = os.geteuid() or 65_534
    # not below pytest's folder, which other users cannot enter
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copied = Path(folder) / "published"
        shutil.copytree(published, copied, symlinks=True)
        if os.geteuid() == 0:
            for path in [copied, *copied.rglob("*")]:
                os.lchown(path, user, user)
        done = subprocess.run(
            [sys.executable, "-c", ORDINARY, str(copied / "ontime_marts.duckdb"), str(user)],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        )
    assert done.stdout == "IOException\n[(10,)]\n"
