"""A standalone Spark cluster on loopback: a master, workers and a Thrift server for dbt.

Each is a process of its own, from the environment `.venv-spark` (`make` installs it), with ports
that are free. A cluster keeps all its files in one folder, and ends with everything it started.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

HOST = "127.0.0.1"
ENVIRONMENT = Path(".venv-spark")
# A start of a Java process and what it waits for takes seconds; a busy machine may need minutes.
_SECONDS_TO_START = 300
_SECONDS_TO_END = 20

# Three things make the engines agree: timestamps are UTC, impossible casts are errors, and a number
# with a point is a decimal, as in DuckDB.
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.sources.default": "parquet",
    "spark.sql.sources.partitionOverwriteMode": "dynamic",
    # the tables of a build are known to the server as long as it runs; the files stay
    "spark.sql.catalogImplementation": "in-memory",
    # With these, Spark repeats the expressions of the first step of a chain in every later one, and
    # plans for minutes.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.CollapseProject,"
        "org.apache.spark.sql.catalyst.optimizer.InferFiltersFromConstraints"
    ),
    # what Spark's newer analyzer knows, it resolves in one pass: the other one goes over the whole
    # plan once more for each CTE of a chain
    "spark.sql.analyzer.singlePassResolver.enabledTentatively": "true",
    # Nothing here adds code of its own to a session. Kept apart, the workers would load classes
    # anew for each session, and dbt opens one for each model and test.
    "spark.sql.artifact.isolation.enabled": "false",
    # numbers instead of twelve bytes: a wide table takes two thirds of the time
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # the files of a table whose writing was stopped are in the way of the next try
    "spark.sql.legacy.allowNonEmptyLocationInCTAS": "true",
    # a hundred fields and more in a plan, and no log of every query
    "spark.sql.debug.maxToStringFields": "5",
    "spark.sql.ui.explainMode": "simple",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.task.maxFailures": "8",
    "spark.network.timeout": "300s",
    "spark.executor.heartbeatInterval": "20s",
    # as in the rest of the project, nothing is fetched and nothing is reported
    "spark.jars.ivy": "/nonexistent",
}

# What Java compiles twice, it compiles for longer than a short build runs: the first compiler alone
# takes less than half of the processor time of a build of small tables. The second pays in the
# workers on large tables (`worker_java`), and in the server after a thousand statements, which it
# then plans in a fifth less time (`server_java`). Alone, the first gets 48 MB for what it compiles,
# which a whole build with its tests fills; 240 MB is what both get.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
LASTING_JAVA = "-XX:+UseSerialGC"

_LOGGING = """
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


class ClusterError(Exception):
    """The cluster cannot be started; the message says what to do."""


