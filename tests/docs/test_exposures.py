"""The exposures name what is actually read, where that can be determined."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ontime.catalog.lineage.project import Project as Lineage
from ontime.publishing import features
from tests.commands import ROOT

# these read everything that is published
OF_EVERYTHING = [
    "connected_tools",
    "data_dictionary",
    "data_release",
    "postgresql_copy",
    "published_file",
]


def shown(lineage: Lineage, name: str) -> set[str]:
    """Return the names of the models that an exposure depends on."""
    nodes = exposures(lineage)[name]["depends_on"]["nodes"]
    return {lineage.title(unique_id) for unique_id in nodes}


def exposures(lineage: Lineage) -> dict[str, dict[str, Any]]:
    """Return the exposures by name."""
    return {one["name"]: one for one in lineage.manifest["exposures"].values()}


def marts(lineage: Lineage) -> set[str]:
    """Return the names of the marts."""
    return {str(node["name"]) for node in lineage.marts()}


@pytest.mark.parametrize("name", OF_EVERYTHING)
def test_what_shows_every_mart_names_every_mart(lineage: Lineage, name: str) -> None:
    assert shown(lineage, name) == marts(lineage)


def test_the_worked_questions_name_the_marts_that_their_queries_read(lineage: Lineage) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").rglob("*.sql")]
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in pages
        if path.name not in {"data-dictionary.md", "erd.md"}
    )
    read = set(re.findall(r"\b(?:from|join)\s+(?:marts\.)?(\w+)", text, re.IGNORECASE))
    assert shown(lineage, "punctuality_questions") == read & marts(lineage)


def test_the_metrics_name_the_models_that_they_read(lineage: Lineage) -> None:
    models = {
        lineage.title(unique_id)
        for semantic in lineage.manifest["semantic_models"].values()
        for unique_id in semantic["depends_on"]["nodes"]
    }
    assert models
    assert shown(lineage, "metrics") == models


def test_the_published_features_name_the_table_that_is_written(lineage: Lineage) -> None:
    assert shown(lineage, "published_features") == {features.TABLE}


def test_every_exposure_says_what_it_is_whose_and_how_mature(lineage: Lineage) -> None:
    for name, exposure in exposures(lineage).items():
        assert exposure["label"], name
        assert exposure["maturity"] in {"low", "medium", "high"}, name
        assert exposure["owner"]["name"], name
        # the project has no address of its own, and must not make one up
        assert not exposure["owner"].get("email"), name
        assert len(exposure["description"]) > 60, name
