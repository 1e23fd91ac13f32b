"""Run Dagster's definitions with commands that only say how they would end; prints JSON.

It runs in Dagster's environment: `python scenarios.py FOLDER`. Each scenario is a function; what it
returns is what the test reads.
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

warnings.simplefilter("ignore")

PROJECT: dict[str, Any] = {
    "sources": {
        "source.p.bts.on_time": {"key": ["raw_bts", "on_time"], "source": "bts", "description": ""},
        "source.p.weather.hours": {
            "key": ["raw_weather", "hours"],
            "source": "weather",
            "description": "",
        },
        "source.p.registry.aircraft": {
            "key": ["raw_registry", "aircraft"],
            "source": "registry",
            "description": "",
        },
    },
    "tables": {
        name: {
            "key": [schema, name],
            "kind": "model",
            "selector": f"p.{name}",
            "description": "",
            "materialization": "table",
            "code_version": f"version of {name}",
            "is_public": schema == "marts",
            "reads": reads,
            "columns": {},
        }
        for name, schema, reads in (
            ("int_flights", "intermediate", ["source.p.bts.on_time"]),
            ("fct_flights", "marts", ["int_flights"]),
        )
    },
    "tests": {},
    "exposures": {
        "board": {"label": "Board", "kind": "dashboard", "description": "", "reads": []},
    },
}
OUTCOME = {
    "exit_code": 0,
    "is_transient": False,
    "reason": None,
    "run_id": "r",
    "command": "c",
    "outcome": "succeeded",
    "rows_loaded": 7,
    "rows_quarantined": 1,
    "files_loaded": 2,
    "files_unchanged": 0,
    "duration_seconds": 1.5,
}
UNREACHABLE = {
    **OUTCOME,
    "exit_code": 1,
    "outcome": "failed",
    "is_transient": True,
    "reason": "Gave up after 6 attempts.",
}
REFUSED = {**UNREACHABLE, "is_transient": False, "reason": "A line has no end."}


class Commands:
    """Commands of the project that end as they are asked to, and are written down."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.outcomes: list[dict[str, Any]] = []
        self.answers: dict[str, list[Any]] = {}

    def command(self, *words: str, tell: Callable[[str], None]) -> dict[str, Any]:
        """End with the next outcome; the last one stays."""
        tell("a line")
        self.ran.append(list(words))
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]

    def text_of(self, *words: str) -> str:
        """Print nothing."""
        self.ran.append(list(words))
        return ""

    def ask(self, subject: str) -> Any:
        """Answer with the next answer about a subject, or raise it; the last one stays."""
        answers = self.answers[subject]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def partition(month: str, version: str) -> dict[str, Any]:
    """Return a loaded partition as the project describes it."""
    return {
        "source": "bts",
        "partition": month,
        "rows": 5,
        "rows_quarantined": 0,
        "version": version,
    }


def main(folder: Path) -> None:
    """Print the results of all scenarios."""
    path = folder / "project.json"
    path.write_text(json.dumps(PROJECT), encoding="utf-8")
    os.environ |= {"ONTIME_DAGSTER_PROJECT": str(path), "ONTIME_DAGSTER_BACKOFF_SECONDS": "0"}
    from ontime.orchestration import calls, definitions  # noqa: PLC0415 - it reads the project

    found = {}
    for scenario in SCENARIOS:
        commands = Commands()
        for name in ("command", "text_of", "ask"):
            setattr(calls, name, getattr(commands, name))
        found[scenario.__name__] = scenario(definitions, commands)
    found["specs"] = specs(definitions)
    sys.stdout.write(json.dumps(found))


def _run(definitions: Any, *keys: list[str], **tags: str) -> tuple[bool, list[Any], int]:
    """Materialize assets; return whether it succeeded, what was made, and the retries."""
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.definitions.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(key) for key in keys],
            tags={f"dagster/asset_partition_range_{end}": month for end, month in tags.items()},
        )
        made = [
            [event.asset_key.to_user_string(), event.partition]
            for event in result.get_asset_materialization_events()
        ]
        retries = [event for event in result.all_events if event.is_step_up_for_retry]
        return result.success, sorted(made), len(retries)


def range_of_months(definitions: Any, commands: Commands) -> Any:
    """Load three months in one run, as a backfill of a range does."""
    commands.outcomes = [OUTCOME]
    keys = (["raw_bts", "on_time"], ["raw_weather", "hours"])
    return [*_run(definitions, *keys, start="2024-01", end="2024-03"), commands.ran]


def retried(definitions: Any, commands: Commands) -> Any:
    """Load a month whose publisher answers at the third time."""
    commands.outcomes = [UNREACHABLE, UNREACHABLE, OUTCOME]
    keys = (["raw_bts", "on_time"], ["raw_weather", "hours"])
    return [*_run(definitions, *keys, start="2024-01", end="2024-01"), len(commands.ran)]


