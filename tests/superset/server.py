"""Superset as a user starts it, and a client of its REST API."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.commands import ROOT, Project
from tests.requirements import lacking

PATIENCE_SECONDS = 600  # the machine may be busy; an idle one needs about 30


@dataclass(frozen=True)
class Superset:
    """A running Superset: its address, its output at the start, and a logged-in user."""

    address: str
    said: str
    session: requests.Session
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, **words: Any) -> requests.Response:
        """Send a request to the API."""
        return self.session.request(method, f"{self.address}/api/v1/{path}", timeout=120, **words)

    def get(self, path: str, **words: Any) -> Any:
        """Return the API's answer, which must be a success."""
        answer = self.ask("GET", path, **words)
        assert answer.ok, answer.text[:2000]
        return answer.json()

    def dataset(self, name: str) -> Any:
        """Return a dataset as the API represents it."""
        found = self.get(f"dataset/?q=(filters:!((col:table_name,opr:eq,value:{name})))")
        return self.get(f"dataset/{found['result'][0]['id']}")["result"]

    def rows(self, dataset: str, metrics: list[str], columns: list[str]) -> list[dict[str, Any]]:
        """Return the data from which a chart of a dataset would be drawn."""
        answer = self.ask(
            "POST",
            "chart/data",
            json={
                "datasource": {"id": self.dataset(dataset)["id"], "type": "table"},
                "queries": [{"columns": columns, "metrics": metrics, "row_limit": 10000}],
                "result_format": "json",
                "result_type": "full",
            },
        )
        assert answer.ok, answer.text[:2000]
        rows: list[dict[str, Any]] = answer.json()["result"][0]["data"]
        return rows

    def sql(self, statement: str) -> requests.Response:
        """Run a statement in SQL Lab."""
        return self.ask(
            "POST",
            "sqllab/execute/",
            json={
                "client_id": uuid.uuid4().hex[:10],
                "database_id": self.database,
                "sql": statement,
                "schema": "marts",
                "runAsync": False,
            },
        )

    @property
    def database(self) -> int:
        """Return the id of the connection to the published file."""
        return int(self.get("database/")["result"][0]["id"])


@contextmanager
def running(project: Project) -> Iterator[Superset]:
    """Start Superset on a project's published file as `make superset` does, and log in."""
    environment = Path(os.environ.get("ONTIME_SUPERSET") or ROOT / ".venv-superset")
    if not (environment / "bin" / "gunicorn").exists():
        lacking("superset", "it is not installed")
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = project.folder / "superset.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ontime", "superset", "--port", str(port)],
            cwd=ROOT,
            env=project.environment({"ONTIME_SUPERSET": str(environment)}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, address, log)
        said = log.read_text(encoding="utf-8")
        yield Superset(address, said, _logged_in(address, said), process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-4000:]
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8")[-4000:])


def _logged_in(address: str, said: str) -> requests.Session:
    found = re.search(r"Log in as admin with the password (\S+)", said)
    assert found, said
    session = requests.Session()
    session.trust_env = False
    token = session.post(
        f"{address}/api/v1/security/login",
        json={"username": "admin", "password": found[1], "provider": "db"},
        timeout=60,
    ).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    csrf = session.get(f"{address}/api/v1/security/csrf_token/", timeout=60).json()["result"]
    session.headers.update({"X-CSRFToken": csrf, "Referer": address})
    return session


def _free_port() -> int:
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])
