"""The base of a change is a commit of git, and its files are a worktree that does not stay."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ontime.changes.candidate import (
    all_is_built,
    changed_variables,
    readers_of_variables,
    redeclared,
    reload_is_needed,
)
from ontime.changes.personal import Personal, missing
from ontime.changes.revisions import (
    ChangeError,
    base_of,
    changed_files,
    files_of,
    object_of,
    text_at,
)


def git(*words: str) -> str:
    """Run git in the working folder, as a person with a name."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *words],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository in which `main` went on after `work` had left it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "--quiet", "--initial-branch", "main")
    (folder / "kept.sql").write_text("select 1")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    git("branch", "work")
    (folder / "others.sql").write_text("select 2")
    git("add", ".")
    git("commit", "--quiet", "-m", "by others")
    git("checkout", "--quiet", "work")
    return folder


def test_the_base_is_where_the_change_left(repository: Path) -> None:
    assert base_of("main") == git("rev-parse", "HEAD")
    (repository / "kept.sql").write_text("select 3")
    (repository / "new.sql").write_text("select 4")
    # what others added to main is no part of the change
    assert changed_files(base_of("main")) == ["kept.sql", "new.sql"]


def test_an_unknown_revision_is_a_sentence(repository: Path) -> None:
    with pytest.raises(ChangeError, match="There is no revision 'mian'"):
        base_of("mian")
    with pytest.raises(ChangeError, match="There is no revision '--all'"):
        base_of("--all")


def test_a_folder_without_git_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ChangeError, match="not a git repository"):
        base_of("main")


def test_the_files_of_a_commit_do_not_stay(repository: Path) -> None:
    commit = git("rev-parse", "main")
    folder = repository / "data" / "files"
    with files_of(commit, folder) as files:
        assert (files / "others.sql").read_text() == "select 2"
    assert not folder.exists()
    # as a killed process leaves it: the next one begins anew
    git("worktree", "add", "--quiet", "--detach", str(folder), "work")
    (folder / "others.sql").write_text("left over")
    with files_of(commit, folder) as files:
        assert (files / "others.sql").read_text() == "select 2"
    assert git("worktree", "list").count("\n") == 0
    assert object_of(commit, "others.sql")
    assert object_of(commit, "absent.sql") == ""
    assert (text_at(commit, "others.sql"), text_at(commit, "absent.sql")) == ("select 2", "")


@pytest.mark.parametrize(
    ("file", "is_loaded", "is_whole"),
    [
        ("dbt_project/models/marts/core/fct_flights.sql", False, False),
        ("dbt_project/macros/on_time.sql", False, False),
        ("dbt_project.yml", False, False),
        ("docs/analyst.md", False, False),
        ("ontime/site/pages.py", False, False),
        ("dbt_project/macros/incremental/monthly.sql", False, True),
        ("profiles/profiles.yml", False, True),
        ("ontime/storage/content_hash.py", False, True),
        ("ingest/sources/bts.py", True, True),
        ("requirements/lock.txt", True, True),
    ],
)
def test_what_dbt_cannot_compare_builds_everything(
    file: str, is_loaded: bool, is_whole: bool
) -> None:
    assert reload_is_needed([file]) == is_loaded
    assert all_is_built(["README.md", file]) == is_whole


def test_a_changed_variable_selects_what_reads_it() -> None:
    def model(name: str, code: str, *macros: str) -> dict[str, object]:
        calls = {"nodes": [], "macros": list(macros)}
        return {
            "fqn": ["p", name],
            "resource_type": "model",
            "package_name": "p",
            "raw_code": code,
            "depends_on": calls,
        }

    manifest = {
        "nodes": {
            "a": model("a", "select {{ var('limit') }}"),
            "b": model("b", "select {{ rule() }}", "macro.p.rule"),
            "c": model("c", "select limit from {{ var('limits') }}"),
        },
        "macros": {
            "macro.p.rule": {
                "package_name": "p",
                "macro_sql": '{{ var( "limit") }}',
                "depends_on": {"macros": []},
            }
        },
    }
    before, after = "vars: {limit: 20, kept: 1}", "vars: {kept: 1, limit: 25, new: [1]}"
    assert changed_variables(before, before) == set()
    assert changed_variables(before, after) == {"limit", "new"}
    assert readers_of_variables(manifest, {"limit", "new"}) == ["p.a+", "p.b+"]
    assert readers_of_variables(manifest, set()) == []


def test_a_changed_contract_selects_its_model_and_a_description_does_not() -> None:
    before = """
    models:
      - {name: a, description: one, columns: [{name: x, data_type: integer}, {name: y}]}
      - {name: b, columns: [{name: x, data_type: integer, description: one}]}
    unit_tests: [{name: test_b, model: b, expect: {rows: [{x: 1}]}}, {name: test_a, model: a}]
    """
    after = before.replace(", {name: y}", "").replace("description: one", "description: two")
    assert redeclared([before], [after]) == {"a"}
    assert redeclared([before], [before.replace("x: 1", "x: 2")]) == {"test_b"}
    assert redeclared([""], [after]) == set(), "dbt knows what is new"
    assert redeclared([before, ""], ["", after]) == {"a"}, "what is declared in another file now"


def test_a_personal_file_has_a_plain_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_DEVELOPER", "anna")
    assert Personal.of_this_user().file.name == "dev_anna.duckdb"
    monkeypatch.setenv("ONTIME_DEVELOPER", "../ontime")
    with pytest.raises(ChangeError, match="letters, digits"):
        Personal.of_this_user()


def test_a_personal_build_needs_what_is_published() -> None:
    def model(name: str, schema: str, *reads: str, kind: str = "table") -> dict[str, object]:
        return {
            "unique_id": f"model.p.{name}",
            "resource_type": "model",
            "name": name,
            "schema": schema,
            "config": {"materialized": kind, "meta": {}},
            "depends_on": {"nodes": list(reads)},
        }

    nodes = [
        model("int_a", "intermediate", "source.p.raw.a"),
        model("fct_b", "marts", "model.p.int_a"),
        model("mart_c", "marts", "model.p.fct_b"),
        model("mart_d", "marts", "model.p.fct_b", kind="monthly"),
    ]
    manifest = {"nodes": {node["unique_id"]: node for node in nodes}}
    assert missing(manifest, {"model.p.mart_c"}) == []
    assert missing(manifest, {"model.p.fct_b", "model.p.mart_d"}) == [
        ("fct_b", ["int_a"]),
        ("mart_d", ["the record of what is loaded"]),
    ]
