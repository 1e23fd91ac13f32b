"""What the project writes in open formats is accepted by their reference implementations."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml  # type: ignore[import-untyped]

from ingest.loading.receipts import DOWNLOAD_SCHEMA, RECEIPT_SCHEMA
from ontime.cli import app
from ontime.openlineage import sending
from ontime.openlineage.events import Built, events
from ontime.openlineage.forms import Event
from ontime.releases.comparison.publications import attached
from ontime.releases.contract import FILE as CONTRACT
from ontime.releases.contract import FILE_OF_FEATURES, contracts
from ontime.releases.description import Release, project_citation
from ontime.releases.files import DataFile, Written
from ontime.releases.release import make_release
from ontime.releases.semantics import FILE as SEMANTICS
from ontime.storage.paths import data_folder, warehouse_file
from ontime.storage.runs import Run
from tests.alerts.receivers import Webhook, running
from tests.changes.worlds import BASE, State, made
from tests.commands import ROOT
from tests.releases.publications import publish
from tests.requirements import lacking

INSIDE = ROOT / "tests" / "standards" / "inside.py"
RUN = Run(
    run_id="20260101T000000Z-00000000",
    command="build",
    arguments=[],
    started_at_utc="2026-01-01T00:00:00.000000Z",
    git_revision="abc",
    ended_at_utc="2026-01-01T00:01:00.000000Z",
    outcome="succeeded",
    exit_code=0,
)


def checked(kind: str, *paths: Path) -> list[str]:
    """Return what the reference implementation says against each file: nothing if it accepts it."""
    python = ROOT / ".venv-standards" / "bin" / "python"
    if not python.exists():
        lacking("standards", f"{python} is missing")
    done = subprocess.run(
        [python, INSIDE, kind, *paths], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """Return a build of three models whose last one failed."""
    build, project = made(tmp_path / "build", "base", State(BASE, frozenset(BASE)))
    results = json.loads((build.target / "run_results.json").read_text())["results"]
    for place, result in enumerate(results):
        began, ended = (f"2026-01-01T00:00:{place}{digit}.5Z" for digit in "05")
        result["timing"] = [
            {"name": "compile", "started_at": began, "completed_at": began},
            {"name": "execute", "started_at": began, "completed_at": ended},
        ]
    results[-1] |= {"status": "error", "message": "Binder Error:\n  no column"}
    manifest = {**project.manifest, "metadata": {"dbt_version": "1.12.6"}}
    return Built(RUN, manifest, results, {"marts.fct_flights": 8}, project)


def lines(path: Path, found: list[Event]) -> Path:
    """Write events as the command does."""
    path.write_text("".join(f"{json.dumps(event)}\n" for event in found))
    return path


def test_the_events_of_a_build_follow_the_specification(built: Built, tmp_path: Path) -> None:
    found = list(events(built, "here"))
    assert checked("events", lines(tmp_path / "events.jsonl", found)) == [""]
    kinds = [(event["eventType"], event["job"]["name"]) for event in found]
    assert kinds == [
        ("START", "ontime.build"),
        ("START", "model.p.fct_flights"),
        ("COMPLETE", "model.p.fct_flights"),
        ("START", "model.p.fct_lateness"),
        ("COMPLETE", "model.p.fct_lateness"),
        ("START", "model.p.mart_carriers"),
        ("FAIL", "model.p.mart_carriers"),
        ("COMPLETE", "ontime.build"),
    ]
    [flights, lateness, failed] = [event for event in found if event["outputs"]]
    assert flights["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 8
    assert [one["name"] for one in lateness["inputs"]] == ["ontime.marts.fct_flights"]
    columns = lateness["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert columns["is_late"]["inputFields"] == [
        {"namespace": "here", "name": "ontime.marts.fct_flights", "field": "delay_minutes"}
    ]
    assert failed["run"]["facets"]["errorMessage"]["message"] == "Binder Error: no column"
    # the start and the end of a step belong together, and to the build
    [start, end] = [event["run"] for event in found[1:3]]
    assert start["runId"] == end["runId"]
    assert start["facets"]["parent"]["run"]["runId"] == found[0]["run"]["runId"]


def test_an_event_that_breaks_the_specification_is_found(built: Built, tmp_path: Path) -> None:
    spoilt: dict[str, Callable[[Event], Any]] = {
        "eventTime": lambda event: event.pop("eventTime"),
        "UUID": lambda event: event["run"].update(runId="not a uuid"),
        "colour": lambda event: event["job"].update(colour="red"),
        "version": lambda event: event["run"]["facets"]["processing_engine"].pop("version"),
        "DONE": lambda event: event.update(eventType="DONE"),
        "Nowhere": lambda event: event["job"]["facets"]["jobType"].update(_schemaURL="Nowhere"),
    }
    paths = []
    for name, spoil in spoilt.items():
        event = next(events(built, "here"))
        spoil(event)
        paths.append(lines(tmp_path / f"{name}.jsonl", [event]))
    for name, problem in zip(spoilt, checked("events", *paths), strict=True):
        assert name in problem


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Yield a receiver of events, with a data folder and a manifest to report from."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setattr(sending, "load", lambda: None)
    (tmp_path / "target").mkdir()
    manifest: dict[str, Any] = {"nodes": {}, "sources": {}, "metadata": {}}
    (tmp_path / "target" / "manifest.json").write_text(json.dumps(manifest))
    with running(Webhook()) as server:
        address = f"http://127.0.0.1:{server.server_port}/api/v1/lineage"
        monkeypatch.setenv(sending.SETTING, address)
        yield server


def test_what_a_receiver_does_not_take_is_sent_by_the_next_run(receiver: Webhook) -> None:
    receiver.status = 503
    sentence = sending.report(RUN)
    assert sentence is not None
    assert "127.0.0.1 answers 503. 2 events wait in" in sentence
    receiver.status = 200
    receiver.bodies.clear()
    assert sending.report(replace(RUN, run_id="20260102T000000Z-00000000")) is None
    sent = [json.loads(body) for body in receiver.bodies]
    assert [event["eventType"] for event in sent] == ["START", "COMPLETE"] * 2
    assert len({event["run"]["runId"] for event in sent}) == 2
    assert not sending.unsent_file().exists()


def test_an_event_that_is_refused_holds_up_no_other(receiver: Webhook) -> None:
    receiver.status = 422
    assert sending.report(RUN) == (
        "OpenLineage: 127.0.0.1 refused 2 events, which are not sent again."
    )
    assert not sending.unsent_file().exists()


def test_a_receiver_that_never_ends_its_answer_holds_up_no_run(
    receiver: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_SECONDS", 0.5)
    receiver.drips = True
    sentence = sending.report(RUN)
    assert sentence is not None
    assert "127.0.0.1 cannot be reached (TimeoutError). 2 events wait in" in sentence


def test_a_slow_receiver_gets_the_rest_from_the_next_run(
    receiver: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_SECONDS_IN_ALL", 0)
    sentence = sending.report(RUN)
    assert sentence is not None
    assert "has not taken all events within 0 seconds. 2 events wait in" in sentence


def test_events_can_go_to_a_file(
    receiver: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events" / "lineage.jsonl"
    monkeypatch.setenv(sending.SETTING, f"file://{path}")
    assert sending.report(RUN) is None
    assert sending.report(RUN) is None
    assert len(path.read_text().splitlines()) == 4
    assert receiver.bodies == []


def receipts() -> dict[str, pa.Table]:
    """Return the receipts of a run that got a month, was refused one, and removed one."""
    month: dict[str, Any] = {
        "source_name": "bts",
        "table_name": "on_time",
        "file_name": "2024-01.zip",
        "file_bytes": 900,
        "rows_loaded": 0,
        "rows_quarantined": 0,
        "url": "https://transtats.bts.gov/PREZIP/month_2024_1.zip?a=b",
    }
    at = datetime(2026, 1, 1, 0, 0, 10)
    loads: list[dict[str, Any]] = [
        {"outcome": "loaded", "partition_name": "2024-01", "file_sha256": "1a" * 32}
        | {"rows_in_file": 7, "rows_loaded": 6, "rows_quarantined": 1},
        {"outcome": "refused", "partition_name": "2024-02", "reason": "A line\n has no end."},
        {"outcome": "removed", "partition_name": "2023-12"},
        {"outcome": "loaded", "partition_name": "2023-11"},
    ]
    seconds = (1, 2, 3, 600)  # the last is of another run
    downloads: list[dict[str, Any]] = [
        {"outcome": "landed", "partition_name": "2024-01", "received_bytes": 900},
        {"outcome": "failed", "partition_name": "2024-03", "reason": "It answers 503."},
    ]
    return {
        "load_receipts": pa.Table.from_pylist(
            [
                month
                | each
                | {"receipt_id": f"l{second}", "loaded_at_utc": at + timedelta(seconds=second)}
                for second, each in zip(seconds, loads, strict=True)
            ],
            schema=RECEIPT_SCHEMA,
        ),
        "download_receipts": pa.Table.from_pylist(
            [
                month | each | {"download_id": f"d{place}", "downloaded_at_utc": at}
                for place, each in enumerate(downloads)
            ],
            schema=DOWNLOAD_SCHEMA,
        ),
    }


def test_the_events_of_a_load_follow_the_specification(
    receiver: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse_file().parent.mkdir()
    with duckdb.connect(str(warehouse_file())) as warehouse:
        warehouse.execute("create schema operations")
        for name, table in receipts().items():
            warehouse.register("receipts", table)
            warehouse.execute(f"create table operations.{name} as from receipts")
    path = tmp_path / "events.jsonl"
    monkeypatch.setenv(sending.SETTING, str(path))
    assert sending.report(replace(RUN, command="refresh", outcome="failed", reason="Two.")) is None
    assert checked("events", path) == [""]
    found = [json.loads(line) for line in path.read_text().splitlines()]
    ended = [event for event in found if event["eventType"] != "START"]
    assert [(event["eventType"], event["job"]["name"]) for event in ended] == [
        ("COMPLETE", "download.bts"),
        ("FAIL", "download.bts"),
        ("COMPLETE", "load.raw_bts.on_time"),
        ("FAIL", "load.raw_bts.on_time"),
        ("COMPLETE", "remove.raw_bts.on_time"),
        ("FAIL", "ontime.refresh"),
    ]
    assert len(found) == 2 * len(ended)
    landed, failed, loaded, refused, removed, run = ended
    # what is landed is what is loaded, and the table is that of dbt's source
    [offer], [landing], [read], [table] = (
        *(landed["inputs"], landed["outputs"]),
        *(loaded["inputs"], loaded["outputs"]),
    )
    assert (offer["namespace"], offer["name"]) == ("https://transtats.bts.gov", "bts")
    assert (landing["namespace"], landing["name"]) == (read["namespace"], read["name"])
    assert table["name"] == "ontime.raw_bts.on_time"
    columns = {one["name"] for one in table["facets"]["schema"]["fields"]}
    assert columns >= {"flight_date", "_source_row_number"}
    assert read["inputFacets"]["inputStatistics"]["rowCount"] == 7
    assert read["facets"]["version"]["datasetVersion"] == "2024-01 1a1a1a1a1a1a"
    assert table["outputFacets"]["outputStatistics"]["rowCount"] == 6
    assert failed["run"]["facets"]["errorMessage"]["message"] == "It answers 503."
    assert failed["outputs"] == []
    assert refused["run"]["facets"]["errorMessage"]["message"] == "A line has no end."
    assert removed["inputs"] == []
    assert run["run"]["facets"]["errorMessage"]["message"] == "Two."
    parents = {event["run"]["facets"]["parent"]["run"]["runId"] for event in ended[:-1]}
    assert parents == {run["run"]["runId"]}


def test_a_command_that_loads_reports_itself_however_it_ends(
    receiver: Webhook, capfd: pytest.CaptureFixture[str]
) -> None:
    data_folder().mkdir()
    with pytest.raises(SystemExit) as ended:
        app(["load", "nobody"], prog_name="ontime")
    assert ended.value.code == 2
    start, end = (json.loads(body) for body in receiver.bodies)
    assert (start["eventType"], end["eventType"]) == ("START", "FAIL")
    assert end["job"]["name"] == "ontime.load"
    assert "There is no source named nobody" in end["run"]["facets"]["errorMessage"]["message"]
    receiver.bodies.clear()
    with pytest.raises(SystemExit):
        app(["sources"], prog_name="ontime")
    assert receiver.bodies == []
    assert "Traceback" not in capfd.readouterr().err


def test_a_key_is_never_shown_and_nothing_is_sent_unless_asked(
    receiver: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sending.SETTING, "http://me:secret@127.0.0.1:9/x?token=secret")
    monkeypatch.setenv(sending.KEY_SETTING, "secret")
    sentence = sending.report(RUN)
    assert sentence is not None
    assert "127.0.0.1 cannot be reached (ConnectionError)" in sentence
    assert "secret" not in sentence + sending.unsent_file().read_text()
    monkeypatch.delenv(sending.SETTING)
    assert sending.report(RUN) is None
    assert receiver.bodies == []


def document(*tables: str) -> str:
    """Return a document as dbt writes it, about some tables."""
    datasets = [{"name": name, "source": f'"memory"."marts"."{name}"'} for name in tables]
    return json.dumps({"version": "0.1.1", "semantic_model": [{"datasets": datasets}]})


def test_the_contract_of_a_release_is_accepted(tmp_path: Path) -> None:
    publish(tmp_path / "a.duckdb")
    released = make_release(tmp_path / "a.duckdb", tmp_path / "releases")
    path = released.folder / CONTRACT
    contract = yaml.safe_load(path.read_text())
    tables = {table["name"]: table for table in contract["schema"]}
    assert tables.keys() == {"dim_carriers", "fct_flights", "mart_carrier_hours", "mart_empty"}
    columns = {column["name"]: column for column in tables["fct_flights"]["properties"]}
    assert columns["flight_id"]["primaryKey"] is True
    assert columns["flight_id"]["required"] is True
    assert columns["carrier_code"]["relationships"][0]["to"] == "dim_carriers.carrier_code"
    paths = [path]
    for key, value in (("kind", "Contract"), ("colour", "red"), ("schema", [{"properties": []}])):
        paths.append(tmp_path / f"{key}.yaml")
        paths[-1].write_text(yaml.safe_dump({**contract, key: value}))
    accepted, *refused = checked("contract", *paths)
    assert accepted == ""
    assert all(refused)


def test_what_is_parquet_alone_has_a_contract_of_its_own(tmp_path: Path) -> None:
    publish(tmp_path / "a.duckdb")
    with attached(released=tmp_path / "a.duckdb") as (_, [publication]):
        tables = [
            Written(
                replace(table, is_in_file=name != "fct_flights"),
                (DataFile(f"parquet/{name}/{name}_2013-01.parquet", 1, 1, ""),),
                None,
            )
            for name, table in publication.tables.items()
        ]
        found = contracts(Release("ontime-1-a", project_citation(), publication, [], tables))
    inside, beside = map(yaml.safe_load, found.values())
    assert list(found) == [CONTRACT, FILE_OF_FEATURES]
    assert "fct_flights" not in {table["name"] for table in inside["schema"]}
    assert [table["name"] for table in beside["schema"]] == ["fct_flights"]
    assert beside["servers"][0]["path"] == "parquet/{model}/*.parquet"


def test_the_metrics_of_the_build_are_kept_with_its_release(tmp_path: Path) -> None:
    publish(tmp_path / "a.duckdb")
    with_them = make_release(
        tmp_path / "a.duckdb",
        tmp_path / "one",
        document_of=lambda _: document("fct_flights", "dim_carriers"),
    ).folder
    kept = json.loads((with_them / SEMANTICS).read_text())
    sources = [dataset["source"] for dataset in kept["semantic_model"][0]["datasets"]]
    assert sources == ["ontime_marts.marts.fct_flights", "ontime_marts.marts.dim_carriers"]
    assert SEMANTICS in (with_them / "README.md").read_text()
    # about tables that the publication does not have: of another build
    without = make_release(
        tmp_path / "a.duckdb", tmp_path / "two", document_of=lambda _: document("fct_trains")
    ).folder
    assert not (without / SEMANTICS).exists()
    assert SEMANTICS not in (without / "README.md").read_text()
