"""Ask a Dagster that is served on this machine, in the language that its own pages use."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

# a build of two small months, on a machine that has other things to do
PATIENCE_SECONDS = 2400
# where `quick.py` lets the site be written: not over that of the person who runs the trial
SITE_SETTING = "TRIAL_SITE"
_WHERE = {"repositoryLocationName": "tests.orchestration.quick", "repositoryName": "__repository__"}
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}

_RUNS = """{ runsOrError { ... on Runs { results {
    runId jobName status startTime endTime tags { key value }
} } } }"""
_SWITCH = """mutation ($selector: %sSelector!) { %s(%sSelector: $selector) {
    __typename ... on PythonError { message }
} }"""
_STATE = """query ($selector: ScheduleSelector!) { scheduleOrError(scheduleSelector: $selector) {
    ... on Schedule { scheduleState { id ticks { status } } }
} }"""
_STOP = "mutation ($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
_BACKFILL = """mutation ($params: LaunchBackfillParams!) {
    launchPartitionBackfill(backfillParams: $params) {
        __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
    }
}"""
_LAUNCH = """mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on PythonError { message }
} }"""
_EVENTS = """query ($run: ID!) { logsForRun(runId: $run, limit: 5000) {
    ... on EventConnection { events { __typename ... on MessageEvent { message } } }
} }"""
_PARTITIONS = """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) {
    ... on AssetNode { assetPartitionStatuses { ... on TimePartitionStatuses {
        ranges { status startKey endKey }
    } } }
} }"""
_FRESHNESS = """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) {
    ... on AssetNode { freshnessStatusInfo { freshnessStatus } }
} }"""

Run = dict[str, Any]


class Served:
    """A Dagster that is served."""

    def __init__(self, address: str) -> None:
        """Remember where it is."""
        self._address = f"{address}/graphql"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an answer."""
        answer = requests.post(
            self._address, json={"query": query, "variables": variables}, timeout=120
        ).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def is_there(self) -> bool:
        """Return whether it answers, and has loaded the definitions."""
        try:
            found = self.ask("{ repositoriesOrError { __typename } }")
        except (requests.RequestException, ValueError, AssertionError):
            return False
        return bool(found["repositoriesOrError"]["__typename"] == "RepositoryConnection")

    def runs(self) -> list[Run]:
        """Return the runs, oldest first."""
        found: list[Run] = self.ask(_RUNS)["runsOrError"]["results"]
        return found[::-1]

    def switch_on(self, kind: str, name: str) -> None:
        """Switch on a `schedule` or a `sensor`."""
        query = _SWITCH % (kind.capitalize(), f"start{kind.capitalize()}", kind)
        done = self.ask(query, selector={**_WHERE, f"{kind}Name": name})
        assert "Error" not in str(done), done

    def switch_off_schedule(self, name: str) -> int:
        """Switch a schedule off, and return how often it ticked."""
        selector = {**_WHERE, "scheduleName": name}
        state = self.ask(_STATE, selector=selector)["scheduleOrError"]["scheduleState"]
        self.ask(_STOP, id=state["id"])
        return len(state["ticks"])

    def backfill(self, keys: list[list[str]], months: list[str]) -> None:
        """Ask for a range of months of some tables."""
        params = {"assetSelection": [{"path": key} for key in keys], "partitionNames": months}
        done = self.ask(_BACKFILL, params=params)
        assert "Success" in str(done), done

    def launch(self, job: str) -> None:
        """Start a job."""
        done = self.ask(_LAUNCH, params={"selector": {**_WHERE, "jobName": job}})
        assert "Success" in str(done), done

    def ended(self, *, after: int, count: int = 1) -> list[Run]:
        """Wait until some more runs have ended than were there, and return them."""
        self.wait(
            lambda: sum(run["status"] in _ENDED for run in self.runs()[after:]) >= count,
            f"{count} runs after {after}",
        )
        return self.runs()[after : after + count]

    @staticmethod
    def wait(until: Callable[[], bool], what: str) -> None:
        """Wait until something is true."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not until():
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(2)

    def events(self, run: Run) -> list[str]:
        """Return the kinds of the events of a run."""
        found = self.ask(_EVENTS, run=run["runId"])["logsForRun"]["events"]
        return [event["__typename"] for event in found]

    def loaded_months(self, key: list[str]) -> list[str]:
        """Return the ranges of months that a table is shown to have."""
        found = self.ask(_PARTITIONS, key={"path": key})["assetNodeOrError"]
        ranges = found["assetPartitionStatuses"]["ranges"]
        return [
            f"{one['startKey']}..{one['endKey']}"
            for one in ranges
            if one["status"] == "MATERIALIZED"
        ]

    def freshness(self, key: list[str]) -> str:
        """Return whether an asset is fresh, as Dagster shows it."""
        found = self.ask(_FRESHNESS, key={"path": key})["assetNodeOrError"]
        return str((found["freshnessStatusInfo"] or {}).get("freshnessStatus", "none"))