def refused(definitions: Any, commands: Commands) -> Any:
    """Load a month whose file cannot be read, today or tomorrow."""
    commands.outcomes = [REFUSED]
    keys = (["raw_bts", "on_time"], ["raw_weather", "hours"])
    return [*_run(definitions, *keys, start="2024-01", end="2024-01"), len(commands.ran)]


def refresh(definitions: Any, commands: Commands) -> Any:
    """Refresh, which replaces one month, adds one, and leaves one as it is."""
    commands.outcomes = [OUTCOME]
    before = [partition("2024-01", "a"), partition("2024-02", "a")]
    after = [partition("2024-01", "a"), partition("2024-02", "b"), partition("2024-03", "a")]
    commands.answers["loaded"] = [before, after]
    return [*_run(definitions, ["refresh"]), commands.ran]


def sensors(definitions: Any, commands: Commands) -> Any:
    """Ask the sensors twice for the same, then for something new."""
    commands.answers["news"] = [["2024-02 was issued again"], ["2024-02 was issued again"], []]
    keys = []
    for _ in range(3):
        with dg.build_sensor_context() as context:
            ticked = definitions.reissues.evaluate_tick(context)
            keys.append([request.run_key for request in ticked.run_requests or ()])
    first, second = [partition("2024-01", "a")], [partition("2024-01", "b")]
    commands.answers["loaded"] = [first, first, second]
    seen, cursor = [], None
    for _ in range(3):
        with dg.build_sensor_context(cursor=cursor) as context:
            ticked = definitions.what_is_loaded.evaluate_tick(context)
            cursor = ticked.cursor or cursor
            seen.append([[e.asset_key.to_user_string(), e.partition] for e in ticked.asset_events])
    return {"requests": keys, "seen": seen}


def busy(definitions: Any, commands: Commands) -> Any:
    """Refresh, and ask the sensors, while others use the warehouse: for a moment, and for long."""
    from ontime.orchestration import assets, calls  # noqa: PLC0415 - it reads the project

    assets.PAUSE_SECONDS = 0
    commands.outcomes = [OUTCOME]
    error = calls.BusyError("The warehouse is being written by `ontime load`.")
    loaded = [partition("2024-01", "a")]
    for_long = [error] * assets.ASKED_TIMES
    commands.answers |= {"loaded": [error, loaded, error, loaded], "news": [error]}
    for_a_moment = [*_run(definitions, ["refresh"]), list(commands.ran)]
    commands.ran.clear()
    commands.answers["loaded"] = [*for_long, loaded, *for_long, loaded]
    refreshed = [*_run(definitions, ["refresh"]), commands.ran]
    commands.answers["loaded"] = [error]
    skipped = []
    for sensor in (definitions.reissues, definitions.what_is_loaded):
        with dg.build_sensor_context() as context:
            skipped.append(sensor.evaluate_tick(context).skip_message)
    return {"for a moment": for_a_moment, "for long": refreshed, "skipped": skipped}


def schedule(definitions: Any, commands: Commands) -> Any:
    """Let the schedule tick, and say what runs by itself."""
    with dg.build_schedule_context() as context:
        ticked = definitions.every_day.evaluate_tick(context)
    return {
        "requests": len(ticked.run_requests or ()),
        "job": definitions.every_day.job_name,
        "statuses": {
            each.name: each.default_status.value
            for each in (definitions.every_day, definitions.reissues, definitions.what_is_loaded)
        },
    }


def made_of_it(definitions: Any, commands: Commands) -> Any:
    """Write the site and a release of what is published, and not of what is not."""
    whole = {
        "name": "v",
        "is_up_to_date": True,
        "faults": [],
        "fingerprint": "f",
        "megabytes": 1.0,
        "tables": {},
        "features": ["features/a.parquet"],
    }
    commands.answers["publication"] = [whole]
    keys = (["published", "marts"], ["published", "features"], ["site"], ["release"])
    good = [*_run(definitions, *keys), list(commands.ran)]
    commands.ran.clear()
    commands.answers["publication"] = [{**whole, "is_up_to_date": False}]
    return {"good": good, "bad": [*_run(definitions, *keys), commands.ran]}


def specs(definitions: Any) -> Any:
    """Return the code version of each model, and whether it has to be fresh."""
    graph = definitions.definitions.resolve_asset_graph()
    found = {}
    for name, table in PROJECT["tables"].items():
        node = graph.get(dg.AssetKey(table["key"]))
        found[name] = [node.code_version, node.freshness_policy is not None]
    return found


SCENARIOS = (*(range_of_months, retried, refused, refresh, sensors, busy, schedule, made_of_it),)

if __name__ == "__main__":
    main(Path(sys.argv[1]))
