"""The time of what a cluster does: on the clock, of its processes, and of what runs beside it."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT
from ontime.cluster.processes import Cluster
from tests.commands import DBT, Project

_PROC = Path("/proc")
# fields of /proc/<id>/stat after the name: the session, and times in user and kernel mode
_SESSION, _USER, _KERNEL = 3, 11, 12


@dataclass(frozen=True)
class Used:
    """Seconds on the clock and of the processors: of this machine's commands, the server, workers.

    The server is Spark's Thrift server, which plans; DuckDB and dbt are commands.
    """

    seconds: float
    commands: float
    server: float = 0
    workers: float = 0

    @property
    def processor_seconds(self) -> float:
        """All together."""
        return self.commands + self.server + self.workers


def measured(run: Callable[[], object], cluster: Cluster | None = None) -> Used:
    """Run something, and return what it used; a process that ends meanwhile is left out."""
    started, before = time.monotonic(), _all(cluster)
    run()
    seconds, after = time.monotonic() - started, _all(cluster)
    spent = {name: after[name] - before.get(name, 0) for name in after}
    workers = sum(used for name, used in spent.items() if name.startswith("worker"))
    return Used(seconds, spent["commands"], spent.get("thrift", 0), max(workers, 0))


def build_with_duckdb(project: Project, *options: str) -> None:
    """Build every seed and model of a project, in a process whose time counts.

    Raises:
        RuntimeError: the build failed; the message ends with its output.

    """
    done = subprocess.run(
        [str(DBT), "build", "--resource-type", "seed", "--resource-type", "model", *options],
        cwd=ROOT,
        env=project.environment({"DBT_WRITE_JSON": "false"}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-3000:])


def measured_build_with_duckdb(project: Project, *options: str) -> Used:
    """Build as `build_with_duckdb` does, and return what it used.

    Raises:
        RuntimeError: the build failed.

    """
    return measured(lambda: build_with_duckdb(project, *options))


def busy_seconds() -> float:
    """Return how long the cores of this machine have been busy since it started, added up."""
    user, nice, system = (_PROC / "stat").read_text(encoding="utf-8").split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _all(cluster: Cluster | None) -> dict[str, float]:
    usages = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    commands = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return {"commands": commands, **(processor_seconds(cluster) if cluster else {})}


def processor_seconds(cluster: Cluster) -> dict[str, float]:
    """Return the processor time so far of each process that runs, with all that it has started.

    Each process of a cluster leads a session.
    """
    names = {process: name for name, process in cluster.process_ids.items()}
    ticks = dict.fromkeys(names.values(), 0)
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if (name := names.get(int(fields[_SESSION]))) is not None:
            ticks[name] += int(fields[_USER]) + int(fields[_KERNEL])
    return {name: used / os.sysconf("SC_CLK_TCK") for name, used in ticks.items()}
