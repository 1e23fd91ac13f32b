"""Superset's configuration, as far as it can be tested without Superset."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from ontime.serving.superset import instance

Opened = Callable[..., duckdb.DuckDBPyConnection]


@dataclass(frozen=True)
class Address:
    """The part of SQLAlchemy's URL that the configuration uses."""

    database: str
    backend: str = "duckdb"

    def get_backend_name(self) -> str:
        """Return the name of the engine."""
        return self.backend

    def set(self, database: str) -> Address:
        """Return the address of another file."""
        return replace(self, database=database)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a published file that says 1."""
    return publish(tmp_path, 1)


@pytest.fixture
def opened(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a function that opens a file as Superset would with this configuration."""
    home = tmp_path / "superset"
    home.mkdir()
    (home / "secret_key").write_text("key", encoding="utf-8")
    monkeypatch.setenv("SUPERSET_HOME", str(home))
    monkeypatch.setenv("ONTIME_PUBLISHED", str(published))
    spec = importlib.util.spec_from_file_location(
        "configuration", instance.HERE / "superset_config.py"
    )
    assert spec
    assert spec.loader
    configuration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(configuration)

    def connect(file: Path = published) -> duckdb.DuckDBPyConnection:
        address, params = configuration.DB_CONNECTION_MUTATOR(Address(str(file)), {}, "admin")
        return duckdb.connect(address.database, **params["connect_args"])

    return connect


def test_a_new_publication_is_seen_while_the_one_before_is_still_read(
    opened: Opened, tmp_path: Path
) -> None:
    with opened() as before:
        assert says(before) == 1
        publish(tmp_path, 2)
        with opened() as after:
            assert says(after) == 2
        assert says(before) == 1


def test_any_duckdb_file_is_read_only_and_shut_off(opened: Opened, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copyfile(tmp_path / "published.duckdb", other)
    with opened(other) as connection:
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("create table mine (number integer)")
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            connection.execute("from read_csv('/etc/hosts')")


def publish(folder: Path, number: int) -> Path:
    """Put a file with a number in place by renaming a link, as a publication does."""
    version, file = folder / f"{number}.duckdb", folder / "published.duckdb"
    with duckdb.connect(str(version)) as connection:
        connection.execute(f"create table publication as select {number} as number")
    incoming = folder / "incoming"
    incoming.symlink_to(version.name)
    incoming.replace(file)
    return file


def says(connection: duckdb.DuckDBPyConnection) -> int:
    [(number,)] = connection.execute("select number from publication").fetchall()
    return int(number)
