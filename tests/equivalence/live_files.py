"""Load made-up weather and registry snapshots into a built warehouse, as downloads would."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from ingest.declarations import Source
from ingest.landing.checksums import file_sha256
from ingest.loading.files import load_file
from ingest.publishers import Publisher, Received
from ingest.sources import registry, weather
from tests.commands import Project
from tests.publisher import registry_files, weather_files

STATIONS = ("EWR", "JFK", "LGA")


def load_weather(project: Project, month: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the reports of a month, and of a day on either side, for the airports of New York."""
    query: dict[str, list[str]] = {}
    for name, value in weather.request(month, STATIONS).parameters:
        query.setdefault(name, []).append(value)
    _load(project, weather.SOURCE, month, weather_files.answer(query), monkeypatch)


def load_snapshot(
    project: Project,
    day: str,
    rows: Iterable[registry_files.Row],
    monkeypatch: pytest.MonkeyPatch,
    given_up: Iterable[registry_files.Row] | None = None,
) -> None:
    """Load the registry of a day, with exactly these aircraft and cancelled registrations."""
    archive = registry_files.archive(rows, given_up=given_up)
    _load(project, registry.SOURCE, day, archive, monkeypatch)


def _load(
    project: Project,
    source: Source,
    partition: str,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publisher = source.publisher
    assert isinstance(publisher, Publisher)
    received = Received(source.name, partition, io.BytesIO(content))
    publisher.check(received)
    landed = project.folder / f"{source.name}-{partition}{publisher.suffix}"
    publisher.keep(received, landed)
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    for file in publisher.files(landed, partition):
        load_file(source, file, file_sha256(landed) or "", max_quarantined_percent=0)
