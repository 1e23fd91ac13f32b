"""What a publication is made of, as its catalogue states it: tables, months, and their hashes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

# what a publication says of the code and the settings that made it; the last two are JSON
_ORIGINS = (
    "git_revision",
    "project_hash",
    "target_name",
    "overridden_variables",
    "package_versions",
)


@dataclass(frozen=True)
class Contents:
    """The hashes in a catalogue; what has the same hashes is the same.

    `format` is how hashes and files are written. `tables` has a hash of the definition and one of
    the rows for each table, `months` a hash of the rows for each month of a table that has months.
    """

    fingerprint: str
    format: tuple[str, ...]
    tables: dict[str, tuple[str, str]]
    months: dict[str, dict[str, str]]

    def months_like_now(self, table: str, now: Contents) -> set[str]:
        """Return the months of a table whose rows and definition are the same in both."""
        if self._definition(table) != now._definition(table) or self.format != now.format:
            return set()
        before = self.months.get(table, {})
        return {
            month for month, rows in now.months.get(table, {}).items() if before.get(month) == rows
        }

    def has_like_now(self, table: str, now: Contents) -> bool:
        """Return whether a table is the same in both."""
        return self.format == now.format and self.tables.get(table) == now.tables.get(table)

    def _definition(self, table: str) -> str:
        return self.tables[table][0] if table in self.tables else ""


def read_contents(connection: duckdb.DuckDBPyConnection, database: str) -> Contents:
    """Return the contents of a publication whose file is attached under a name.

    Raises:
        duckdb.Error: the file has another layout, or cannot be read.

    """
    catalogue = f'"{database}".catalogue'
    row = connection.execute(
        "select fingerprint, content_hash_method, storage_version "  # noqa: S608 - our own name
        f"from {catalogue}.publication"
    ).fetchone()
    assert row is not None  # noqa: S101 - the macro that writes the catalogue writes one row
    fingerprint, *written = row
    tables = connection.execute(
        f"select table_name, definition_hash, content_hash from {catalogue}.tables"  # noqa: S608
    ).fetchall()
    months: dict[str, dict[str, str]] = {}
    for table, month, rows in connection.execute(
        "select table_name, flight_month::varchar, content_hash "  # noqa: S608
        f"from {catalogue}.table_months order by table_name, flight_month"
    ).fetchall():
        months.setdefault(table, {})[month] = rows
    return Contents(
        str(fingerprint),
        tuple(map(str, written)),
        {name: (definition, rows) for name, definition, rows in tables},
        months,
    )


def sources_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what a publication, opened as the only database, says that it was made from.

    It is the state of the code, the versions of the packages, and every source file with its
    checksum; an older layout says less.
    """
    rows = connection.execute("select * from catalogue.publication")
    names = [column[0] for column in rows.description]
    facts = dict(zip(names, rows.fetchall()[0], strict=True))
    found: dict[str, Any] = {
        name: json.loads(facts[name]) if name in _ORIGINS[-2:] else facts[name]
        for name in _ORIGINS
        if facts.get(name)
    }
    files = connection.execute(
        "select distinct file_name, file_sha256 from catalogue.source_receipts order by all"
    ).fetchall()
    found["source_files"] = [{"name": name, "sha256": digest} for name, digest in files]
    return found
