"""A project whose live sources are publishers on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from ingest.sources import SOURCES
from ontime.storage.content_hash import content_hash
from tests.commands import Project
from tests.publisher import bts_files, registry_files, weather_files
from tests.publisher.server import Server

JANUARY, FEBRUARY, MARCH = "2024-01", "2024-02", "2024-03"
FLIGHTS_A_MONTH = 120
REGISTRY = "/ReleasableAircraft.zip"
WEATHER = "/asos.py"
WRITTEN_AT = "Fri, 15 Mar 2024 05:30:00 GMT"


def path_of(month: str) -> str:
    """Return the path under which the month of flights is published."""
    return f"/PREZIP/{bts_files.month_name(month)}"


def publish(server: Server) -> None:
    """Offer two months of flights, the weather of any station, and a registry of aircraft."""
    for month in (JANUARY, FEBRUARY):
        publish_month(server, month, bts_files.flights(month, FLIGHTS_A_MONTH))
    server.answer(WEATHER, weather_files.answer)
    aircraft = [registry_files.aircraft(number) for number in ("N101AA", "N102AA", "N103AA")]
    server.put(REGISTRY, registry_files.archive(aircraft), last_modified=WRITTEN_AT)


def publish_month(server: Server, month: str, rows: list[dict[str, Any]], **layout: Any) -> None:
    """Offer a month of flights, replacing an earlier issue."""
    server.put(path_of(month), bts_files.month_zip(month, rows, **layout))


@dataclass(frozen=True)
class LiveProject(Project):
    """A project folder, and the publishers that its commands contact."""

    server: Server

    @property
    def data(self) -> Path:
        """Return the folder of all data."""
        return self.folder / "data"

    @property
    def landing(self) -> Path:
        """Return the folder of the landed files."""
        return self.data / "landing"

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command, with the test's own publishers."""
        return super().environment(
            {
                "ONTIME_BTS_URL": f"{self.server.url}/PREZIP/",
                "ONTIME_WEATHER_URL": f"{self.server.url}{WEATHER}",
                "ONTIME_REGISTRY_URL": f"{self.server.url}{REGISTRY}",
                "ONTIME_BACKOFF_SECONDS": "0.01",
                "NO_PROXY": "127.0.0.1",
                "ONTIME_TIMEOUT_SECONDS": "60",
                **extra,
            }
        )

    def command(
        self, *arguments: str, code: int = 0, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m ontime` to its end, which must have the exit code given."""
        done = self.ingest(*arguments, check=False, env=env)
        assert done.returncode == code, f"{done.stderr}\n{done.stdout}"
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def load(
        self, *arguments: str, code: int = 0, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m ontime load`."""
        return self.command("load", *arguments, code=code, env=env)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the warehouse answers."""
        with duckdb.connect(str(self.warehouse_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def raw(self) -> dict[str, tuple[int, str]]:
        """Return the number of rows and the content hash of every raw table of a live source."""
        with duckdb.connect(str(self.warehouse_file), read_only=True) as connection:
            return {
                relation: content_hash(connection, relation)
                for source in SOURCES.values()
                if source.publisher
                for table in source.tables
                for relation in [f"{source.dataset}.{table.name}"]
            }

    def landed(self) -> list[str]:
        """Return the names of the landed files."""
        return sorted(
            path.name for path in self.landing.glob("[!.]*/*/*") if path.suffix != ".json"
        )

    def downloads(self) -> list[tuple[Any, ...]]:
        """Return source, partition and outcome of every download, in their order."""
        return self.query(
            "select source_name, partition_name, outcome from operations.download_receipts "
            "order by downloaded_at_utc, download_id"
        )
