"""A Spark server with settings that would change what is built is refused before anything is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NoReturn

import jinja2
import pytest

from ontime.cluster.processes import _SETTINGS
from tests.commands import ROOT

MACRO = ROOT / "dbt_project/macros/engines/spark_settings.sql"


class CompilerError(Exception):
    """What the macro raises through dbt."""


def _raise(message: str) -> NoReturn:
    raise CompilerError(message)


def _refuse_other_settings(of_server: dict[str, str]) -> None:
    def run_query(statement: str) -> SimpleNamespace:
        name = statement.removeprefix("set ")
        return SimpleNamespace(rows=[(name, of_server[name])])

    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
    template = environment.from_string(MACRO.read_text("utf-8"))
    exceptions = SimpleNamespace(raise_compiler_error=_raise)
    module = template.make_module({"run_query": run_query, "exceptions": exceptions})
    module.refuse_other_settings()  # type: ignore[attr-defined]


def test_the_cluster_of_this_machine_is_accepted() -> None:
    _refuse_other_settings(_SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark.sql.session.timeZone", "America/New_York"),
        ("spark.sql.ansi.enabled", "false"),
        ("spark.sql.sources.partitionOverwriteMode", "STATIC"),
    ],
)
def test_a_server_with_another_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(CompilerError, match=rf"The Spark server has {name}={value}: start it with"):
        _refuse_other_settings(_SETTINGS | {name: value})
