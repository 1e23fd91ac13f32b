"""Send events to an address or append them to a file; what could not be sent is sent next time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import requests

from ontime.catalog.lineage.project import LineageError, load
from ontime.catalog.manifest import read_manifest
from ontime.openlineage import loads
from ontime.openlineage.events import Built, events
from ontime.openlineage.forms import Event
from ontime.storage.paths import data_folder, warehouse_file
from ontime.storage.runs import Run
from ontime.terminal.patience import within
from ontime.transformation.dbt import target_folder

SETTING = "ONTIME_OPENLINEAGE"
NAMESPACE_SETTING = "ONTIME_OPENLINEAGE_NAMESPACE"
KEY_SETTING = "ONTIME_OPENLINEAGE_KEY"
_USUAL_NAMESPACE = "ontime"
_SECONDS = 10
_SECONDS_IN_ALL = 60
# an event that is wrong today is wrong tomorrow, and must not hold up those after it
_NEVER_TAKEN = {400, 413, 422}
_KEPT_EVENTS = 20_000


def unsent_file() -> Path:
    """Return the file with the events that could not be sent yet, one on each line."""
    return data_folder() / "openlineage" / "unsent.jsonl"


def report(run: Run) -> str | None:
    """Send the events of a run; return a sentence if they could not be sent, else None.

    It never raises an error of the receiver: lineage is about a run, and no part of it.
    """
    target = os.environ.get(SETTING, "").strip()
    if not target:
        return None
    try:
        found = [*_unsent(), *_events(run)]
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        return f"OpenLineage: this run is not reported, because {error}."
    problem = _send(found, target)
    if not found:
        with suppress(OSError):
            unsent_file().unlink(missing_ok=True)
        return f"OpenLineage: {problem}." if problem else None
    kept = found[-_KEPT_EVENTS:]
    try:
        unsent_file().parent.mkdir(parents=True, exist_ok=True)
        unsent_file().write_text(_lines(kept), encoding="utf-8")
    except OSError as error:
        return f"OpenLineage: {problem}, and {unsent_file()} cannot be written: {error.strerror}."
    return f"OpenLineage: {problem}. {len(kept):,} events wait in {unsent_file()} for the next run."


def _events(run: Run) -> Iterator[Event]:
    namespace = os.environ.get(NAMESPACE_SETTING, "").strip() or _USUAL_NAMESPACE
    if run.command in loads.COMMANDS:
        yield from loads.events(_loaded(run), namespace)
        return
    manifest = read_manifest(target_folder() / "manifest.json")
    lineage = None
    with suppress(LineageError, OSError):
        lineage = load()
    yield from events(Built(run, manifest, _results(run), _rows(run), lineage), namespace)


def _loaded(run: Run) -> loads.Loaded:
    """Return the receipts that a run wrote; none if there is no warehouse."""
    if not warehouse_file().exists():
        return loads.Loaded(run, [])
    # receipts have instants in UTC without a zone
    ends = (run.started_at_utc, run.ended_at_utc or run.started_at_utc)
    span = [datetime.fromisoformat(at).replace(tzinfo=None) for at in ends]
    with duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
        found = [_receipts(warehouse, query, span) for query in (loads.LOADS, loads.DOWNLOADS)]
    return loads.Loaded(run, *found)


def _receipts(
    warehouse: duckdb.DuckDBPyConnection, query: str, span: list[datetime]
) -> list[dict[str, Any]]:
    answer = warehouse.execute(query, span)
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def _results(run: Run) -> list[dict[str, Any]]:
    """Return how dbt's nodes ended in a run; nothing if dbt wrote no results in it."""
    try:
        written = json.loads((target_folder() / "run_results.json").read_bytes())
    except OSError:
        return []
    at = datetime.fromisoformat(written["metadata"]["generated_at"])
    return list(written["results"]) if at >= datetime.fromisoformat(run.started_at_utc) else []


def _rows(run: Run) -> dict[str, int]:
    """Return the rows of the tables that a run has built; nothing if the warehouse is busy."""
    with suppress(duckdb.Error), duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
        return dict(
            warehouse.execute(
                "select concat(schema_name, '.', table_name), row_count "
                "from operations.model_builds where run_id = $1 and row_count is not null",
                [run.run_id],
            ).fetchall()
        )
    return {}


def _unsent() -> Iterator[Event]:
    with suppress(FileNotFoundError):
        for line in unsent_file().read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                yield json.loads(line)


def _send(found: list[Event], target: str) -> str | None:
    """Send events to a file or an address; return what went wrong, without the address's secrets.

    What was sent, and what the receiver will never take, is removed from the events.
    """
    if urlsplit(target).scheme not in {"http", "https"}:
        path = Path(target.removeprefix("file://"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(_lines(found))
        except OSError as error:
            return f"{path} cannot be written: {error.strerror}"
        found.clear()
        return None
    key = os.environ.get(KEY_SETTING, "").strip()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    host = urlsplit(target).hostname
    refused, end = 0, time.monotonic() + _SECONDS_IN_ALL
    with requests.Session() as session:
        while found and time.monotonic() < end:
            try:
                answer = within(_SECONDS, session.post, target, json=found[0], headers=headers)
            except (requests.RequestException, TimeoutError) as error:
                return f"{host} cannot be reached ({type(error).__name__})"
            if not answer.ok and answer.status_code not in _NEVER_TAKEN:
                return f"{host} answers {answer.status_code}"
            refused += not answer.ok
            del found[0]
    if found:
        return f"{host} has not taken all events within {_SECONDS_IN_ALL} seconds"
    return f"{host} refused {refused:,} events, which are not sent again" if refused else None


def _lines(found: Iterable[Event]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in found)
