"""The formats of an answer: for people, for programs, for documents."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import sys
from decimal import Decimal
from io import StringIO
from pathlib import Path

import duckdb
import pytest

from ontime.querying.answers import AnswerError, Form, write
from tests.commands import ROOT

ANSWER = """
select
    'EWR' as airport,
    2 / 3 as share,
    1 / 3000000 as small,
    cast(1234.5 as decimal(9, 2)) as exact,
    336776 as flights,
    date '2013-02-03' as flight_date,
    timestamp '2013-02-03 04:05:06' as departed_at,
    true as is_late,
    cast('nan' as double) as odd,
    null as nothing
union all
select 'a|b, "c"', 0.5, 0, 0, 1, null, null, false, 1, null
"""


def written(form: Form, capsys: pytest.CaptureFixture[str], sql: str = ANSWER) -> str:
    with duckdb.connect() as connection:
        write(connection.sql(sql), form)
    return capsys.readouterr().out


def test_a_table_is_rounded_and_small_numbers_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    shown = written(Form.TABLE, capsys)
    assert "0.6667 " in shown
    assert "3.3333333333333335e-07" in shown
    assert "0.66666" not in shown


def test_columns_of_one_name_are_all_shown(capsys: pytest.CaptureFixture[str]) -> None:
    twice = "select 1 / 3 as a, 2 / 3 as a"
    assert re.search(r"0\.3333 .* 0\.6667 ", written(Form.TABLE, capsys, twice))
    assert written(Form.CSV, capsys, twice).splitlines()[0] == "a,a"
    with pytest.raises(AnswerError, match="JSON cannot hold two columns named a"):
        written(Form.JSON, capsys, twice)


ODD = """
select
    interval '1 month 2 days 3 hours' as spell,
    interval '5000000 years' as aeon,
    timestamp_ns '2020-01-01 00:00:00.123456789' as instant,
    'infinity'::date as never,
    0.1::float as single,
    12345678901234567890.12345678::decimal(38, 8) as long,
    170141183460469231731687303715884105727::hugeint as huge,
    {'a': 'nan'::double, 'b': [date '2020-01-01', null]} as nested,
    '\\x00\\xFF'::blob as bytes,
    'é\x9b' as text
"""


def test_no_type_loses_anything_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    _, row = csv.reader(StringIO(written(Form.CSV, capsys, ODD)))
    assert row == [
        "1 month 2 days 03:00:00",
        "5000000 years",
        "2020-01-01 00:00:00.123456789",
        "infinity",
        "0.1",
        "12345678901234567890.12345678",
        "170141183460469231731687303715884105727",
        "{'a': nan, 'b': [2020-01-01, NULL]}",
        "\\x00\\xFF",
        "é\x9b",
    ]


def test_no_type_loses_anything_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    shown = written(Form.JSON, capsys, ODD)
    assert shown.isascii()
    [row] = json.loads(shown, parse_constant=_refused, parse_float=Decimal)
    assert row == {
        "spell": "1 month 2 days 03:00:00",
        "aeon": "5000000 years",
        "instant": "2020-01-01 00:00:00.123456789",
        "never": "infinity",
        "single": Decimal("0.1"),
        "long": Decimal("12345678901234567890.12345678"),
        "huge": 2**127 - 1,
        "nested": {"a": None, "b": ["2020-01-01", None]},
        "bytes": "\\x00\\xFF",
        "text": "é\x9b",
    }


def _refused(constant: str) -> None:
    raise AssertionError(constant)


def test_csv_holds_every_digit(capsys: pytest.CaptureFixture[str]) -> None:
    heads, first, second = csv.reader(StringIO(written(Form.CSV, capsys)))
    assert heads[:3] == ["airport", "share", "small"]
    assert first[1] == "0.6666666666666666"
    assert first[4:8] == ["336776", "2013-02-03", "2013-02-03 04:05:06", "true"]
    assert second[0] == 'a|b, "c"'
    assert second[-1] == ""


def test_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = json.loads(written(Form.JSON, capsys), parse_constant=_refused)
    assert first == {
        "airport": "EWR",
        "share": 2 / 3,
        "small": 1 / 3_000_000,
        "exact": 1234.5,
        "flights": 336_776,
        "flight_date": "2013-02-03",
        "departed_at": "2013-02-03 04:05:06",
        "is_late": True,
        "odd": None,
        "nothing": None,
    }
    assert second["airport"] == 'a|b, "c"'


def test_markdown_aligns_numbers_and_hides_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    lines = written(Form.MARKDOWN, capsys).splitlines()
    assert lines[1] == "|---|---:|---:|---:|---:|---|---|---:|---:|---|"
    assert lines[2].startswith("| EWR | 0.6667 |")
    assert "| 336,776 | 2013-02-03 | 2013-02-03 04:05:06 | yes |" in lines[2]
    assert lines[3].startswith('| a\\|b, "c" | 0.5 |')


def test_a_head_cannot_break_a_table_in_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = written(Form.MARKDOWN, capsys, 'select 1 as "p|q", 2 as "x\ny"')
    assert shown.splitlines()[0] == "| p\\|q | x y |"


def test_no_rows_are_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = "select 1 as a, 2 as b where false"
    assert written(Form.CSV, capsys, nothing) == "a,b\n"
    assert json.loads(written(Form.JSON, capsys, nothing)) == []
    assert written(Form.MARKDOWN, capsys, nothing) == "| a | b |\n|---|---|\n"


@pytest.mark.parametrize("columns", ["80", "140"])
def test_a_table_fits_the_terminal(columns: str, tmp_path: Path) -> None:
    script = tmp_path / "ask.py"
    wide = ", ".join(f"'value {number}' as column_{number}" for number in range(40))
    script.write_text(
        "import duckdb\nfrom ontime.querying.answers import write\n"
        f"write(duckdb.sql({f'select {wide}'!r}))\n"
    )
    shown = b""

    def read(terminal: int) -> bytes:
        nonlocal shown
        piece = os.read(terminal, 1024)
        shown += piece
        return piece

    command = ["/usr/bin/env", f"COLUMNS={columns}", f"PYTHONPATH={ROOT}"]
    assert pty.spawn([*command, sys.executable, str(script)], read) == 0
    widths = [len(line) for line in shown.decode().splitlines()]
    assert 40 < max(widths) <= int(columns)
