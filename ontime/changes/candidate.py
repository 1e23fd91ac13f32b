"""The change, built on a copy of its base: only what it modifies, and what reads that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from ontime.changes.builds import Build, changes_folder
from ontime.changes.revisions import changed_files
from ontime.publishing.identity import is_project_file

# dbt compares models, seeds, tests, the macros that they call and the project's variables. It does
# not see a change of what loads the data, of the engine's settings, of the Python that it calls, or
# of the macros that build: after one of these, everything is built.
_LOADING = ("ingest/", "requirements/lock.txt")
_BUILDING = ("dbt_project/macros/incremental/",)


def reload_is_needed(files: list[str]) -> bool:
    """Return whether a change of these files can change the raw tables."""
    return any(file.startswith(_LOADING) for file in files)


def all_is_built(files: list[str]) -> bool:
    """Return whether dbt cannot tell which models a change of these files reaches."""
    return reload_is_needed(files) or any(
        file.startswith(_BUILDING)
        or (is_project_file(file) and not file.startswith(("dbt_project/", "dbt_project.yml")))
        for file in files
    )


def candidate(base: Build, commit: str, tell: Callable[[str], None], *, tests: bool) -> Build:
    """Build the files in this folder on a copy of their base, and return the build.

    It never publishes: that is for the target `prod`. How it ended is in its results.

    Arguments:
        base: the build of the commit.
        commit: the revision that the change is compared with.
        tell: called with a sentence on each step.
        tests: whether the tests of what is built run, too.

    """
    build = Build(changes_folder() / "candidate", "this change")
    shutil.rmtree(build.folder, ignore_errors=True)
    (build.folder / "data").mkdir(parents=True)
    build.target.mkdir()
    code = Path().resolve()
    files = changed_files(commit)
    if reload_is_needed(files):
        tell("Loading the embedded data with the changed code ...")
        build.require("load", code=code)
    else:
        shutil.copyfile(base.warehouse, build.warehouse)
    types = () if tests else ("--resource-type", "seed", "--resource-type", "model")
    if all_is_built(files):
        tell("The change reaches every model: all of them are built.")
        chosen: tuple[str, ...] = ("--full-refresh",)
    else:
        chosen = ("--select", "state:modified+", "--state", str(base.target.resolve()))
    tell("Building what the change modifies, and what reads it ...")
    build.run("build", "--target", "ci", *types, *chosen, code=code, is_shown=tests)
    return build


def outcome(build: Build) -> tuple[int, str]:
    """Return the exit code of a build of a change, and what it built in a sentence."""
    failed = [name for name, result in build.results.items() if result.is_failure]
    counts = [
        sum(name.startswith(kinds) and name not in failed for name in build.results)
        for kinds in (("model.", "seed."), ("test.", "unit_test."))
    ]
    if failed:
        return 1, f"The change fails: {len(failed)} of {len(build.results)} nodes."
    if not build.results and not (build.target / "manifest.json").exists():
        return 1, "The change cannot be built: dbt says why."
    return 0, f"The change passes: {counts[0]} models and seeds, {counts[1]} tests."
