"""Everything that continuous integration or the container runs is pinned to a fixed version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.commands import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
DEVCONTAINER = ROOT / ".devcontainer" / "devcontainer.json"

# a commit of an action, with its version in a comment
_PINNED_ACTION = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
_PINNED_IMAGE = re.compile(r"[\w./-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}")


def unpinned(workflow: str) -> list[str]:
    """Return the unpinned actions and images of a workflow."""
    found = [
        line.strip().removeprefix("- ")
        for line in workflow.splitlines()
        if re.match(r"\s*(- )?[\"']?uses[\"']?\s*:", line)
    ]
    loose = [line for line in found if not _PINNED_ACTION.fullmatch(line)]
    # an action that is written so that the pattern of a line misses it was not checked
    named = [value for key, value in _pairs(yaml.safe_load(workflow)) if key == "uses"]
    loose += named[len(found) :]
    for key, value in _pairs(yaml.safe_load(workflow)):
        image = value if isinstance(value, str) else None
        if key in {"image", "container"} and image and not _PINNED_IMAGE.fullmatch(image):
            loose.append(image)
    return loose


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from _pairs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _pairs(value)


def test_there_are_workflows_to_check() -> None:
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "pages.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_and_images_of_workflows_are_pinned(path: Path) -> None:
    assert unpinned(path.read_text(encoding="utf8")) == []


@pytest.mark.parametrize(
    "step",
    [
        "{uses: actions/checkout@v5}",
        "\n          uses: actions/checkout@v5",
        "\n          uses: actions/checkout@main # v5.0.0",
        "\n          uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8",
        "\n          uses: actions/checkout@08c6903 # v5.0.0",
        "\n          'uses': actions/checkout@v5",
        "\n          uses: docker://alpine:3",
    ],
)
def test_unpinned_action_is_found(step: str) -> None:
    assert unpinned(f"jobs:\n  job:\n    steps:\n      - name: x\n      - {step}\n")


@pytest.mark.parametrize(
    "job",
    [
        "container: python:3.11",
        "container:\n      image: python:3.11",
        "services:\n      database:\n        image: postgres@sha256:12",
    ],
)
def test_unpinned_image_is_found(job: str) -> None:
    assert unpinned(f"jobs:\n  job:\n    {job}\n    steps: []\n")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_reads_only_and_each_job_asks_for_what_it_writes(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf8"))
    assert workflow["permissions"] == {"contents": "read"}
    writers = {
        name: job["permissions"]
        for name, job in workflow["jobs"].items()
        if "write" in str(job.get("permissions", {}))
    }
    deploying = {"pages": "write", "id-token": "write"}
    assert writers == ({"publish": deploying} if path.name == "pages.yml" else {})
    for name in writers:
        # a job that may deploy runs none of the project's code, nor anything that it installs
        assert ["run" in step for step in workflow["jobs"][name]["steps"]] == [False]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_checkout_leaves_no_token_behind(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf8"))
    checkouts = [
        step
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert checkouts
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False] * len(checkouts)


def test_image_of_the_container_is_pinned() -> None:
    described = json.loads(DEVCONTAINER.read_text(encoding="utf8"))
    assert _PINNED_IMAGE.fullmatch(described["image"])
    assert not {"build", "dockerFile", "dockerComposeFile", "features"} & described.keys()


def test_hooks_download_nothing() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf8"))
    for repository in hooks["repos"]:
        is_pinned = re.fullmatch(r"[0-9a-f]{40}", repository.get("rev", ""))
        assert repository["repo"] == "local" or is_pinned
        for hook in repository["hooks"]:
            assert hook["language"] in {"system", "fail"}
            assert "additional_dependencies" not in hook
