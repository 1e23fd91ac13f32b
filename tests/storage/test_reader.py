"""Readers of the published file have no access to other files, and clear errors if it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ontime.cli import app
from ontime.querying.prompt import show
from ontime.storage.reader import ReaderError, open_published
from tests.commands import ROOT, Project

Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with a small publication."""
    project = Project(tmp_path_factory.mktemp("small"))
    project.published_file.parent.mkdir(parents=True)
    write(project.published_file)
    return project


def write(path: Path) -> None:
    """Write a file with a publication's metadata, and a table of some size."""
    with duckdb.connect(str(path)) as connection:
        for statement in (
            "create schema marts",
            "create schema catalogue",
            "create table catalogue.publication as select 'first' as publication_name",
            "create table marts.numbers as select range as n, md5(range::varchar) as t"
            " from range(200000)",
        ):
            connection.execute(statement)


# every way in which DuckDB 1.5 can write a file, reach another one, or prepare for either
STATEMENTS = [
    "copy (select 1) to '{folder}/a.csv'",
    "copy numbers to '{folder}/a.parquet'",
    "export database '{folder}/export'",
    "import database '{folder}/export'",
    "attach '{folder}/b.duckdb'",
    "attach '{folder}/b.duckdb' as b (read_only)",
    "create table written (a integer)",
    "insert into numbers values (1, 'x')",
    "call enable_logging()",
    "call enable_logging(storage='file', storage_path='{folder}')",
    "call enable_logging(storage='stdout')",
    'from system.main."ENABLE_LOGGING"()',
    "from query('from enable_logging(storage=''file'', storage_path=''{folder}'')')",
    "set enable_logging = true",
    "set logging_storage = 'file'",
    "call enable_profiling()",
    "call enable_profiling(format='json', save_location='{folder}/p.json')",
    "pragma enable_profiling = 'json'",
    "pragma profile_output = '{folder}/p'",
    "set profiling_output = '{folder}/p'",
    "set log_query_path = '{folder}/q'",
    "set http_logging_output = '{folder}/h'",
    "set temp_directory = '{folder}/t'",
    "set home_directory = '{folder}'",
    "set secret_directory = '{folder}'",
    "set extension_directory = '{folder}'",
    "set access_mode = 'read_write'",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set threads = 1",
    "set memory_limit = '1TB'",
    "install httpfs",
    "load httpfs",
    "load '{folder}/x.duckdb_extension'",
    "create persistent secret s (type s3)",
    "from read_csv('/etc/hosts')",
    "from read_text('/etc/hosts')",
    "from read_blob('/etc/hosts')",
    "from glob('/etc/*')",
    "from sniff_csv('/etc/hosts')",
    "from '/etc/hosts.csv'",
    "from parquet_metadata('/etc/hosts')",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statement_reaches_no_other_file(small: Project, tmp_path: Path, statement: str) -> None:
    sql = statement.format(folder=tmp_path)
    refused = pytest.raises((ReaderError, duckdb.Error))
    with open_published(small.published_file) as connection, refused:
        show(connection, sql)
    assert list(tmp_path.iterdir()) == []
    assert [path.name for path in small.published_file.parent.iterdir()] == ["ontime_marts.duckdb"]


@pytest.mark.parametrize(
    "statement", ["checkpoint", "force checkpoint", "vacuum", "load json", "attach ':memory:' as m"]
)
def test_statements_that_are_let_through_write_nothing(small: Project, statement: str) -> None:
    before = small.published_file.read_bytes()
    with open_published(small.published_file) as connection:
        connection.execute(statement)
    assert small.published_file.read_bytes() == before
    assert [path.name for path in small.published_file.parent.iterdir()] == ["ontime_marts.duckdb"]


def test_logging_is_refused_in_a_sentence_and_the_process_lives(
    small: Project, tmp_path: Path
) -> None:
    sql = f"call enable_logging(storage='file', storage_path='{tmp_path}'); select 1"
    done = small.run(sys.executable, "-m", "ontime", "query", sql, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("enable_logging cannot be used here")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_second_connection_of_the_process_is_sealed_too(small: Project) -> None:
    with open_published(small.published_file), open_published(small.published_file) as second:
        assert second.execute("select count(*) from numbers").fetchall() == [(200_000,)]
        with pytest.raises(duckdb.Error, match="locked"):
            second.execute("set threads = 1")


def test_only_files_that_are_named_can_be_read(small: Project, tmp_path: Path) -> None:
    named, other = tmp_path / "named.csv", tmp_path / "other.csv"
    for path in (named, other):
        path.write_text("a\n1\n")
    with open_published(small.published_file, also=[named]) as connection:
        assert connection.execute(f"from read_csv('{named}')").fetchall() == [(1,)]
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"from read_csv('{other}')")
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"copy numbers to '{other}'")


