"""The change, built on a copy of its base: only what it modifies, and what reads that."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.catalog.manifest import Node, text_of
from ontime.changes.builds import Build, changes_folder
from ontime.changes.revisions import ChangeError, changed_files, text_at
from ontime.publishing.identity import is_project_file

# `state:modified` without its look at contracts: see `redeclared`
_MODIFIED = [
    "state:new+",
    *(f"state:modified.{part}+" for part in ("body", "configs", "relation", "macros")),
]
_NOTHING = "The selection matches nothing"
# dbt compares models, seeds, tests and the macros that they call; variables are compared here. It
# does not see a change of what loads the data, of the engine's settings, of the Python that it
# calls, or of the macros that build: after one of these, everything is built.
PROJECT = "dbt_project.yml"
_LOADING = ("ingest/", "requirements/lock.txt")
_BUILDING = ("dbt_project/macros/incremental/",)


def reload_is_needed(files: list[str]) -> bool:
    """Return whether a change of these files can change the raw tables."""
    return any(file.startswith(_LOADING) for file in files)


def all_is_built(files: list[str]) -> bool:
    """Return whether dbt cannot see which models a change of these files reaches."""
    return reload_is_needed(files) or any(
        file.startswith(_BUILDING)
        or (is_project_file(file) and not file.startswith(("dbt_project/", "dbt_project.yml")))
        for file in files
    )


def changed_variables(before: str, after: str) -> set[str]:
    """Return the variables that differ between two texts of `dbt_project.yml`."""
    old, new = ((yaml.safe_load(text) or {}).get("vars") or {} for text in (before, after))
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def redeclared(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the models whose contract differs between texts of yml files, and the unit tests.

    What moves from one file to another is compared, too. dbt refuses to select by a contract that
    became narrower; whether readers can live with it is what `ontime contracts` asks.
    """
    old, new = (
        {name: one for text in texts for name, one in _declared(yaml.safe_load(text) or {}).items()}
        for texts in (before, after)
    )
    return {name for name, one in new.items() if name in old and old[name] != one}


def _declared(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {test["name"]: test for test in document.get("unit_tests") or ()}
    for model in document.get("models") or ():
        columns = [
            {key: column.get(key) for key in ("name", "data_type", "constraints")}
            for column in model.get("columns") or ()
        ]
        found[model["name"]] = [columns, model.get("constraints")]
    return found


def readers_of_variables(manifest: Node, names: set[str]) -> list[str]:
    """Return the models and tests that read a variable, also through a macro, as dbt selects them.

    dbt would notice a change of their text, and not one of the value that the text asks for.
    """
    asked = re.compile(r"var\(\s*['\"](" + "|".join(map(re.escape, sorted(names))) + r")['\"]")
    return [
        f"{'.'.join(node['fqn'])}+"
        for node in manifest["nodes"].values()
        if names and asked.search(text_of(manifest, node))
    ]


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
        variables = _changed_variables_since(commit)
        modified = [
            *_MODIFIED,
            *readers_of_variables(base.manifest, variables),
            *(f"{name}+" for name in sorted(_redeclared_in(files, commit))),
        ]
        chosen = ("--select", *modified, "--state", str(base.target.resolve()))
    tell("Building what the change modifies, and what reads it ...")
    code_of_dbt = build.run("build", "--target", "ci", *types, *chosen, code=code, is_shown=tests)
    if code_of_dbt not in {0, 1} and _NOTHING not in build.said():
        raise ChangeError(f"The change cannot be built.\n{build.said()}")
    return build


def _changed_variables_since(commit: str) -> set[str]:
    before, after = text_at(commit, PROJECT), Path(PROJECT).read_text(encoding="utf-8")
    try:
        return changed_variables(before, after)
    except (yaml.YAMLError, AttributeError):
        return set()  # dbt says better what is wrong, and where


def _redeclared_in(files: list[str], commit: str) -> set[str]:
    names = [
        file for file in files if file.startswith("dbt_project/models/") and file.endswith(".yml")
    ]
    before = [text_at(commit, name) for name in names]
    after = [Path(name).read_text(encoding="utf-8") for name in names if Path(name).exists()]
    try:
        return redeclared(before, after)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return set()  # dbt says better what is wrong, and where


def outcome(build: Build) -> tuple[int, str]:
    """Return the exit code of a build of a change, and what it built in a sentence."""
    failed = [name for name, result in build.results.items() if result.is_failure]
    counts = [
        sum(name.startswith(kinds) and name not in failed for name in build.results)
        for kinds in (("model.", "seed."), ("test.", "unit_test."))
    ]
    if failed:
        return 1, f"The change fails: {len(failed)} of {len(build.results)} nodes."
    return 0, f"The change passes: {counts[0]} models and seeds, {counts[1]} tests."
