"""What the test suite spares dbt changes nothing that dbt writes or prints."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.commands import DBT, Project

DBT_ITSELF = (sys.executable, "-m", "tests.gate.plain_dbt")
# generic tests with one argument and with several, and of ours
DATA_TESTS = ("dim_carriers", "mart_table_tests", "published_figures")
# of models with tables of their own, some with a semicolon in a comment
UNIT_TESTS = (
    "int_weather_measurements",
    "int_weather_observation_classes",
    "mart_quality_findings",
)


@pytest.mark.parametrize(
    "options",
    [
        ("--exclude-resource-type", "unit_test", "--select", *DATA_TESTS),
        ("--resource-type", "unit_test", "--select", *UNIT_TESTS),
    ],
)
def test_tests_are_compiled_and_reported_as_by_dbt_itself(
    copy_of_small: Project, tmp_path: Path, options: tuple[str, ...]
) -> None:
    found = {}
    for name, dbt in (("spared", (str(DBT),)), ("itself", DBT_ITSELF)):
        where = {"DBT_TARGET_PATH": str(tmp_path / name), "DBT_LOG_PATH": str(tmp_path / name)}
        done = copy_of_small.run(*dbt, "test", *options, "--threads", "1", env=where)
        compiled = {
            path.relative_to(tmp_path / name): path.read_text(encoding="utf-8")
            for path in (tmp_path / name / "compiled").rglob("*.sql")
        }
        reported = [
            re.sub(r"^[\d:]+|in [\d.]+s", "", line)
            for line in done.stdout.splitlines()
            if re.search("PASS|START", line)
        ]
        found[name] = (compiled, reported)
    assert found["spared"] == found["itself"]
    compiled, reported = found["itself"]
    assert sum("PASS" in line for line in reported) > len(DATA_TESTS)
    assert len(compiled) > len(DATA_TESTS)
