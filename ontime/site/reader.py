"""Read what the pages show from the published file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from ontime.terminal.console import printable

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What every page states: what the data cover, and how to read them."""

    scope: str
    other_coverages: tuple[str, ...]
    ranking_minimum: int
    built_at_utc: datetime
    publication_name: str
    git_revision: str
    on_time: str
    on_time_share: str


class Reader:
    """The published file, open."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read through a connection of `ontime.storage.reader`."""
        self.connection = connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return the rows that a query finds."""
        found = self.connection.execute(sql, list(parameters))
        names = [column[0] for column in found.description]
        return [
            {name: _clean(value) for name, value in zip(names, row, strict=True)}
            for row in found.fetchall()
        ]

    def tables_read_by(self, sql: str) -> set[str]:
        """Return the published tables that a query names."""
        return set(self.connection.get_table_names(sql))

    def facts(self) -> Facts:
        """Return the facts that every page must show, all from the catalogue and the marts."""
        publication = self.rows("select * from catalogue.publication")[0]
        coverages = self.rows("select * from mart_source_coverage order by first_month")
        default = [row for row in coverages if row["is_default_scope"]]
        described = self.rows(
            "select column_name, description from catalogue.columns"
            " where table_name = 'mart_network_month_punctuality'"
            " and column_name in ('on_time_arrivals', 'scheduled_flights')"
        )
        meaning = {row["column_name"]: _first_sentence(row["description"]) for row in described}
        return Facts(
            scope=default[0]["scope_text"] if default else "No flights are loaded",
            other_coverages=tuple(
                row["coverage_text"]
                for row in coverages
                if row["scope_text"] != row["coverage_text"]
            ),
            ranking_minimum=default[0]["ranking_minimum_flights"] if default else 0,
            built_at_utc=publication["built_at_utc"],
            publication_name=publication["publication_name"],
            git_revision=publication["git_revision"],
            on_time=meaning["on_time_arrivals"],
            on_time_share=meaning["scheduled_flights"],
        )


def _clean(value: Any) -> Any:
    """Return a value without control characters, which neither a page nor an SVG may contain."""
    return printable(value) if isinstance(value, str) else value


def _first_sentence(description: str) -> str:
    """Return the first sentence of a description, without code markup."""
    flat = " ".join(description.split())
    flat = re.sub(r"`[a-z_]+` \((\w+)\)", r"\1 minutes", flat).replace("`", "")
    return re.split(r"(?<=[a-z0-9)])\. ", flat, maxsplit=1)[0].rstrip(".") + "."
