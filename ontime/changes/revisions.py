"""The revision that a change is compared with, and its files in a git worktree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ChangeError(Exception):
    """A change cannot be built or compared; the message says why and what to do."""


def base_of(revision: str) -> str:
    """Return the commit at which the change left a revision, the last that both have.

    What others have added to the revision since then is not part of the change.

    Raises:
        ChangeError: there is no such revision, or this is not a git repository.

    """
    try:
        commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except subprocess.CalledProcessError:
        raise ChangeError(
            f"There is no revision {revision!r} in this repository: name a branch, a tag or a "
            "commit, as in BASE=main."
        ) from None
    try:
        return _git("merge-base", commit, "HEAD")
    except subprocess.CalledProcessError:
        raise ChangeError(
            f"{revision} and the present revision have no common history here: fetch all of it, "
            "as in `git fetch --unshallow`."
        ) from None


def changed_files(base: str) -> list[str]:
    """Return the files that differ from a commit, also those that git does not know yet."""
    tracked = _git("diff", "--name-only", "--no-renames", base)
    new = _git("ls-files", "--others", "--exclude-standard")
    return sorted({*tracked.splitlines(), *new.splitlines()})


def object_of(commit: str, path: str) -> str:
    """Return git's name for the content of a folder or file in a commit, or "" if it is absent."""
    try:
        return _git("rev-parse", "--verify", "--quiet", f"{commit}:{path}")
    except subprocess.CalledProcessError:
        return ""


def text_at(commit: str, path: str) -> str:
    """Return the text of a file in a commit; an empty text if the commit has no such file."""
    return _git("cat-file", "blob", f"{commit}:{path}") if object_of(commit, path) else ""


@contextmanager
def files_of(commit: str, folder: Path) -> Iterator[Path]:
    """Yield a folder with the files of a commit, as a worktree of this repository.

    A worktree that a killed process has left there is removed first.

    Raises:
        ChangeError: git cannot write it.

    """
    _remove(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        # no hook of the user's runs in it
        _git(
            *("-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach"),
            *("--force", str(folder), commit),
        )
    except subprocess.CalledProcessError as error:
        raise ChangeError(f"git cannot write the files of {commit}: {error.stderr}") from None
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    if folder.exists():
        _git("worktree", "remove", "--force", "--force", str(folder))
    _git("worktree", "prune")


def _git(*words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - git, with words of our own
            ["git", *words],  # noqa: S607 - whichever git the user has
            capture_output=True,
            text=True,
            check=True,
        )
    except OSError:
        raise ChangeError("git is not installed, and BASE is a revision of git.") from None
    except subprocess.CalledProcessError as error:
        if "not a git repository" in error.stderr:
            raise ChangeError("This folder is not a git repository, so it has no BASE.") from None
        raise
    return done.stdout.strip()
