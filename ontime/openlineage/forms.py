"""The parts of events: runs, jobs, datasets and facets, with the names of the specification."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from ontime.storage.runs import Run

Event = dict[str, Any]

# the project has no address of its own
PRODUCER = "urn:ontime"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = {
    "SchemaDatasetFacet": "1-2-0",
    "ColumnLineageDatasetFacet": "1-2-0",
    "DatasetVersionDatasetFacet": "1-0-1",
    "DocumentationDatasetFacet": "1-1-0",
    "InputStatisticsInputDatasetFacet": "1-0-0",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "ParentRunFacet": "1-2-0",
    "ErrorMessageRunFacet": "1-0-1",
    "ProcessingEngineRunFacet": "1-1-1",
    "JobTypeJobFacet": "2-0-4",
}
_ENDED = {"succeeded": "COMPLETE", "stopped": "ABORT", "killed": "ABORT"}


def run_uuid(name: str) -> str:
    """Return the identifier of a run of this name, which is the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{PRODUCER}/{name}"))


def facet(kind: str, **content: Any) -> Event:
    """Return a facet of a kind."""
    schema = f"{_SPEC}/facets/{_FACETS[kind]}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": schema, **content}


def event(  # noqa: PLR0913 - the parts of an event
    kind: str,
    at: str,
    run: dict[str, Any],
    job: dict[str, Any],
    *,
    inputs: Iterable[dict[str, Any]] = (),
    outputs: Iterable[dict[str, Any]] = (),
) -> Event:
    """Return an event: what a run of a job did at a time."""
    return {
        "eventType": kind,
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": run,
        "job": job,
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def run_of(name: str, facets: dict[str, Event]) -> dict[str, Any]:
    """Return the run of a name, with its facets."""
    return {"runId": run_uuid(name), "facets": facets}


def job_of(namespace: str, name: str, integration: str, kind: str) -> dict[str, Any]:
    """Return a job, and what kind of job it is."""
    job_type = facet(
        "JobTypeJobFacet", processingType="BATCH", integration=integration, jobType=kind
    )
    return {"namespace": namespace, "name": name, "facets": {"jobType": job_type}}


def dataset_of(namespace: str, name: str, **facets: Event) -> dict[str, Any]:
    """Return a dataset, with its facets."""
    return {"namespace": namespace, "name": name, "facets": facets}


def fields_facet(columns: Mapping[str, tuple[str, str]]) -> Event:
    """Return the facet of columns, from the type and the description of each."""
    fields = [
        {"name": name, "type": kind, "description": description}
        for name, (kind, description) in columns.items()
    ]
    return facet("SchemaDatasetFacet", fields=fields)


def failure(message: str, language: str) -> dict[str, Event]:
    """Return why a run failed, as a facet of it."""
    text = " ".join(message.split())
    return {
        "errorMessage": facet("ErrorMessageRunFacet", message=text, programmingLanguage=language)
    }


class Command:
    """A command of the project as a run, around the runs of what it did."""

    def __init__(self, run: Run, namespace: str, engine: tuple[str, str], language: str) -> None:
        """Remember the run of the command, and the name and version of what did the work."""
        self._run, self._language = run, language
        self.namespace = namespace
        self._job = job_of(namespace, f"ontime.{run.command}", engine[0].upper(), "JOB")
        self._engine = {
            "processing_engine": facet(
                "ProcessingEngineRunFacet", name=engine[0], version=engine[1]
            )
        }

    @property
    def parent(self) -> Event:
        """Return the facet by which what it did names it."""
        return facet(
            "ParentRunFacet",
            run={"runId": run_uuid(self._run.run_id)},
            job={"namespace": self.namespace, "name": self._job["name"]},
        )

    def begun(self) -> Event:
        """Return the event of its start."""
        run = run_of(self._run.run_id, self._engine)
        return event("START", self._run.started_at_utc, run, self._job)

    def ended(self) -> Event:
        """Return the event of its end."""
        run = self._run
        why: dict[str, Event] = {}
        if run.reason and _ENDED.get(run.outcome or "") is None:
            why = failure(run.reason, self._language)
        return event(
            _ENDED.get(run.outcome or "", "FAIL"),
            run.ended_at_utc or run.started_at_utc,
            run_of(run.run_id, {**self._engine, **why}),
            self._job,
        )
