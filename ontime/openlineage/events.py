"""Make the events of a build from what dbt and the log of runs have recorded of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ontime.catalog.lineage.project import Project
from ontime.catalog.manifest import Node, relation
from ontime.storage.runs import Run

Event = dict[str, Any]

_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = {
    "SchemaDatasetFacet": "1-2-0",
    "ColumnLineageDatasetFacet": "1-2-0",
    "DocumentationDatasetFacet": "1-1-0",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "ParentRunFacet": "1-2-0",
    "ErrorMessageRunFacet": "1-0-1",
    "ProcessingEngineRunFacet": "1-1-1",
    "JobTypeJobFacet": "2-0-4",
}
# the project has no address of its own
PRODUCER = "urn:ontime"
_ENDED = {"succeeded": "COMPLETE", "stopped": "ABORT", "killed": "ABORT"}
_KINDS = {"model", "seed"}
# dbt's word for a node that did not run
_SKIPPED = "skipped"


@dataclass(frozen=True)
class Built:
    """What is known of a build: its run, dbt's manifest and results, rows, and the lineage.

    `results` are those of dbt's `run_results.json`; `rows` are by `schema.table`.
    """

    run: Run
    manifest: Node
    results: list[dict[str, Any]]
    rows: Mapping[str, int] = field(default_factory=dict)
    lineage: Project | None = None


def events(built: Built, namespace: str) -> Iterator[Event]:
    """Yield the events of a build in the order of what happened: the build around its models."""
    run, job = built.run, f"ontime.{built.run.command}"
    engine = {
        "processing_engine": _facet(
            "ProcessingEngineRunFacet",
            name="dbt",
            version=str(built.manifest["metadata"].get("dbt_version", "unknown")),
        )
    }
    yield _event("START", run.started_at_utc, _run(run.run_id, engine), _job(namespace, job, "JOB"))
    parent = _facet(
        "ParentRunFacet",
        run={"runId": run_uuid(run.run_id)},
        job={"namespace": namespace, "name": job},
    )
    for result in sorted(built.results, key=lambda one: (_times(one)[0] or "", one["unique_id"])):
        node = relation(built.manifest, result["unique_id"])
        if node and node["resource_type"] in _KINDS and result["status"] != _SKIPPED:
            yield from _of_a_node(built, namespace, parent, node, result)
    failure = _failure(run.reason) if run.outcome == "failed" and run.reason else {}
    yield _event(
        _ENDED.get(run.outcome or "", "FAIL"),
        run.ended_at_utc or run.started_at_utc,
        _run(run.run_id, {**engine, **failure}),
        _job(namespace, job, "JOB"),
    )


def run_uuid(name: str) -> str:
    """Return the identifier of a run of this name, which is the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{PRODUCER}/{name}"))


def _of_a_node(
    built: Built, namespace: str, parent: Event, node: Node, result: dict[str, Any]
) -> Iterator[Event]:
    """Yield the start and the end of a model or seed."""
    name = f"{built.run.run_id}/{node['unique_id']}"
    job = _job(namespace, str(node["unique_id"]), node["resource_type"].upper())
    started, ended = _times(result)
    run = {"parent": parent}
    yield _event("START", started or built.run.started_at_utc, _run(name, run), job)
    is_done = result["status"] == "success"
    event = _event(
        "COMPLETE" if is_done else "FAIL",
        ended or started or built.run.started_at_utc,
        _run(name, run if is_done else {**run, **_failure(result["message"] or "failed")}),
        job,
    )
    read = [relation(built.manifest, parent_id) for parent_id in _parents(node)]
    event["inputs"] = [_dataset(namespace, one) for one in read if one]
    output = _dataset(namespace, node)
    output["facets"] |= _columns(built, namespace, node)
    rows = built.rows.get(f"{node['schema']}.{node['alias']}")
    if is_done and rows is not None:
        output["outputFacets"] = {
            "outputStatistics": _facet("OutputStatisticsOutputDatasetFacet", rowCount=rows)
        }
    event["outputs"] = [output]
    yield event


def _columns(built: Built, namespace: str, node: Node) -> dict[str, Event]:
    """Return the facet that says from which columns each column is computed."""
    project = built.lineage
    if project is None:
        return {}
    fields = {}
    for name, step in project.steps.get(node["unique_id"], {}).items():
        inputs = [
            {"namespace": namespace, "name": _name(found), "field": column}
            for unique_id, column in sorted(step.inputs)
            if (found := relation(built.manifest, unique_id))
        ]
        if inputs:
            fields[name] = {"inputFields": inputs}
    return {"columnLineage": _facet("ColumnLineageDatasetFacet", fields=fields)} if fields else {}


def _dataset(namespace: str, node: Node) -> dict[str, Any]:
    facets: dict[str, Event] = {}
    if node["columns"]:
        facets["schema"] = _facet(
            "SchemaDatasetFacet",
            fields=[
                {
                    "name": name,
                    "type": column.get("data_type") or "unknown",
                    "description": " ".join((column.get("description") or "").split()),
                }
                for name, column in node["columns"].items()
            ],
        )
    if node.get("description"):
        facets["documentation"] = _facet(
            "DocumentationDatasetFacet", description=node["description"].strip()
        )
    return {"namespace": namespace, "name": _name(node), "facets": facets}


def _name(node: Node) -> str:
    """Return the name of a table: that of its database is the same wherever the file lies."""
    return f"ontime.{node['schema']}.{node.get('alias') or node['identifier']}"


def _parents(node: Node) -> list[str]:
    return [
        unique_id
        for unique_id in node["depends_on"].get("nodes", ())
        if unique_id.partition(".")[0] in {"model", "seed", "source"}
    ]


def _times(result: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return when a node began and ended."""
    timing = result.get("timing") or []
    if not timing:
        return None, None
    return timing[0].get("started_at"), timing[-1].get("completed_at")


def _failure(message: str) -> dict[str, Event]:
    text = " ".join(message.split())
    return {"errorMessage": _facet("ErrorMessageRunFacet", message=text, programmingLanguage="SQL")}


def _run(name: str, facets: dict[str, Event]) -> dict[str, Any]:
    return {"runId": run_uuid(name), "facets": facets}


def _job(namespace: str, name: str, kind: str) -> dict[str, Any]:
    job_type = _facet("JobTypeJobFacet", processingType="BATCH", integration="DBT", jobType=kind)
    return {"namespace": namespace, "name": name, "facets": {"jobType": job_type}}


def _event(kind: str, at: str, run: dict[str, Any], job: dict[str, Any]) -> Event:
    return {
        "eventType": kind,
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": run,
        "job": job,
        "inputs": [],
        "outputs": [],
    }


def _facet(kind: str, **content: Any) -> Event:
    schema = f"{_SPEC}/facets/{_FACETS[kind]}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": schema, **content}