@dataclass
class Cluster:
    """Processes of a cluster. Use it as a context manager, or end it with `stop`."""

    folder: Path
    workers: int = 2
    worker_memory_megabytes: int = 1536
    server_memory_megabytes: int = 3072
    shuffle_partitions: int = 4
    worker_java: str = QUICK_JAVA
    server_java: str = QUICK_JAVA
    environment: Path = ENVIRONMENT
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _master: str = ""

    def __enter__(self) -> Cluster:
        """Start everything, and end what was started if something does not start."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End everything."""
        self.stop()

    @property
    def warehouse(self) -> Path:
        """The folder of the tables that the cluster writes."""
        return self.folder / "warehouse"

    @property
    def process_ids(self) -> dict[str, int]:
        """The processes that run, by name: `master`, `worker-1` and so on, `thrift`."""
        return {
            name: process.pid for name, process in self._processes.items() if process.poll() is None
        }

    def start(self) -> None:
        """Start the master, the workers and the Thrift server, and wait until dbt can connect.

        Raises:
            ClusterError: a part is missing or has ended.

        """
        self.folder.mkdir(parents=True, exist_ok=True)
        master_port = _free_port()
        self._master = f"spark://{HOST}:{master_port}"
        master = "org.apache.spark.deploy.master.Master"
        self._run("master", master, "--host", HOST, "--port", str(master_port), "--webui-port", "0")
        self._wait_for("master", master_port)
        for number in range(1, self.workers + 1):
            self.add_worker(number)
        self._start_thrift_server()

    def add_worker(self, number: int) -> None:
        """Start a worker, a new one or in place of one that has ended."""
        self._run(
            f"worker-{number}",
            "org.apache.spark.deploy.worker.Worker",
            *("--host", HOST, "--port", "0", "--webui-port", "0", "--cores", "1"),
            *("--memory", f"{self.worker_memory_megabytes}M"),
            *("--work-dir", str(self.folder / f"worker-{number}")),
            self._master,
        )

    def kill_worker(self, number: int) -> int:
        """Kill a worker and what it runs, as a machine that is lost; return its process id."""
        process = self._processes[f"worker-{number}"]
        _end(process, signal.SIGKILL)
        return process.pid

    def stop(self) -> None:
        """End every process that was started, the last one first."""
        for process in reversed(list(self._processes.values())):
            if process.poll() is None:
                process.terminate()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_SECONDS_TO_END)
            _end(process, signal.SIGKILL)
        self._processes.clear()

    def _start_thrift_server(self) -> None:
        self.port = _free_port()
        settings = {
            **_SETTINGS,
            "spark.sql.warehouse.dir": str(self.warehouse.resolve()),
            "spark.sql.shuffle.partitions": str(self.shuffle_partitions),
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            # Java and Spark take a part of the worker's memory for themselves
            "spark.executor.memory": f"{self.worker_memory_megabytes - 384}m",
            "spark.executor.cores": "1",
            "spark.executor.extraJavaOptions": self.worker_java,
            **self.settings,
        }
        options = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        self._run(
            "thrift",
            "org.apache.spark.deploy.SparkSubmit",
            *("--master", self._master, *options),
            *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
            "spark-internal",
            *("--hiveconf", f"hive.server2.thrift.port={self.port}"),
            *("--hiveconf", f"hive.server2.thrift.bind.host={HOST}"),
            # The end of a session asks for a metastore, which there is not. To begin one in memory
            # fails, and takes a seventh of the server's time: a hook that there is not ends it
            # before.
            *("--hiveconf", "hive.metastore.init.hooks=none"),
            *("--hiveconf", "hive.hmshandler.retry.attempts=0"),
            *("--hiveconf", "hive.metastore.connect.retries=0"),
            memory=f"{self.server_memory_megabytes}m",
        )
        self._wait_for("thrift", self.port)

    def _run(self, name: str, main_class: str, *arguments: str, memory: str = "256m") -> None:
        home = self._home()
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603 - Spark, with words of our own
                [home / "bin" / "spark-class", main_class, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._variables(home, memory),
                # a worker's executors end with it, and a Ctrl-C is for the command alone
                start_new_session=True,
            )

    def _variables(self, home: Path, memory: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
        return {
            **own,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(self.folder.resolve() / "scratch"),
            "SPARK_LOG_DIR": str(self.folder.resolve() / "logs"),
            "SPARK_DAEMON_MEMORY": memory,
            "SPARK_CONF_DIR": str(self._configuration()),
            "SPARK_DAEMON_JAVA_OPTS": QUICK_JAVA,
            "SPARK_SUBMIT_OPTS": f"-Dderby.system.home={self.folder.resolve()} {self.server_java}",
            "TZ": "UTC",
        }

    def _configuration(self) -> Path:
        """Return the folder with Spark's configuration: what is a line of the log."""
        folder = self.folder.resolve() / "conf"
        folder.mkdir(exist_ok=True)
        (folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
        return folder

    def _home(self) -> Path:
        found = sorted(self.environment.resolve().glob("lib/python3.*/site-packages/pyspark"))
        if not found:
            raise ClusterError(
                f"Spark is not installed in {self.environment}: run `make .venv-spark/.installed`."
            )
        return found[0]

    def _wait_for(self, name: str, port: int) -> None:
        """Wait until a process listens.

        Raises:
            ClusterError: it ended, or does not listen in time.

        """
        process = self._processes[name]
        until = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
            time.sleep(0.2)
        what = "has ended" if process.poll() is not None else "does not listen"
        said = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        last = " ".join(said.strip().splitlines()[-1:])
        raise ClusterError(
            f"Spark's {name} {what} ({self.folder / f'{name}.log'}): {last}. "
            "It needs Java 17 or newer."
        )


def _end(process: subprocess.Popen[bytes], with_signal: signal.Signals) -> None:
    """End a process and everything in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, with_signal)
    process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
