"""Over HTTP the server is on this machine only, and ends when it is interrupted."""

from __future__ import annotations

import asyncio
import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.assistant.conftest import require_client
from tests.commands import ROOT, Project


@dataclass
class Served:
    """A running server, and where it is."""

    process: subprocess.Popen[str]
    port: int


@pytest.fixture
def served(small: Project) -> Iterator[Served]:
    """Yield a server of the small year."""
    require_client()
    process = subprocess.Popen(
        [sys.executable, "-m", "ontime", "mcp", "--http"],
        cwd=ROOT,
        env=small.environment({}),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    said = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/mcp", said)
    assert found, said
    while "Uvicorn running" not in said and process.poll() is None and not _answers(found[1]):
        pass
    yield Served(process, int(found[1]))
    process.kill()
    process.communicate()


def _answers(port: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    try:
        connection.request("GET", "/")
    except OSError:
        return False
    connection.getresponse().read()
    return True


def _asked(port: int, host: str, origin: str) -> int:
    """Return the status of a request that a page of another site could make."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": host, "Origin": origin, "Content-Type": "application/json"}
    headers["Accept"] = "application/json, text/event-stream"
    connection.request("POST", "/mcp", body='{"jsonrpc": "2.0"}', headers=headers)
    return connection.getresponse().status


async def _counted(port: int) -> str:
    from mcp import Client  # noqa: PLC0415 - may not be installed yet

    async with Client(f"http://127.0.0.1:{port}/mcp") as client:
        reply = await client.call_tool("query", {"sql": "select 7 as seven"})
        return "".join(part.text for part in reply.content if part.type == "text")


def test_client_asks_over_http_and_other_sites_are_refused(served: Served) -> None:
    assert '"seven"' in asyncio.run(_counted(served.port))
    ours = f"127.0.0.1:{served.port}"
    assert _asked(served.port, "evil.example", f"http://{ours}") == 421
    for origin in ("http://evil.example", "http://127.0.0.1:1", f"http://{ours}.example", "null"):
        assert _asked(served.port, ours, origin) == 403, origin
    served.process.send_signal(signal.SIGINT)
    _, said = served.process.communicate(timeout=300)
    assert served.process.returncode == 0, said
    assert "Traceback" not in said


def test_taken_port_is_said(served: Served, small: Project) -> None:
    done = small.run(
        *(sys.executable, "-m", "ontime", "mcp", "--http", "--port", str(served.port)),
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {served.port} cannot be used")
    assert done.stderr.count("\n") == 1
