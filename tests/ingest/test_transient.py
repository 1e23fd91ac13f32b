"""A run says that it can be repeated only if everything that failed can succeed later."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.commands.run import Run
from ingest.errors import IngestError, PublisherError
from ingest.loading import files
from ingest.loading.state import unusable_warehouse
from ingest.publishers import Request, Wanted
from ingest.sources import SOURCES
from ontime.storage.runs import current, recorded

FEBRUARY, MARCH = (Request(month, "https://example.com/") for month in ("2024-02", "2024-03"))
SILENCE = PublisherError("It does not answer.", is_transient=True)


@pytest.mark.parametrize(
    ("trouble", "weather_of", "is_transient"),
    [
        # the weather of a month cannot be had before its flights
        (SILENCE, FEBRUARY, True),
        (SILENCE, MARCH, False),
        (PublisherError("It sends a page."), FEBRUARY, False),
    ],
)
def test_what_waits_for_a_publisher_can_succeed_later_too(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    trouble: PublisherError,
    weather_of: Request,
    is_transient: bool,
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(files, "record_download", lambda _: None)
    run = Run(False, 0.1, lambda: None)
    with recorded("load"):
        run.bring(SOURCES["bts"], Wanted(FEBRUARY, trouble=trouble))
        run.bring(SOURCES["weather"], Wanted(weather_of, absent="No flights are loaded."))
        recording = current()
        assert recording is not None
        assert recording.is_transient is is_transient
    assert run.given_up == 2


def test_a_warehouse_that_is_open_elsewhere_can_be_used_later() -> None:
    error = IngestError("IO Error: Conflicting lock is held in /bin/tool (PID 7)")
    assert unusable_warehouse(error).is_transient
    assert not unusable_warehouse(IngestError("Corrupt block")).is_transient
