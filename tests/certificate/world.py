"""The worlds in which faults happen: data folders with two made-up months, made once for this code.

empty         nothing
january       a month is loaded, built and published
february      a second month is loaded, and not built
unpublished   both months are built and tested; readers see January
published     both months are published, and January can be restored
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ontime.publishing.identity import project_hash
from tests.certificate.phases import BUILD, REFRESH
from tests.live.live_project import JANUARY, LiveProject, publish
from tests.publisher.server import Server

NAMES = ("empty", "january", "february", "unpublished", "published")


@dataclass
class Worlds:
    """The worlds, below a folder that is kept; those of another state of the code are removed."""

    folder: Path
    server: Server
    code: str = field(init=False)

    def __post_init__(self) -> None:
        """Find out for which code they are."""
        self.code = project_hash()[:12]
        publish(self.server)

    @property
    def _kept(self) -> Path:
        return self.folder / f"worlds-{self.code}"

    def copy(self, name: str, folder: Path) -> LiveProject:
        """Return a project with a copy of a world's data."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if name == "empty":
            return LiveProject(folder, self.server)
        self._make()
        shutil.copytree(self._kept / name, folder / "data", symlinks=True)
        return LiveProject(folder, self.server)

    def _make(self) -> None:
        if (self._kept / "published").exists():
            return
        for stale in self.folder.glob("worlds-*"):
            shutil.rmtree(stale)
        made = LiveProject(self.folder / "making", self.server)
        shutil.rmtree(made.folder, ignore_errors=True)
        made.load("--months", JANUARY)
        # once with the unit tests, after which builds of this code need not repeat them
        done = made.dbt("build")
        assert "published: " in done.stdout, done.stdout[-3000:]
        self._keep(made, "january")
        command(made, REFRESH)
        self._keep(made, "february")
        command(made, BUILD)
        self._keep(made, "unpublished")
        published = self._kept / "unpublished" / "published"
        shutil.rmtree(published)
        shutil.copytree(self._kept / "january" / "published", published, symlinks=True)
        self._keep(made, "published")
        shutil.rmtree(made.folder)

    def _keep(self, made: LiveProject, name: str) -> None:
        draft = self._kept / f".{name}"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(made.data, draft, symlinks=True)
        draft.rename(self._kept / name)


def command(
    project: LiveProject,
    words: tuple[str, ...],
    env: dict[str, str] | None = None,
    *,
    check: bool = True,
) -> tuple[int, str]:
    """Run a command of a phase; return its exit code and what it said."""
    program, *arguments = words
    if program == "dbt":
        done = project.dbt(*arguments, check=check, env=env or {})
    else:
        done = project.ingest(*arguments, check=check, env=env or {})
    return done.returncode, done.stdout + done.stderr
