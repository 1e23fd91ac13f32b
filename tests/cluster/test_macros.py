"""Every macro that engines have their own text for is held to the same cases on all of them."""

from __future__ import annotations

import re

from tests.commands import ROOT

MACROS = ROOT / "dbt_project" / "macros"
CASES = ROOT / "dbt_project/tests/macros/assert_macros_compute_the_same_on_every_engine.sql"


def test_each_dispatched_macro_has_cases() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in MACROS.rglob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", texts))
    cases = set(re.findall(r"'([a-z_]+)(?: [a-z ]+)?'", CASES.read_text("utf-8")))
    assert len(dispatched) > 20
    assert dispatched - cases == set()


def test_each_dispatched_macro_has_a_text_for_each_engine() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in MACROS.rglob("*.sql"))
    defined = set(re.findall(r"{%-? *macro (\w+)\(", texts))
    for name in set(re.findall(r"adapter\.dispatch\('(\w+)'", texts)):
        assert {f"duckdb__{name}", f"spark__{name}"} <= defined or f"default__{name}" in defined, (
            name
        )
