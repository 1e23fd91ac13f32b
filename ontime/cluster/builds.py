"""Build the project on a cluster: make the lake known to it, and run dbt with its target."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ontime.cluster.lake import MANIFEST
from ontime.cluster.places import Place
from ontime.cluster.processes import ENVIRONMENT, HOST, ClusterError

_INSIDE = Path(__file__).with_name("inside.py")
# dbt waits for the server, and for a second more after each statement that takes over five: most
# threads wait.
THREADS = 12
_QUIETLY = ("--no-use-colors", "--no-hints-enabled")


def register(port: int, lake: Place, environment: Path = ENVIRONMENT) -> None:
    """Make the tables of a lake known to the server, as the lake is now.

    The lake is named to the server as it is here: all its machines have it at the same address.

    Raises:
        ClusterError: the server refuses; the message is its own.

    """
    done = subprocess.run(  # noqa: S603 - our own module, in the environment of Spark
        [environment / "bin" / "python", _INSIDE, HOST, str(port), lake.location],
        input=lake.read(MANIFEST),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise ClusterError(f"Spark cannot read the lake {lake.address}: {' '.join(last)}")


def dbt(
    port: int,
    *arguments: str,
    folder: Path,
    environment: Path = ENVIRONMENT,
    threads: int = THREADS,
) -> subprocess.CompletedProcess[str]:
    """Run dbt on the cluster, with its files in a folder, and return how it ended."""
    return subprocess.run(  # noqa: S603 - dbt, with words of our own
        [
            *(str(environment / "bin" / "dbt"), *_QUIETLY, *arguments, "--target", "spark"),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ],
        env={
            **os.environ,
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "ONTIME_SPARK_PORT": str(port),
            "ONTIME_THREADS": str(threads),
        },
        capture_output=True,
        text=True,
        check=False,
    )
