"""Lineage ends at the pages: each is an exposure of exactly the marts that it reads."""

from __future__ import annotations

import re

import yaml  # type: ignore[import-untyped]

from ontime.site.boards import Board
from ontime.site.reader import Reader
from tests.commands import ROOT


def test_each_page_is_an_exposure_of_the_marts_that_its_queries_read(
    boards: list[Board], reader: Reader
) -> None:
    document = yaml.safe_load(
        (ROOT / "dbt_project" / "models" / "marts" / "_exposures.yml").read_text(encoding="utf-8")
    )
    declared = {
        exposure["name"]: {re.findall(r"'(\w+)'", ref)[0] for ref in exposure["depends_on"]}
        for exposure in document["exposures"]
        if exposure["name"].startswith("page_")
    }
    read = {
        f"page_{board.path.stem.split('_', 1)[1]}": {
            table.rpartition(".")[2]
            for query in board.queries.values()
            for table in reader.tables_read_by(query["sql"])
        }
        for board in boards
    }
    assert declared == read
