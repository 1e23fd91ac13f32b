"""Make the events of a build from what dbt and the log of runs have recorded of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ontime.catalog.lineage.project import Project
from ontime.catalog.manifest import Node, relation
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

_KINDS = {"model", "seed"}
# dbt's word for a node that did not run
_SKIPPED = "skipped"
_LANGUAGE = "SQL"


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
    version = str(built.manifest["metadata"].get("dbt_version", "unknown"))
    command = Command(built.run, namespace, ("dbt", version), _LANGUAGE)
    yield command.begun()
    for result in sorted(built.results, key=lambda one: (_times(one)[0] or "", one["unique_id"])):
        node = relation(built.manifest, result["unique_id"])
        if node and node["resource_type"] in _KINDS and result["status"] != _SKIPPED:
            yield from _of_a_node(built, namespace, command.parent, node, result)
    yield command.ended()


def _of_a_node(
    built: Built, namespace: str, parent: Event, node: Node, result: dict[str, Any]
) -> Iterator[Event]:
    """Yield the start and the end of a model or seed."""
    name = f"{built.run.run_id}/{node['unique_id']}"
    job = job_of(namespace, str(node["unique_id"]), "DBT", node["resource_type"].upper())
    started, ended = _times(result)
    run = {"parent": parent}
    yield event("START", started or built.run.started_at_utc, run_of(name, run), job)
    is_done = result["status"] == "success"
    output = _dataset(namespace, node)
    output["facets"] |= _columns(built, namespace, node)
    rows = built.rows.get(f"{node['schema']}.{node['alias']}")
    if is_done and rows is not None:
        output["outputFacets"] = {
            "outputStatistics": facet("OutputStatisticsOutputDatasetFacet", rowCount=rows)
        }
    read = [relation(built.manifest, parent_id) for parent_id in _parents(node)]
    why = {} if is_done else failure(result["message"] or "failed", _LANGUAGE)
    yield event(
        "COMPLETE" if is_done else "FAIL",
        ended or started or built.run.started_at_utc,
        run_of(name, {**run, **why}),
        job,
        inputs=[_dataset(namespace, one) for one in read if one],
        outputs=[output],
    )


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
    return {"columnLineage": facet("ColumnLineageDatasetFacet", fields=fields)} if fields else {}


def _dataset(namespace: str, node: Node) -> dict[str, Any]:
    facets: dict[str, Event] = {}
    if node["columns"]:
        facets["schema"] = fields_facet(
            {
                name: (
                    column.get("data_type") or "unknown",
                    " ".join((column.get("description") or "").split()),
                )
                for name, column in node["columns"].items()
            }
        )
    if node.get("description"):
        facets["documentation"] = facet(
            "DocumentationDatasetFacet", description=node["description"].strip()
        )
    return dataset_of(namespace, _name(node), **facets)


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
