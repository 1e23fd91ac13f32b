"""A conversation of a real client with `ontime mcp`, held once; the tests read what was said."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.assistant.questions import CALLS
from tests.commands import ROOT, Project


@dataclass
class Conversation:
    """The tools that the server offered, and its reply to each call: text, and whether an error."""

    tools: dict[str, Any] = field(default_factory=dict)
    instructions: str = ""
    replies: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def answer(self, name: str) -> dict[str, Any]:
        """Return the answer to a call that must not be an error."""
        text, is_error = self.replies[name]
        assert not is_error, text
        return dict(json.loads(text))

    def error(self, name: str) -> str:
        """Return the sentence of a call that must be an error."""
        text, is_error = self.replies[name]
        assert is_error, text
        assert "Traceback" not in text
        return text


def require_client() -> None:
    """Fail the test, with what to do, if the environment is older than the lock."""
    if importlib.util.find_spec("mcp") is None:
        pytest.fail("The package mcp is not installed: `make setup` syncs .venv.", pytrace=False)


@pytest.fixture(scope="session")
def conversation(small: Project) -> Conversation:
    """Return a conversation over the standard streams about the small year."""
    require_client()
    return asyncio.run(_talk(small))


async def _talk(project: Project) -> Conversation:
    from mcp import Client, StdioServerParameters  # noqa: PLC0415 - may not be installed yet
    from mcp.client.stdio import stdio_client  # noqa: PLC0415

    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ontime", "mcp"],
        env=project.environment({}),
        # a client starts it in any folder
        cwd=str(project.folder),
    )
    said = Conversation()
    async with Client(stdio_client(server)) as client:
        said.instructions = client.instructions or ""
        said.tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        for name, (tool, arguments) in CALLS.items():
            reply = await client.call_tool(tool, arguments)
            said.replies[name] = (
                "".join(part.text for part in reply.content if part.type == "text"),
                bool(reply.is_error),
            )
    assert ROOT.exists()
    return said
