"""A backup holds what cannot be made again, and is restored whole and verified, or not at all."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ontime.backups import restoring
from ontime.backups.contents import damage
from ontime.cli import app
from ontime.publishing.placement import faults, roll_back
from ontime.storage.runs import history
from tests.commands import ROOT
from tests.publishing.made_up import publish, seen

HOLDER = """
import sys
from pathlib import Path
from ontime.storage.lock import hold_warehouse
hold_warehouse(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with a warehouse, a landed file and two publications."""
    folder = tmp_path / "data"
    monkeypatch.setenv("ONTIME_DATA_DIR", str(folder))
    for number in (1, 2):
        publish(f"v{number}", number)
    landed = folder / "landing" / "bts" / "2024-01" / "bts-2024-01.zip"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(b"a month")
    landed.chmod(0o444)
    (folder / "landing" / ".incoming" / "bts").mkdir(parents=True)
    (folder / "landing" / ".incoming" / "bts" / "2024-02.part").write_bytes(b"half")
    (folder / "dlt").mkdir()
    (folder / "dlt" / "package").write_bytes(b"being loaded")
    with duckdb.connect(str(folder / "ontime.duckdb")) as connection:
        connection.execute("create table flights as select range as number from range(1000)")
    return folder


def ontime(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(words))


def said(result: Result) -> str:
    """Return what a command said, on one line."""
    return " ".join(result.output.split())


def backed_up(folder: Path) -> Path:
    """Make a backup; return its folder."""
    done = ontime("backup", "--to", str(folder))
    assert done.exit_code == 0, done.output
    assert "backed up: " in done.output
    return max(folder.glob("[!.]*"))


def contents(folder: Path) -> dict[str, bytes | str]:
    """Return the content of every file, and the target of every link."""
    return {
        path.relative_to(folder).as_posix(): (
            str(path.readlink()) if path.is_symlink() else path.read_bytes()
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def test_a_lost_data_folder_is_restored_as_it_was(data: Path, tmp_path: Path) -> None:
    before = contents(data)
    backed_up(tmp_path / "backups")
    shutil.rmtree(data)
    done = ontime("restore", "--from", str(tmp_path / "backups"))
    assert done.exit_code == 0, done.output
    assert "and verified" in said(done)
    after = contents(data)
    made_again = {"landing/.incoming/bts/2024-02.part", "dlt/package", "ontime.lock"}
    assert {path: before[path] for path in before.keys() - made_again} == {
        path: after[path] for path in after.keys() - {"runs/runs.jsonl"}
    }
    assert (data / "landing/bts/2024-01/bts-2024-01.zip").stat().st_mode & 0o222 == 0
    assert faults() == []
    assert seen(data / "published") == ("v2", 2, "v2")
    assert roll_back()[0].name == "v1"
    assert list(tmp_path.glob(".*")) == []


def test_what_a_killed_writer_left_in_the_log_is_in_the_backup(data: Path, tmp_path: Path) -> None:
    killed = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute('insert into flights values (5000)'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(data / "ontime.duckdb")], check=False)
    assert (data / "ontime.duckdb.wal").exists()
    folder = backed_up(tmp_path / "backups")
    assert not (folder / "data" / "ontime.duckdb.wal").exists()
    with duckdb.connect(str(folder / "data" / "ontime.duckdb"), read_only=True) as connection:
        assert connection.execute("select max(number) from flights").fetchall() == [(5000,)]


def test_nothing_is_copied_while_another_process_writes(data: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data / "ontime.duckdb")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        done = ontime("backup", "--to", str(tmp_path / "backups"))
        writer.communicate("\n")
    assert done.exit_code == 1
    assert "is being written by" in said(done)
    assert not (tmp_path / "backups").exists()
    assert history()[-1].command == "backup"


def test_a_full_data_folder_is_never_written_over(data: Path, tmp_path: Path) -> None:
    backed_up(tmp_path / "backups")
    before = contents(data)
    done = ontime("restore", "--from", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "is not empty, so nothing was restored" in said(done)
    assert contents(data) == before


def test_a_restore_that_finds_too_little_room_leaves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(tmp_path / "backups")
    shutil.rmtree(data)

    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as patched:
        patched.setattr("ontime.backups.restoring.shutil.copy2", full)
        done = ontime("restore", "--from", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "Nothing was restored (No space left on device: " in said(done)
    monkeypatch.setattr(
        "ontime.backups.contents.shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000)
    )
    done = ontime("restore", "--from", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "MB are free: make room, or name another folder." in said(done)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", "data"]
    assert [path.name for path in data.iterdir()] == ["ontime.lock"]


def test_what_a_backup_leaves_out_is_not_lost_to_a_restore(data: Path, tmp_path: Path) -> None:
    history_of_dagster = data / "dagster" / "history"
    history_of_dagster.mkdir(parents=True)
    (history_of_dagster / "runs.db").write_bytes(b"runs")
    backup = backed_up(tmp_path / "backups")
    assert not (backup / "data" / "dagster").exists()
    for path in data.iterdir():
        if path.name != "dagster":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = ontime("restore", "--from", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "is not empty, so nothing was restored" in said(done)
    assert (history_of_dagster / "runs.db").read_bytes() == b"runs"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("data/landing/bts/2024-01/bts-2024-01.zip", "was changed"),
        ("data/ontime.duckdb", "is missing"),
        ("data/more.csv", "was added"),
    ],
)
def test_a_damaged_backup_is_named_and_not_restored(
    data: Path, tmp_path: Path, path: str, what: str
) -> None:
    folder = backed_up(tmp_path / "backups")
    file = folder / path
    if what == "is missing":
        file.unlink()
    else:
        file.unlink(missing_ok=True)
        file.write_bytes(b"else")
    assert damage(folder) == [f"{path} {what}"]
    shutil.rmtree(data)
    done = ontime("restore", "--from", str(folder))
    assert done.exit_code == 1
    assert f"is damaged ({path} {what}), so nothing was restored" in said(done)
    assert not data.exists()


def test_the_newest_backup_is_restored(data: Path, tmp_path: Path) -> None:
    first = backed_up(tmp_path / "backups")
    first.rename(first.with_name("20200101T000000Z"))
    publish("v3", 3)
    backed_up(tmp_path / "backups")
    assert restoring.newest(tmp_path / "backups").name > "2020"
    shutil.rmtree(data)
    ontime("restore", "--from", str(tmp_path / "backups"))
    assert seen(data / "published")[0] == "v3"


def test_a_backup_that_fails_leaves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0

    def full(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr("ontime.backups.making.shutil.copyfile", full)
    done = ontime("backup", "--to", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "No backup was made (No space left on device: " in said(done)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("backup",), "Say where the backups are: make backup TO=/mnt/backups."),
        (("restore",), "Say which backup, or the folder of them"),
        (("backup", "--to", "{data}/backups"), "a backup there would be lost with it"),
        (("restore", "--from", "{data}"), "There is no backup in"),
        (("restore", "--from", "{data}/landing"), "There is no backup in"),
    ],
)
def test_what_cannot_be_done_is_said(data: Path, words: tuple[str, ...], sentence: str) -> None:
    done = ontime(*[word.format(data=data) for word in words])
    assert done.exit_code == 1
    assert sentence in said(done)


def test_a_damaged_warehouse_is_named(data: Path, tmp_path: Path) -> None:
    (data / "ontime.duckdb").write_bytes(b"no database" * 1000)
    done = ontime("backup", "--to", str(tmp_path / "backups"))
    assert done.exit_code == 1
    assert "No backup was made: the warehouse" in said(done)
    assert "Traceback" not in done.output