def cut(path: Path) -> None:
    """Cut off the second half of a file."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(start: int, length: int) -> Damage:
    """Return a function that damages a part of a file."""

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(start)
            file.write(b"\xff" * length)

    return damage


def as_folder(path: Path) -> None:
    """Replace a file with a folder."""
    path.unlink()
    path.mkdir()


def of_another_kind(path: Path) -> None:
    """Replace the file with a database that is not a publication."""
    path.unlink()
    duckdb.connect(str(path)).close()


DAMAGE: dict[str, Damage] = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not a database\n" * 1000),
    "cut": cut,
    "head": overwrite(0, 4096),
    "second head": overwrite(4096, 8192),
    "folder": as_folder,
    "another database": of_another_kind,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_unreadable_file_is_reported_with_the_next_step(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    file = Project(tmp_path).published_file
    file.parent.mkdir(parents=True)
    write(file)
    DAMAGE[kind](file)
    for words in (
        ["query", "select 1"],
        ["summary"],
        ["dictionary"],
        ["questions"],
        ["hash", "--published", "marts"],
        ["metric", "scheduled_flights"],
        ["dashboards", "--folder", str(tmp_path / "site")],
        ["postgres", "postgresql://nobody@127.0.0.1:1/x"],
    ):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 1, (words, done.output)
        assert isinstance(done.exception, SystemExit), (words, done.exception)
        assert done.stderr.startswith(f"{file} "), (words, done.output)
        assert "cannot be read (" in done.stderr or "is not a publication" in done.stderr
        assert "`make publish`" in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr


def test_damage_that_a_query_meets_is_reported_with_the_next_step(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.published_file.parent.mkdir(parents=True)
    write(project.published_file)
    overwrite(1_000_000, 300_000)(project.published_file)
    done = project.run(
        *(sys.executable, "-m", "ontime", "query", "select max(t), max(n) from numbers"),
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be read (Corrupt database file" in done.stderr
    assert "`make publish`" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_else_opens_a_published_file() -> None:
    """Enforce a single way to open it: no other code connects to the published file."""
    connecting = {
        path.relative_to(ROOT / "ontime").as_posix()
        for path in (ROOT / "ontime").rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    }
    publishing = {"placement.py", "verification.py", "features.py", "writing.py"}
    assert connecting == {
        "storage/reader.py",
        # the code that publishes, and the code that checks the file it has just written
        *(f"publishing/{name}" for name in publishing),
        # two publications side by side, as sealed as one
        "releases/comparison/publications.py",
        # the warehouse, which is not published
        "backups/making.py",
        "backups/restoring.py",
        "changes/tables.py",
        "openlineage/sending.py",
        "orchestration/bridge.py",
        "querying/failures.py",
        "storage/lock.py",
        "storage/runs_table.py",
        "transformation/unit_tests.py",
        # the files of a lake
        "cluster/comparison.py",
        "cluster/publishing.py",
        "cluster/pulling.py",
    }
