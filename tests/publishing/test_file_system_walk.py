"""Publish, roll back and prune are interrupted at every single file-system call.

A child process does the work, and an audit hook counts its file-system calls. Once for each call,
the child is killed just before it, or the call fails with "no space left" or "permission denied".
Then the test checks the file, its features, another rollback and another run.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ontime.publishing.placement import PublicationError, faults, roll_back
from ontime.publishing.verification import verify
from ontime.publishing.versions import all_versions
from tests.publishing.made_up import publish, seen

# calls that change the file system, as Python names them; opening counts if it is for writing
CALLS = {
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
}
STOPS: dict[str, int | None] = {"kill": None, "ENOSPC": errno.ENOSPC, "EACCES": errno.EACCES}
DONE, REFUSED, OVERCOME, KILLED = 0, 3, 4, 9


def publish_the_third() -> None:
    publish("v3", 3)


def go_back() -> None:
    roll_back()


def publish_what_pushes_two_out() -> None:
    publish("v7", 7)


# by name: the number of versions before, the work, what readers see afterwards
OPERATIONS: dict[str, tuple[int, Callable[[], None], str]] = {
    "publish": (2, publish_the_third, "v3"),
    "roll back": (3, go_back, "v2"),
    "prune": (6, publish_what_pushes_two_out, "v7"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a function that returns a read-only data folder with that many versions."""
    made: dict[int, Path] = {}

    def prepare(count: int) -> Path:
        if count not in made:
            made[count] = tmp_path_factory.mktemp("prepared") / "data"
            with pytest.MonkeyPatch.context() as patched:
                patched.setenv("ONTIME_DATA_DIR", str(made[count]))
                for number in range(1, count + 1):
                    publish(f"v{number}", number)
        return made[count]

    return prepare


def stopped_at(call: int, stop: str, work: Callable[[], None], folder: Path) -> int:
    """Do the work in a child that is stopped at a call; return how the child ended."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event == "open":
            path, mode, _ = arguments
            is_change = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            paths = [path] if is_change else []
        else:
            paths = list(arguments[:2]) if event in CALLS else []
        named = [os.fspath(path) for path in paths if isinstance(path, (str, os.PathLike))]
        # removing a folder names its contents relative to the folder's descriptor
        is_within = event in {"os.remove", "os.rmdir"} and arguments[-1] != -1
        changed = next((name for name in named if is_within or str(folder) in str(name)), None)
        if changed is None:
            return
        count += 1
        if count == call:
            if STOPS[stop] is None:
                os._exit(KILLED)
            raise OSError(STOPS[stop], os.strerror(STOPS[stop] or 0), changed)

    try:
        sys.addaudithook(watch)
        work()
    except OSError:
        os._exit(REFUSED)
    except BaseException:
        os._exit(1)
    # a failure can be harmless: creating a folder that exists
    os._exit(OVERCOME if count >= call else DONE)


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_stopping_at_any_call_leaves_a_whole_publication(
    operation: str,
    stop: str,
    prepared: Callable[[int], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # no power loss is tested here, and hundreds of publications would wait for the disk
    monkeypatch.setattr(os, "fsync", lambda _: None)
    count, work, after = OPERATIONS[operation]
    before = f"v{count}"
    calls, outcomes = 0, {"old": 0, "new": 0}
    while True:
        calls += 1
        data = tmp_path / str(calls)
        shutil.copytree(prepared(count), data, symlinks=True)
        published = data / "published"
        monkeypatch.setenv("ONTIME_DATA_DIR", str(data))
        ended = stopped_at(calls, stop, work, published)
        if ended == DONE:
            # there were fewer calls: the work was not stopped
            assert seen(published)[0] == after
            break
        assert ended in ({KILLED} if stop == "kill" else {REFUSED, OVERCOME}), (calls, ended)
        name, on_time, features = seen(published)
        # readers see a whole version, old or new, with the features of the same build
        assert (name, f"v{on_time}", features) in {(before,) * 3, (after,) * 3}, calls
        assert ended != OVERCOME or name == after, calls
        outcomes["new" if name == after else "old"] += 1
        assert faults() == verify() == []
        if operation == "roll back":
            again(name, before)
        else:
            work()
            assert seen(published) == (after, int(after[1:]), after), calls
            assert roll_back()[0].name == before
        assert seen(published)[0] in {before, after, "v1"}
        assert faults() == verify() == []
        hidden = [path.name for path in (published / "versions").glob(".*")]
        assert hidden == [], calls
        assert len(all_versions()) <= count + 1
        shutil.rmtree(data)
    assert calls > (3 if operation == "roll back" else 15)
    assert outcomes["old"] > 0
    # old versions are removed after the step that publishes
    assert operation != "prune" or outcomes["new"] > 0
    print(f"\n{operation}, {stop}: {calls - 1} calls, {outcomes}")  # noqa: T201 - shown by -rP


def again(name: str, before: str) -> None:
    """Roll back again after an interrupted rollback, from whichever version is in place."""
    expected = f"v{int(name[1:]) - 1}"
    try:
        assert roll_back()[0].name == expected
    except PublicationError:
        pytest.fail(f"{before}: no rollback from {name}")
