"""The prompt of `make query`, as a user types into it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ontime.querying.answers import AnswerError, Form
from ontime.querying.prompt import ask_forever, show
from tests.commands import ROOT, Project

TYPED = """\
select count(*) as counted
from fct_flights
where flight_state = 'completed';
.tables
.columns fct_flights
select nonsense;
.unknown
create table x (a integer);
pivot dim_carriers on is_in_reference using count(*) group by current_group_code;
.quit
select 'never asked';
"""


def test_the_prompt_answers_explains_and_outlives_mistakes(built: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ontime", "query"],
        cwd=ROOT,
        env=built.environment({"ONTIME_SQL": ""}),
        input=TYPED,
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout
    assert "327346" in said
    assert "One row per scheduled flight, whatever became of it." in said
    assert "miles per hour" in said
    assert 'Referenced column "nonsense" was not found' in said
    assert ".quit             leave" in said
    assert "attached in read-only mode" in said
    assert "current_group_code" in said
    assert "never asked" not in said
    assert "Traceback" not in said + done.stderr


def test_every_statement_is_answered_and_a_file_holds_one_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with duckdb.connect() as connection:
        show(connection, "select 1 as first; select 2 as second")
        shown = capsys.readouterr().out
        assert shown.index("first") < shown.index("second")
        show(connection, "create temp view v as select 3 as third; from v", Form.CSV)
        assert capsys.readouterr().out == "third\n3\n"
        with pytest.raises(AnswerError, match="csv holds one answer"):
            show(connection, "select 1; select 2", Form.CSV)
        with pytest.raises(AnswerError, match="UTF-8"):
            show(connection, "select \udcff")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("word", ["exit", "quit", ".quit", ".exit", " EXIT ; ", "quit;", ""])
def test_a_word_that_leaves_leaves_at_once(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # after Ctrl-D, an empty line here, there is nothing more to read
    typed = iter([word, "select 'never asked';"] if word else [])

    def read(_: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    with duckdb.connect() as connection:
        ask_forever(connection)
    assert "never asked" not in capsys.readouterr().out


def test_a_word_that_leaves_is_sql_inside_a_statement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["select 1 as", "exit", ";", "exit"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    with duckdb.connect() as connection:
        ask_forever(connection)
    assert "exit" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("form", list(Form))
def test_a_full_disk_ends_with_a_sentence(built: Project, form: Form) -> None:
    with Path("/dev/full").open("w", encoding="utf8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ontime", "query", "select 1", "--format", form],
            cwd=ROOT,
            env=built.environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "The answer cannot be written: No space left on device.\n"


def test_a_reader_that_has_enough_is_no_error(built: Project) -> None:
    words = [sys.executable, "-m", "ontime", "query", "from fct_flights", "--format", "csv"]
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env=built.environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("flight_id,")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
