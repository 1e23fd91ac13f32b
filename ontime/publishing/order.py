"""The order that dbt's macros give: how each table of a publication is written."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """How a table is written.

    `definition` are the statements that create it in the database `publication`, `query` gives its
    rows, `order_by` their order. `definition_hash` changes with any of these. `month` is the SQL
    expression for the month of a row, if the table is built by month.
    """

    name: str
    definition: list[str]
    query: str
    order_by: str
    is_written_by_month: bool
    lies_in_parquet: bool
    definition_hash: str
    month: str = "flight_month"

    def rows(self, months: list[str] | None = None) -> str:
        """Return the query for the rows in their order: all of them, or those of some months."""
        condition = ""
        if months is not None:
            listed = ", ".join(f"date '{month}'" for month in months)
            condition = f" where {self.month} in ({listed})"
        return f"{self.query}{condition} order by {self.order_by}"


@dataclass(frozen=True)
class Order:
    """A publication: its tables, each after those that it refers to, and its catalogue.

    `storage_version` is the layout of the file, `catalogue` the statements that write its schema.
    """

    storage_version: str
    tables: list[Table]
    catalogue: list[str]

    @classmethod
    def from_json(cls, text: str) -> Order:
        """Return the order that the macro `publish_marts` writes."""
        content = json.loads(text)
        tables = [Table(**table) for table in content["tables"]]
        return cls(content["storage_version"], tables, content["catalogue"])

    @property
    def in_file(self) -> list[Table]:
        """Return the tables that the published file holds."""
        return [table for table in self.tables if not table.lies_in_parquet]

    @property
    def in_parquet(self) -> list[Table]:
        """Return the tables that lie beside the file."""
        return [table for table in self.tables if table.lies_in_parquet]
