"""A data folder of the bench's own: its commands, and the sizes of its files."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.growth.measuring import Used, measured
from ontime.storage.memory import SETTING

_DBT = Path(sys.executable).parent / "dbt"


@dataclass(frozen=True)
class Project:
    """A folder with a warehouse, and the limits that its commands keep to."""

    folder: Path
    memory_limit: str
    threads: str

    @property
    def warehouse(self) -> Path:
        """Return the warehouse file."""
        return self.folder / "data" / "ontime.duckdb"

    @property
    def manifest(self) -> Path:
        """Return dbt's manifest."""
        return self.folder / "target" / "manifest.json"

    def fresh_copy(self, folder: Path) -> Project:
        """Return a project that begins with a copy of this one's warehouse and parsed project."""
        copied = Project(folder, self.memory_limit, self.threads)
        shutil.rmtree(folder, ignore_errors=True)
        copied.warehouse.parent.mkdir(parents=True)
        shutil.copyfile(self.warehouse, copied.warehouse)
        shutil.copytree(self.folder / "target", folder / "target")
        return copied

    def python(self, *words: str | Path) -> Used:
        """Run a module and measure it."""
        return self._run([sys.executable, "-m", *words], str(words[0]))

    def dbt(self, *words: str) -> Used:
        """Run dbt and measure it."""
        return self._run([_DBT, "--no-use-colors", *words], words[0])

    def flights(self) -> int:
        """Return how many flights are loaded."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            [(count,)] = connection.execute("select count(*) from raw_bts.on_time").fetchall()
        return int(count)

    def sizes(self) -> tuple[int, int]:
        """Return the bytes of the warehouse, and of the publication that readers see."""
        current = self.folder / "data" / "published" / "current"
        files = [path for path in current.rglob("*") if path.is_file()] if current.exists() else []
        return self.warehouse.stat().st_size, sum(path.stat().st_size for path in files)

    def _run(self, command: list[str | Path], name: str) -> Used:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "ONTIME_DATA_DIR": str(self.folder / "data"),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
            "ONTIME_THREADS": self.threads,
            SETTING: self.memory_limit,
        }
        return measured(command, environment, self.folder / f"{name}.log")
