"""Make the events of a run that loads, from the receipts that it wrote.

Publishers' files go to landing, and files to raw tables. A dataset is a table, what has landed of a
source, or what its publisher offers: months of it are its versions, and no datasets of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from ingest.declarations import LINEAGE_COLUMNS, Source
from ingest.sources import SOURCES
from ontime.openlineage.forms import (
    Command,
    Event,
    dataset_of,
    event,
    facet,
    failure,
    fields_facet,
    job_of,
    run_of,
)
from ontime.storage.runs import Run

COMMANDS = frozenset({"load", "refresh", "replay", "remove"})

LOADS = """
select
    receipt_id, source_name, table_name, partition_name, file_name, file_bytes, file_sha256,
    rows_in_file, rows_loaded, outcome, reason, loaded_at_utc as ended_at_utc
from operations.load_receipts
where loaded_at_utc between $1 and $2
order by loaded_at_utc, receipt_id
"""
DOWNLOADS = """
select
    download_id as receipt_id, source_name, partition_name, url, outcome, reason, file_name,
    file_sha256, received_bytes as file_bytes, downloaded_at_utc as ended_at_utc
from operations.download_receipts
where downloaded_at_utc between $1 and $2
order by downloaded_at_utc, receipt_id
"""
_INTEGRATION, _LANGUAGE = "DLT", "Python"

Receipt = dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What is known of a run that loads: its receipts, in the order in which they were written."""

    run: Run
    loads: list[Receipt]
    downloads: list[Receipt] = field(default_factory=list)


def events(loaded: Loaded, namespace: str) -> Iterator[Event]:
    """Yield the events of a run in the order of what happened: the run around its files."""
    command = Command(loaded.run, namespace, ("dlt", version("dlt")), _LANGUAGE)
    yield command.begun()
    began = loaded.run.started_at_utc
    both = [*loaded.downloads, *loaded.loads]
    for receipt in sorted(both, key=lambda one: (one["ended_at_utc"], one["receipt_id"])):
        ended = _utc(receipt["ended_at_utc"])
        yield from _of_a_file(command, receipt, began, ended)
        began = ended  # a run handles one file after the other
    yield command.ended()


def _of_a_file(command: Command, receipt: Receipt, began: str, ended: str) -> Iterator[Event]:
    """Yield the start and the end of a download, or of loading or removing a partition."""
    source = SOURCES.get(receipt["source_name"])
    if source is None:  # the results of tests, which a build writes
        return
    namespace, name = command.namespace, receipt["receipt_id"]
    run = {"parent": command.parent}
    is_done = receipt["outcome"] not in {"refused", "failed"}
    if "url" in receipt:
        job = job_of(namespace, f"download.{source.name}", _INTEGRATION, "DOWNLOAD")
        inputs = [_offer(source, receipt)]
        outputs = [_landing(namespace, source, receipt)] if is_done else []
    else:
        verb = "remove" if receipt["outcome"] == "removed" else "load"
        table = f"{source.dataset}.{receipt['table_name']}"
        job = job_of(namespace, f"{verb}.{table}", _INTEGRATION, verb.upper())
        inputs = [] if verb == "remove" else [_read(namespace, source, receipt)]
        outputs = [_table(namespace, source, receipt)]
    yield event("START", began, run_of(name, run), job)
    why = {} if is_done else failure(receipt["reason"] or receipt["outcome"], _LANGUAGE)
    yield event(
        "COMPLETE" if is_done else "FAIL",
        ended,
        run_of(name, {**run, **why}),
        job,
        inputs=inputs,
        outputs=outputs,
    )


def _offer(source: Source, receipt: Receipt) -> dict[str, Any]:
    """Return what a publisher offers: its address without the file, which may hold a query."""
    address = urlsplit(receipt["url"])
    return dataset_of(
        f"{address.scheme}://{address.netloc}",
        source.name,
        documentation=_about(source),
        **_version(receipt),
    )


def _landing(namespace: str, source: Source, receipt: Receipt) -> dict[str, Any]:
    found = dataset_of(namespace, f"ontime.landing.{source.name}", **_version(receipt))
    if receipt["file_bytes"] is not None:
        found["outputFacets"] = {
            "outputStatistics": facet(
                "OutputStatisticsOutputDatasetFacet", size=receipt["file_bytes"], fileCount=1
            )
        }
    return found


def _read(namespace: str, source: Source, receipt: Receipt) -> dict[str, Any]:
    """Return the file that is loaded: it has landed, or it is installed with a package."""
    is_live = source.publisher is not None
    place = f"landing.{source.name}" if is_live else f"installed.{source.name}"
    found = dataset_of(namespace, f"ontime.{place}", **_version(receipt))
    counts = {"rowCount": receipt["rows_in_file"], "size": receipt["file_bytes"], "fileCount": 1}
    found["inputFacets"] = {
        "inputStatistics": facet(
            "InputStatisticsInputDatasetFacet",
            **{name: count for name, count in counts.items() if count is not None},
        )
    }
    return found


def _table(namespace: str, source: Source, receipt: Receipt) -> dict[str, Any]:
    table = next((one for one in source.tables if one.name == receipt["table_name"]), None)
    names = [*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS] if table else []
    kinds = {"_source_row_number": "bigint"}
    found = dataset_of(
        namespace,
        f"ontime.{source.dataset}.{receipt['table_name']}",
        schema=fields_facet({name: (kinds.get(name, "varchar"), "") for name in names}),
        documentation=_about(source),
    )
    if receipt["outcome"] == "loaded":
        found["outputFacets"] = {
            "outputStatistics": facet(
                "OutputStatisticsOutputDatasetFacet", rowCount=receipt["rows_loaded"]
            )
        }
    return found


def _about(source: Source) -> Event:
    return facet("DocumentationDatasetFacet", description=f"{source.title} ({source.licence})")


def _version(receipt: Receipt) -> dict[str, Event]:
    """Return which version of a dataset a file is: its partition, and the checksum if known."""
    parts = [receipt["partition_name"], (receipt["file_sha256"] or "")[:12]]
    name = " ".join(part for part in parts if part)
    return {"version": facet("DatasetVersionDatasetFacet", datasetVersion=name)}


def _utc(at: datetime) -> str:
    return f"{at.isoformat(timespec='microseconds')}Z"
