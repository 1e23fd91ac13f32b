"""Leave Dagster's daemon running, and see everything happen by itself: `make dagster-test`.

The publishers are on this machine, and the schedule ticks each minute. In turn: a range of months
is loaded by one run, whose publisher does not answer at first; the schedule runs the daily job
twice, and the second time nothing is left to do; a month is issued again, the sensor notices it,
and what readers see and the site follow; a release is written; marts that nobody builds become
due and overdue. What happened is printed as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ontime.orchestration import instance
from ontime.terminal import ports
from tests.commands import ROOT
from tests.live.live_project import (
    FEBRUARY,
    JANUARY,
    MARCH,
    LiveProject,
    path_of,
    publish,
    publish_month,
)
from tests.orchestration.served import SITE_SETTING, Run, Served
from tests.publisher import bts_files
from tests.publisher.server import serve, status

# more than a command tries by itself
_REFUSALS = 6
_TABLES = [["raw_bts", "on_time"], ["raw_weather", "reports"]]


def main(words: list[str]) -> int:
    """Run the trial in a folder, or in one that is removed afterwards."""
    parser = argparse.ArgumentParser(prog="make dagster-test")
    parser.add_argument("--folder", type=Path, help="where the data are kept afterwards")
    parser.add_argument("--data", type=Path, help="a data folder with 2024-01 to begin with")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch, serve() as server:
        project = LiveProject((options.folder or Path(scratch)).absolute(), server)
        project.folder.mkdir(parents=True, exist_ok=True)
        publish(server)
        publish_month(server, MARCH, bts_files.flights(MARCH, 120))
        if options.data:
            shutil.copytree(options.data, project.data, symlinks=True)
        else:
            project.load("--months", JANUARY)
        with _dagster(project) as served:
            found = _trial(project, served)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


@contextmanager
def _dagster(project: LiveProject) -> Iterator[Served]:
    """Serve Dagster with its daemon on the data of a project."""
    os.environ.update(project.environment({"ONTIME_DAGSTER_BACKOFF_SECONDS": "5"}))
    instance.prepare()
    port = ports.free_port(None, 0) or 3000
    # whoever starts the trial in the background ignores it, and Dagster then ignores every signal
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (project.folder / "dagster.log").open("wb") as log:
        serving = subprocess.Popen(
            [
                *(instance._python(), "-m", "dagster", "dev", "-m", "tests.orchestration.quick"),
                *("-h", "127.0.0.1", "-p", str(port), "-d", str(ROOT)),
            ],
            env={**instance.environment(), SITE_SETTING: str(project.folder / "site")},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            served = Served(f"http://127.0.0.1:{port}")
            served.wait(served.is_there, "Dagster")
            yield served
        finally:
            serving.terminate()
            serving.wait(timeout=120)


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def _summary(served: Served, runs: list[Run]) -> list[dict[str, Any]]:
    """Return what each run was, how it ended, and how many steps were tried again."""
    return [
        {
            "job": run["jobName"],
            "status": run["status"],
            "seconds": round(run["endTime"] - run["startTime"]),
            "started by": next(
                (
                    tag["value"]
                    for tag in run["tags"]
                    if tag["key"]
                    in {"dagster/schedule_name", "dagster/sensor_name", "dagster/backfill"}
                ),
                "",
            ),
            "retries": served.events(run).count("ExecutionStepUpForRetryEvent"),
        }
        for run in runs
    ]


def _trial(project: LiveProject, served: Served) -> dict[str, Any]:
    found: dict[str, Any] = {}
    served.wait(lambda: served.loaded_months(_TABLES[0]) != [], "what is loaded, to be shown")
    found["shown without a run"] = served.loaded_months(_TABLES[0])
    for part in PARTS:
        part(project, served, found)
    found["runs"] = len(served.runs())
    return found


def _range_of_months(project: LiveProject, served: Served, found: dict[str, Any]) -> None:
    assert found["shown without a run"] == [f"{JANUARY}..{JANUARY}"], found
    _say("a range of two months, whose publisher does not answer at first")
    refusals = [status(503)] * _REFUSALS
    project.server.misbehave(path_of(FEBRUARY), *refusals, method="HEAD")
    project.server.misbehave(path_of(FEBRUARY), *refusals)
    served.backfill(_TABLES, [FEBRUARY, MARCH])
    # a sensor looks at the warehouse all the time, which must not make a load fail
    found["range"] = _summary(served, served.ended(after=0))
    [range_of_months] = found["range"]
    assert range_of_months["status"] == "SUCCESS", found
    assert range_of_months["retries"] >= 1, found
    found["months"] = served.loaded_months(_TABLES[0])
    assert found["months"] == [f"{JANUARY}..{MARCH}"], found


def _schedule(project: LiveProject, served: Served, found: dict[str, Any]) -> None:
    _say("the schedule, until it has ticked twice")
    before = len(served.runs())
    served.switch_on("schedule", "every_day")
    served.wait(lambda: len(served.runs()) >= before + 2, "two ticks of the schedule")
    found["ticks of the schedule"] = served.switch_off_schedule("every_day")
    asked = len(served.runs()) - before
    found["schedule"] = _summary(served, served.ended(after=before, count=asked))
    assert {run["status"] for run in found["schedule"]} == {"SUCCESS"}, found
    found["flights published"] = _flights(project)


def _reissue(project: LiveProject, served: Served, found: dict[str, Any]) -> None:
    _say("a month is issued again")
    published, before = project.publication_name, len(served.runs())
    site = project.folder / "site" / "index.html"
    written = site.stat().st_mtime_ns
    publish_month(project.server, FEBRUARY, bts_files.flights(FEBRUARY, 130))
    served.switch_on("sensor", "reissues")
    found["sensor"] = _summary(served, served.ended(after=before))
    assert found["sensor"][0]["status"] == "SUCCESS", found
    assert found["sensor"][0]["started by"] == "reissues", found
    assert project.publication_name != published, "readers see the new issue"
    assert site.stat().st_mtime_ns > written, "the site was written again"
    found["flights published after the new issue"] = _flights(project)
    assert found["flights published after the new issue"] == found["flights published"] + 10, found


def _release(project: LiveProject, served: Served, found: dict[str, Any]) -> None:
    _say("a release")
    runs = len(served.runs())
    served.launch("write_release")
    found["release"] = _summary(served, served.ended(after=runs))
    assert found["release"][0]["status"] == "SUCCESS", found
    found["releases"] = len(list((project.data / "releases").glob("[!.]*")))
    assert found["releases"] == 1, found


def _freshness(project: LiveProject, served: Served, found: dict[str, Any]) -> None:
    _say("a mart is due after a minute, one is overdue after two, and one is fresh for days")
    expected = {"fct_flights": "WARNING", "dim_carriers": "DEGRADED", "dim_dates": "HEALTHY"}

    def seen() -> dict[str, str]:
        return {name: served.freshness(["marts", name]) for name in expected}

    served.wait(lambda: seen() == expected, f"{expected}, not {seen()}")
    found["freshness"] = seen()


def _flights(project: LiveProject) -> int:
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        [(count,)] = connection.execute("select count(*) from marts.fct_flights").fetchall()
    return int(count)


PARTS = (_range_of_months, _schedule, _reissue, _release, _freshness)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
