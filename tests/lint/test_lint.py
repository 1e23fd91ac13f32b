"""Every linter runs before linting fails; SQL that passed is linted again when it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlfluff.core import FluffConfig, Linter

from tests.lint import __main__, conventions, sql, sqlfluff_once
from tests.lint.__main__ import hints, run

RULES = "[sqlfluff]\ndialect = duckdb\ntemplater = raw\nrules = CP01\n"
RULES += "[sqlfluff:rules:capitalisation.keywords]\ncapitalisation_policy = lower\n"
GOOD, BAD = "select 1 as one\n", "select 1 as one\nFROM two\n"
MODELS = ("dbt_project/models/first.sql", "dbt_project/models/second.sql")


def test_a_linter_that_fails_hides_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    linters = {
        "first": lambda: ["a.py:1:1: too long"],
        "parse": list[str],
        "last": lambda: ["b.sql:2:1: too short"],
    }
    assert run(linters, needed="parse") == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "first: failed",
        "  a.py:1:1: too long",
        "parse: passed",
        "last: failed",
        "  b.sql:2:1: too short",
    ]
    assert said.err.startswith("Failed: first, last.")


def test_what_needs_the_parsed_project_does_not_run_without_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    linters = {"parse": lambda: ["bad.yml: no"], "last": lambda: pytest.fail("it ran")}
    assert run(linters, needed="parse") == 1
    assert "last: not run, because parse failed" in capsys.readouterr().out


def test_a_mart_of_another_group_that_reads_an_intermediate_model_hears_what_to_do() -> None:
    said = (
        "Node model.ontime.mart_x.v1 attempted to reference node model.ontime.int_x, which is not "
        "allowed because the referenced node is private to the 'core' group."
    )
    (hint,) = hints(["Parsing Error", f"  {said}"])
    assert "remove the `+group` of the mart's folder" in hint
    assert hints(["Parsing Error"]) == []


def test_linters_that_find_nothing_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"parse": list[str], "last": list[str]}, needed="parse") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("said", "code", "found"),
    [
        ("", 0, []),
        ("[WARNING]: Argument rows has an invalid type.", 0, None),
        ("[ERROR]: Compilation Error", 2, None),
        ("", 2, ["it ended with code 2"]),
    ],
)
def test_what_dbt_warns_of_fails_the_lint(
    said: str, code: int, found: list[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt = tmp_path / "dbt"
    dbt.write_text(f"#!/bin/sh\nprintf '{said}'\nexit {code}\n")
    dbt.chmod(0o755)
    monkeypatch.setattr(__main__, "BIN", tmp_path)
    assert __main__._parse() == ([said] if found is None else found)


def test_a_broken_convention_is_one_line_of_any_width() -> None:
    path = f"dbt_project/models/intermediate/flights/int_{'long_' * 30}name.sql"
    failure = {
        "check_run_id": "check_model_has_unique_test:58:int_name",
        "failure_message": "`int_name` does not have\n a test for uniqueness.",
        "file_path": path,
        "unique_id": "model.ontime.int_name",
    }
    assert conventions.sentence(failure) == (
        f"{path}: `int_name` does not have a test for uniqueness. (check_model_has_unique_test)"
    )


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project of two models that need no dbt, and work in its folder."""
    for name in (*MODELS, "dbt_project/macros/macro.sql", "dbt_project/tests/generic/test.sql"):
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_text(GOOD)
    tmp_path.joinpath("requirements").mkdir()
    for name in ("dbt_project.yml", "requirements/lock.txt"):
        tmp_path.joinpath(name).write_text("")
    tmp_path.joinpath(".sqlfluff").write_text(RULES)
    tmp_path.joinpath(".sqlfluffignore").write_text("dbt_project/macros\ndbt_project/tests\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(models: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the files that the last lint asked sqlfluff for."""
    paths: list[str] = []

    def lint(files: list[str]) -> tuple[dict[str, list[dict[str, Any]]], str]:
        paths[:] = sorted(files)
        violation = dict.fromkeys(("start_line_no", "start_line_pos", "code", "name"), 1)
        return {
            file: [{**violation, "description": "bad"}] if "FROM" in Path(file).read_text() else []
            for file in files
        }, ""

    monkeypatch.setattr(sql, "lint", lint)
    return paths


def ask(asked: list[str], *, whole: bool = False) -> list[str]:
    """Lint, and return the files that sqlfluff was asked for."""
    asked.clear()
    sql.found(whole=whole)
    return list(asked)


def test_sql_that_passed_is_not_linted_again_until_it_changes(
    models: Path, asked: list[str]
) -> None:
    assert ask(asked) == list(MODELS)
    assert ask(asked) == []
    models.joinpath(MODELS[1]).write_text("select 2 as two\n")
    assert ask(asked) == [MODELS[1]]
    assert ask(asked) == []


def test_sql_that_failed_is_linted_until_it_passes(models: Path, asked: list[str]) -> None:
    models.joinpath(MODELS[0]).write_text(BAD)
    assert ask(asked) == list(MODELS)
    assert ask(asked) == [MODELS[0]]
    # it passed like this before it failed, and the last outcome counts
    models.joinpath(MODELS[0]).write_text(GOOD)
    assert ask(asked) == [MODELS[0]]
    assert ask(asked) == []


@pytest.mark.parametrize(
    "file",
    [
        *(".sqlfluff", ".sqlfluffignore", "dbt_project.yml", "requirements/lock.txt"),
        *("dbt_project/macros/macro.sql", "dbt_project/macros/new.sql"),
        "dbt_project/tests/generic/test.sql",
    ],
)
def test_all_sql_is_linted_when_what_it_depends_on_changes(
    models: Path, asked: list[str], file: str
) -> None:
    ask(asked)
    with models.joinpath(file).open("a") as changed:
        changed.write("\n")
    assert ask(asked) == list(MODELS)


def test_a_whole_lint_passes_over_nothing(models: Path, asked: list[str]) -> None:
    ask(asked)
    assert ask(asked, whole=True) == list(MODELS)
    assert ask(asked) == []


def test_a_list_of_what_passed_that_cannot_be_read_is_made_anew(
    models: Path, asked: list[str]
) -> None:
    ask(asked)
    models.joinpath("target/lint/sqlfluff_passed.json").write_text("{")
    assert ask(asked) == list(MODELS)


def test_sqlfluff_says_the_file_the_line_and_the_reason(models: Path) -> None:
    models.joinpath(MODELS[1]).write_text(BAD)
    assert sql.found() == [
        f"{MODELS[1]}:2:1: CP01 Keywords must be lower case. (capitalisation.keywords)"
    ]


def test_a_file_that_sqlfluff_leaves_out_is_no_pass(models: Path) -> None:
    models.joinpath(".sqlfluff").write_text(RULES.replace("duckdb", "none_such"))
    found = sql.found()
    assert [
        line for line in found if line in {f"{one}: sqlfluff has not linted it" for one in MODELS}
    ]
    assert "Unknown dialect" in found[-1]
    assert sql.found() == found


# spacing, indentation, the length of a line, and the line of a keyword
LAID_OUT_BADLY = """select  one,two
      , {} as three
    from four where true and
five
    group by all
""".format(" + ".join(["six"] * 30))


def test_what_rules_share_is_what_each_would_find() -> None:
    config = FluffConfig(
        {
            "core": {
                "dialect": "duckdb",
                "templater": "raw",
                "rules": "LT01,LT02,LT05,LT14",
                "max_line_length": 100,
            }
        }
    )
    found = {}
    for name, take in (("shared", sqlfluff_once.take_shortcut), ("each", sqlfluff_once.take_none)):
        take()
        try:
            results = Linter(config=config).lint_string(LAID_OUT_BADLY)
        finally:
            sqlfluff_once.take_none()
        found[name] = [
            (one.rule_code(), one.line_no, one.line_pos, one.desc())
            for one in results.get_violations()
        ]
    assert found["shared"] == found["each"]
    assert {"LT01", "LT02", "LT05", "LT14"} <= {code for code, *_ in found["each"]}
