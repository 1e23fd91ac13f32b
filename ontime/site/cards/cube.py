"""Count the flights of the default scope once, into temporary tables of the open file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import yaml  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from ontime.site.reader import Reader


def make(reader: Reader) -> None:
    """Make the temporary tables `cube` and `subject_...`; the published file stays as it is."""
    reader.connection.execute(f"set variable deviations = {interval_deviations()}")
    reader.connection.execute(sql("cube"))


def sql(name: str) -> str:
    """Return a query of this package."""
    return files("ontime.site.cards").joinpath(f"{name}.sql").read_text(encoding="utf-8")


@cache
def interval_deviations() -> float:
    """Return how many standard deviations an interval reaches: the variable of the dbt project."""
    project = yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))
    return float(project["vars"]["share_interval_deviations"])
