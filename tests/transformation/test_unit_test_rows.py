"""What a unit test gives and expects is refused where it does not fit the columns."""

from __future__ import annotations

import json

import pytest

from tests.commands import Project

TYPES = {"flight": "integer", "word": "varchar"}
EXPECTED = {"column_name_to_data_types": TYPES, "column_name_to_quoted": TYPES}


@pytest.mark.parametrize(
    ("macro", "arguments", "reason"),
    [
        pytest.param(
            "names_in_rows",
            {"rows": [{"flight": 1}, {"Flown": 2}], "types": TYPES, "where": "fct_flights"},
            "A row of a unit test names the column flown, which fct_flights does not have: it has"
            " flight, word.",
            id="a column that the input lacks",
        ),
        pytest.param(
            "get_expected_sql",
            {"rows": [{"flight": 1, "word": "a"}, {"flight": 2}], **EXPECTED},
            "Each row that a unit test expects names the same columns, but one names flight, and"
            " all rows together name flight, word.",
            id="a row that names fewer columns",
        ),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    small: Project, macro: str, arguments: dict[str, object], reason: str
) -> None:
    done = small.dbt("run-operation", macro, "--args", json.dumps(arguments), check=False)
    assert done.returncode
    assert reason in " ".join(done.stdout.split())
