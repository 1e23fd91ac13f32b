"""Small valid source files, and a project that uses them instead of the installed packages."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from ingest.declarations import Column, Kind, SourceFile, Table, columns
from ingest.sources import SOURCES, airportsdata, nycflights13
from ontime.storage.content_hash import content_hash
from tests.commands import ROOT, Project

ROWS = 4

THINGS = Table(
    "things",
    columns("name", "size", "clock", kinds={"size": Kind.INTEGER, "clock": Kind.CLOCK}),
    null_markers=("NA",),
)

WriteFile = Callable[..., SourceFile]

_VALUES = {
    Kind.TEXT: "{name} {number}",
    Kind.INTEGER: "{number}",
    Kind.NUMBER: "{number}.25",
    Kind.DEPTH: "{number}.25",
    Kind.CLOCK: "12{number:02}",
    Kind.DIGITS: "12{number:02}",
    Kind.DATE: "2013-01-{number:02}",
    Kind.MINUTE: "2013-01-{number:02} 05:51",
    Kind.AIRPORT: "A{number:02}",
    Kind.INSTANT: "2013-01-{number:02}T05:00:00Z",
}


def value(column: Column, number: int) -> str:
    """Return a value that is valid for the column's kind and identifies its row."""
    return _VALUES[column.kind].format(name=column.name, number=number)


def header(table: Table) -> list[str]:
    """Return the header of a table's file in the publisher's current format."""
    return [column.name for column in table.columns]


def row(table: Table, number: int, **values: str) -> list[str]:
    """Return a valid row, with some of its values replaced."""
    return [values.get(column.name, value(column, number)) for column in table.columns]


def rows(table: Table, count: int = ROWS) -> list[list[str]]:
    """Return valid rows that differ from each other."""
    return [row(table, number) for number in range(1, count + 1)]


def text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a file's content."""
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue()


def sample(table: Table, count: int = ROWS) -> str:
    """Return the content of a valid file of a table."""
    return text(header(table), rows(table, count))


@dataclass(frozen=True)
class Packages:
    """A folder for PYTHONPATH with small data packages that replace the installed ones."""

    folder: Path

    @property
    def data(self) -> Path:
        """Return the folder of nycflights13's files."""
        return self.folder / "nycflights13" / "data"

    def write(self) -> None:
        """Write both packages with valid files."""
        self.data.mkdir(parents=True)
        (self.folder / "airportsdata").mkdir()
        for package in ("nycflights13", "airportsdata"):
            (self.folder / package / "__init__.py").touch()
        for table in nycflights13.SOURCE.tables:
            if table is nycflights13.FLIGHTS:
                self.write_flights(sample(table))
            else:
                (self.data / f"{table.name}.csv").write_text(sample(table))
        (self.folder / "airportsdata" / "airports.csv").write_text(sample(airportsdata.AIRPORTS))

    def write_flights(self, content: str, member: str = "flights.csv") -> None:
        """Write the zip archive that holds the flights."""
        with zipfile.ZipFile(self.data / "flights.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, content)


@dataclass(frozen=True)
class Sandbox:
    """A project folder and the data packages that it ingests."""

    project: Project
    packages: Packages

    @classmethod
    def fresh(cls, folder: Path) -> Sandbox:
        """Return a sandbox with valid packages and no warehouse yet."""
        sandbox = cls(Project(folder / "project"), Packages(folder / "packages"))
        sandbox.packages.write()
        return sandbox

    def copy(self, folder: Path) -> Sandbox:
        """Return a copy in another folder."""
        shutil.copytree(self.packages.folder, folder / "packages")
        return Sandbox(self.project.copy(folder / "project"), Packages(folder / "packages"))

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which the small packages precede the installed ones."""
        path = os.pathsep.join([str(self.packages.folder), str(ROOT)])
        return self.project.environment({"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **extra})

    def load(
        self, *arguments: str, code: int = 0, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m ontime load` to its end, which must have the exit code given."""
        done = self.project.run(*self.command(*arguments), check=False, env=self.environment(env))
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `python -m ontime load` and leave it running."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", "ontime", "load", *arguments]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the warehouse answers."""
        return query(self.project.warehouse_file, sql)

    def hashes(self) -> dict[str, tuple[int, str]]:
        """Return the number of rows and the content hash of every declared raw table."""
        with duckdb.connect(str(self.project.warehouse_file), read_only=True) as connection:
            return {
                relation: content_hash(connection, relation)
                for source in SOURCES.values()
                for table in source.tables
                for relation in [f"{source.dataset}.{table.name}"]
            }

    def receipts(self) -> list[tuple[Any, ...]]:
        """Return table, outcome, and rows in the file, loaded, quarantined of every receipt."""
        return self.query(
            "select source_name || '.' || table_name, outcome, rows_in_file, rows_loaded, "
            "rows_quarantined from operations.load_receipts order by loaded_at_utc, receipt_id"
        )


def query(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()
