"""Every macro that engines have their own text for is held to the same cases on all of them."""

from __future__ import annotations

import re

from tests.commands import ROOT

PROJECT = ROOT / "dbt_project"
TEXTS = {
    path: re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    for path in sorted((PROJECT / "macros").rglob("*.sql"))
}
ALL = "\n".join(TEXTS.values())
CASES = PROJECT / "tests/macros/assert_macros_compute_the_same_on_every_engine.sql"
DISPATCHED = set(re.findall(r"adapter\.dispatch\('(\w+)'", ALL))
# each macro with its text: {"duckdb__add_days": "..."}
OF_ENGINES: dict[str, str] = dict(
    re.findall(r"{%-? *macro ((?:duckdb|spark)__\w+)\((.*?){%-? *endmacro", ALL, flags=re.DOTALL)
)
# dbt's own, which an engine replaces: they make statements, and compute nothing that has cases
OF_DBT = {
    "duckdb__get_table_columns_and_constraints",
    "duckdb__get_test_sql",
    "duckdb__get_where_subquery",
    "spark__get_empty_schema_sql",
    "spark__persist_constraints",
}
ENGINES = re.compile(r"duckdb|spark|databricks|(?:target|adapter)\.type", re.IGNORECASE)


def test_each_dispatched_macro_has_cases() -> None:
    cases = set(re.findall(r"'([a-z_]+)(?: [a-z ]+)?'", CASES.read_text("utf-8")))
    assert len(DISPATCHED) > 20
    assert DISPATCHED - cases == set()


def test_each_dispatched_macro_has_a_text_for_each_engine() -> None:
    defined = set(re.findall(r"{%-? *macro (\w+)\(", ALL))
    for name in DISPATCHED:
        assert {f"duckdb__{name}", f"spark__{name}"} <= defined or f"default__{name}" in defined, (
            name
        )


def test_no_macro_of_an_engine_is_without_cases() -> None:
    """A macro of an engine is dispatched, part of one that is, or one of dbt's own."""
    dispatched = {name for name in OF_ENGINES if name.partition("__")[2] in DISPATCHED}
    reached = set(dispatched)
    while True:
        called = {
            name
            for caller in reached
            for name in re.findall(r"((?:duckdb|spark)__\w+)\(", OF_ENGINES[caller])
        }
        if called <= reached:
            break
        reached |= called
    assert len(dispatched) >= 40
    assert set(OF_ENGINES) - reached == OF_DBT


def test_no_model_names_an_engine() -> None:
    models = list((PROJECT / "models").rglob("*.sql"))
    assert len(models) > 100
    for path in models:
        code = re.sub(r"{#.*?#}|--[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not ENGINES.search(code), path
